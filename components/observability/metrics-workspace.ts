import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { prometheusZone } from "../network/private-dns-zones";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { placementOf, type Placement } from "../placement";

export interface MetricsWorkspaceArgs extends Placement {
    /** Makes queries private. Default: they come in from anywhere, with an Entra identity. */
    access?: PrivateAccess;
}

/** An Azure Monitor workspace: where managed Prometheus keeps the metrics of all clusters. */
export class MetricsWorkspace extends pulumi.ComponentResource {
    public readonly workspaceId: pulumi.Output<string>;
    /** Region of the workspace, and of the rules and endpoints that fill it. */
    public readonly location: string;

    constructor(name: string, args: MetricsWorkspaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:MetricsWorkspace", name, {}, opts);
        const { access } = args;
        const workspace = new monitor.AzureMonitorWorkspace(
            `amw-${name}`,
            {
                azureMonitorWorkspaceName: `amw-${name}`,
                publicNetworkAccess: access ? "Disabled" : "Enabled",
                ...placementOf(args),
            },
            { parent: this },
        );
        if (access) {
            createPrivateEndpoint(
                `amw-${name}`,
                {
                    targetId: workspace.id,
                    group: "prometheusMetrics",
                    zones: [prometheusZone(args.location)],
                    access,
                    ...placementOf(args),
                },
                { parent: this },
            );
        }
        this.workspaceId = workspace.id;
        this.location = args.location;
        this.registerOutputs({ workspaceId: this.workspaceId });
    }
}
