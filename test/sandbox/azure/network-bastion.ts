import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { hash } from "./derive";
import { addressesAreStandard, subnetIsNamed } from "./network-references";
import type { Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: Azure Bastion. */

const SKUS = ["Developer", "Basic", "Standard", "Premium"];

/** The lowest SKU that has a feature ("About Bastion configuration settings"). */
const FEATURES: Readonly<Record<string, string>> = {
    disableCopyPaste: "Standard",
    enableFileCopy: "Standard",
    enableIpConnect: "Standard",
    enableShareableLink: "Standard",
    enableTunneling: "Standard",
    enableKerberos: "Basic",
    enableSessionRecording: "Premium",
    enablePrivateOnlyBastion: "Premium",
};

function skuOf({ inputs }: Resource): string {
    return stringAt(inputs, "sku.name") ?? "Basic";
}

function hasUnknownSku({ inputs }: Resource): boolean {
    return valueAt(inputs, "sku.name") === UNKNOWN;
}

const featuresFitSku: Rule = (bastion) => {
    if (hasUnknownSku(bastion)) return undefined;
    const sku = skuOf(bastion);
    const wrong = Object.entries(FEATURES).find(
        ([feature, lowest]) => bastion.inputs[feature] === true && SKUS.indexOf(sku) < SKUS.indexOf(lowest),
    );
    if (!wrong) return undefined;
    const [feature, lowest] = wrong;
    const message = `Bastion host ${lastSegment(bastion.id)} of SKU ${sku} does not support ${feature}: it needs ${lowest} or higher.`;
    return new ArmError("BastionHostSkuDoesNotSupportFeature", message);
};

const scaleFitsSku: Rule = (bastion) => {
    const units = bastion.inputs["scaleUnits"];
    if (typeof units !== "number" || hasUnknownSku(bastion)) return undefined;
    const sku = skuOf(bastion);
    const scales = SKUS.indexOf(sku) >= SKUS.indexOf("Standard");
    if (scales ? units >= 2 && units <= 50 : units === 2) return undefined;
    const message = `Bastion host ${lastSegment(bastion.id)} of SKU ${sku} has ${units} scale units; allowed are ${scales ? "2 to 50" : "2"}.`;
    return new ArmError("BastionHostInvalidScaleUnits", message);
};

/** Developer is shared and named after a network; every other SKU stands in a subnet of the network. */
const standsWhereItsSkuDoes: Rule = (bastion) => {
    if (hasUnknownSku(bastion)) return undefined;
    const isShared = skuOf(bastion) === "Developer";
    const inSubnet = valuesAt(bastion.inputs, "ipConfigurations[]").length > 0;
    const namesNetwork = valueAt(bastion.inputs, "virtualNetwork") !== undefined;
    if (isShared ? namesNetwork && !inSubnet : inSubnet) return undefined;
    const message =
        `Bastion host ${lastSegment(bastion.id)} of SKU ${skuOf(bastion)} needs ` +
        (isShared ? "virtualNetwork and takes no ipConfigurations." : "ipConfigurations.");
    return new ArmError("BastionHostInvalidConfiguration", message);
};

const publicUnlessPrivateOnly: Rule = (bastion) => {
    const isPrivate = bastion.inputs["enablePrivateOnlyBastion"] === true;
    const wrong = itemsAt(bastion.inputs, "ipConfigurations").find(
        (configuration) => (configuration["publicIPAddress"] !== undefined) === isPrivate,
    );
    if (!wrong) return undefined;
    const message = `Bastion host ${lastSegment(bastion.id)}: ${isPrivate ? "a private-only host takes no" : "it needs a"} public IP address.`;
    return new ArmError("BastionHostInvalidConfiguration", message);
};

const oneInANetwork: Rule = ({ id, inputs }, cloud) => {
    const networkOf = (of: Resource["inputs"]) =>
        stringAt(of, "virtualNetwork.id") ?? parentId(stringsAt(of, "ipConfigurations[].subnet.id")[0] ?? "");
    const network = networkOf(inputs);
    const twin = cloud
        .ofType("network:BastionHost")
        .find(
            (other) =>
                network !== undefined &&
                idKey(other.id) !== idKey(id) &&
                idKey(networkOf(other.inputs) ?? "") === idKey(network),
        );
    if (!twin) return undefined;
    const message = `Virtual network ${network} already has the Bastion host ${lastSegment(twin.id)}.`;
    return new ArmError("VnetAlreadyHasBastionHost", message);
};

export const bastion: ServiceTypes = {
    BastionHost: {
        id: inGroup("Microsoft.Network/bastionHosts/{bastionHostName}"),
        replaceOn: ["ipConfigurations", "zones", "virtualNetwork", "enablePrivateOnlyBastion"],
        rules: [
            featuresFitSku,
            scaleFitsSku,
            standsWhereItsSkuDoes,
            subnetIsNamed(
                "ipConfigurations[].subnet.id",
                "AzureBastionSubnet",
                "SubnetNameMustBeAzureBastionSubnet",
                "Azure Bastion",
            ),
            publicUnlessPrivateOnly,
            addressesAreStandard("ipConfigurations[].publicIPAddress.id"),
            oneInANetwork,
        ],
        computed: (host) => ({
            dnsName: `bst-${hash("bastion", host.id).slice(0, 32)}.bastion.azure.com`,
            sku: { name: skuOf(host) },
            scaleUnits: host.inputs["scaleUnits"] ?? 2,
        }),
    },
};
