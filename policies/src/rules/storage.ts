import { is, oneOf } from "../frame/expectation";
import { resourceRule } from "../frame/rule";

const ACCOUNT = ["storage:StorageAccount"];

export const storageNoPublicAccess = resourceRule({
    id: "SAM-ST-001",
    name: "st-no-public-net",
    title: "A storage account must refuse access over the Internet.",
    severity: "critical",
    risk: "A leaked token or key is enough to copy all training data and models from anywhere.",
    remediation: [
        'Set publicNetworkAccess to "Disabled".',
        "Give the account private endpoints (blob, file, and others in use).",
    ],
    control: { reference: "NS-2", mapping: "published" },
    scanners: { checkov: ["CKV_AZURE_59"], azurePolicy: ["b2982f36-99f2-4db5-8eff-283140c09693"] },
    types: ACCOUNT,
    fixes: [{ path: "publicNetworkAccess", value: "Disabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("publicNetworkAccess"), is("Disabled"));
    },
});

export const storageDefaultDeny = resourceRule({
    id: "SAM-ST-002",
    name: "st-default-deny",
    title: "A storage account must deny networks that it does not know.",
    severity: "high",
    risk: "If public access is ever switched on, the account is open to the whole Internet at once.",
    remediation: ['Set networkRuleSet.defaultAction to "Deny".'],
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["SC-7"], cisAzure: ["4.7"] },
    scanners: {
        checkov: ["CKV_AZURE_35"],
        psrule: ["Azure.Storage.Firewall"],
        azurePolicy: ["34c877ad-507e-4c82-993e-3452a6e0ad3c"],
    },
    types: ACCOUNT,
    fixes: [{ path: "networkRuleSet.defaultAction", value: "Deny" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("networkRuleSet.defaultAction"), is("Deny"));
    },
});

export const storageTls = resourceRule({
    id: "SAM-ST-003",
    name: "st-tls12",
    title: "A storage account must refuse TLS versions before 1.2.",
    severity: "high",
    risk: "Older versions of TLS have known weaknesses that let an attacker on the way read the traffic.",
    remediation: ['Set minimumTlsVersion to "TLS1_2".'],
    control: { reference: "DP-3", mapping: "published" },
    frameworks: { cisAzure: ["4.15"] },
    scanners: {
        checkov: ["CKV_AZURE_44"],
        psrule: ["Azure.Storage.MinTLS"],
        azurePolicy: ["fe83a0eb-a853-422d-aac2-1bffd182c5d0"],
    },
    types: ACCOUNT,
    fixes: [{ path: "minimumTlsVersion", value: "TLS1_2" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("minimumTlsVersion"), oneOf("TLS1_2", "TLS1_3"));
    },
});

export const storageHttpsOnly = resourceRule({
    id: "SAM-ST-004",
    name: "st-https",
    title: "A storage account must take HTTPS only.",
    severity: "high",
    risk: "Anyone on the way reads and changes what travels over plain HTTP.",
    remediation: ["Set enableHttpsTrafficOnly to true."],
    control: { reference: "DP-3", mapping: "published" },
    frameworks: { nist: ["SC-8"], cisAzure: ["4.1"] },
    scanners: {
        checkov: ["CKV_AZURE_3"],
        psrule: ["Azure.Storage.SecureTransfer"],
        azurePolicy: ["404c3081-a854-4457-ae30-26a93ef643f9"],
    },
    types: ACCOUNT,
    fixes: [{ path: "enableHttpsTrafficOnly", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("enableHttpsTrafficOnly"), is(true));
    },
});

export const storageNoSharedKey = resourceRule({
    id: "SAM-ST-005",
    name: "st-no-shared-key",
    title: "A storage account must refuse its own access keys.",
    severity: "high",
    risk: "An account key opens everything, never expires, and no log ties it to a person.",
    remediation: [
        "Set allowSharedKeyAccess to false.",
        'For Azure Machine Learning, set the workspace\'s systemDatastoresAuthMode to "identity".',
    ],
    control: { reference: "IM-1", mapping: "published" },
    scanners: { checkov: ["CKV2_AZURE_40"], azurePolicy: ["8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54"] },
    types: ACCOUNT,
    check({ inputs }, findings) {
        findings.require(inputs.at("allowSharedKeyAccess"), is(false));
    },
});

export const storageNoPublicBlobs = resourceRule({
    id: "SAM-ST-006",
    name: "st-no-blob-public",
    title: "A storage account must forbid public containers.",
    severity: "critical",
    waivable: false,
    risk: "One container set to public by mistake shows its data to everyone who knows its name.",
    remediation: ["Set allowBlobPublicAccess to false."],
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["SC-7"], cisAzure: ["4.6"] },
    scanners: {
        psrule: ["Azure.Storage.BlobPublicAccess"],
        azurePolicy: ["4fa4b6c0-31ca-4c0d-b10d-24b96f62a751"],
    },
    types: ACCOUNT,
    fixes: [{ path: "allowBlobPublicAccess", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("allowBlobPublicAccess"), is(false));
    },
});

export const storageRules = [
    storageNoPublicAccess,
    storageDefaultDeny,
    storageTls,
    storageHttpsOnly,
    storageNoSharedKey,
    storageNoPublicBlobs,
];
