import { faultsOf, MISSING, type Mutant } from "./mutant";

const access = faultsOf("containerservice:ManagedCluster", "aks-learning-contoso-prod", [
    ["apiServerAccessProfile.enablePrivateCluster", false, "aks-private-cluster", "no-way-in"],
    ["apiServerAccessProfile", MISSING, "aks-private-cluster", "aks-no-run-command", "no-way-in"],
    ["apiServerAccessProfile.authorizedIPRanges", ["198.51.100.0/24"], "aks-no-ranges-on-private"],
    ["apiServerAccessProfile.enablePrivateClusterPublicFQDN", true, "aks-no-public-fqdn"],
    ["apiServerAccessProfile.enablePrivateClusterPublicFQDN", MISSING, "aks-no-public-fqdn"],
    ["apiServerAccessProfile.disableRunCommand", false, "aks-no-run-command"],
    ["apiServerAccessProfile.disableRunCommand", MISSING, "aks-no-run-command"],
    ["apiServerAccessProfile.privateDNSZone", "system", "aks-private-dns-byo", "cluster-zone"],
    ["aadProfile", MISSING, "aks-entra", "aks-azure-rbac"],
    ["aadProfile.managed", false, "aks-entra"],
    ["aadProfile.enableAzureRBAC", false, "aks-azure-rbac"],
    ["aadProfile.serverAppID", "00000000-0000-0000-0000-000000000009", "aks-no-legacy-entra-app"],
    ["enableRBAC", false, "aks-rbac-on"],
    ["disableLocalAccounts", false, "aks-no-local-accounts"],
    ["disableLocalAccounts", MISSING, "aks-no-local-accounts"],
    ["identity", MISSING, "aks-managed-identity", "aks-user-assigned"],
    ["identity", { type: "SystemAssigned" }, "aks-user-assigned"],
    [
        "servicePrincipalProfile",
        { clientId: "00000000-0000-0000-0000-000000000009", secret: "s" },
        "aks-managed-identity",
    ],
    ["podIdentityProfile", { enabled: true }, "aks-no-pod-identity"],
    ["oidcIssuerProfile", MISSING, "aks-oidc-wi"],
    ["securityProfile.workloadIdentity.enabled", false, "aks-oidc-wi"],
]);

const network = faultsOf("containerservice:ManagedCluster", "aks-learning-contoso-prod", [
    ["networkProfile.outboundType", "loadBalancer", "aks-outbound-udr", "outbound-matches-routes"],
    ["networkProfile.outboundType", MISSING, "aks-outbound-udr", "outbound-matches-routes"],
    ["networkProfile.outboundType", "managedNATGateway", "aks-outbound-udr", "outbound-matches-routes"],
    ["networkProfile.networkPolicy", MISSING, "aks-network-policy", "aks-dataplane-cilium"],
    ["networkProfile.networkPolicy", "none", "aks-network-policy", "aks-dataplane-cilium"],
    ["networkProfile.networkPlugin", "kubenet", "aks-azure-cni"],
    ["networkProfile.networkDataplane", "azure", "aks-dataplane-cilium"],
    ["networkProfile.loadBalancerSku", "basic", "aks-standard-lb"],
    ["networkProfile.podCidr", "100.65.0.0/16", "aks-cidrs-legal", "addresses-disjoint", "nsg-not-contradicting"],
    ["networkProfile.serviceCidr", "10.112.0.0/16", "addresses-disjoint", "aks-cidrs-legal"],
    ["networkProfile.serviceCidr", "172.30.0.0/16", "aks-cidrs-legal"],
    [
        "networkProfile.loadBalancerProfile",
        { outboundIPs: { publicIPs: [{ id: "/a" }] } },
        "aks-no-static-egress-bypass",
    ],
    ["networkProfile.loadBalancerProfile", { managedOutboundIPs: { count: 2 } }, "aks-no-static-egress-bypass"],
]);

const features = faultsOf("containerservice:ManagedCluster", "aks-learning-contoso-prod", [
    ["addonProfiles.azurepolicy.enabled", false, "aks-policy-addon"],
    ["addonProfiles.azurepolicy", MISSING, "aks-policy-addon"],
    ["addonProfiles.azureKeyvaultSecretsProvider", MISSING, "aks-secret-store"],
    ["addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation", "false", "aks-secret-rotation"],
    ["addonProfiles.omsagent.config.useAADAuth", "false", "aks-monitoring"],
    ["addonProfiles.httpApplicationRouting", { enabled: true }, "aks-http-app-routing-off"],
    ["addonProfiles.kubeDashboard", { enabled: true }, "aks-dashboard-off"],
    ["ingressProfile", { webAppRouting: { enabled: true } }, "aks-approuting-internal"],
    [
        "serviceMeshProfile",
        { mode: "Istio", istio: { components: { ingressGateways: [{ enabled: true, mode: "External" }] } } },
        "aks-mesh-ingress-internal",
    ],
    ["securityProfile.defender", MISSING, "aks-defender"],
    ["securityProfile.defender.securityMonitoring.enabled", false, "aks-defender"],
    ["securityProfile.imageCleaner.enabled", false, "aks-image-cleaner"],
    ["nodeResourceGroupProfile", MISSING, "aks-node-rg-lockdown"],
    ["nodeResourceGroupProfile.restrictionLevel", "Unrestricted", "aks-node-rg-lockdown"],
    ["autoUpgradeProfile.upgradeChannel", "none", "aks-auto-upgrade"],
    ["autoUpgradeProfile.nodeOSUpgradeChannel", "None", "aks-node-os-upgrade"],
    ["autoUpgradeProfile.nodeOSUpgradeChannel", "Unmanaged", "aks-node-os-upgrade"],
    ["kubernetesVersion", "1.24.0", "aks-version-floor"],
    ["sku.tier", "Free", "aks-paid-tier"],
    ["storageProfile", { diskCSIDriver: { enabled: false } }, "aks-csi-drivers"],
]);

