import { stringAt, valueAt } from "../provider/values";
import { prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { guid, publicIpAddress } from "./derive";
import { addressesAreFree, addressesAreStandard } from "./network-references";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: public IP addresses and prefixes, NAT gateways. */

const standardIsStatic: Rule = ({ id, inputs }) => {
    if (stringAt(inputs, "sku.name") !== "Standard" || inputs["publicIPAllocationMethod"] !== "Dynamic")
        return undefined;
    const message = `Standard SKU publicIp ${id} must have AllocationMethod set to Static.`;
    return new ArmError("PublicIPAndSkuAllocationMethodMismatch", message);
};

/** New addresses of SKU Basic can't be created since March 2025 ("Basic SKU public IP retirement"). */
const basicIsRetired: Rule = ({ id, inputs }, cloud) => {
    const sku = stringAt(inputs, "sku.name");
    const isBasic = sku === "Basic" || (sku === undefined && valueAt(inputs, "sku") === undefined);
    if (!isBasic || cloud.get(id)) return undefined;
    const message = `Cannot create public IP address '${lastSegment(id)}' of SKU Basic: it is retired. Use sku Standard.`;
    return new ArmError("IPv4BasicSkuPublicIpCountLimitReached", message);
};

const prefixHasAzureSize: Rule = ({ id, inputs }) => {
    const length = inputs["prefixLength"];
    if (typeof length !== "number" || inputs["publicIPAddressVersion"] === "IPv6" || (length >= 21 && length <= 31)) {
        return undefined;
    }
    const message = `Public IP prefix '${lastSegment(id)}' has length ${length}; allowed for IPv4 are 21 to 31.`;
    return new ArmError("PublicIpPrefixLengthNotSupported", message);
};

export const publicAddresses: ServiceTypes = {
    PublicIPAddress: {
        id: inGroup("Microsoft.Network/publicIPAddresses/{publicIpAddressName}"),
        replaceOn: ["sku", "publicIPAddressVersion", "publicIPPrefix", "zones", "extendedLocation"],
        rules: [standardIsStatic, basicIsRetired],
        sets: ["zones"],
        inUse: "PublicIPAddressCannotBeDeleted",
        computed: ({ id, inputs }) => {
            const label = stringAt(inputs, "dnsSettings.domainNameLabel");
            const location = stringAt(inputs, "location");
            return {
                ipAddress: publicIpAddress(id),
                idleTimeoutInMinutes: inputs["idleTimeoutInMinutes"] ?? 4,
                dnsSettings: label === undefined ? undefined : { fqdn: `${label}.${location}.cloudapp.azure.com` },
            };
        },
    },
    PublicIPPrefix: {
        id: inGroup("Microsoft.Network/publicIPPrefixes/{publicIpPrefixName}"),
        replaceOn: ["sku", "prefixLength", "publicIPAddressVersion", "zones"],
        rules: [prefixHasAzureSize],
        sets: ["zones"],
        inUse: "PublicIpPrefixInUse",
        computed: ({ id, inputs }) => {
            const length = typeof inputs["prefixLength"] === "number" ? inputs["prefixLength"] : 28;
            return { ipPrefix: `${publicIpAddress(id).replace(/\d+$/, "0")}/${prefixLength(`0.0.0.0/${length}`)}` };
        },
    },
    NatGateway: {
        id: inGroup("Microsoft.Network/natGateways/{natGatewayName}"),
        replaceOn: ["sku", "zones"],
        rules: [addressesAreStandard("publicIpAddresses[].id"), addressesAreFree("publicIpAddresses[].id")],
        inUse: "NatGatewayInUse",
        computed: ({ id }) => ({ resourceGuid: guid("nat", id) }),
    },
};
