import { is, oneOf } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import { isNamedBy, someOf } from "../graph/related";

const REGISTRY = ["containerregistry:Registry"];

export const registryNoExport = resourceRule({
    id: "SAM-ACR-006",
    name: "acr-no-export",
    title: "A container registry must not let its images be exported.",
    severity: "medium",
    risk: "An import by another registry, of whatever tenant, copies images out past every network rule.",
    remediation: ['Set policies.exportPolicy.status to "disabled"; Azure wants publicNetworkAccess "Disabled" for it.'],
    control: { reference: "DP-2", mapping: "own reading" },
    scanners: {
        psrule: ["Azure.ACR.ExportPolicy"],
        azurePolicy: ["524b0254-c285-4903-bee6-bb8126cde579"],
    },
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("policies.exportPolicy.status"), is("disabled"));
    },
});

export const registryBypass = resourceRule({
    id: "SAM-ACR-007",
    name: "acr-bypass",
    title: "A container registry must say whether trusted Azure services pass its firewall.",
    severity: "medium",
    risk: "Azure's default lets them pass; where nobody chose that, nobody knows who reads images of a closed registry.",
    remediation: [
        'Set networkRuleBypassOptions to "AzureServices", which Azure Machine Learning needs.',
        'Or to "None" where no Azure service reads images by itself.',
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("networkRuleBypassOptions"), oneOf("AzureServices", "None"));
    },
});

export const registryDataEndpoint = resourceRule({
    id: "SAM-ACR-008",
    name: "acr-data-endpoint",
    title: "A container registry must serve image layers from names of its own.",
    severity: "low",
    risk: "Otherwise firewalls must allow *.blob.core.windows.net, and so every storage account in Azure.",
    remediation: ["Set dataEndpointEnabled to true."],
    control: { reference: "DP-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_237"] },
    types: REGISTRY,
    fixes: [{ path: "dataEndpointEnabled", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("dataEndpointEnabled"), is(true));
    },
});

export const registryZones = resourceRule({
    id: "SAM-ACR-009",
    name: "acr-zones",
    title: "A container registry must survive the loss of a zone.",
    severity: "medium",
    profiles: { dev: "disabled" },
    risk: "Without its images no node can start a pod, so one zone's outage keeps the cluster from recovering.",
    remediation: ['Set zoneRedundancy to "Enabled"; it can\'t be changed afterwards.'],
    control: { reference: "BR-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_233"], azurePolicy: ["9d2b0a20-57d6-474c-9d12-44a4a20999c6"] },
    types: [...REGISTRY, "containerregistry:Replication"],
    check({ inputs }, findings) {
        findings.require(inputs.at("zoneRedundancy"), is("Enabled"));
    },
});

export const registryNoArmTokens = resourceRule({
    id: "SAM-ACR-010",
    name: "acr-no-arm-token",
    title: "A container registry must refuse tokens that were issued for Azure Resource Manager.",
    severity: "low",
    level: "disabled",
    risk: "A token stolen from a management tool then pulls images as well.",
    remediation: [
        "See that nodes and Azure Machine Learning pull with tokens for the registry.",
        'Set policies.azureADAuthenticationAsArmPolicy.status to "disabled".',
    ],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: { azurePolicy: ["42781ec6-6127-4c30-bdfa-fb423a0047d3"] },
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("policies.azureADAuthenticationAsArmPolicy.status"), is("disabled"));
    },
});

export const registryRetention = resourceRule<{ minimumDays: number }>({
    id: "SAM-ACR-011",
    name: "acr-retention",
    title: "A container registry must clear away manifests that no tag leads to.",
    severity: "low",
    level: "disabled",
    risk: "Old images with known holes stay and can be run by their digest.",
    remediation: ['Set policies.retentionPolicy to status "enabled" and a number of days.'],
    control: { reference: "PV-6", mapping: "own reading" },
    scanners: {},
    config: {
        minimumDays: {
            type: "integer",
            minimum: 0,
            maximum: 365,
            default: 7,
            description: "Days for which an untagged manifest must stay, so that a mistake can be undone.",
        },
    },
    types: REGISTRY,
    check({ inputs }, findings, { minimumDays }) {
        const policy = inputs.at("policies.retentionPolicy");
        findings.require(policy.at("status"), is("enabled"));
        // Azure's default is seven days.
        findings.require(policy.at("days"), {
            accepts: (raw) => ((raw ?? 7) as number) >= minimumDays,
            text: `${minimumDays} or more`,
        });
    },
});

