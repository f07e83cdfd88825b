import { stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { nameIsGloballyUnique, nameMatches } from "./names";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.ContainerRegistry */

/** "Azure Container Registry service tiers". */
const PREMIUM_ONLY: readonly (readonly [path: string, enabled: unknown])[] = [
    ["publicNetworkAccess", "Disabled"],
    ["dataEndpointEnabled", true],
    ["zoneRedundancy", "Enabled"],
    ["encryption.status", "enabled"],
    ["policies.retentionPolicy.status", "enabled"],
    ["policies.trustPolicy.status", "enabled"],
    ["networkRuleSet.defaultAction", "Deny"],
];

const featuresFitSku: Rule = ({ id, inputs }) => {
    const sku = stringAt(inputs, "sku.name");
    if (sku === undefined || sku === "Premium") return undefined;
    const feature = PREMIUM_ONLY.find(([path, enabled]) => valueAt(inputs, path) === enabled);
    if (!feature) return undefined;
    const message = `Registry ${lastSegment(id)}: ${feature[0]} = ${String(feature[1])} is not supported for the SKU ${sku}. Use Premium.`;
    return new ArmError("FeatureNotSupportedBySku", message);
};

export const containerRegistry: ServiceTypes = {
    Registry: {
        id: inGroup("Microsoft.ContainerRegistry/registries/{registryName}"),
        replaceOn: ["zoneRedundancy"],
        rules: [
            nameMatches(/^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits", "InvalidRegistryName"),
            nameIsGloballyUnique("containerregistry:Registry", "AlreadyInUse"),
            featuresFitSku,
        ],
        computed: ({ id, inputs }) => {
            const name = lastSegment(id).toLowerCase();
            const dataEndpoint = `${name}.${stringAt(inputs, "location")}.data.azurecr.io`;
            return {
                loginServer: `${name}.azurecr.io`,
                creationDate: "2026-01-01T00:00:00.0000000Z",
                dataEndpointHostNames: inputs["dataEndpointEnabled"] === true ? [dataEndpoint] : [],
                adminUserEnabled: inputs["adminUserEnabled"] ?? false,
                privateEndpointConnections: [],
                sku: { tier: stringAt(inputs, "sku.name") },
            };
        },
    },
};
