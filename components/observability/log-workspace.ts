import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

export interface LogWorkspaceArgs extends Placement {
    /** Id of the resource group: whoever takes the workspace's id as a setting shows it in a preview. */
    resourceGroupId: pulumi.Input<string>;
    /** Days, 30 to 730. */
    retentionInDays: number;
    /** Gigabytes a day after which no more is taken. Default: no limit. */
    dailyQuotaInGb?: number;
    /**
     * Whether agents and people come in through a private link scope alone. Diagnostic settings go on: they don't cross
     * a network. Default: false.
     */
    privateOnly?: boolean;
}

/** A Log Analytics workspace that takes data from Entra identities alone. */
export class LogWorkspace extends pulumi.ComponentResource {
    public readonly workspaceId: pulumi.Output<string>;

    constructor(name: string, args: LogWorkspaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:LogWorkspace", name, args, opts);
        const workspaceName = `log-${name}`;
        const publicAccess = args.privateOnly ? "Disabled" : "Enabled";
        const workspace = new operationalinsights.Workspace(
            workspaceName,
            {
                workspaceName,
                sku: { name: "PerGB2018" },
                retentionInDays: args.retentionInDays,
                features: { disableLocalAuth: true },
                workspaceCapping: args.dailyQuotaInGb ? { dailyQuotaGb: args.dailyQuotaInGb } : undefined,
                publicNetworkAccessForIngestion: publicAccess,
                publicNetworkAccessForQuery: publicAccess,
                ...placementOf(args),
            },
            { parent: this },
        );
        // Hangs on an input of the workspace: who uses it waits for the workspace, yet a preview knows it. An unknown id
        // would hide the whole security profile of a cluster, because azure-native fills in that object's defaults as one.
        this.workspaceId = pulumi
            .all([args.resourceGroupId, workspace.location])
            .apply(([group]) => `${group}/providers/Microsoft.OperationalInsights/workspaces/${workspaceName}`);
        this.registerOutputs({ workspaceId: this.workspaceId });
    }
}
