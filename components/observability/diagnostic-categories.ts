/**
 * What each kind of resource sends to Log Analytics: what an audit or an outage asks for, and no more, because every
 * record is paid for. From the resource log categories in "Azure Monitor supported resource logs".
 */
export const diagnosticCategories = {
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
    /** DDoS protection reports on the addresses; a plan has no logs of its own. */
    publicAddress: ["DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"],
    networkSecurityGroup: ["NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"],
    virtualNetwork: ["VMProtectionAlerts"],
    bastion: ["BastionAuditLogs"],
    vpnGateway: [
        "GatewayDiagnosticLog",
        "TunnelDiagnosticLog",
        "RouteDiagnosticLog",
        "IKEDiagnosticLog",
        "P2SDiagnosticLog",
    ],
    /** The type has a VPN gateway's other categories too; an ExpressRoute gateway has nothing to say in them. */
    expressRouteGateway: ["GatewayDiagnosticLog", "RouteDiagnosticLog"],
    expressRouteCircuit: ["PeeringRouteLog"],
    loadBalancer: ["LoadBalancerHealthEvent"],
    /** `ApplicationGatewayPerformanceLog` belongs to the v1 tier. */
    applicationGateway: ["ApplicationGatewayAccessLog", "ApplicationGatewayFirewallLog"],
    /** `kube-audit-admin` leaves out reads, which are nine tenths of the audit log. */
    kubernetesCluster: [
        "kube-audit-admin",
        "guard",
        "kube-apiserver",
        "kube-controller-manager",
        "cluster-autoscaler",
        "cloud-controller-manager",
    ],
    /** `kube-audit` holds all that `kube-audit-admin` does. */
    kubernetesClusterWithReads: [
        "kube-audit",
        "guard",
        "kube-apiserver",
        "kube-controller-manager",
        "cluster-autoscaler",
        "cloud-controller-manager",
    ],
    containerRegistry: ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"],
    keyVault: ["AuditEvent"],
    /** Of one service of a storage account, whose id is the setting's target. Reads are too many to keep by default. */
    storageService: ["StorageWrite", "StorageDelete"],
    machineLearningWorkspace: [
        "AmlComputeJobEvent",
        "AmlRunStatusChangedEvent",
        "RunEvent",
        "ModelsChangeEvent",
        "EnvironmentChangeEvent",
        "DataStoreChangeEvent",
        "DataSetChangeEvent",
        "PipelineChangeEvent",
    ],
    grafana: ["GrafanaLoginEvents"],
    backupVault: [
        "CoreAzureBackup",
        "AddonAzureBackupJobs",
        "AddonAzureBackupPolicy",
        "AddonAzureBackupProtectedInstance",
    ],
    trafficController: ["TrafficControllerAccessLog", "TrafficControllerFirewallLog"],
} as const satisfies Record<string, readonly string[]>;

export type MonitoredKind = keyof typeof diagnosticCategories;
