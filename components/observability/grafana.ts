import * as dashboard from "@pulumi/azure-native/dashboard";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateEndpoint, type PrivateAccess } from "../network/private-endpoint";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { sendLogs } from "./diagnostics";

export interface GrafanaArgs extends Placement {
    /** 2 to 23 letters, digits and hyphens. */
    workspaceName: string;
    /** Azure Monitor workspace with the clusters' metrics. */
    metrics: { id: pulumi.Input<string>; location: string; private: boolean };
    /** Log Analytics workspace that dashboards may query. */
    logsId: pulumi.Input<string>;
    /** Private endpoint. Default: reachable from the Internet, behind Entra sign-in. */
    access?: PrivateAccess;
    zoneRedundant: boolean;
    /** Object ids of Entra groups. */
    adminGroupIds: string[];
    viewerGroupIds: string[];
}

/** Azure Managed Grafana: Entra sign-in alone, no API keys; reads metrics and logs by its own identity. */
export class Grafana extends pulumi.ComponentResource {
    public readonly endpoint: pulumi.Output<string>;

    constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Grafana", name, {}, opts);
        const { workspaceName, metrics, access } = args;
        const placement = placementOf(args);
        const child = { parent: this };

        const grafana = new dashboard.Grafana(
            `amg-${name}`,
            {
                workspaceName,
                sku: { name: "Standard" },
                identity: { type: "SystemAssigned" },
                properties: {
                    apiKey: "Disabled",
                    publicNetworkAccess: access ? "Disabled" : "Enabled",
                    zoneRedundancy: args.zoneRedundant ? "Enabled" : "Disabled",
                    grafanaIntegrations: {
                        azureMonitorWorkspaceIntegrations: [{ azureMonitorWorkspaceResourceId: metrics.id }],
                    },
                },
                ...placement,
            },
            child,
        );
        sendLogs(`amg-${name}`, "grafana", grafana.id, args.logWorkspaceId, child);
        if (access) {
            createPrivateEndpoint(
                `amg-${name}`,
                { targetId: grafana.id, group: "grafana", access, ...placement },
                child,
            );
        }
        if (metrics.private) {
            this.reachMetrics(name, grafana, args);
        }
        this.grantRoles(name, grafana, args);

        this.endpoint = grafana.properties.apply((properties) => properties.endpoint);
        this.registerOutputs({ endpoint: this.endpoint });
    }

    /** Whoever owns the metrics' workspace approves the connection by hand, as Azure demands. */
    private reachMetrics(name: string, grafana: dashboard.Grafana, args: GrafanaArgs): void {
        new dashboard.ManagedPrivateEndpoint(
            `mpe-amg-${name}`,
            {
                managedPrivateEndpointName: "metrics",
                workspaceName: grafana.name,
                privateLinkResourceId: args.metrics.id,
                privateLinkResourceRegion: args.metrics.location,
                groupIds: ["prometheusMetrics"],
                requestMessage: `Dashboards of ${args.workspaceName}`,
                ...placementOf(args),
            },
            { parent: this },
        );
    }

    private grantRoles(name: string, grafana: dashboard.Grafana, args: GrafanaArgs): void {
        const reads = {
            metrics: { role: BuiltInRole.MonitoringDataReader, scope: args.metrics.id },
            logs: { role: BuiltInRole.LogAnalyticsReader, scope: args.logsId },
        };
        for (const [what, grant] of Object.entries(reads)) {
            assignRole(
                `amg-${name}-reads-${what}`,
                {
                    principalId: grafana.identity.apply((identity) => identity?.principalId ?? ""),
                    principalType: "ServicePrincipal",
                    ...grant,
                },
                { parent: this },
            );
        }
        const people = {
            admins: { role: BuiltInRole.GrafanaAdmin, groupIds: args.adminGroupIds },
            viewers: { role: BuiltInRole.GrafanaViewer, groupIds: args.viewerGroupIds },
        };
        for (const [who, { role, groupIds }] of Object.entries(people)) {
            groupIds.forEach((principalId, index) => {
                assignRole(
                    `amg-${name}-${who}-${index + 1}`,
                    { principalId, principalType: "Group", role, scope: grafana.id },
                    { parent: this },
                );
            });
        }
    }
}
