import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

export interface LogWorkspaceArgs extends Placement {
    /** Days, 30 to 730. */
    retentionInDays: number;
}

/** A Log Analytics workspace that takes data from Entra identities alone. */
export class LogWorkspace extends pulumi.ComponentResource {
    public readonly workspaceId: pulumi.Output<string>;

    constructor(name: string, args: LogWorkspaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:LogWorkspace", name, args, opts);
        const workspace = new operationalinsights.Workspace(
            `log-${name}`,
            {
                workspaceName: `log-${name}`,
                sku: { name: "PerGB2018" },
                retentionInDays: args.retentionInDays,
                features: { disableLocalAuth: true },
                ...placementOf(args),
            },
            { parent: this },
        );
        this.workspaceId = workspace.id;
        this.registerOutputs({ workspaceId: this.workspaceId });
    }
}
