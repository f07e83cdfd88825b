import * as containerservice from "@pulumi/azure-native/containerservice";
import * as dataprotection from "@pulumi/azure-native/dataprotection";
import * as kubernetesconfiguration from "@pulumi/azure-native/kubernetesconfiguration";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateAccess } from "../network/private-endpoint";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, placeOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { StorageAccount } from "../services/storage-account";
import { backupExtensionSettings, backupPolicy, clusterType, type BackupSchedule } from "./backup-plan";

export interface ClusterBackupArgs extends Placement {
    cluster: {
        id: pulumi.Input<string>;
        name: pulumi.Input<string>;
        /** Principal of the control plane's identity: it takes the snapshots. */
        principalId: pulumi.Input<string>;
    };
    subscriptionId: string;
    tenantId: string;
    schedule: BackupSchedule;
    /** Namespaces that are left out. */
    excludedNamespaces: string[];
    /** Of the vault; Azure can't change it. */
    redundancy: "LocallyRedundant" | "ZoneRedundant" | "GeoRedundant";
    /** Whether backups can be deleted early. `Unlocked` can be undone, `Locked` never. */
    immutability: "Disabled" | "Unlocked" | "Locked";
    /** Days, 14 to 180, within which deleted backups can be brought back. */
    softDeleteInDays: number;
    /** 3 to 24 lower-case letters and digits, unique in all of Azure. */
    storageAccountName: string;
    storageSku: "Standard_LRS" | "Standard_ZRS";
    access: PrivateAccess;
    /** A group of its own for the volumes' snapshots. */
    snapshots: { id: pulumi.Input<string>; name: pulumi.Input<string> };
    /** What the extension runs on: the cluster with its pools, which must also outlive it. */
    foundation: pulumi.Resource[];
}

const container = "backups";

/**
 * Backups of a cluster: its objects in a private storage account, its volumes as snapshots. Roles after "Prerequisites
 * for AKS backup using Azure Backup".
 */
export class ClusterBackup extends pulumi.ComponentResource {
    public readonly vaultId: pulumi.Output<string>;
    public readonly storageAccountId: pulumi.Output<string>;

    constructor(name: string, args: ClusterBackupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ClusterBackup", name, {}, opts);
        const vault = this.createVault(name, args);
        const account = new StorageAccount(
            `backup-${name}`,
            {
                accountName: args.storageAccountName,
                sku: args.storageSku,
                services: ["blob"],
                access: args.access,
                ...placeOf(args),
            },
            { parent: this },
        );
        const extension = this.installExtension(name, account, args);
        const grants = this.grantRoles(name, { vault, account, extension }, args);
        this.protectCluster(name, vault, [extension, ...grants], args);

        this.vaultId = vault.id;
        this.storageAccountId = account.accountId;
        this.registerOutputs({ vaultId: this.vaultId, storageAccountId: this.storageAccountId });
    }

