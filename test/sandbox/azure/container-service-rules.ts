import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { contains, isFirstAddress, isNetworkAddress, isRange, overlap, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { armType, idKey, lastSegment, parentId } from "./arm-id";
import { subnetPrefixes } from "./network";
import type { CloudView, Resource, Rule } from "./resource-type";

/** What AKS refuses. AKS answers most bad settings with one code and names the property in the message. */
function invalid(property: string, message: string): ArmError {
    return new ArmError("InvalidParameter", `The value of parameter ${property} is invalid. ${message}`);
}

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

function routeRefusal(subnetId: string, cloud: CloudView): ArmError | undefined {
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

const authorizedRangesFitExposure: Rule = ({ inputs }) => {
    const property = "apiServerAccessProfile.authorizedIPRanges";
    const authorized = stringsAt(inputs, `${property}[]`);
    if (authorized.length === 0) return undefined;
    if (valueAt(inputs, "apiServerAccessProfile.enablePrivateCluster") === true) {
        return invalid(
            property,
            "Authorized IP ranges can't be used with a private cluster; they apply to a public API server only.",
        );
    }
    const limit = valueAt(inputs, "apiServerAccessProfile.enableVnetIntegration") === true ? 2000 : 200;
    if (authorized.length > limit)
        return invalid(property, `${authorized.length} ranges are given; allowed are up to ${limit}.`);
    const wrong = authorized.find((range) => !isRange(range) || !isNetworkAddress(range));
    return wrong === undefined ? undefined : invalid(property, `'${wrong}' is not a network address in CIDR notation.`);
};

const privateDnsZoneFits: Rule = ({ inputs, id }) => {
    const property = "apiServerAccessProfile.privateDNSZone";
    const zone = stringAt(inputs, property);
    const isCustom = zone?.startsWith("/") ?? false;
    if (stringAt(inputs, "fqdnSubdomain") !== undefined && zone !== undefined && !isCustom) {
        return invalid("fqdnSubdomain", `It needs a custom private DNS zone, but ${property} is '${zone}'.`);
    }
    if (zone === "none" && valueAt(inputs, "apiServerAccessProfile.enablePrivateClusterPublicFQDN") === false) {
        return invalid(
            property,
            "With 'none' the public FQDN must stay enabled, or no name would lead to the API server.",
        );
    }
    if (!isCustom || zone === undefined) return undefined;
    const location = stringAt(inputs, "location") ?? "[a-z0-9]+";
    const named = new RegExp(`^([a-z0-9-]{1,32}\\.)?(privatelink|private)\\.${location}\\.azmk8s\\.io$`, "i");
    if (!named.test(lastSegment(zone))) {
        return invalid(
            property,
            `Zone ${lastSegment(zone)} of ${lastSegment(id)} must be named privatelink.${location}.azmk8s.io, or be a subzone of it.`,
        );
    }
    if (stringAt(inputs, "identity.type") !== "SystemAssigned") return undefined;
    return invalid("identity", "A custom private DNS zone needs a user-assigned identity with rights on it.");
};

const hasSystemPool: Rule = ({ inputs }) => {
    const pools = itemsAt(inputs, "agentPoolProfiles");
    if (pools.length === 0 || pools.some((pool) => pool["mode"] === "System" || pool["mode"] === UNKNOWN))
        return undefined;
    return invalid("agentPoolProfiles", "At least one agent pool must have mode System.");
};

const localAccountsNeedEntra: Rule = ({ inputs }) => {
    if (inputs["disableLocalAccounts"] !== true || inputs["aadProfile"] !== undefined) return undefined;
    return invalid(
        "disableLocalAccounts",
        "Local accounts can be disabled only with Microsoft Entra integration (aadProfile).",
    );
};

const workloadIdentityNeedsIssuer: Rule = ({ inputs }) => {
    const wanted = valueAt(inputs, "securityProfile.workloadIdentity.enabled") === true;
    const issuer = valueAt(inputs, "oidcIssuerProfile.enabled");
    if (!wanted || issuer === true || issuer === UNKNOWN) return undefined;
    return invalid(
        "securityProfile.workloadIdentity",
        "Workload identity needs the OIDC issuer (oidcIssuerProfile.enabled).",
    );
};

function poolRefusal(pool: Properties, name: string): ArmError | undefined {
    const longest = pool["osType"] === "Windows" ? 6 : 12;
    if (name !== "" && (name.length > longest || !/^[a-z][a-z0-9]*$/.test(name))) {
        return invalid(
            "agentPoolProfile.name",
            `'${name}' must be 1 to ${longest} lower-case letters and digits, a letter first.`,
        );
    }
    if (pool["mode"] === "System" && pool["osType"] === "Windows") {
        return invalid("agentPoolProfile.mode", `System pool '${name}' must run Linux.`);
    }
    if (pool["mode"] === "System" && pool["scaleSetPriority"] === "Spot") {
        return invalid("agentPoolProfile.scaleSetPriority", `System pool '${name}' can't be of priority Spot.`);
    }
    const { minCount, maxCount, count } = pool;
    if (pool["enableAutoScaling"] === true) {
        if (minCount === undefined || maxCount === undefined) {
            return invalid(
                "agentPoolProfile.enableAutoScaling",
                `Pool '${name}' needs minCount and maxCount with auto-scaling.`,
            );
        }
        if (typeof minCount === "number" && typeof maxCount === "number" && minCount > maxCount) {
            return invalid(
                "agentPoolProfile.minCount",
                `Pool '${name}' has minCount ${minCount} above maxCount ${maxCount}.`,
            );
        }
    } else if (minCount !== undefined || maxCount !== undefined) {
        return invalid(
            "agentPoolProfile.minCount",
            `Pool '${name}' has minCount or maxCount, but enableAutoScaling isn't true.`,
        );
    }
    if (pool["mode"] === "System" && count === 0)
        return invalid("agentPoolProfile.count", `System pool '${name}' needs a node at least.`);
    return undefined;
}

const inlinePoolsAreValid: Rule = ({ inputs }) => {
    for (const pool of itemsAt(inputs, "agentPoolProfiles")) {
        const refusal = poolRefusal(pool, typeof pool["name"] === "string" ? pool["name"] : "");
        if (refusal) return refusal;
    }
    return undefined;
};

/** "Use separate subnets for node pools": all in the network of the cluster, and none delegated. */
function subnetsRefusal(ids: string[], cloud: CloudView): ArmError | undefined {
    const [first] = ids;
    const stranger = ids.find((id) => idKey(parentId(id) ?? "") !== idKey(parentId(first ?? "") ?? ""));
    if (stranger !== undefined) {
        return invalid(
            "agentPoolProfile.vnetSubnetID",
            `All agent pools must be in one virtual network; ${stranger} is in another than ${first}.`,
        );
    }
    const delegated = ids.find((id) => itemsAt(cloud.get(id)?.inputs, "delegations").length > 0);
    return delegated === undefined
        ? undefined
        : invalid("agentPoolProfile.vnetSubnetID", `Subnet ${delegated} is delegated; subnets of nodes must not be.`);
}

const poolsShareNetwork: Rule = ({ inputs }, cloud) =>
    subnetsRefusal(stringsAt(inputs, "agentPoolProfiles[].vnetSubnetID"), cloud);

const apiServerSubnetIsDelegated: Rule = ({ inputs }, cloud) => {
    const id = stringAt(inputs, "apiServerAccessProfile.subnetId");
    const subnet = cloud.get(id ?? "");
    if (!subnet) return undefined;
    const property = "apiServerAccessProfile.subnetId";
    const services = stringsAt(subnet.inputs, "delegations[].serviceName");
    if (
        !services.includes("Microsoft.ContainerService/managedClusters") &&
        valueAt(subnet.inputs, "delegations") !== UNKNOWN
    ) {
        return invalid(
            property,
            `Subnet ${lastSegment(subnet.id)} must be delegated to Microsoft.ContainerService/managedClusters.`,
        );
    }
    const small = subnetPrefixes(subnet.inputs).find(
        (prefix) => (prefixLength(prefix) ?? 0) > 28 && !prefix.includes(":"),
    );
    return small === undefined
        ? undefined
        : invalid(
              property,
              `Subnet ${lastSegment(subnet.id)} has the range ${small}; the API server needs at least /28.`,
          );
};

export const clusterRules: Rule[] = [
    rangesAreNotReserved,
    serviceRangeIsSmallEnough,
    rangesDoNotOverlap,
    dnsServiceIpFits,
    userDefinedRoutingHasRoute,
    authorizedRangesFitExposure,
    privateDnsZoneFits,
    hasSystemPool,
    inlinePoolsAreValid,
    poolsShareNetwork,
    apiServerSubnetIsDelegated,
    localAccountsNeedEntra,
    workloadIdentityNeedsIssuer,
];

export const poolRules: Rule[] = [
    ({ id, inputs }) => poolRefusal(inputs, lastSegment(id)),
    ({ id, inputs }, cloud) => {
        const cluster = cloud.get(parentId(id) ?? "");
        const own = stringAt(inputs, "vnetSubnetID");
        if (!cluster || own === undefined) return undefined;
        const shared = subnetsRefusal([...stringsAt(cluster.inputs, "agentPoolProfiles[].vnetSubnetID"), own], cloud);
        const routed = stringAt(cluster.inputs, "networkProfile.outboundType") === "userDefinedRouting";
        return shared ?? (routed ? routeRefusal(own, cloud) : undefined);
    },
];

/** "Planned maintenance": a cluster's configurations have three names. */
export const maintenanceNameIsKnown: Rule = ({ id }) => {
    const known = ["default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"];
    if (id === "" || known.includes(lastSegment(id))) return undefined;
    return invalid(
        "configName",
        `'${lastSegment(id)}' is not a maintenance configuration. Allowed: ${known.join(", ")}.`,
    );
};

/** "Trusted Access": names, roles of one provider, and a source that Azure knows. */
export const trustedAccessRules: Rule[] = [
    ({ id }) => {
        const name = lastSegment(id);
        if (id === "" || /^[A-Za-z0-9-]{1,24}$/.test(name)) return undefined;
        return invalid("trustedAccessRoleBindingName", `'${name}' must be 1 to 24 letters, digits and hyphens.`);
    },
    ({ inputs }) => {
        const source = stringAt(inputs, "sourceResourceId");
        if (source === undefined) return undefined;
        const stranger = stringsAt(inputs, "roles[]").find(
            (role) => !role.toLowerCase().startsWith(`${armType(source).toLowerCase()}/`),
        );
        return stranger === undefined
            ? undefined
            : invalid("roles", `Role ${stranger} does not belong to the source's type ${armType(source)}.`);
    },
];
