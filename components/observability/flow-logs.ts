import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { StorageAccount } from "../services/storage-account";

export interface FlowLogsArgs extends Placement {
    /** Id of the network whose flows are kept. */
    networkId: pulumi.Input<string>;
    /** The region's network watcher: Azure has one per region and subscription. */
    watcher: { name: pulumi.Input<string>; resourceGroupName: pulumi.Input<string> };
    /** 3 to 24 lower-case letters and digits, unique in all of Azure. */
    storageAccountName: string;
    storageSku: "Standard_LRS" | "Standard_ZRS";
    /** Days, 1 to 365, that storage keeps the flows. */
    retentionInDays: number;
    /** Workspace that gets summaries. Default: none. */
    analytics?: { workspaceId: pulumi.Input<string>; workspaceLocation: string };
}

/**
 * Flow logs of a network, in a storage account of their own in the same region. Network Watcher writes there as a trusted
 * service under an identity of ours, so that the account needs neither keys nor an endpoint.
 * From "Managed identity for virtual network flow logs". What that identity needs on the analytics' workspace isn't
 * documented; none is given there.
 */
export class FlowLogs extends pulumi.ComponentResource {
    public readonly storageAccountId: pulumi.Output<string>;

    constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:FlowLogs", name, {}, opts);
        const placement = placementOf(args);
        const child = { parent: this };

        const storage = new StorageAccount(
            `flows-${name}`,
            { accountName: args.storageAccountName, sku: args.storageSku, services: [], ...placement },
            child,
        );
        const identity = new managedidentity.UserAssignedIdentity(
            `id-flows-${name}`,
            { resourceName: `id-flows-${name}`, ...placement },
            child,
        );
        const writer = assignRole(
            `flows-${name}-writes`,
            {
                principalId: identity.principalId,
                principalType: "ServicePrincipal",
                role: BuiltInRole.StorageBlobDataContributor,
                scope: storage.accountId,
            },
            child,
        );
        new network.FlowLog(
            `fl-${name}`,
            {
                flowLogName: `fl-${name}`,
                networkWatcherName: args.watcher.name,
                resourceGroupName: args.watcher.resourceGroupName,
                location: args.location,
                tags: args.tags,
                targetResourceId: args.networkId,
                storageId: storage.accountId,
                identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
                enabled: true,
                format: { type: "JSON", version: 2 },
                retentionPolicy: { enabled: true, days: args.retentionInDays },
                flowAnalyticsConfiguration: args.analytics && {
                    networkWatcherFlowAnalyticsConfiguration: {
                        enabled: true,
                        workspaceResourceId: args.analytics.workspaceId,
                        workspaceRegion: args.analytics.workspaceLocation,
                        trafficAnalyticsInterval: 10,
                    },
                },
            },
            { ...child, dependsOn: writer },
        );
        this.storageAccountId = storage.accountId;
        this.registerOutputs({ storageAccountId: this.storageAccountId });
    }
}