    private createVault(name: string, args: ClusterBackupArgs): dataprotection.BackupVault {
        const vault = new dataprotection.BackupVault(
            `bvault-${name}`,
            {
                vaultName: `bvault-${name}`,
                identity: { type: "SystemAssigned" },
                properties: {
                    storageSettings: [{ datastoreType: "VaultStore", type: args.redundancy }],
                    securitySettings: {
                        immutabilitySettings: { state: args.immutability },
                        softDeleteSettings: { state: "On", retentionDurationInDays: args.softDeleteInDays },
                    },
                    monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: "Enabled" } },
                },
                ...placementOf(args),
            },
            { parent: this },
        );
        sendLogs(`bvault-${name}`, "backupVault", vault.id, args.logWorkspaceId, { parent: this });
        return vault;
    }

    private installExtension(
        name: string,
        account: StorageAccount,
        args: ClusterBackupArgs,
    ): kubernetesconfiguration.Extension {
        const { resourceGroupName, subscriptionId, tenantId, storageAccountName: accountName } = args;
        const blobs = new storage.BlobContainer(
            `st-backup-${name}-${container}`,
            { containerName: container, accountName, resourceGroupName, publicAccess: "None" },
            { parent: this, dependsOn: account },
        );
        return new kubernetesconfiguration.Extension(
            `backup-${name}`,
            {
                extensionName: "azure-aks-backup",
                extensionType: "Microsoft.DataProtection.Kubernetes",
                clusterRp: "Microsoft.ContainerService",
                clusterResourceName: "managedClusters",
                clusterName: args.cluster.name,
                resourceGroupName,
                releaseTrain: "stable",
                autoUpgradeMinorVersion: true,
                scope: { cluster: { releaseNamespace: "dataprotection-microsoft" } },
                configurationSettings: pulumi.output(resourceGroupName).apply((group) =>
                    backupExtensionSettings({
                        accountName,
                        container,
                        resourceGroupName: group,
                        subscriptionId,
                        tenantId,
                    }),
                ),
            },
            { parent: this, dependsOn: [blobs, ...args.foundation], customTimeouts: { create: "60m", update: "60m" } },
        );
    }

    private grantRoles(
        name: string,
        parts: {
            vault: dataprotection.BackupVault;
            account: StorageAccount;
            extension: kubernetesconfiguration.Extension;
        },
        { cluster, snapshots, resourceGroupName }: ClusterBackupArgs,
    ): pulumi.Resource[] {
        const vaultPrincipal = parts.vault.identity.apply((identity) => identity?.principalId ?? "");
        const grants = {
            "vault-reads-cluster": { principalId: vaultPrincipal, role: BuiltInRole.Reader, scope: cluster.id },
            "vault-reads-snapshots": { principalId: vaultPrincipal, role: BuiltInRole.Reader, scope: snapshots.id },
            "cluster-takes-snapshots": {
                principalId: cluster.principalId,
                role: BuiltInRole.Contributor,
                scope: snapshots.id,
            },
            "extension-writes": {
                principalId: parts.extension.aksAssignedIdentity.apply((identity) => identity?.principalId ?? ""),
                role: BuiltInRole.StorageBlobDataContributor,
                scope: parts.account.accountId,
            },
        };
        const assignments = Object.entries(grants).map(([what, grant]) =>
            assignRole(`backup-${name}-${what}`, { principalType: "ServicePrincipal", ...grant }, { parent: this }),
        );
        const trusted = new containerservice.TrustedAccessRoleBinding(
            `tarb-backup-${name}`,
            {
                trustedAccessRoleBindingName: "backup",
                resourceGroupName,
                resourceName: cluster.name,
                sourceResourceId: parts.vault.id,
                roles: ["Microsoft.DataProtection/backupVaults/backup-operator"],
            },
            { parent: this },
        );
        return [...assignments, trusted];
    }

    private protectCluster(
        name: string,
        vault: dataprotection.BackupVault,
        ready: pulumi.Resource[],
        { cluster, schedule, excludedNamespaces, snapshots, resourceGroupName, location, tags }: ClusterBackupArgs,
    ): void {
        const policy = new dataprotection.BackupPolicy(
            `bkpol-${name}`,
            {
                // Azure can't change a policy: another schedule is another policy.
                backupPolicyName: `daily-${schedule.startTime.replace(":", "")}-${schedule.retentionInDays}d`,
                vaultName: vault.name,
                resourceGroupName,
                properties: backupPolicy(schedule),
            },
            { parent: this },
        );
        const source = {
            resourceID: cluster.id,
            resourceUri: cluster.id,
            resourceName: cluster.name,
            resourceType: clusterType,
            datasourceType: clusterType,
            resourceLocation: location,
        };
        new dataprotection.BackupInstance(
            `bkinst-${name}`,
            {
                backupInstanceName: `aks-${name}`,
                vaultName: vault.name,
                resourceGroupName,
                tags,
                properties: {
                    objectType: "BackupInstance",
                    friendlyName: `aks-${name}`,
                    dataSourceInfo: { objectType: "Datasource", ...source },
                    dataSourceSetInfo: { objectType: "DatasourceSet", ...source },
                    policyInfo: {
                        policyId: policy.id,
                        policyParameters: {
                            dataStoreParametersList: [
                                {
                                    objectType: "AzureOperationalStoreParameters",
                                    dataStoreType: "OperationalStore",
                                    resourceGroupId: snapshots.id,
                                },
                            ],
                            backupDatasourceParametersList: [
                                {
                                    objectType: "KubernetesClusterBackupDatasourceParameters",
                                    includeClusterScopeResources: true,
                                    snapshotVolumes: true,
                                    excludedNamespaces,
                                },
                            ],
                        },
                    },
                },
            },
            { parent: this, dependsOn: ready },
        );
    }
}