export const registryQuarantine = resourceRule({
    id: "SAM-ACR-012",
    name: "acr-quarantine",
    title: "A container registry must hold back images until a scanner has passed them.",
    severity: "low",
    level: "disabled",
    risk: "An image runs from the moment it is pushed, whatever is in it.",
    remediation: ['Set policies.quarantinePolicy.status to "enabled", and let a scanner release images.'],
    control: { reference: "PV-5", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_166"] },
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("policies.quarantinePolicy.status"), is("enabled"));
    },
});

export const registrySoftDelete = resourceRule({
    id: "SAM-ACR-013",
    name: "acr-soft-delete",
    title: "A container registry must keep what is deleted for some days.",
    severity: "low",
    level: "disabled",
    risk: "One mistaken command removes for good the image that a rollback needs.",
    remediation: ['Set policies.softDeletePolicy.status to "enabled" (a preview feature).'],
    control: { reference: "BR-2", mapping: "own reading" },
    scanners: {},
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("policies.softDeletePolicy.status"), is("enabled"));
    },
});

export const registryOwnKey = resourceRule({
    id: "SAM-ACR-014",
    name: "acr-cmk",
    title: "A container registry must be encrypted with a key of the customer's.",
    severity: "low",
    level: "disabled",
    risk: "Where rules demand it, only an own key lets its owner end Azure's access to the images.",
    remediation: [
        'Set encryption.status to "enabled" and encryption.keyVaultProperties; only a new registry takes it.',
    ],
    control: { reference: "DP-5", mapping: "published" },
    frameworks: { nist: ["SC-12"] },
    scanners: { azurePolicy: ["5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580"] },
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("encryption.status"), is("enabled"));
    },
});

export const registryTokenExpiry = resourceRule({
    id: "SAM-ACR-015",
    name: "acr-token-expiry",
    title: "The passwords of a container registry's tokens must expire.",
    severity: "medium",
    risk: "A password without an end pulls images for as long as the registry stands, whoever found it.",
    remediation: ["Set expiry on every element of credentials.passwords.", "Prefer identities with the AcrPull role."],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: {},
    types: ["containerregistry:Token"],
    check({ inputs }, findings) {
        if (inputs.at("status").folded() === "disabled") {
            return;
        }
        for (const password of inputs.at("credentials.passwords").items()) {
            findings.requirePresent(password.known().at("expiry"));
        }
    },
});

export const registryGeoReplica = graphRule({
    id: "SAM-ACR-016",
    name: "acr-geo",
    title: "A container registry must have a copy in another region.",
    severity: "low",
    level: "disabled",
    risk: "While its region is down, clusters of no region can start what they don't hold already.",
    remediation: ["Add a Replication of the registry in a second region."],
    control: { reference: "BR-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_165"], psrule: ["Azure.ACR.GeoReplica"] },
    types: REGISTRY,
    check(graph, findings) {
        const replications = graph.ofType("containerregistry:Replication");
        for (const registry of graph.ofType("containerregistry:Registry")) {
            findings.on(registry.urn).attempt(() => {
                const copied = someOf(replications, (copy) => isNamedBy(graph, copy, "registryName", registry));
                if (!copied) {
                    findings.on(registry.urn).fail(`${registry.name} has no replication. Add one in a second region.`);
                }
            });
        }
    },
});

export const containerRegistryImageRules = [
    registryNoExport,
    registryBypass,
    registryDataEndpoint,
    registryZones,
    registryNoArmTokens,
    registryRetention,
    registryQuarantine,
    registrySoftDelete,
    registryOwnKey,
    registryTokenExpiry,
    registryGeoReplica,
];
