/** What operators are told of. Metrics and dimensions: see "Azure Monitor supported metrics". */

/** An alert on a platform metric, which is there without any agent. */
export interface MetricRule {
    readonly name: string;
    readonly description: string;
    /** The type of what it watches. */
    readonly namespace: string;
    readonly metric: string;
    readonly aggregation: "Average" | "Maximum" | "Total";
    readonly operator: "GreaterThan" | "LessThan";
    readonly threshold: number;
    /** Values of a dimension that count. Default: all of it together. */
    readonly dimension?: { readonly name: string; readonly values: readonly string[] };
    /** 0 (critical) to 3 (informational). */
    readonly severity: 0 | 1 | 2 | 3;
    /** ISO 8601: how much of the past counts; judged every minute, or every five where it is longer than five. */
    readonly window: "PT5M" | "PT15M" | "PT30M";
}

/** An alert on what a query finds in the last 15 minutes of logs. */
export interface QueryRule {
    readonly name: string;
    readonly description: string;
    readonly query: string;
    /** More rows than this alert. */
    readonly threshold: number;
    readonly severity: 0 | 1 | 2 | 3;
}

const firewall = "Microsoft.Network/azureFirewalls";
const gateway = "Microsoft.Network/applicationGateways";
const cluster = "Microsoft.ContainerService/managedClusters";

export const firewallRules: readonly MetricRule[] = [
    {
        name: "snat-ports",
        description: "Beyond 95 % connections to the Internet fail; add public addresses before that.",
        namespace: firewall,
        metric: "SNATPortUtilization",
        aggregation: "Maximum",
        operator: "GreaterThan",
        threshold: 80,
        severity: 1,
        window: "PT5M",
    },
    {
        name: "health",
        description: "The firewall, and with it everything that leaves, is degraded.",
        namespace: firewall,
        metric: "FirewallHealth",
        aggregation: "Average",
        operator: "LessThan",
        threshold: 90,
        severity: 0,
        window: "PT5M",
    },
];

export const gatewayRules: readonly MetricRule[] = [
    {
        name: "unhealthy-backends",
        description: "The gateway's probe of the cluster fails.",
        namespace: gateway,
        metric: "UnhealthyHostCount",
        aggregation: "Average",
        operator: "GreaterThan",
        threshold: 0,
        severity: 1,
        window: "PT5M",
    },
];

export const clusterRules: readonly MetricRule[] = [
    {
        name: "nodes-not-ready",
        description: "Nodes have been out of order for a quarter of an hour.",
        namespace: cluster,
        metric: "kube_node_status_condition",
        aggregation: "Average",
        operator: "GreaterThan",
        threshold: 0,
        dimension: { name: "status2", values: ["NotReady"] },
        severity: 1,
        window: "PT15M",
    },
    {
        name: "node-disks",
        description: "Disks of nodes are nearly full; the kubelet evicts pods soon.",
        namespace: cluster,
        metric: "node_disk_usage_percentage",
        aggregation: "Average",
        operator: "GreaterThan",
        threshold: 80,
        severity: 2,
        window: "PT15M",
    },
    {
        name: "unschedulable-pods",
        description:
            "Pods wait for nodes that the autoscaler can't add: a quota, a pool's maximum, a lack of capacity.",
        namespace: cluster,
        metric: "cluster_autoscaler_unschedulable_pods_count",
        aggregation: "Average",
        operator: "GreaterThan",
        threshold: 0,
        severity: 2,
        window: "PT30M",
    },
];

export interface Limits {
    /** Connections that the firewall denies within 15 minutes. */
    readonly deniedEgress: number;
    /** Requests that web application firewalls block within 15 minutes. */
    readonly blockedRequests: number;
}

/** What the parts of a platform ask of its logs. Tables exist once a first record has come in. */
export function queryRules(
    has: { readonly firewall: boolean; readonly gateway: boolean; readonly quota: boolean },
    limits: Limits,
): QueryRule[] {
    return [
        ...(has.firewall
            ? [
                  {
                      name: "denied-egress",
                      description:
                          "Something tries to leave that no rule lets out: a missing rule, or somebody who looks for a way.",
                      query: 'union isfuzzy=true AZFWApplicationRule, AZFWNetworkRule | where Action == "Deny"',
                      threshold: limits.deniedEgress,
                      severity: 2 as const,
                  },
              ]
            : []),
        ...(has.gateway
            ? [
                  {
                      name: "blocked-requests",
                      description: "An attack, or a rule of the web application firewall that hits real users.",
                      query: 'union isfuzzy=true AGWFirewallLogs | where Action == "Blocked"',
                      threshold: limits.blockedRequests,
                      severity: 2 as const,
                  },
              ]
            : []),
        ...(has.quota
            ? [
                  {
                      name: "log-quota",
                      description: "The day's quota is used up: no more logs are taken, audit logs included.",
                      query: '_LogOperation | where Category =~ "Ingestion" | where Operation =~ "Data collection stopped"',
                      threshold: 0,
                      severity: 1 as const,
                  },
              ]
            : []),
    ];
}
