/**
 * What each kind of resource sends to Log Analytics: what an audit or an outage asks for, and no more, because every
 * record is paid for. From the resource log categories in "Azure Monitor supported resource logs".
 */
export const diagnosticCategories = {
    applicationGateway: ["ApplicationGatewayAccessLog", "ApplicationGatewayFirewallLog"],
    azureFirewall: [
        "AZFWApplicationRule",
        "AZFWNetworkRule",
        "AZFWNatRule",
        "AZFWThreatIntel",
        "AZFWIdpsSignature",
        "AZFWDnsQuery",
        "AZFWFqdnResolveFailure",
        "AZFWFatFlow",
        "AZFWFlowTrace",
    ],
    bastion: ["BastionAuditLogs"],
    vpnGateway: [
        "GatewayDiagnosticLog",
        "TunnelDiagnosticLog",
        "RouteDiagnosticLog",
        "IKEDiagnosticLog",
        "P2SDiagnosticLog",
    ],
    loadBalancer: ["LoadBalancerHealthEvent"],
    // Not kube-audit, which logs every read as well and costs more than all the rest.
    kubernetesCluster: [
        "kube-apiserver",
        "kube-audit-admin",
        "kube-controller-manager",
        "kube-scheduler",
        "cluster-autoscaler",
        "cloud-controller-manager",
        "guard",
    ],
    publicAddress: ["DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"],
    trafficController: ["TrafficControllerAccessLog", "TrafficControllerFirewallLog"],
} as const satisfies Record<string, readonly string[]>;

export type MonitoredKind = keyof typeof diagnosticCategories;
