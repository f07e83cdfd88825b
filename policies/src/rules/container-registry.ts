import { falseOrAbsent, is } from "../frame/expectation";
import { resourceRule } from "../frame/rule";

const REGISTRY = ["containerregistry:Registry"];

export const registryPremium = resourceRule({
    id: "SAM-ACR-001",
    name: "acr-premium",
    title: "A container registry must be of the Premium tier.",
    severity: "medium",
    risk: "Only Premium has private endpoints, so any other registry must be reached over the Internet.",
    remediation: ['Set sku.name to "Premium".'],
    control: { reference: "NS-2", mapping: "published" },
    scanners: { azurePolicy: ["bd560fc0-3c69-498a-ae9f-aa8eb7de0e13"] },
    types: REGISTRY,
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.name"), is("Premium"));
    },
});

export const registryNoPublicAccess = resourceRule({
    id: "SAM-ACR-002",
    name: "acr-no-public",
    title: "A container registry must refuse access over the Internet.",
    severity: "critical",
    risk: "Whoever gets a token can read every image, or replace one that the cluster runs, from anywhere.",
    remediation: [
        'Set publicNetworkAccess to "Disabled".',
        "Give the registry a private endpoint (group id registry).",
    ],
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: { checkov: ["CKV_AZURE_139"], azurePolicy: ["0fdf0491-d080-4575-b627-ad0e843cba0f"] },
    types: REGISTRY,
    fixes: [{ path: "publicNetworkAccess", value: "Disabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("publicNetworkAccess"), is("Disabled"));
    },
});

export const registryNoAdmin = resourceRule({
    id: "SAM-ACR-003",
    name: "acr-no-admin",
    title: "A container registry must have no admin user.",
    severity: "high",
    risk: "The admin user is one shared password with full rights that no log ties to a person.",
    remediation: ["Set adminUserEnabled to false.", "Give identities the AcrPull or AcrPush role."],
    control: { reference: "IM-1", mapping: "published" },
    frameworks: { cisAks: ["5.1.2"] },
    scanners: {
        checkov: ["CKV_AZURE_137"],
        psrule: ["Azure.ACR.AdminUser"],
        azurePolicy: ["dc921057-6b28-4fbe-9b83-f7bec05db6c2"],
    },
    types: REGISTRY,
    fixes: [{ path: "adminUserEnabled", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("adminUserEnabled"), falseOrAbsent);
    },
});

export const registryNoAnonymousPull = resourceRule({
    id: "SAM-ACR-004",
    name: "acr-no-anonymous",
    title: "A container registry must not serve images to callers that it does not know.",
    severity: "high",
    waivable: false,
    risk: "Images hold code, models and forgotten secrets that anybody who reaches the registry may read.",
    remediation: ["Remove anonymousPullEnabled or set it to false."],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {
        checkov: ["CKV_AZURE_138"],
        psrule: ["Azure.ACR.AnonymousAccess"],
        azurePolicy: ["9f2dea28-e834-476c-99c5-3507b4728395"],
    },
    types: REGISTRY,
    fixes: [{ path: "anonymousPullEnabled", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("anonymousPullEnabled"), falseOrAbsent);
    },
});

export const containerRegistryRules = [
    registryPremium,
    registryNoPublicAccess,
    registryNoAdmin,
    registryNoAnonymousPull,
];
