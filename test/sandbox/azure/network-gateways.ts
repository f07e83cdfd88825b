import { containsUnknown, itemsAt, stringAt, stringsAt, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { zonesOf } from "../../../components/availability-zones";
import { addressAt, FIRST_USABLE, isRange, overlap, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { addressesAreFree, defaultRouteHop, subnetIsNamed } from "./network-references";
import { addressSpaces, subnetRange } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: gateways of a virtual network for VPN and ExpressRoute, and the sites at the other end. */

const SUBNETS = "ipConfigurations[].subnet.id";
const ADDRESSES = "ipConfigurations[].publicIPAddress.id";

/** "About gateway SKUs"; those without zones can't be created any more. */
const SKUS: Readonly<Record<string, RegExp>> = {
    Vpn: /^(Basic|Standard|HighPerformance|VpnGw[1-5](AZ)?)$/,
    ExpressRoute: /^(Standard|HighPerformance|UltraPerformance|ErGw[1-3]AZ|ErGwScale)$/,
};

function skuOf(inputs: Properties): string | undefined {
    return stringAt(inputs, "sku.name");
}

const skuFitsType: Rule = ({ id, inputs }) => {
    const [type, sku] = [stringAt(inputs, "gatewayType"), skuOf(inputs)];
    if (type === undefined || sku === undefined) return undefined;
    const policyBased = type === "Vpn" && inputs["vpnType"] === "PolicyBased";
    if (policyBased ? sku === "Basic" : (SKUS[type]?.test(sku) ?? true)) return undefined;
    const kind = policyBased ? "Vpn with vpnType PolicyBased" : type;
    const message = `The specified gateway size ${sku} is not valid for ${lastSegment(id)} of type ${kind}.`;
    return new ArmError("InvalidGatewaySize", message);
};

/** Since November 2025. Gateways that exist may stay. */
const skuHasZones: Rule = ({ id, inputs }, cloud) => {
    if (!/^VpnGw[1-5]$/.test(skuOf(inputs) ?? "") || cloud.get(id)) return undefined;
    const message = `VpnGw1-5 non-AZ SKUs are no longer supported for VPN gateways (${lastSegment(id)}: ${skuOf(inputs)}). Only VpnGw1-5AZ SKUs can be created.`;
    return new ArmError("NonAzSkusNotAllowedForVPNGateway", message);
};

/** "About gateway SKUs": what SKU Basic does without. */
const basicIsPlain: Rule = ({ id, inputs }) => {
    if (skuOf(inputs) !== "Basic") return undefined;
    const features = [
        ...(inputs["enableBgp"] === true ? ["BGP"] : []),
        ...(inputs["activeActive"] === true ? ["active-active mode"] : []),
        ...stringsAt(inputs, "vpnClientConfiguration.vpnClientProtocols[]").filter((protocol) => protocol !== "SSTP"),
    ];
    if (features.length === 0) return undefined;
    const message = `Gateway ${lastSegment(id)} has SKU Basic, which doesn't support ${features.join(", ")}. Use VpnGw1AZ or higher.`;
    return new ArmError("GatewaySkuDoesNotSupportFeature", message);
};

function isVpn(inputs: Properties): boolean {
    return inputs["gatewayType"] === "Vpn";
}

const vpnHasAddresses: Rule = ({ id, inputs }) => {
    const bare = itemsAt(inputs, "ipConfigurations").find((each) => valueAt(each, "publicIPAddress") === undefined);
    if (!isVpn(inputs) || !bare) return undefined;
    const message = `IP configuration ${String(bare["name"])} of VPN gateway ${lastSegment(id)} needs a public IP address.`;
    return new ArmError("VirtualNetworkGatewayPublicIpRequired", message);
};

const addressesFitSku: Rule = ({ id, inputs }, cloud) => {
    for (const address of stringsAt(inputs, ADDRESSES)) {
        const found = cloud.get(address)?.inputs;
        if (!found || (isVpn(inputs) && skuOf(inputs) === "Basic")) continue;
        if ((stringAt(found, "sku.name") ?? "Standard") === "Basic") {
            const kind = isVpn(inputs) ? "VPN" : "ExpressRoute";
            const message = `Basic IP configuration for ${kind} Virtual Network Gateways is not supported. Associate a Standard IP with ${lastSegment(id)}.`;
            return new ArmError(`PublicIpWithBasicSkuNotAllowedOn${kind}Gateways`, message);
        }
        const zonal = containsUnknown(found["zones"]) || itemCount(found, "zones") > 0;
        if (isVpn(inputs) && skuOf(inputs)?.endsWith("AZ") && !zonal && zonesOf(String(found["location"])).length > 0) {
            const message = `Standard Public IPs associated with VPN Gateways with AZ VPN skus must have zones configured (${lastSegment(address)}).`;
            return new ArmError("VmssVpnGatewayPublicIpsMustHaveZonesConfigured", message);
        }
    }
    return undefined;
};

function itemCount(inputs: Properties, property: string): number {
    const items = inputs[property];
    return Array.isArray(items) ? items.length : 0;
}

/** An active-active gateway has an address per instance, and one more for the clients of point-to-site. */
const configurationsFitMode: Rule = ({ id, inputs }) => {
    if (!Array.isArray(inputs["ipConfigurations"]) || !isVpn(inputs)) return undefined;
    const clients = valueAt(inputs, "vpnClientConfiguration") !== undefined;
    const needed = inputs["activeActive"] !== true ? 1 : clients ? 3 : 2;
    const found = itemCount(inputs, "ipConfigurations");
    if (found === needed || containsUnknown(inputs["activeActive"])) return undefined;
    const mode =
        needed === 1
            ? "without active-active mode"
            : needed === 2
              ? "active-active"
              : "active-active with point-to-site";
    const message = `Gateway ${lastSegment(id)} (${mode}) needs ${needed} IP configurations, but has ${found}.`;
    return new ArmError("VirtualNetworkGatewayIpConfigurationCountInvalid", message);
};

const ENTRA = ["aadTenant", "aadAudience", "aadIssuer"];

/** "Configure a P2S VPN gateway for Microsoft Entra ID authentication". */
const entraIsComplete: Rule = ({ id, inputs }) => {
    const clients = valueAt(inputs, "vpnClientConfiguration");
    const protocols = stringsAt(clients, "vpnClientProtocols[]");
    const given = ENTRA.filter((property) => valueAt(clients, property) !== undefined);
    const chosen = stringsAt(clients, "vpnAuthenticationTypes[]").includes("AAD");
    if (containsUnknown(clients) || (!chosen && given.length === 0)) return undefined;
    const missing = ENTRA.filter((property) => !given.includes(property));
    if (missing.length > 0) {
        const message = `Point-to-site of ${lastSegment(id)} uses Microsoft Entra ID, but ${missing.join(", ")} is missing.`;
        return new ArmError("VpnClientAadAuthenticationIncomplete", message);
    }
    if (protocols.length === 1 && protocols[0] === "OpenVPN") return undefined;
    const message = `Point-to-site of ${lastSegment(id)}: Microsoft Entra ID works with protocol OpenVPN only, found ${protocols.join(", ") || "none"}.`;
    return new ArmError("VpnClientAadAuthenticationRequiresOpenVpn", message);
};

const clientPoolIsValid: Rule = ({ id, inputs }, cloud) => {
    const clients = valueAt(inputs, "vpnClientConfiguration");
    if (clients === undefined) return undefined;
    if (!isVpn(inputs) || inputs["vpnType"] === "PolicyBased") {
        const message = `Gateway ${lastSegment(id)} can't have point-to-site: that needs gatewayType Vpn and vpnType RouteBased.`;
        return new ArmError("VpnClientConfigurationNotSupported", message);
    }
    const pools = stringsAt(clients, "vpnClientAddressPool.addressPrefixes[]");
    const spaces = stringsAt(inputs, SUBNETS).flatMap((subnet) => addressSpaces(cloud.get(parentId(subnet) ?? "")));
    const wrong = pools.find((pool) => !isRange(pool) || spaces.some((space) => overlap(space, pool)));
    if (wrong === undefined && (pools.length > 0 || containsUnknown(clients))) return undefined;
    const found = wrong === undefined ? "has no address pool" : `has the address pool ${wrong}`;
    const message = `Point-to-site of ${lastSegment(id)} ${found}; it needs ranges outside of its virtual network (${spaces.join(", ")}).`;
    return new ArmError("VpnClientAddressPoolInvalid", message);
};

const certificatesHaveRoot: Rule = ({ id, inputs }) => {
    const clients = valueAt(inputs, "vpnClientConfiguration");
    const needsRoot = stringsAt(clients, "vpnAuthenticationTypes[]").includes("Certificate");
    if (!needsRoot || valueAt(clients, "vpnClientRootCertificates[]") !== undefined) return undefined;
    const message = `Point-to-site of ${lastSegment(id)} uses certificates, but has no vpnClientRootCertificates.`;
    return new ArmError("VpnClientRootCertificateRequired", message);
};

function networksOf(gateway: Resource): string[] {
    return stringsAt(gateway.inputs, SUBNETS).map((subnet) => idKey(parentId(subnet) ?? ""));
}

const onePerTypeAndNetwork: Rule = (gateway, cloud) => {
    const networks = networksOf(gateway);
    const twin = cloud
        .ofType("network:VirtualNetworkGateway")
        .find(
            (other) =>
                idKey(other.id) !== idKey(gateway.id) &&
                other.inputs["gatewayType"] === gateway.inputs["gatewayType"] &&
                networksOf(other).some((network) => networks.includes(network)),
        );
    if (!twin) return undefined;
    const message = `The virtual network of ${lastSegment(gateway.id)} already has a gateway of type ${String(gateway.inputs["gatewayType"])}: ${twin.id}.`;
    return new ArmError("VirtualNetworkGatewayOfTypeExists", message);
};

/** "Gateway subnet": a gateway whose subnet has a default route can't be created. */
const subnetHasNoDefaultRoute: Rule = ({ id, inputs }, cloud) => {
    for (const subnet of stringsAt(inputs, SUBNETS)) {
        const hop = defaultRouteHop(stringAt(cloud.get(subnet)?.inputs, "routeTable.id"), cloud);
        if (hop === undefined) continue;
        const message = `Gateway ${lastSegment(id)} can't be created: the route table of its subnet ${subnet} sends 0.0.0.0/0 to ${hop}.`;
        return new ArmError("GatewaySubnetDefaultRouteNotAllowed", message);
    }
    return undefined;
};

/** An active-active gateway has the first addresses of its subnet, a single one the last. */
function bgpAddresses({ inputs }: Resource, cloud: CloudView): string[] {
    const range = subnetRange(stringsAt(inputs, SUBNETS)[0], cloud);
    if (range === undefined) return [];
    const last = 2 ** (32 - (prefixLength(range) ?? 32)) - 2;
    return itemsAt(inputs, "ipConfigurations").map(
        (_configuration, index) =>
            addressAt(range, inputs["activeActive"] === true ? FIRST_USABLE + index : last) ?? "",
    );
}

function vpnOutputs(gateway: Resource, cloud: CloudView): Properties {
    const addresses = bgpAddresses(gateway, cloud);
    const peers = itemsAt(gateway.inputs, "ipConfigurations").map((configuration, index) => ({
        ipconfigurationId: `${gateway.id}/ipConfigurations/${String(configuration["name"])}`,
        defaultBgpIpAddresses: [addresses[index] ?? ""],
        customBgpIpAddresses: [],
        tunnelIpAddresses: [
            stringAt(cloud.get(stringAt(configuration, "publicIPAddress.id") ?? "")?.outputs, "ipAddress") ?? "",
        ],
    }));
    return {
        enableBgp: gateway.inputs["enableBgp"] ?? false,
        vpnType: gateway.inputs["vpnType"] ?? "RouteBased",
        bgpSettings: {
            asn: valueAt(gateway.inputs, "bgpSettings.asn") ?? 65515,
            bgpPeeringAddress: addresses.join(","),
            peerWeight: valueAt(gateway.inputs, "bgpSettings.peerWeight") ?? 0,
            bgpPeeringAddresses: peers,
        },
    };
}

const siteHasAddress: Rule = ({ id, inputs }) => {
    const given = ["gatewayIpAddress", "fqdn"].filter((property) => inputs[property] !== undefined);
    if (given.length === 1) return undefined;
    const message = `Local network gateway ${lastSegment(id)} needs gatewayIpAddress or fqdn, and not both; found ${given.join(" and ") || "neither"}.`;
    return new ArmError("LocalNetworkGatewayIpAddressOrFqdnRequired", message);
};

/** What lies behind the site is either listed or learned. */
const siteHasRanges: Rule = ({ id, inputs }) => {
    const ranges = stringsAt(inputs, "localNetworkAddressSpace.addressPrefixes[]");
    const wrong = ranges.find((range) => !isRange(range));
    const known = ranges.length > 0 || inputs["bgpSettings"] !== undefined || containsUnknown(inputs);
    if (wrong === undefined && known) return undefined;
    const found =
        wrong === undefined ? "has neither address prefixes nor BGP settings" : `has the address prefix ${wrong}`;
    return new ArmError("LocalNetworkGatewayAddressSpaceInvalid", `Local network gateway ${lastSegment(id)} ${found}.`);
};

export const gateways: ServiceTypes = {
    VirtualNetworkGateway: {
        id: inGroup("Microsoft.Network/virtualNetworkGateways/{virtualNetworkGatewayName}"),
        required: ["gatewayType", "sku.name", "ipConfigurations"],
        replaceOn: ["gatewayType", "vpnType", "vpnGatewayGeneration", "extendedLocation"],
        rules: [
            subnetIsNamed(SUBNETS, "GatewaySubnet", "GatewaySubnetNameInvalid", "Virtual network gateway"),
            skuFitsType,
            skuHasZones,
            basicIsPlain,
            vpnHasAddresses,
            addressesFitSku,
            addressesAreFree(ADDRESSES),
            configurationsFitMode,
            entraIsComplete,
            clientPoolIsValid,
            certificatesHaveRoot,
            onePerTypeAndNetwork,
            subnetHasNoDefaultRoute,
        ],
        sets: ["ipConfigurations"],
        inUse: "VirtualNetworkGatewayInUse",
        computed: (gateway, cloud) => ({
            activeActive: gateway.inputs["activeActive"] ?? false,
            sku: { tier: skuOf(gateway.inputs), capacity: 2 },
            ...(isVpn(gateway.inputs) ? vpnOutputs(gateway, cloud) : {}),
        }),
    },
    LocalNetworkGateway: {
        id: inGroup("Microsoft.Network/localNetworkGateways/{localNetworkGatewayName}"),
        rules: [siteHasAddress, siteHasRanges],
        sets: ["localNetworkAddressSpace.addressPrefixes"],
        inUse: "LocalNetworkGatewayInUse",
    },
};
