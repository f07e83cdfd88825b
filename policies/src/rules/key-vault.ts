import { absent, is } from "../frame/expectation";
import { resourceRule } from "../frame/rule";

const VAULT = ["keyvault:Vault"];

export const vaultNoPublicAccess = resourceRule({
    id: "SAM-KV-001",
    name: "kv-no-public",
    title: "A key vault must refuse access over the Internet.",
    severity: "critical",
    risk: "A leaked token is enough to read every key and secret from anywhere.",
    remediation: [
        'Set properties.publicNetworkAccess to "Disabled".',
        "Give the vault a private endpoint (group id vault).",
    ],
    control: { reference: "NS-2", mapping: "published" },
    scanners: { checkov: ["CKV_AZURE_189"], azurePolicy: ["405c5871-3e91-4644-8a63-58e19d68ff5b"] },
    types: VAULT,
    fixes: [{ path: "properties.publicNetworkAccess", value: "Disabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.publicNetworkAccess"), is("Disabled"));
    },
});

export const vaultFirewall = resourceRule({
    id: "SAM-KV-002",
    name: "kv-firewall",
    title: "A key vault must deny networks that it does not know.",
    severity: "high",
    risk: "If public access is ever switched on, the vault is open to the whole Internet at once.",
    remediation: ['Set properties.networkAcls.defaultAction to "Deny".'],
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["SC-7"] },
    scanners: {
        checkov: ["CKV_AZURE_109"],
        psrule: ["Azure.KeyVault.Firewall"],
        azurePolicy: ["55615ac9-af46-4a59-874e-391cc3dfb490"],
    },
    types: VAULT,
    fixes: [{ path: "properties.networkAcls.defaultAction", value: "Deny" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.networkAcls.defaultAction"), is("Deny"));
    },
});

export const vaultPurgeProtection = resourceRule({
    id: "SAM-KV-003",
    name: "kv-purge",
    title: "A key vault must be protected against purging.",
    severity: "high",
    risk: "Whoever deletes and purges a vault destroys, for good, every key that data is encrypted with.",
    remediation: ["Set properties.enablePurgeProtection to true; it can't be taken back."],
    control: { reference: "DP-8", mapping: "published" },
    frameworks: { nist: ["CP-9"], cisAzure: ["3.3.5"] },
    scanners: {
        checkov: ["CKV_AZURE_110"],
        psrule: ["Azure.KeyVault.PurgeProtect"],
        azurePolicy: ["0b60c0b2-2dc2-4e1c-b5c9-abbed971de53"],
    },
    types: VAULT,
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.enablePurgeProtection"), is(true));
    },
});

export const vaultRbac = resourceRule({
    id: "SAM-KV-004",
    name: "kv-rbac",
    title: "Azure roles must decide who may do what in a key vault.",
    severity: "high",
    risk: "Anyone with the Contributor role can add an access policy for themselves and read every secret.",
    remediation: [
        "Set properties.enableRbacAuthorization to true and remove properties.accessPolicies.",
        "Assign the Key Vault roles to identities.",
    ],
    control: { reference: "PA-7", mapping: "published" },
    frameworks: { cisAzure: ["3.3.6"] },
    scanners: {
        psrule: ["Azure.KeyVault.RBAC"],
        azurePolicy: ["12d4fa5e-1f9f-4c21-97a9-b99b3c6611b5"],
    },
    types: VAULT,
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.enableRbacAuthorization"), is(true));
        findings.require(inputs.at("properties.accessPolicies"), absent, "Remove it: Azure roles take its place.");
    },
});

export const keyVaultRules = [vaultNoPublicAccess, vaultFirewall, vaultPurgeProtection, vaultRbac];
