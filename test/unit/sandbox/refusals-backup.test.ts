import { expect } from "chai";
import { principalIdOf } from "../../sandbox/azure/derive";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, network } from "./fixtures";
import { refuses, simulate, SUBSCRIPTION } from "./provider-client";
import type { Simulation } from "./provider-client";

const location = "westeurope";
const vaultId = `${GROUP}/providers/Microsoft.DataProtection/backupVaults/bvault`;
const clusterId = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`;
const snapshots = `/subscriptions/${SUBSCRIPTION}/resourceGroups/snapshots`;
const role = (name: string) =>
    `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
const READER = role("acdd72a7-3385-48ef-bd42-f606fba81ae7");
const CONTRIBUTOR = role("b24988ac-6180-42a0-ab88-20f7382dd24c");
const KIND = "Microsoft.ContainerService/managedClusters";

const vault = (properties: Properties = {}) => ({
    location,
    vaultName: "bvault",
    identity: { type: "SystemAssigned" },
    properties: { storageSettings: [{ datastoreType: "VaultStore", type: "GeoRedundant" }], ...properties },
});
const security = (securitySettings: Properties) => vault({ securitySettings });

const backupRule = (more: Properties = {}, interval = "R/2026-01-01T02:00:00+00:00/P1D") => ({
    objectType: "AzureBackupRule",
    name: "Daily",
    dataStore: { dataStoreType: "OperationalStore", objectType: "DataStoreInfoBase" },
    trigger: {
        objectType: "ScheduleBasedTriggerContext",
        schedule: { repeatingTimeIntervals: [interval] },
        taggingCriteria: [{ isDefault: true, tagInfo: { tagName: "Default" }, taggingPriority: 99 }],
    },
    ...more,
});
const retention = (isDefault: boolean) => ({
    objectType: "AzureRetentionRule",
    name: "Default",
    isDefault,
    lifecycles: [
        {
            deleteAfter: { objectType: "AbsoluteDeleteOption", duration: "P7D" },
            sourceDataStore: { dataStoreType: "OperationalStore", objectType: "DataStoreInfoBase" },
        },
    ],
});
const policy = (policyRules: Properties[], datasourceTypes = [KIND]) => ({
    vaultName: "bvault",
    backupPolicyName: "daily",
    properties: { objectType: "BackupPolicy", datasourceTypes, policyRules },
});
const parameters = (more: Properties = {}) => ({
    dataStoreParametersList: [
        {
            objectType: "AzureOperationalStoreParameters",
            dataStoreType: "OperationalStore",
            resourceGroupId: snapshots,
        },
    ],
    backupDatasourceParametersList: [
        {
            objectType: "KubernetesClusterBackupDatasourceParameters",
            snapshotVolumes: true,
            includeClusterScopeResources: true,
        },
    ],
    ...more,
});
const instance = (more: Properties = {}, properties: Properties = {}) => ({
    vaultName: "bvault",
    backupInstanceName: "aks",
    properties: {
        friendlyName: "aks",
        objectType: "BackupInstance",
        dataSourceInfo: { resourceID: clusterId, datasourceType: KIND, objectType: "Datasource" },
        policyInfo: { policyId: `${vaultId}/backupPolicies/daily`, policyParameters: parameters() },
        ...properties,
    },
    ...more,
});

