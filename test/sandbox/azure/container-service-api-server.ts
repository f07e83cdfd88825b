import { stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import { isNetworkAddress, isRange, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, lastSegment, parentId } from "./arm-id";
import { invalid, unchangeable } from "./container-service-error";
import { subnetPrefixes } from "./network";
import type { Rule } from "./resource-type";

/** The ways to an AKS cluster's API server. */

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
        const message = `With ${property} 'none' the public FQDN must stay enabled, or no name would lead to the API server.`;
        return new ArmError("NonePrivateDNSZonePublicFQDNDisabledError", message);
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
    const message =
        "A custom private DNS zone needs a user-assigned identity with rights on it, not a system-assigned one.";
    return new ArmError("SystemAssignedIdentityNotSupportedForCustomPrivateDNSZone", message);
};

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

/** "API Server VNet Integration": a subnet of the cluster's own network that nothing else uses. */
const apiServerSubnetFits: Rule = ({ inputs }) => {
    const property = "apiServerAccessProfile.subnetId";
    const own = valueAt(inputs, property);
    const pools = stringsAt(inputs, "agentPoolProfiles[].vnetSubnetID");
    const integrated = valueAt(inputs, "apiServerAccessProfile.enableVnetIntegration");
    if (own !== undefined && integrated !== true && integrated !== UNKNOWN) {
        return invalid(property, "It can be set only with apiServerAccessProfile.enableVnetIntegration.");
    }
    if (own === undefined && integrated === true && pools.length > 0) {
        return invalid(property, "A cluster in a network of your own needs a subnet for its API server.");
    }
    if (typeof own !== "string") return undefined;
    if (pools.some((pool) => idKey(pool) === idKey(own))) {
        return invalid(property, `Subnet ${lastSegment(own)} holds nodes; the API server needs one of its own.`);
    }
    const stranger = pools.find((pool) => idKey(parentId(pool) ?? "") !== idKey(parentId(own) ?? ""));
    if (stranger === undefined) return undefined;
    return invalid(property, `${own} must be in the virtual network of the agent pools (${parentId(stranger)}).`);
};

/** Private link is chosen on create. With VNet integration, a cluster changes between public and private. */
const exposureStays: Rule = ({ inputs }, _cloud, before) => {
    if (!before) return undefined;
    const profile = "apiServerAccessProfile";
    const was = (name: string) => valueAt(before.inputs, `${profile}.${name}`);
    const becomes = (name: string) => valueAt(inputs, `${profile}.${name}`);
    const integrated = becomes("enableVnetIntegration");
    if (was("enableVnetIntegration") === true && integrated !== true && integrated !== UNKNOWN) {
        return unchangeable(`${profile}.enableVnetIntegration`, "VNet integration can't be switched off again.");
    }
    const isPrivate = becomes("enablePrivateCluster");
    const changed = isPrivate !== UNKNOWN && (was("enablePrivateCluster") === true) !== (isPrivate === true);
    if (changed && integrated !== true) {
        return unchangeable(`${profile}.enablePrivateCluster`, "It takes a new cluster, or VNet integration first.");
    }
    const zone = becomes("privateDNSZone");
    if (isPrivate !== true || changed || zone === UNKNOWN || (zone ?? "system") === (was("privateDNSZone") ?? "system"))
        return undefined;
    return unchangeable(`${profile}.privateDNSZone`, "It takes a new cluster.");
};

export const apiServerRules: Rule[] = [
    authorizedRangesFitExposure,
    privateDnsZoneFits,
    apiServerSubnetIsDelegated,
    apiServerSubnetFits,
    exposureStays,
];
