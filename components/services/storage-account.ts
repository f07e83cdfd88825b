import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateEndpointGroup } from "../network/private-dns-zones";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";

/** The parts of a storage account that can have a private endpoint here. */
export type StorageService = Extract<PrivateEndpointGroup, "blob" | "file" | "queue" | "table" | "dfs">;

export interface StorageAccountArgs extends Placement {
    /** 3 to 24 lower-case letters and digits, unique in all of Azure. */
    accountName: string;
    /** `Standard_ZRS` where the region has zones, else `Standard_LRS`. */
    sku: "Standard_LRS" | "Standard_ZRS";
    /** The services in use: each sends its logs, and has a private endpoint where `access` says how. */
    services: StorageService[];
    /** Data Lake Storage: a file system of folders, which `dfs` leads to. Can't be changed. Default: false. */
    hierarchicalNamespace?: boolean;
    /** Default: no private endpoints, for an account that only Azure's own services write to. */
    access?: PrivateAccess;
}

/** A storage account without a public endpoint, account keys or anonymous reads. */
export class StorageAccount extends pulumi.ComponentResource {
    public readonly accountId: pulumi.Output<string>;

    constructor(name: string, args: StorageAccountArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:StorageAccount", name, args, opts);
        const { accountName, sku, services, hierarchicalNamespace, access } = args;
        const placement = placementOf(args);

        const account = new storage.StorageAccount(
            `st-${name}`,
            {
                accountName,
                kind: "StorageV2",
                sku: { name: sku },
                publicNetworkAccess: "Disabled",
                networkRuleSet: { defaultAction: "Deny", bypass: "AzureServices" },
                isHnsEnabled: hierarchicalNamespace,
                allowBlobPublicAccess: false,
                allowSharedKeyAccess: false,
                allowCrossTenantReplication: false,
                defaultToOAuthAuthentication: true,
                enableHttpsTrafficOnly: true,
                minimumTlsVersion: "TLS1_2",
                ...placement,
            },
            { parent: this },
        );
        for (const service of services) {
            const part = `st-${name}-${service}`;
            // Data Lake's requests are in the logs of blobs.
            if (service !== "dfs") {
                const serviceId = pulumi.interpolate`${account.id}/${service}Services/default`;
                sendLogs(part, "storageService", serviceId, args.logWorkspaceId, { parent: this });
            }
            if (access) {
                createPrivateEndpoint(
                    part,
                    { targetId: account.id, group: service, access, ...placement },
                    { parent: this },
                );
            }
        }

        this.accountId = account.id;
        this.registerOutputs({ accountId: this.accountId });
    }
}