describe("the simulated Backup", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
    });
    afterEach(() => simulation.stop());
    const make = (type: string) => (inputs: Properties) => build.make(`dataprotection:${type}`, inputs);
    const makeVault = make("BackupVault");

    for (const [what, bad, good, word] of [
        ["a vault without storage", vault({ storageSettings: [] }), vault(), "storage setting"],
        [
            "soft delete for 10 days",
            security({ softDeleteSettings: { state: "On", retentionDurationInDays: 10 } }),
            security({ softDeleteSettings: { state: "On", retentionDurationInDays: 14 } }),
            "14 to 180",
        ],
        [
            "restore in another region from local storage",
            vault({
                storageSettings: [{ datastoreType: "VaultStore", type: "LocallyRedundant" }],
                featureSettings: { crossRegionRestoreSettings: { state: "Enabled" } },
            }),
            vault({ featureSettings: { crossRegionRestoreSettings: { state: "Enabled" } } }),
            "GeoRedundant",
        ],
    ] as const) {
        it(`refuses ${what}`, async () => {
            await refuses(makeVault(bad), "BMSUserErrorInvalidInput", word);
            await makeVault(good);
        });
    }

    it("refuses a vault's name with an underscore", async () => {
        await refuses(makeVault({ ...vault(), vaultName: "b_vault" }), "InvalidResourceName", "b_vault");
    });

    for (const [what, locked, open] of [
        [
            "immutability that is locked",
            { immutabilitySettings: { state: "Locked" } },
            { immutabilitySettings: { state: "Unlocked" } },
        ],
        [
            "soft delete that is always on",
            { softDeleteSettings: { state: "AlwaysOn" } },
            { softDeleteSettings: { state: "Off" } },
        ],
    ] as const) {
        it(`refuses to undo ${what}`, async () => {
            const created = await makeVault(security(open));
            const update = (settings: Properties) =>
                simulation.azure.update("azure-native:dataprotection:BackupVault", "it", created, {
                    resourceGroupName: "rg",
                    ...security(settings),
                });
            await update(locked);
            await refuses(update(open), "BMSUserErrorInvalidInput", "can't be undone");
        });
    }

    it("gives a vault its security settings, and replaces it for other storage", async () => {
        const { outputs } = await makeVault(vault());
        expect(outputs["properties"]).to.deep.include({
            provisioningState: "Succeeded",
            securitySettings: { softDeleteSettings: { state: "On", retentionDurationInDays: 14 } },
        });
        expect(outputs["identity"]).to.deep.include({ principalId: principalIdOf(vaultId) });
        const other = vault({ storageSettings: [{ datastoreType: "VaultStore", type: "LocallyRedundant" }] });
        const diff = await simulation.azure.diff("azure-native:dataprotection:BackupVault", vaultId, vault(), other);
        expect(diff.replaces).to.deep.equal(["properties"]);
    });

    for (const [what, rules, word] of [
        ["without a rule for backups", [retention(true)], "AzureBackupRule"],
        ["without a default for retention", [backupRule(), retention(false)], "isDefault"],
        [
            "of AKS that starts in the vault",
            [
                backupRule({ dataStore: { dataStoreType: "VaultStore", objectType: "DataStoreInfoBase" } }),
                retention(true),
            ],
            "OperationalStore",
        ],
        ["of AKS every hour", [backupRule({}, "R/2026-01-01T02:00:00+00:00/PT1H"), retention(true)], "PT4H"],
    ] as const) {
        it(`refuses a policy ${what}`, async () => {
            await makeVault(vault());
            await refuses(make("BackupPolicy")(policy([...rules])), "BMSUserErrorInvalidInput", word);
            await make("BackupPolicy")(policy([backupRule(), retention(true)]));
        });
    }

    describe("of a cluster", () => {
        const protect = make("BackupInstance");
        const steps: Readonly<Record<string, () => Promise<unknown>>> = {
            KubernetesBackupListExtensionsError: () => assign(vaultId, READER, clusterId),
            UserErrorKubernetesBackupExtensionNotFoundError: () =>
                build.make("kubernetesconfiguration:Extension", {
                    clusterRp: "Microsoft.ContainerService",
                    clusterResourceName: "managedClusters",
                    clusterName: "aks",
                    extensionName: "azure-aks-backup",
                    extensionType: "microsoft.dataprotection.kubernetes",
                    ...backupSettings(),
                }),
            UserErrorTrustedAccessGatewayReturnedForbidden: () =>
                build.make("containerservice:TrustedAccessRoleBinding", {
                    resourceName: "aks",
                    trustedAccessRoleBindingName: "backup",
                    sourceResourceId: vaultId,
                    roles: ["Microsoft.DataProtection/backupVaults/backup-operator"],
                }),
            UserErrorMSIMissingPermissionsOnSnapshotResourceGroup: async () => {
                await assign(vaultId, READER, snapshots);
                await refuses(
                    protect(instance()),
                    "UserErrorMSIMissingPermissionsOnSnapshotResourceGroup",
                    "Contributor",
                );
                await assign(clusterId, CONTRIBUTOR, snapshots);
            },
        };
        const assign = (who: string, roleDefinitionId: string, scope: string) =>
            build.make("authorization:RoleAssignment", {
                scope,
                roleDefinitionId,
                principalId: principalIdOf(who),
                roleAssignmentName: `00000000-0000-0000-0000-${String(++assignments).padStart(12, "0")}`,
            });
        let assignments = 0;

        beforeEach(async () => {
            await build.group("snapshots");
            await build.virtualNetwork("vnet", "10.0.0.0/16");
            await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
            await build.subnet("vnet", "nodes", "10.0.0.0/24", { routeTable: { id: network("routeTables/rt") } });
            await build.cluster(network("virtualNetworks/vnet/subnets/nodes"));
            await makeVault(vault());
            await make("BackupPolicy")(policy([backupRule(), retention(true)]));
        });
        const prepare = async () => {
            for (const step of Object.values(steps)) await step();
        };

        it("needs the extension, trusted access and roles", async () => {
            for (const [code, step] of Object.entries(steps)) {
                await refuses(protect(instance()), code);
                await step();
            }
            const { outputs } = await protect(instance());
            expect(outputs["properties"]).to.deep.include({
                currentProtectionState: "ProtectionConfigured",
                protectionStatus: { status: "ProtectionConfigured" },
            });
        });

        it("needs a group for snapshots without a lock, and what is backed up", async () => {
            await prepare();
            const without = (name: string) =>
                instance(
                    {},
                    {
                        policyInfo: {
                            policyId: `${vaultId}/backupPolicies/daily`,
                            policyParameters: parameters({ [name]: [] }),
                        },
                    },
                );
            await refuses(protect(without("dataStoreParametersList")), "BMSUserErrorInvalidInput", "snapshots");
            await refuses(
                protect(without("backupDatasourceParametersList")),
                "BMSUserErrorInvalidInput",
                "what of the cluster",
            );
            const lock = await build.make("authorization:ManagementLockByScope", {
                scope: snapshots,
                lockName: "keep",
                level: "CanNotDelete",
            });
            await refuses(protect(instance()), "UserErrorSnapshotResourceGroupHasLocks", "keep");
            await simulation.azure.delete("azure-native:authorization:ManagementLockByScope", lock.id);
            await protect(instance());
        });

        it("happens once, by a policy for clusters of the vault itself", async () => {
            await prepare();
            await protect(instance());
            await refuses(
                protect(instance({ backupInstanceName: "again" })),
                "UserErrorDatasourceAlreadyProtected",
                "aks",
            );
            const disks = {
                ...policy([backupRule(), retention(true)], ["Microsoft.Compute/disks"]),
                backupPolicyName: "disks",
            };
            await make("BackupPolicy")(disks);
            const by = (policyId: string) =>
                instance({ backupInstanceName: "x" }, { policyInfo: { policyId, policyParameters: parameters() } });
            await refuses(
                protect(by(`${vaultId}/backupPolicies/disks`)),
                "BMSUserErrorInvalidInput",
                "Microsoft.Compute/disks",
            );
            await makeVault({ ...vault(), vaultName: "other" });
            const foreign = `${GROUP}/providers/Microsoft.DataProtection/backupVaults/other/backupPolicies/daily`;
            await make("BackupPolicy")({ ...policy([backupRule(), retention(true)]), vaultName: "other" });
            await refuses(protect(by(foreign)), "BMSUserErrorInvalidInput", "another vault");
        });

        it("happens in its region", async () => {
            await prepare();
            await makeVault({ ...vault(), vaultName: "far", location: "northeurope" });
            await make("BackupPolicy")({ ...policy([backupRule(), retention(true)]), vaultName: "far" });
            const policyId = `${GROUP}/providers/Microsoft.DataProtection/backupVaults/far/backupPolicies/daily`;
            const far = instance({ vaultName: "far" }, { policyInfo: { policyId, policyParameters: parameters() } });
            await refuses(protect(far), "BMSUserErrorInvalidInput", "one region");
        });

        it("keeps its policy and its vault, but not the cluster, from being deleted", async () => {
            await prepare();
            const { id } = await protect(instance());
            const remove = (type: string, of: string) => simulation.azure.delete(`azure-native:${type}`, of);
            await refuses(
                remove("dataprotection:BackupPolicy", `${vaultId}/backupPolicies/daily`),
                "BMSUserErrorPolicyInUse",
            );
            await refuses(remove("dataprotection:BackupVault", vaultId), "BMSUserErrorVaultNotEmpty", "daily");
            await remove("containerservice:ManagedCluster", clusterId);
            await remove("dataprotection:BackupInstance", id);
            await remove("dataprotection:BackupPolicy", `${vaultId}/backupPolicies/daily`);
            await remove("dataprotection:BackupVault", vaultId);
        });
    });
});

function backupSettings(): Properties {
    return {
        configurationSettings: {
            "configuration.backupStorageLocation.bucket": "backups",
            "configuration.backupStorageLocation.config.resourceGroup": "rg",
            "configuration.backupStorageLocation.config.storageAccount": "stbackup",
            "configuration.backupStorageLocation.config.subscriptionId": SUBSCRIPTION,
            "credentials.tenantId": SUBSCRIPTION,
        },
    };
}
