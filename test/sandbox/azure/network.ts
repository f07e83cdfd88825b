import { isProperties, itemsAt, stringAt, stringsAt, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { contains, isRange, overlap, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { inGroup, idKey, lastSegment, parentId } from "./arm-id";
import {
    groupAdmitsGatewayControl,
    routeSuitsGateways,
    subnetSuitsItsGateways,
    tableSuitsGateways,
} from "./network-application-gateway-subnet";
import { bastionGroupIsComplete, bastionGroupStaysComplete } from "./network-bastion-subnet";
import { protectionHasPlan } from "./network-ddos";
import { defaultHop, defaultRouteHop } from "./network-references";
import type { CloudView, Part, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: virtual networks, subnets, security groups, route tables. */

const VIRTUAL_NETWORK = "Microsoft.Network/virtualNetworks/{virtualNetworkName}";
const SECURITY_GROUP = "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}";
const ROUTE_TABLE = "Microsoft.Network/routeTables/{routeTableName}";

export function subnetPrefixes(inputs: Properties): string[] {
    const single = stringAt(inputs, "addressPrefix");
    return single === undefined ? stringsAt(inputs, "addressPrefixes[]") : [single];
}

/** Longest prefix that each reserved subnet may have (the FAQs of Azure Firewall, Azure Bastion and VPN Gateway). */
const SMALLEST_RESERVED: Readonly<Record<string, number>> = {
    AzureFirewallSubnet: 26,
    AzureFirewallManagementSubnet: 26,
    AzureBastionSubnet: 26,
    GatewaySubnet: 27,
};
/** Azure's smallest IPv4 subnet: five addresses of it are reserved. */
const SMALLEST_SUBNET = 29;

const subnetRangeIsValid: Rule = ({ id, inputs }) => {
    const wrong = subnetPrefixes(inputs).find((prefix) => !isRange(prefix) || tooSmall(prefix, SMALLEST_SUBNET));
    if (wrong === undefined) return undefined;
    const message = `Subnet '${lastSegment(id)}' is not valid: '${wrong}' is no address range of at least /${SMALLEST_SUBNET}.`;
    return new ArmError("NetcfgInvalidSubnet", message);
};

const subnetLiesInNetwork: Rule = ({ id, inputs }, cloud) => {
    const network = cloud.get(parentId(id) ?? "");
    const spaces = stringsAt(network?.inputs, "addressSpace.addressPrefixes[]");
    if (spaces.length === 0) return undefined;
    const outside = subnetPrefixes(inputs).find((prefix) => !spaces.some((space) => contains(space, prefix)));
    if (outside === undefined) return undefined;
    return new ArmError(
        "NetcfgSubnetRangeOutsideVnet",
        `Subnet '${lastSegment(id)}' is not valid because its IP address range ${outside} is outside the IP address range of ` +
            `virtual network '${lastSegment(network?.id ?? "")}' (${spaces.join(", ")}).`,
    );
};

const subnetOverlapsNoSibling: Rule = ({ id, inputs }, cloud) => {
    const prefixes = subnetPrefixes(inputs);
    const siblings = cloud
        .children(parentId(id) ?? "", "network:Subnet")
        .filter((other) => idKey(other.id) !== idKey(id));
    for (const sibling of siblings) {
        const theirs = subnetPrefixes(sibling.inputs).find((other) =>
            prefixes.some((prefix) => overlap(prefix, other)),
        );
        if (theirs !== undefined) return overlapRefusal(id, sibling.id, theirs);
    }
    return undefined;
};

function overlapRefusal(id: string, other: string, range: string): ArmError {
    return new ArmError(
        "NetcfgSubnetRangesOverlap",
        `Subnet '${lastSegment(id)}' is not valid because its IP address range overlaps with that of an existing subnet in ` +
            `virtual network '${lastSegment(parentId(id) ?? "")}': '${lastSegment(other)}' (${range}).`,
    );
}

function tooSmall(prefix: string, smallest: number): boolean {
    return !prefix.includes(":") && (prefixLength(prefix) ?? 0) > smallest;
}

const reservedSubnetIsLargeEnough: Rule = ({ id, inputs }) => {
    const name = lastSegment(id);
    const smallest = SMALLEST_RESERVED[name];
    const small =
        smallest === undefined ? undefined : subnetPrefixes(inputs).find((prefix) => tooSmall(prefix, smallest));
    if (small === undefined) return undefined;
    const message = `Subnet '${name}' has the range ${small}; the service that it is reserved for needs at least /${smallest}.`;
    return new ArmError("NetcfgInvalidSubnet", message);
};

/** Subnets in which Azure's own appliances stand ("Virtual network service integration"). */
const gatewaySubnetHasNoSecurityGroup: Rule = ({ id, inputs }) => {
    const name = lastSegment(id);
    const forbidden = name === "GatewaySubnet" || name.startsWith("AzureFirewall");
    if (!forbidden || valueAt(inputs, "networkSecurityGroup") === undefined) return undefined;
    const message = `Network security groups are not supported on subnet '${name}'.`;
    return new ArmError(`NetworkSecurityGroupNotAllowedOn${name}`, message);
};

/** "Gateway subnet": a default route would take the gateway's own traffic away from Azure. */
const gatewaySubnetHasNoDefaultRoute: Rule = ({ id, inputs }, cloud) => {
    const hop = defaultRouteHop(stringAt(inputs, "routeTable.id"), cloud);
    return lastSegment(id) === "GatewaySubnet" && hop !== undefined ? defaultRouteRefusal(id, hop) : undefined;
};

/** A table that a gateway's subnet has already gets no default route either. */
const gatewaySubnetGetsNoDefaultRoute: Rule = ({ id, type, inputs }, cloud) => {
    const isRoute = type === "network:Route";
    const hop = defaultHop(isRoute ? [inputs] : itemsAt(inputs, "routes"));
    const subnet = cloud
        .holders(isRoute ? (parentId(id) ?? "") : id)
        .find((holder) => holder.type === "network:Subnet" && lastSegment(holder.id) === "GatewaySubnet");
    return hop !== undefined && subnet ? defaultRouteRefusal(subnet.id, hop) : undefined;
};

function defaultRouteRefusal(subnetId: string, hop: string): ArmError {
    const message = `Route tables with a route for 0.0.0.0/0 (next hop ${hop}) are not supported on ${subnetId}.`;
    return new ArmError("GatewaySubnetDefaultRouteNotAllowed", message);
}

const bastionSubnetHasNoRouteTable: Rule = ({ id, inputs }) => {
    if (lastSegment(id) !== "AzureBastionSubnet" || valueAt(inputs, "routeTable") === undefined) return undefined;
    return new ArmError(
        "RouteTableCannotBeAttachedForAzureBastionSubnet",
        "Subnet 'AzureBastionSubnet' takes no route table.",
    );
};

const subnetRules: Rule[] = [
    subnetRangeIsValid,
    subnetLiesInNetwork,
    subnetOverlapsNoSibling,
    reservedSubnetIsLargeEnough,
    gatewaySubnetHasNoSecurityGroup,
    gatewaySubnetHasNoDefaultRoute,
    bastionSubnetHasNoRouteTable,
    bastionGroupIsComplete,
    subnetSuitsItsGateways,
];

function inlineParts(resource: Resource, property: string, type: string): Part[] {
    return itemsAt(resource.inputs, property).flatMap((inputs) => {
        const name = inputs["name"];
        return typeof name === "string" ? [{ id: `${resource.id}/${property}/${name}`, type, inputs }] : [];
    });
}

const networkHasAddressSpace: Rule = ({ id, inputs }) => {
    const space = valueAt(inputs, "addressSpace");
    if (!isProperties(space)) return undefined;
    const wrong = stringsAt(space, "addressPrefixes[]").find((prefix) => !isRange(prefix));
    if (wrong === undefined) return undefined;
    return new ArmError("InvalidAddressPrefixFormat", `Address prefix ${wrong} of virtual network ${id} is not valid.`);
};

/** Inline subnets are judged against the body that carries them, which the cloud doesn't hold yet. */
const inlineSubnetsAreValid: Rule = (network, cloud) => {
    const parts = inlineParts(network, "subnets", "network:Subnet").map((part) => ({
        ...part,
        urn: "",
        outputs: {},
        partOf: network.id,
    }));
    const body: CloudView = {
        ...viewOf(cloud),
        get: (id) => (idKey(id) === idKey(network.id) ? network : cloud.get(id)),
        children: (id, type) =>
            idKey(id) === idKey(network.id) ? merged(parts, cloud.children(id, type)) : cloud.children(id, type),
    };
    for (const part of parts) {
        for (const rule of subnetRules) {
            const refusal = rule(part, body);
            if (refusal) return refusal;
        }
    }
    return undefined;
};

function viewOf(cloud: CloudView): CloudView {
    return {
        get: (id) => cloud.get(id),
        ofType: (type) => cloud.ofType(type),
        children: (id, type) => cloud.children(id, type),
        holders: (id) => cloud.holders(id),
    };
}

/** A body with subnets replaces the inline ones, and leaves those alone that were made as resources of their own. */
function merged(parts: Resource[], stored: Resource[]): Resource[] {
    const ids = new Set(parts.map(({ id }) => idKey(id)));
    return [...parts, ...stored.filter(({ id, partOf }) => partOf === undefined && !ids.has(idKey(id)))];
}

const networkKeepsItsSubnets: Rule = ({ id, inputs }, cloud) => {
    const spaces = stringsAt(inputs, "addressSpace.addressPrefixes[]");
    const subnets = cloud.children(id, "network:Subnet").filter(({ partOf }) => partOf === undefined);
    for (const subnet of subnets) {
        const outside = subnetPrefixes(subnet.inputs).find(
            (prefix) => !spaces.some((space) => contains(space, prefix)),
        );
        if (outside !== undefined && spaces.length > 0) {
            return new ArmError(
                "InUsePrefixCannotBeDeleted",
                `IpPrefix ${outside} of subnet '${lastSegment(subnet.id)}' is in use and cannot leave the address space of ` +
                    `'${lastSegment(id)}'.`,
            );
        }
    }
    return undefined;
};

const nextHopFits: Rule = ({ id, inputs }) => {
    for (const route of [inputs, ...itemsAt(inputs, "routes")]) {
        const type = route["nextHopType"];
        const address = route["nextHopIpAddress"];
        if (type === "VirtualAppliance" && (address === undefined || address === null)) {
            const message = `Route ${routeName(route, id)} has next hop type VirtualAppliance, which needs a next hop IP address.`;
            return new ArmError("RouteNextHopIpAddressRequired", message);
        }
        if (typeof type === "string" && type !== "VirtualAppliance" && typeof address === "string" && address !== "") {
            const message = `Route ${routeName(route, id)} has next hop type ${type}, which takes no next hop IP address.`;
            return new ArmError("RouteNextHopIpAddressNotAllowed", message);
        }
    }
    return undefined;
};

function routeName(route: Properties, id: string): string {
    return typeof route["name"] === "string" ? route["name"] : lastSegment(id);
}

/** Azure refuses two rules of one priority and direction in a group, and priorities outside of 100 to 4096. */
const prioritiesAreUnique: Rule = ({ id, inputs }, cloud) => {
    const group = lastSegment(id);
    const seen = new Map<string, string>();
    const standalone = cloud.children(id, "network:SecurityRule").filter(({ partOf }) => partOf === undefined);
    const inline = itemsAt(inputs, "securityRules");
    for (const rule of [...inline, ...standalone.map((child) => ({ name: lastSegment(child.id), ...child.inputs }))]) {
        const refusal = priorityRefusal(rule, group, seen);
        if (refusal) return refusal;
    }
    return undefined;
};

const priorityIsFree: Rule = ({ id, inputs }, cloud) => {
    const group = parentId(id) ?? "";
    const seen = new Map<string, string>();
    const siblings = cloud.children(group, "network:SecurityRule").filter((other) => idKey(other.id) !== idKey(id));
    for (const rule of [...siblings, { id, inputs }]) {
        const refusal = priorityRefusal({ name: lastSegment(rule.id), ...rule.inputs }, lastSegment(group), seen);
        if (refusal) return refusal;
    }
    return undefined;
};

function priorityRefusal(rule: Properties, group: string, seen: Map<string, string>): ArmError | undefined {
    const { name, priority, direction } = rule;
    if (typeof priority !== "number" || typeof direction !== "string") return undefined;
    if (priority < 100 || priority > 4096) {
        const message = `Security rule ${String(name)} has priority ${priority}; allowed are 100 to 4096.`;
        return new ArmError("SecurityRuleInvalidPriority", message);
    }
    const other = seen.get(`${direction}/${priority}`);
    seen.set(`${direction}/${priority}`, String(name));
    if (other === undefined || other === name) return undefined;
    return new ArmError(
        "SecurityRuleConflict",
        `Security rules ${other} and ${String(name)} of '${group}' conflict: same priority ${priority} and direction ${direction}.`,
    );
}

export const network: ServiceTypes = {
    VirtualNetwork: {
        id: inGroup(VIRTUAL_NETWORK),
        required: ["addressSpace.addressPrefixes"],
        rules: [networkHasAddressSpace, networkKeepsItsSubnets, inlineSubnetsAreValid, protectionHasPlan],
        sets: ["subnets", "addressSpace.addressPrefixes"],
        replaceOn: ["extendedLocation"],
        // API versions since 2023-11-01.
        absentCollectionsStay: true,
        parts: (network) => [
            ...inlineParts(network, "subnets", "network:Subnet"),
            ...inlineParts(network, "virtualNetworkPeerings", "network:VirtualNetworkPeering"),
        ],
    },
    Subnet: {
        id: inGroup(`${VIRTUAL_NETWORK}/subnets/{subnetName}`),
        // "defaultOutboundAccess: this property can only be set at the time of subnet creation" (REST reference).
        replaceOn: ["defaultOutboundAccess"],
        rules: [...subnetRules, ({ inputs, id }) => (hasPrefix(inputs) ? undefined : noPrefix(id))],
        sets: ["serviceEndpoints", "delegations"],
        inUse: "InUseSubnetCannotBeDeleted",
    },
    NetworkSecurityGroup: {
        id: inGroup(SECURITY_GROUP),
        rules: [prioritiesAreUnique, bastionGroupStaysComplete, groupAdmitsGatewayControl],
        sets: ["securityRules"],
        parts: (group) => inlineParts(group, "securityRules", "network:SecurityRule"),
        inUse: "InUseNetworkSecurityGroupCannotBeDeleted",
    },
    SecurityRule: {
        id: inGroup(`${SECURITY_GROUP}/securityRules/{securityRuleName}`),
        required: ["priority"],
        rules: [priorityIsFree],
    },
    RouteTable: {
        id: inGroup(ROUTE_TABLE),
        rules: [nextHopFits, gatewaySubnetGetsNoDefaultRoute, tableSuitsGateways],
        sets: ["routes"],
        parts: (table) => inlineParts(table, "routes", "network:Route"),
        inUse: "InUseRouteTableCannotBeDeleted",
    },
    Route: {
        id: inGroup(`${ROUTE_TABLE}/routes/{routeName}`),
        required: ["addressPrefix"],
        rules: [nextHopFits, gatewaySubnetGetsNoDefaultRoute, routeSuitsGateways],
    },
};

function hasPrefix(inputs: Properties): boolean {
    return ["addressPrefix", "addressPrefixes", "ipamPoolPrefixAllocations"].some((name) => inputs[name] !== undefined);
}

function noPrefix(id: string): ArmError {
    return new ArmError(
        "NetcfgInvalidSubnet",
        `Subnet '${lastSegment(id)}' has neither addressPrefix nor addressPrefixes.`,
    );
}