const inlinePool = faultsOf("containerservice:ManagedCluster", "aks-learning-contoso-prod", [
    ["agentPoolProfiles.system.vnetSubnetID", MISSING, "pool-byo-subnet", "egress-through-firewall"],
    ["agentPoolProfiles.system.enableNodePublicIP", true, "pool-no-public-ip", "no-bypass"],
    ["agentPoolProfiles.system.enableEncryptionAtHost", false, "pool-host-encryption"],
    ["agentPoolProfiles.system.securityProfile.sshAccess", "LocalUser", "pool-ssh-off"],
    ["agentPoolProfiles.system.securityProfile.enableSecureBoot", false, "pool-trusted-launch"],
    ["agentPoolProfiles.system.nodeTaints", [], "pool-system-taint"],
    ["agentPoolProfiles.system.minCount", 1, "pool-system-min"],
    ["agentPoolProfiles.system.availabilityZones", MISSING, "pool-zones"],
    [
        "agentPoolProfiles.system.networkProfile",
        { allowedHostPorts: [{ portStart: 80, portEnd: 80, protocol: "TCP" }] },
        "pool-no-host-ports",
    ],
]);

const pools: Mutant[] = [
    ...faultsOf("containerservice:AgentPool", "np-learning-contoso-prod-cpu", [
        ["vnetSubnetID", MISSING, "pool-byo-subnet", "egress-through-firewall"],
        ["enableNodePublicIP", true, "pool-no-public-ip", "no-bypass"],
        [
            "nodePublicIPPrefixID",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPPrefixes/p",
            "pool-no-public-ip",
            "no-bypass",
        ],
        ["enableEncryptionAtHost", false, "pool-host-encryption"],
        ["enableEncryptionAtHost", MISSING, "pool-host-encryption"],
        ["osDiskType", "Managed", "pool-ephemeral-os"],
        ["osSKU", "CBLMariner", "pool-supported-os"],
        ["securityProfile", MISSING, "pool-ssh-off", "pool-trusted-launch"],
        ["securityProfile.sshAccess", "LocalUser", "pool-ssh-off"],
        ["securityProfile.enableSecureBoot", false, "pool-trusted-launch"],
        ["securityProfile.enableVTPM", false, "pool-trusted-launch"],
        ["kubeletConfig", { allowedUnsafeSysctls: ["kernel.*"] }, "pool-no-unsafe-sysctls"],
        [
            "networkProfile",
            { allowedHostPorts: [{ portStart: 30000, portEnd: 32767, protocol: "TCP" }] },
            "pool-no-host-ports",
        ],
        ["type", "AvailabilitySet", "pool-vmss"],
        ["availabilityZones", MISSING, "pool-zones"],
        ["enableAutoScaling", false, "pool-autoscale"],
        ["maxPods", 10, "pool-max-pods"],
        ["upgradeSettings.maxSurge", "1", "pool-surge"],
        ["minCount", 0, "pool-user-min"],
        ["orchestratorVersion", "1.20.0", "pool-version-skew"],
        [
            "vnetSubnetID",
            "/subscriptions/00000000-0000-0000-0000-000000000011/resourceGroups/rg-platform-contoso-prod/providers/Microsoft.Network/virtualNetworks/vnet-platform-contoso-prod/subnets/snet-user-pools",
            "pool-one-network",
            "nsg-not-contradicting",
            "cluster-order",
        ],
    ]),
    ...faultsOf("containerservice:AgentPool", "np-learning-contoso-prod-gpu", [
        ["gpuProfile", MISSING, "pool-gpu-driver"],
        ["nodeTaints", [], "pool-gpu-taint"],
    ]),
    ...faultsOf("containerservice:TrustedAccessRoleBinding", "tarb-learning-contoso-prod", [
        [
            "roles",
            [
                "Microsoft.MachineLearningServices/workspaces/mlworkload",
                "Microsoft.DataProtection/backupVaults/backup-operator",
                "Microsoft.Something/other/admin",
            ],
            "aks-trusted-access-roles",
        ],
    ]),
];

export const clusterMutants: Mutant[] = [...access, ...network, ...features, ...inlinePool, ...pools];
