import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { placementOf, type Placement } from "../placement";

export interface MonitorPrivateLinkArgs extends Placement {
    /**
     * Where the endpoint stands. Azure Monitor's names are the same for all its customers, so networks that share their
     * private zones must share the scope and this endpoint too.
     */
    access: PrivateAccess;
}

/** Azure Monitor behind a private endpoint: what asks for it from these networks reaches the scope's members alone. */
export class MonitorPrivateLink extends pulumi.ComponentResource {
    private readonly scope: monitor.PrivateLinkScope;
    private readonly resourceGroupName: pulumi.Input<string>;
    private last: pulumi.Resource;

    constructor(name: string, args: MonitorPrivateLinkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:MonitorPrivateLink", name, {}, opts);
        const placement = placementOf(args);
        this.scope = new monitor.PrivateLinkScope(
            `ampls-${name}`,
            {
                scopeName: `ampls-${name}`,
                // PrivateOnly closes the way to other workspaces, which would be a way out for data.
                accessModeSettings: { ingestionAccessMode: "PrivateOnly", queryAccessMode: "PrivateOnly" },
                ...placement,
                location: "global",
            },
            { parent: this },
        );
        createPrivateEndpoint(
            `ampls-${name}`,
            { targetId: this.scope.id, group: "azuremonitor", access: args.access, ...placement },
            { parent: this },
        );
        this.resourceGroupName = args.resourceGroupName;
        this.last = this.scope;
        this.registerOutputs({ scopeId: this.scope.id });
    }

    /** Lets a workspace, an Application Insights component or a data collection endpoint be reached. */
    public admit(name: string, linkedResourceId: pulumi.Input<string>): void {
        // One after the other: Azure refuses a second write to a scope while one is under way.
        this.last = new monitor.PrivateLinkScopedResource(
            `ampls-${name}`,
            {
                name,
                scopeName: this.scope.name,
                resourceGroupName: this.resourceGroupName,
                linkedResourceId,
            },
            { parent: this, dependsOn: this.last },
        );
    }
}
