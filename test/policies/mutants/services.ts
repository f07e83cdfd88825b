import { faultsOf, MISSING, type Mutant } from "./mutant";

const registry = faultsOf("containerregistry:Registry", "cr-platform-contoso-prod", [
    ["publicNetworkAccess", "Enabled", "acr-no-public"],
    ["publicNetworkAccess", MISSING, "acr-no-public"],
    ["adminUserEnabled", true, "acr-no-admin"],
    ["anonymousPullEnabled", true, "acr-no-anonymous"],
    ["policies.exportPolicy.status", "enabled", "acr-no-export"],
    ["policies", MISSING, "acr-no-export"],
    ["networkRuleBypassOptions", MISSING, "acr-bypass"],
    ["dataEndpointEnabled", false, "acr-data-endpoint"],
    ["sku.name", "Standard", "acr-premium"],
    ["zoneRedundancy", "Disabled", "acr-zones"],
    ["networkRuleSet", { defaultAction: "Allow", ipRules: [{ iPAddressOrRange: "0.0.0.0/0" }] }, "acr-ip-rules"],
]);

const vault = faultsOf("keyvault:Vault", "kv-platform-contoso-prod", [
    ["properties.publicNetworkAccess", "Enabled", "kv-no-public"],
    ["properties.publicNetworkAccess", MISSING, "kv-no-public"],
    ["properties.networkAcls.defaultAction", "Allow", "kv-firewall"],
    ["properties.networkAcls", MISSING, "kv-firewall", "kv-bypass"],
    ["properties.networkAcls.ipRules", [{ value: "0.0.0.0/0" }], "kv-ip-rules"],
    ["properties.networkAcls.bypass", MISSING, "kv-bypass"],
    ["properties.enablePurgeProtection", false, "kv-purge"],
    ["properties.enablePurgeProtection", MISSING, "kv-purge"],
    ["properties.enableRbacAuthorization", false, "kv-rbac"],
    ["properties.enableRbacAuthorization", MISSING, "kv-rbac"],
    ["properties.enableSoftDelete", false, "kv-soft-delete"],
    ["properties.softDeleteRetentionInDays", 7, "kv-retention"],
    ["properties.enabledForDeployment", true, "kv-no-deployment-access"],
    ["properties.enabledForTemplateDeployment", true, "kv-no-deployment-access"],
]);

const machineLearningVault = faultsOf("keyvault:Vault", "kv-ml-learning-contoso-prod", [
    ["properties.publicNetworkAccess", "Enabled", "kv-no-public"],
    ["properties.enablePurgeProtection", false, "kv-purge"],
]);

const storage: Mutant[] = [
    ...faultsOf("storage:StorageAccount", "st-ml-learning-contoso-prod", [
        ["publicNetworkAccess", "Enabled", "st-no-public-net"],
        ["publicNetworkAccess", MISSING, "st-no-public-net"],
        ["networkRuleSet.defaultAction", "Allow", "st-default-deny"],
        ["networkRuleSet", MISSING, "st-default-deny", "st-trusted-bypass"],
        ["networkRuleSet.ipRules", [{ iPAddressOrRange: "20.0.0.0/8" }], "st-ip-rules"],
        ["networkRuleSet.bypass", MISSING, "st-trusted-bypass"],
        ["minimumTlsVersion", "TLS1_0", "st-tls12"],
        ["minimumTlsVersion", "TLS1_1", "st-tls12"],
        ["minimumTlsVersion", MISSING, "st-tls12"],
        ["enableHttpsTrafficOnly", false, "st-https"],
        ["allowSharedKeyAccess", true, "st-no-shared-key", "st-sas-policy", "st-key-expiry"],
        ["allowSharedKeyAccess", MISSING, "st-no-shared-key", "st-sas-policy", "st-key-expiry"],
        ["allowBlobPublicAccess", true, "st-no-blob-public"],
        ["allowCrossTenantReplication", true, "st-no-xtenant"],
        ["defaultToOAuthAuthentication", false, "st-oauth-default"],
        ["isLocalUserEnabled", true, "st-no-local-users"],
        ["isSftpEnabled", true, "st-no-sftp"],
        ["enableNfsV3", true, "st-no-nfs"],
        ["sku.name", "Standard_LRS", "st-redundancy"],
    ]),
    ...faultsOf("storage:StorageAccount", "st-backup-platform-contoso-prod", [
        ["publicNetworkAccess", "Enabled", "st-no-public-net"],
        ["allowSharedKeyAccess", true, "st-no-shared-key", "st-sas-policy", "st-key-expiry"],
    ]),
    ...faultsOf("storage:StorageAccount", "st-flows-hub-contoso-prod", [
        ["allowSharedKeyAccess", true, "st-no-shared-key", "st-sas-policy", "st-key-expiry"],
        ["networkRuleSet.defaultAction", "Allow", "st-default-deny"],
    ]),
    ...faultsOf("storage:BlobContainer", "st-backup-platform-contoso-prod-backups", [
        ["publicAccess", "Blob", "st-container-private"],
        ["publicAccess", "Container", "st-container-private"],
    ]),
    ...faultsOf("storage:BlobServiceProperties", "st-ml-learning-contoso-prod-blobs", [
        ["deleteRetentionPolicy.enabled", false, "st-soft-delete"],
        ["deleteRetentionPolicy", MISSING, "st-soft-delete"],
        ["deleteRetentionPolicy.days", 1, "st-soft-delete"],
        ["containerDeleteRetentionPolicy.enabled", false, "st-soft-delete"],
        [
            "cors",
            {
                corsRules: [
                    {
                        allowedOrigins: ["*"],
                        allowedMethods: ["GET"],
                        allowedHeaders: ["*"],
                        exposedHeaders: ["*"],
                        maxAgeInSeconds: 1,
                    },
                ],
            },
            "st-no-cors-any",
        ],
    ]),
];

export const serviceMutants: Mutant[] = [...registry, ...vault, ...machineLearningVault, ...storage];
