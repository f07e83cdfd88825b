/** How a cluster is backed up: pure settings, in the words of Azure Backup. */

export interface BackupSchedule {
    /** Days that snapshots are kept, 1 to 360. */
    readonly retentionInDays: number;
    /** UTC, for example `02:00`. */
    readonly startTime: string;
}

/** Daily snapshots. The date is the schedule's beginning and lies in the past for good: only the time of day counts. */
export function backupPolicy({ retentionInDays, startTime }: BackupSchedule) {
    const store = { dataStoreType: "OperationalStore", objectType: "DataStoreInfoBase" };
    return {
        objectType: "BackupPolicy" as const,
        datasourceTypes: [clusterType],
        policyRules: [
            {
                objectType: "AzureBackupRule" as const,
                name: "BackupDaily",
                backupParameters: { objectType: "AzureBackupParams" as const, backupType: "Incremental" },
                dataStore: store,
                trigger: {
                    objectType: "ScheduleBasedTriggerContext" as const,
                    schedule: {
                        repeatingTimeIntervals: [`R/2025-01-01T${startTime}:00+00:00/P1D`],
                        timeZone: "UTC",
                    },
                    taggingCriteria: [{ isDefault: true, taggingPriority: 99, tagInfo: { tagName: "Default" } }],
                },
            },
            {
                objectType: "AzureRetentionRule" as const,
                name: "Default",
                isDefault: true,
                lifecycles: [
                    {
                        deleteAfter: { objectType: "AbsoluteDeleteOption" as const, duration: `P${retentionInDays}D` },
                        sourceDataStore: store,
                    },
                ],
            },
        ],
    };
}

export const clusterType = "Microsoft.ContainerService/managedClusters";

export interface BackupLocation {
    readonly accountName: string;
    readonly container: string;
    readonly resourceGroupName: string;
    readonly subscriptionId: string;
    readonly tenantId: string;
}

/** Settings of the cluster's backup extension; by identity, because the account has no keys. */
export function backupExtensionSettings(location: BackupLocation): Record<string, string> {
    const storage = "configuration.backupStorageLocation";
    return {
        [`${storage}.bucket`]: location.container,
        [`${storage}.config.storageAccount`]: location.accountName,
        [`${storage}.config.resourceGroup`]: location.resourceGroupName,
        [`${storage}.config.subscriptionId`]: location.subscriptionId,
        [`${storage}.config.storageAccountURI`]: `https://${location.accountName}.blob.core.windows.net/`,
        [`${storage}.config.useAAD`]: "true",
        "credentials.tenantId": location.tenantId,
    };
}
