import * as applicationinsights from "@pulumi/azure-native/applicationinsights";
import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, placeOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { KeyVault } from "../services/key-vault";
import { StorageAccount } from "../services/storage-account";

export interface MachineLearningWorkspaceArgs extends Placement {
    access: PrivateAccess;
    tenantId: string;
    /** 3 to 24 lower-case letters and digits, unique in all of Azure. */
    storageAccountName: string;
    /** 3 to 24 letters, digits and hyphens, unique in all of Azure. */
    vaultName: string;
    registryId: pulumi.Input<string>;
    logWorkspaceId: pulumi.Input<string>;
    storageSku: "Standard_LRS" | "Standard_ZRS";
    /** Object ids of the Entra groups that submit jobs and deploy models, and change no infrastructure. */
    dataScientistGroupIds: string[];
    /**
     * Compute cluster that builds images: Azure can't build inside a closed registry.
     * Default: none; environments are then images that stand in the registry already.
     */
    imageBuildCompute?: string;
}

/** An Azure Machine Learning workspace without a public endpoint, with dependencies of its own that have none either. */
export class MachineLearningWorkspace extends pulumi.ComponentResource {
    public readonly workspaceId: pulumi.Output<string>;
    public readonly workspaceName: pulumi.Output<string>;
    public readonly storageAccountId: pulumi.Output<string>;
    public readonly vaultId: pulumi.Output<string>;
    /** Application Insights, which jobs and endpoints report to. */
    public readonly insightsId: pulumi.Output<string>;

    constructor(name: string, args: MachineLearningWorkspaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:MachineLearningWorkspace", name, args, opts);
        const { access } = args;
        const placement = placementOf(args);
        const child = { parent: this };

        const storage = new StorageAccount(
            `ml-${name}`,
            {
                accountName: args.storageAccountName,
                sku: args.storageSku,
                services: ["blob", "file", "queue", "table"],
                access,
                ...placeOf(args),
            },
            child,
        );
        const vault = new KeyVault(
            `ml-${name}`,
            { vaultName: args.vaultName, tenantId: args.tenantId, access, ...placeOf(args) },
            child,
        );
        const insights = new applicationinsights.Component(
            `appi-ml-${name}`,
            {
                resourceName: `appi-ml-${name}`,
                kind: "web",
                applicationType: "web",
                workspaceResourceId: args.logWorkspaceId,
                ingestionMode: "LogAnalytics",
                disableLocalAuth: true,
                ...placement,
            },
            child,
        );
        const workspace = new machinelearningservices.Workspace(
            `mlw-${name}`,
            {
                workspaceName: `mlw-${name}`,
                identity: { type: "SystemAssigned" },
                publicNetworkAccess: "Disabled",
                storageAccount: storage.accountId,
                keyVault: vault.vaultId,
                containerRegistry: args.registryId,
                applicationInsights: insights.id,
                // The account has no keys to hand out.
                systemDatastoresAuthMode: "identity",
                // Kubernetes compute needs the current API.
                v1LegacyMode: false,
                imageBuildCompute: args.imageBuildCompute,
                ...placement,
            },
            child,
        );
        createPrivateEndpoint(
            `mlw-${name}`,
            { targetId: workspace.id, group: "amlworkspace", access, ...placement },
            child,
        );
        this.admitDataScientists(name, args.dataScientistGroupIds, workspace.id, storage.accountId);

        sendLogs(`mlw-${name}`, "machineLearningWorkspace", workspace.id, args.logWorkspaceId, child);
        this.workspaceId = workspace.id;
        this.workspaceName = workspace.name;
        this.storageAccountId = storage.accountId;
        this.vaultId = vault.vaultId;
        this.insightsId = insights.id;
        this.registerOutputs({ workspaceId: this.workspaceId, workspaceName: this.workspaceName });
    }

    private admitDataScientists(
        name: string,
        groupIds: string[],
        workspaceId: pulumi.Output<string>,
        storageAccountId: pulumi.Output<string>,
    ): void {
        const grants = {
            workspace: { role: BuiltInRole.AzureMlDataScientist, scope: workspaceId },
            data: { role: BuiltInRole.StorageBlobDataContributor, scope: storageAccountId },
        };
        groupIds.forEach((principalId, index) => {
            for (const [what, grant] of Object.entries(grants)) {
                assignRole(
                    `mlw-${name}-data-scientists-${index + 1}-${what}`,
                    { principalId, principalType: "Group", ...grant },
                    { parent: this },
                );
            }
        });
    }
}
