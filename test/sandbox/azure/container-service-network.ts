import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { contains, isFirstAddress, isRange, overlap, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { lastSegment, parentId } from "./arm-id";
import { invalid } from "./container-service-error";
import { subnetPrefixes } from "./network";
import type { CloudView, Resource, Rule } from "./resource-type";

/** The network of an AKS cluster: address ranges, plugin, and the way out. */

/** "Networking concepts for AKS": ranges that the platform uses itself. */
const RESERVED_RANGES = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

function ranges(inputs: Properties, one: string, many: string): string[] {
    const several = stringsAt(inputs, `networkProfile.${many}[]`);
    return several.length > 0 ? several : stringsAt(inputs, `networkProfile.${one}`);
}

function serviceRanges(inputs: Properties): string[] {
    return ranges(inputs, "serviceCidr", "serviceCidrs");
}

function podRanges(inputs: Properties): string[] {
    return ranges(inputs, "podCidr", "podCidrs");
}

function subnetIds(inputs: Properties): string[] {
    return [
        ...new Set([
            ...stringsAt(inputs, "agentPoolProfiles[].vnetSubnetID"),
            ...stringsAt(inputs, "apiServerAccessProfile.subnetId"),
        ]),
    ];
}

/** Subnets of the networks in which the pools stand, and of their peers. */
function reachableSubnets(inputs: Properties, cloud: CloudView): Resource[] {
    const own = new Set(subnetIds(inputs).map((id) => parentId(id) ?? ""));
    const peers = [...own].flatMap((network) =>
        cloud
            .children(network, "network:VirtualNetworkPeering")
            .flatMap(({ inputs: peering }) => stringsAt(peering, "remoteVirtualNetwork.id")),
    );
    return [...own, ...peers].flatMap((network) => cloud.children(network, "network:Subnet"));
}

const rangesAreNotReserved: Rule = ({ inputs }, cloud) => {
    for (const [property, list] of [
        ["networkProfile.serviceCidr", serviceRanges(inputs)],
        ["networkProfile.podCidr", podRanges(inputs)],
        [
            "agentPoolProfiles.vnetSubnetID",
            subnetIds(inputs).flatMap((id) => subnetPrefixes(cloud.get(id)?.inputs ?? {})),
        ],
    ] as const) {
        for (const range of list) {
            const reserved = RESERVED_RANGES.find((candidate) => overlap(candidate, range));
            if (!isRange(range)) return invalid(property, `'${range}' is no address range in CIDR notation.`);
            if (reserved !== undefined)
                return invalid(property, `${range} overlaps with ${reserved}, which AKS reserves.`);
        }
    }
    return undefined;
};

const serviceRangeIsSmallEnough: Rule = ({ inputs }) => {
    const wide = serviceRanges(inputs).find((range) => !range.includes(":") && (prefixLength(range) ?? 32) < 12);
    return wide === undefined
        ? undefined
        : invalid("networkProfile.serviceCidr", `${wide} is too large: allowed are ranges up to /12.`);
};

const rangesDoNotOverlap: Rule = ({ inputs }, cloud) => {
    const [services, pods] = [serviceRanges(inputs), podRanges(inputs)];
    const clash = services.find((range) => pods.some((pod) => overlap(range, pod)));
    if (clash !== undefined) return invalid("networkProfile.podCidr", `It overlaps with the service CIDR ${clash}.`);
    for (const subnet of reachableSubnets(inputs, cloud)) {
        for (const prefix of subnetPrefixes(subnet.inputs)) {
            const service = services.find((range) => overlap(range, prefix));
            if (service !== undefined) {
                const message = `The specified service CIDR ${service} is conflicted with an existing subnet CIDR ${prefix} (${lastSegment(subnet.id)}).`;
                return new ArmError("ServiceCidrOverlapExistingSubnetsCidr", message);
            }
            const pod = pods.find((range) => overlap(range, prefix));
            if (pod !== undefined) {
                const message = `NetworkProfile CIDR ${pod} overlaps with VNET CIDR ${prefix} (${lastSegment(subnet.id)}).`;
                return new ArmError("NetworkProfileCIDROverlapVNET", message);
            }
        }
    }
    return undefined;
};

const dnsServiceIpFits: Rule = ({ inputs }) => {
    const address = stringAt(inputs, "networkProfile.dnsServiceIP");
    const services = serviceRanges(inputs);
    if (address === undefined || services.length === 0) return undefined;
    const range = services.find((candidate) => contains(candidate, address));
    if (range === undefined) {
        return invalid(
            "networkProfile.dnsServiceIP",
            `${address} is not within the service CIDR ${services.join(", ")}.`,
        );
    }
    if (!isFirstAddress(range, address)) return undefined;
    return invalid(
        "networkProfile.dnsServiceIP",
        `${address} is the first address of ${range}, which the API server's service takes.`,
    );
};

/** "Customize cluster egress with outbound types": a default route to an appliance or gateway must be there before. */
const userDefinedRoutingHasRoute: Rule = ({ inputs }, cloud) => {
    if (stringAt(inputs, "networkProfile.outboundType") !== "userDefinedRouting") return undefined;
    for (const id of stringsAt(inputs, "agentPoolProfiles[].vnetSubnetID")) {
        const refusal = routeRefusal(id, cloud);
        if (refusal) return refusal;
    }
    const withoutSubnet = itemsAt(inputs, "agentPoolProfiles").find((pool) => pool["vnetSubnetID"] === undefined);
    if (!withoutSubnet) return undefined;
    const message = `Agent pool ${String(withoutSubnet["name"])} has no vnetSubnetID; outbound type userDefinedRouting needs a subnet of your own.`;
    return invalid("networkProfile.outboundType", message);
};

export function routeRefusal(subnetId: string, cloud: CloudView): ArmError | undefined {
    const subnet = cloud.get(subnetId);
    const association = subnet && valueAt(subnet.inputs, "routeTable.id");
    if (!subnet || association === UNKNOWN || valueAt(subnet.inputs, "routeTable") === UNKNOWN) return undefined;
    if (typeof association !== "string") {
        const message = `An existing route table has not been associated with subnet ${subnetId}. Please update the route table association.`;
        return new ArmError("ExistingRouteTableNotAssociatedWithSubnet", message);
    }
    const table = cloud.get(association);
    if (!table) return undefined;
    const routes = [
        ...itemsAt(table.inputs, "routes"),
        ...cloud.children(table.id, "network:Route").map(({ inputs }) => inputs),
    ];
    if (valueAt(table.inputs, "routes") === UNKNOWN || routes.some((route) => route["addressPrefix"] === UNKNOWN))
        return undefined;
    const fallback = routes.find((route) => route["addressPrefix"] === "0.0.0.0/0");
    const hop = fallback?.["nextHopType"];
    if (hop === "VirtualAppliance" || hop === "VirtualNetworkGateway" || hop === UNKNOWN) return undefined;
    const found = fallback ? `its next hop type is ${String(hop)}` : "it has no such route";
    return new ArmError(
        "RouteTableInvalidNextHop",
        `Route table ${association} of subnet ${lastSegment(subnetId)} needs a route 0.0.0.0/0 to a VirtualAppliance or ` +
            `VirtualNetworkGateway for outbound type userDefinedRouting, but ${found}.`,
    );
}

/** Of a NAT gateway too: the subnets must have it before. */
const natGatewayIsAssociated: Rule = ({ inputs }, cloud) => {
    const type = stringAt(inputs, "networkProfile.outboundType");
    const subnets = stringsAt(inputs, "agentPoolProfiles[].vnetSubnetID");
    const own = itemsAt(inputs, "agentPoolProfiles").some((pool) => pool["vnetSubnetID"] !== undefined);
    if (type === "managedNATGateway" && own) {
        const message = "Outbound type managedNATGateway is not allowed with a custom virtual network.";
        return new ArmError("ManagedNATGatewayWithCustomVNetNotAllowed", message);
    }
    if (type !== "userAssignedNATGateway") return undefined;
    if (!own) {
        const message = "Outbound type userAssignedNATGateway needs agent pools in subnets of your own (vnetSubnetID).";
        return new ArmError("UserAssignedNATGatewayWithManagedVNetNotAllowed", message);
    }
    const bare = subnets.find((id) => {
        const subnet = cloud.get(id);
        return subnet !== undefined && valueAt(subnet.inputs, "natGateway") === undefined;
    });
    if (bare === undefined) return undefined;
    const message = `Subnet ${bare} is not associated with a NAT gateway, which outbound type userAssignedNATGateway needs.`;
    return new ArmError("SubnetNotAssociatedWithNATGateway", message);
};

const routedClusterHasNoOtherWayOut: Rule = ({ inputs }) => {
    if (stringAt(inputs, "networkProfile.outboundType") !== "userDefinedRouting") return undefined;
    if (valueAt(inputs, "networkProfile.loadBalancerProfile") !== undefined) {
        const message = "A loadBalancerProfile can't be combined with outbound type userDefinedRouting.";
        return new ArmError("InvalidUserDefinedRoutingWithLoadBalancerProfile", message);
    }
    const exposed = itemsAt(inputs, "agentPoolProfiles").find((pool) => pool["enableNodePublicIP"] === true);
    if (!exposed) return undefined;
    const message = `Agent pool ${String(exposed["name"])} has node public IPs, which outbound type userDefinedRouting doesn't allow.`;
    return new ArmError("UDRWithNodePublicIPNotAllowed", message);
};

const pluginFitsMode: Rule = ({ inputs }) => {
    const plugin = stringAt(inputs, "networkProfile.networkPlugin");
    for (const property of ["networkPluginMode", "networkMode"]) {
        const mode = stringAt(inputs, `networkProfile.${property}`);
        if (mode === undefined || plugin === undefined || plugin === "azure") continue;
        return invalid(`networkProfile.${property}`, `'${mode}' needs network plugin azure, but it is '${plugin}'.`);
    }
    return undefined;
};

const policyFitsPlugin: Rule = ({ inputs }) => {
    const plugin = stringAt(inputs, "networkProfile.networkPlugin");
    const policy = stringAt(inputs, "networkProfile.networkPolicy");
    if (policy === undefined || policy === "none") return undefined;
    if (plugin === "none") {
        const message = `Network policy '${policy}' is not supported with network plugin none.`;
        return new ArmError("NetworkPolicyNotSupportedForNone", message);
    }
    if (plugin !== "kubenet" || policy !== "azure") return undefined;
    return new ArmError(
        "NetworkPolicyAzureNotSupportedForKubenet",
        "Network policy azure is not supported with network plugin kubenet.",
    );
};

/** "Configure Azure CNI powered by Cilium": plugin, data plane and policy come together. */
const ciliumIsComplete: Rule = ({ inputs }) => {
    const plugin = stringAt(inputs, "networkProfile.networkPlugin");
    const policy = stringAt(inputs, "networkProfile.networkPolicy");
    const dataplane = valueAt(inputs, "networkProfile.networkDataplane");
    if (policy === "cilium" && dataplane !== "cilium" && dataplane !== UNKNOWN) {
        const message = "Network policy cilium requires network data plane cilium (networkProfile.networkDataplane).";
        return new ArmError("NetworkPolicyCiliumRequiresCiliumDataplane", message);
    }
    if (dataplane !== "cilium") return undefined;
    if (plugin !== undefined && plugin !== "azure") {
        return invalid("networkProfile.networkDataplane", `cilium needs network plugin azure, but it is '${plugin}'.`);
    }
    if (policy === "azure" || policy === "calico") {
        return invalid("networkProfile.networkPolicy", `Data plane cilium needs policy cilium, but it is '${policy}'.`);
    }
    return undefined;
};

/** "Advanced Container Networking Services": metrics on any data plane, security on Cilium alone. */
const advancedSecurityNeedsCilium: Rule = ({ inputs }) => {
    const security = valueAt(inputs, "networkProfile.advancedNetworking.security");
    const policies = stringAt(security, "advancedNetworkPolicies");
    const wanted = valueAt(security, "enabled") === true || policies === "FQDN" || policies === "L7";
    const dataplane = valueAt(inputs, "networkProfile.networkDataplane");
    if (!wanted || dataplane === "cilium" || dataplane === UNKNOWN) return undefined;
    return invalid(
        "networkProfile.advancedNetworking.security",
        `It needs network data plane cilium, but it is '${String(dataplane ?? "azure")}'.`,
    );
};

export const networkRules: Rule[] = [
    rangesAreNotReserved,
    serviceRangeIsSmallEnough,
    rangesDoNotOverlap,
    dnsServiceIpFits,
    userDefinedRoutingHasRoute,
    natGatewayIsAssociated,
    routedClusterHasNoOtherWayOut,
    pluginFitsMode,
    policyFitsPlugin,
    ciliumIsComplete,
    advancedSecurityNeedsCilium,
];
