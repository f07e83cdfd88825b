import { absent, absentOr, atLeast, falseOrAbsent, is, not, oneOf } from "../frame/expectation";
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
    types: [...VAULT, "keyvault:AccessPolicy"],
    check({ type, inputs }, findings) {
        if (type === "keyvault:AccessPolicy") {
            findings.fail(
                "An access policy gives rights that no Azure role shows. Assign a Key Vault role in its place.",
            );
            return;
        }
        findings.require(inputs.at("properties.enableRbacAuthorization"), is(true));
        findings.require(inputs.at("properties.accessPolicies"), absent, "Remove it: Azure roles take its place.");
    },
});

export const vaultSoftDelete = resourceRule({
    id: "SAM-KV-006",
    name: "kv-soft-delete",
    title: "A key vault must keep what is deleted.",
    severity: "medium",
    risk: "One mistaken or hostile deletion otherwise destroys keys and all that is encrypted with them.",
    remediation: ["Remove properties.enableSoftDelete or set it to true."],
    control: { reference: "DP-8", mapping: "published" },
    frameworks: { nist: ["CP-9"] },
    scanners: {
        checkov: ["CKV_AZURE_111"],
        psrule: ["Azure.KeyVault.SoftDelete"],
        azurePolicy: ["1e66c121-a66a-4b1f-9b83-0fd99bf0fc2d"],
    },
    types: VAULT,
    fixes: [{ path: "properties.enableSoftDelete", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.enableSoftDelete"), not(false));
    },
});

export const vaultRetention = resourceRule<{ minimumDays: number }>({
    id: "SAM-KV-007",
    name: "kv-retention",
    title: "A key vault must keep what is deleted for long enough to notice.",
    severity: "medium",
    risk: "A deletion that nobody notices within a short time can't be undone any more.",
    remediation: ["Remove properties.softDeleteRetentionInDays (Azure's default is 90) or raise it on a new vault."],
    control: { reference: "DP-8", mapping: "own reading" },
    frameworks: { nist: ["CP-9"] },
    scanners: {},
    config: {
        minimumDays: {
            type: "integer",
            minimum: 7,
            maximum: 90,
            default: 90,
            description: "Days for which deleted keys, secrets and vaults must stay.",
        },
    },
    types: VAULT,
    check({ inputs }, findings, { minimumDays }) {
        findings.require(inputs.at("properties.softDeleteRetentionInDays"), absentOr(atLeast(minimumDays)));
    },
});

export const vaultBypass = resourceRule({
    id: "SAM-KV-008",
    name: "kv-bypass",
    title: "A key vault must say whether trusted Azure services pass its firewall.",
    severity: "low",
    risk: "Azure's default lets them pass; where nobody chose that, nobody knows who reads a closed vault.",
    remediation: [
        'Set properties.networkAcls.bypass to "AzureServices", which Azure Machine Learning needs.',
        'Or to "None" where no Azure service reads the vault by itself.',
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: VAULT,
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.networkAcls.bypass"), oneOf("AzureServices", "None"));
    },
});

/** Ways for parts of Azure to take secrets out of a vault, beside its roles. */
const DEPLOYMENT_FLAGS = ["enabledForDeployment", "enabledForDiskEncryption", "enabledForTemplateDeployment"];

export const vaultNoDeploymentAccess = resourceRule({
    id: "SAM-KV-009",
    name: "kv-no-deployment-access",
    title: "Deployments must not take secrets out of a key vault.",
    severity: "medium",
    risk: "Whoever may deploy a template or a virtual machine reads secrets that no role of theirs allows.",
    remediation: ["Remove enabledForDeployment, enabledForDiskEncryption and enabledForTemplateDeployment."],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: {},
    types: VAULT,
    check({ inputs }, findings) {
        for (const flag of DEPLOYMENT_FLAGS) {
            findings.require(inputs.at(`properties.${flag}`), falseOrAbsent);
        }
    },
});

export const keyVaultRules = [
    vaultNoPublicAccess,
    vaultFirewall,
    vaultPurgeProtection,
    vaultRbac,
    vaultSoftDelete,
    vaultRetention,
    vaultBypass,
    vaultNoDeploymentAccess,
];
