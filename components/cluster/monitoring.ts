import * as alertsmanagement from "@pulumi/azure-native/alertsmanagement";
import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import type { MonitorPrivateLink } from "../observability/private-link-scope";
import { placementOf, type Placement } from "../placement";
import { containerLogStreams, recordingRules } from "./monitoring-plan";

/** What a cluster must be told when it is made, so that its agents run. */
export interface ClusterAgents {
    /** Log Analytics workspace of Container Insights. Default: container logs are not collected. */
    containerLogsWorkspaceId?: pulumi.Input<string>;
    /** Whether managed Prometheus scrapes the cluster. */
    prometheus: boolean;
}

/** The add-on and the profile that make AKS run the agents; they sign in by identity. */
export function agentProfiles({ containerLogsWorkspaceId, prometheus }: ClusterAgents) {
    return {
        azureMonitorProfile: { metrics: { enabled: prometheus } },
        omsagent: containerLogsWorkspaceId
            ? {
                  enabled: true,
                  config: { logAnalyticsWorkspaceResourceID: containerLogsWorkspaceId, useAADAuth: "true" },
              }
            : { enabled: false },
    };
}

export interface ClusterMonitoringArgs extends Placement {
    clusterId: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    /** Region of the workspaces: rules must be made where they write. */
    workspaceLocation: string;
    /** Default: container logs are not collected. */
    containerLogs?: {
        workspaceId: pulumi.Input<string>;
        /** Namespaces whose containers' logs are not kept. */
        excludedNamespaces: string[];
    };
    /** Default: no metrics. */
    prometheus?: {
        /** Id of the Azure Monitor workspace. */
        workspaceId: pulumi.Input<string>;
        /** Whether the series of the stock dashboards are computed. */
        recordingRules: boolean;
    };
    /** Agents come in through it alone. Default: over the Internet. */
    privateLink?: MonitorPrivateLink;
}

/** What Azure Monitor collects of one cluster, and on which way. */
export class ClusterMonitoring extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ClusterMonitoring", name, {}, opts);
        const { containerLogs, prometheus, privateLink, workspaceLocation } = args;
        const endpoint = prometheus || privateLink ? this.endpoint(name, workspaceLocation, args) : undefined;
        if (privateLink && endpoint) {
            // Agents fetch their settings from an endpoint in the cluster's own region.
            const near =
                args.location === workspaceLocation ? endpoint : this.endpoint(`settings-${name}`, args.location, args);
            this.associate("configurationAccessEndpoint", name, args, { dataCollectionEndpointId: near.id });
        }
        if (containerLogs) {
            const rule = this.logsRule(name, containerLogs, privateLink ? endpoint : undefined, args);
            this.associate("ContainerInsightsExtension", name, args, { dataCollectionRuleId: rule.id });
        }
        if (prometheus) {
            const rule = this.metricsRule(name, prometheus.workspaceId, endpoint, args);
            this.associate("ContainerInsightsMetricsExtension", name, args, { dataCollectionRuleId: rule.id });
            if (prometheus.recordingRules) {
                this.recordingRules(name, prometheus.workspaceId, args);
            }
        }
        this.registerOutputs();
    }

    private endpoint(name: string, location: string, args: ClusterMonitoringArgs): monitor.DataCollectionEndpoint {
        const endpoint = new monitor.DataCollectionEndpoint(
            `dce-${name}`,
            {
                dataCollectionEndpointName: `dce-${name}`,
                kind: "Linux",
                networkAcls: { publicNetworkAccess: args.privateLink ? "Disabled" : "Enabled" },
                ...placementOf(args),
                location,
            },
            { parent: this },
        );
        args.privateLink?.admit(`dce-${name}`, endpoint.id);
        return endpoint;
    }

    private logsRule(
        name: string,
        { workspaceId, excludedNamespaces }: NonNullable<ClusterMonitoringArgs["containerLogs"]>,
        endpoint: monitor.DataCollectionEndpoint | undefined,
        args: ClusterMonitoringArgs,
    ): monitor.DataCollectionRule {
        return new monitor.DataCollectionRule(
            `dcr-logs-${name}`,
            {
                dataCollectionRuleName: `dcr-logs-${name}`,
                kind: "Linux",
                dataCollectionEndpointId: endpoint?.id,
                dataSources: {
                    extensions: [
                        {
                            name: "ContainerInsightsExtension",
                            extensionName: "ContainerInsights",
                            streams: containerLogStreams,
                            extensionSettings: {
                                dataCollectionSettings: {
                                    interval: "1m",
                                    enableContainerLogV2: true,
                                    ...(excludedNamespaces.length > 0
                                        ? { namespaceFilteringMode: "Exclude", namespaces: excludedNamespaces }
                                        : { namespaceFilteringMode: "Off" }),
                                },
                            },
                        },
                    ],
                },
                destinations: { logAnalytics: [{ name: "logs", workspaceResourceId: workspaceId }] },
                dataFlows: [{ streams: containerLogStreams, destinations: ["logs"] }],
                ...placementOf(args),
                location: args.workspaceLocation,
            },
            { parent: this },
        );
    }

    private metricsRule(
        name: string,
        accountResourceId: pulumi.Input<string>,
        endpoint: monitor.DataCollectionEndpoint | undefined,
        args: ClusterMonitoringArgs,
    ): monitor.DataCollectionRule {
        const streams = ["Microsoft-PrometheusMetrics"];
        return new monitor.DataCollectionRule(
            `dcr-metrics-${name}`,
            {
                dataCollectionRuleName: `dcr-metrics-${name}`,
                kind: "Linux",
                dataCollectionEndpointId: endpoint?.id,
                dataSources: { prometheusForwarder: [{ name: "prometheus", streams }] },
                destinations: { monitoringAccounts: [{ name: "metrics", accountResourceId }] },
                dataFlows: [{ streams, destinations: ["metrics"] }],
                ...placementOf(args),
                location: args.workspaceLocation,
            },
            { parent: this },
        );
    }

    /** Agents look for associations of exactly these names. */
    private associate(
        associationName:
            "configurationAccessEndpoint" | "ContainerInsightsExtension" | "ContainerInsightsMetricsExtension",
        name: string,
        { clusterId }: ClusterMonitoringArgs,
        target: { dataCollectionRuleId: pulumi.Input<string> } | { dataCollectionEndpointId: pulumi.Input<string> },
    ): void {
        new monitor.DataCollectionRuleAssociation(
            `dcra-${associationName}-${name}`,
            { associationName, resourceUri: clusterId, ...target },
            { parent: this },
        );
    }

    private recordingRules(name: string, workspaceId: pulumi.Input<string>, args: ClusterMonitoringArgs): void {
        new alertsmanagement.PrometheusRuleGroup(
            `rules-${name}`,
            {
                ruleGroupName: `rules-${name}`,
                description: "Series of the stock dashboards.",
                enabled: true,
                interval: "PT1M",
                scopes: [workspaceId, args.clusterId],
                clusterName: args.clusterName,
                rules: recordingRules.map((rule) => ({ ...rule, enabled: true })),
                ...placementOf(args),
                location: args.workspaceLocation,
            },
            { parent: this },
        );
    }
}
