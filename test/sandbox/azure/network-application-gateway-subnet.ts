import { itemsAt, stringAt, stringsAt, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, lastSegment, parentId } from "./arm-id";
import type { CloudView, Resource, Rule } from "./resource-type";
import { missingFlows, rulesOf } from "./security-rules";
import type { Flow } from "./security-rules";

/**
 * What Azure demands of a subnet with Application Gateways, whoever changes: the gateway, the subnet, its security
 * group or its routes. A delegated subnet is one with network isolation, where routes and security groups are free.
 */

const DELEGATION = "Microsoft.Network/applicationGateways";

export function isV2(gateway: Resource): boolean {
    const tier = stringAt(gateway.inputs, "sku.tier") ?? stringAt(gateway.inputs, "sku.name");
    return tier !== undefined && !["Standard", "WAF"].includes(tier);
}

export function delegations(subnet: Resource): string[] {
    return stringsAt(subnet.inputs, "delegations[].serviceName");
}

export function isIsolated(subnet: Resource): boolean {
    return delegations(subnet).some((service) => service.toLowerCase() === DELEGATION.toLowerCase());
}

/** The gateways that stand in a subnet. */
export function gatewaysIn(subnetId: string, cloud: CloudView): Resource[] {
    return cloud
        .holders(subnetId)
        .filter(
            ({ type, inputs }) =>
                type === "network:ApplicationGateway" &&
                stringsAt(inputs, "gatewayIPConfigurations[].subnet.id").some((id) => idKey(id) === idKey(subnetId)),
        );
}

/** Azure's control plane reaches the instances of a gateway without isolation on these ports. */
function controlFlow(subnet: Resource): Flow {
    return {
        what: "GatewayManager to 65200-65535",
        direction: "Inbound",
        from: ["GatewayManager", "Internet"],
        to: ["VirtualNetwork", ...subnetRanges(subnet)],
        ports: [65200, 65535],
    };
}

function subnetRanges({ inputs }: Resource): string[] {
    return [...stringsAt(inputs, "addressPrefix"), ...stringsAt(inputs, "addressPrefixes[]")];
}

export function controlRefusal(subnet: Resource, cloud: CloudView, changed?: Resource): ArmError | undefined {
    const groupId = stringAt(subnet.inputs, "networkSecurityGroup.id");
    const group = changed ?? (groupId === undefined ? undefined : cloud.get(groupId));
    if (!group || isIsolated(subnet)) return undefined;
    if (missingFlows(rulesOf(group, cloud), [controlFlow(subnet)]).length === 0) return undefined;
    return new ArmError(
        "ApplicationGatewaySubnetInboundTrafficBlockedByNetworkSecurityGroup",
        `Network security group ${group.id} blocks incoming internet traffic on ports 65200 - 65535 to subnet ${subnet.id}, associated ` +
            `with Application Gateways. This is not permitted for Application Gateways that have V2 Sku.`,
    );
}

export function routeRefusal(subnet: Resource, cloud: CloudView, changed?: Resource): ArmError | undefined {
    const tableId = stringAt(subnet.inputs, "routeTable.id");
    const table = changed ?? (tableId === undefined ? undefined : cloud.get(tableId));
    const route = table && !isIsolated(subnet) ? routesOf(table, cloud).find(leavesByAppliance) : undefined;
    return table && route ? routeNotAllowed(table, subnet) : undefined;
}

function routesOf(table: Resource, cloud: CloudView): Properties[] {
    const standalone = cloud.children(table.id, "network:Route").filter(({ partOf }) => partOf === undefined);
    return [...itemsAt(table.inputs, "routes"), ...standalone.map(({ inputs }) => inputs)];
}

function leavesByAppliance(route: Properties): boolean {
    return route["addressPrefix"] === "0.0.0.0/0" && !["Internet", undefined].includes(stringAt(route, "nextHopType"));
}

function routeNotAllowed(table: Resource, subnet: Resource): ArmError {
    return new ArmError(
        "ApplicationGatewaySubnetUserDefinedRouteNotAllowed",
        `Route Table ${table.id} is associated to subnet ${subnet.id}, which contains V2 SKU Application Gateway. For routes ` +
            `associated to subnet containing Application Gateway V2, please ensure '0.0.0.0/0' uses NextHopType as 'Internet'.`,
    );
}

function holdsV2(subnet: Resource, cloud: CloudView): boolean {
    return gatewaysIn(subnet.id, cloud).some(isV2);
}

/** On the subnet, when it changes under a gateway. */
export const subnetSuitsItsGateways: Rule = (subnet, cloud) =>
    holdsV2(subnet, cloud) ? (controlRefusal(subnet, cloud) ?? routeRefusal(subnet, cloud)) : undefined;

function gatewaySubnetsWith(id: string, cloud: CloudView): Resource[] {
    return cloud.holders(id).filter((holder) => holder.type === "network:Subnet" && holdsV2(holder, cloud));
}

function firstRefusal(
    id: string,
    cloud: CloudView,
    refusal: (subnet: Resource) => ArmError | undefined,
): ArmError | undefined {
    for (const subnet of gatewaySubnetsWith(id, cloud)) {
        const found = refusal(subnet);
        if (found) return found;
    }
    return undefined;
}

/** On the security group, when it changes while it is on a gateway's subnet. */
export const groupAdmitsGatewayControl: Rule = (group, cloud) =>
    firstRefusal(group.id, cloud, (subnet) => controlRefusal(subnet, cloud, group));

/** On the route table, and on a route of its own. */
export const tableSuitsGateways: Rule = (table, cloud) =>
    firstRefusal(table.id, cloud, (subnet) => routeRefusal(subnet, cloud, table));

export const routeSuitsGateways: Rule = (route, cloud) => {
    const table = cloud.get(parentId(route.id) ?? "");
    if (!table || !leavesByAppliance(route.inputs)) return undefined;
    return firstRefusal(table.id, cloud, (subnet) => (isIsolated(subnet) ? undefined : routeNotAllowed(table, subnet)));
};

/** On whatever else would be put into a gateway's subnet. */
export function subnetHasNoGateway(path: string): Rule {
    return ({ id, inputs }, cloud) => {
        const taken = stringsAt(inputs, path).find((subnet) => gatewaysIn(subnet, cloud).length > 0);
        return taken === undefined ? undefined : mixedSubnet(taken, id);
    };
}

export function mixedSubnet(subnet: string, other: string): ArmError {
    return new ArmError(
        "ApplicationGatewaySubnetCannotHaveOtherResourceTypes",
        `Subnet ${lastSegment(subnet)} holds application gateways and ${other}. Give the gateways a subnet of their own.`,
    );
}

export function hasPublicFrontend(gateway: Resource): boolean {
    return itemsAt(gateway.inputs, "frontendIPConfigurations").some(
        (frontend) => valueAt(frontend, "publicIPAddress") !== undefined,
    );
}
