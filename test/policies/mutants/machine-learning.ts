import { added, faultsOf, gone, MISSING, type Mutant } from "./mutant";

const SETTINGS = "configurationSettings";

export const machineLearningMutants: Mutant[] = [
    ...faultsOf("machinelearningservices:Workspace", "mlw-learning-contoso-prod", [
        ["publicNetworkAccess", "Enabled", "ml-no-public"],
        ["publicNetworkAccess", MISSING, "ml-no-public"],
        ["allowPublicAccessWhenBehindVnet", true, "ml-no-behind-vnet-public"],
        ["systemDatastoresAuthMode", "accessKey", "ml-datastore-identity"],
        ["systemDatastoresAuthMode", MISSING, "ml-datastore-identity"],
        ["v1LegacyMode", true, "ml-no-v1-legacy"],
        ["containerRegistry", MISSING, "ml-deps-explicit"],
        ["applicationInsights", MISSING, "ml-deps-explicit"],
        ["storageAccount", MISSING, "ml-deps-explicit"],
        ["keyVault", MISSING, "ml-deps-explicit"],
        ["managedNetwork", { isolationMode: "AllowInternetOutbound" }, "ml-isolation"],
        [
            "managedNetwork",
            { isolationMode: "AllowOnlyApprovedOutbound", outboundRules: { all: { type: "FQDN", destination: "*" } } },
            "ml-no-fqdn-wild",
        ],
        ["serverlessComputeSettings", { serverlessComputeNoPublicIP: false }, "ml-serverless-private"],
        [
            "identity",
            {
                type: "UserAssigned",
                userAssignedIdentities: [
                    "/subscriptions/00000000-0000-0000-0000-000000000011/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
                ],
            },
            "ml-primary-identity",
        ],
    ]),
    ...faultsOf("kubernetesconfiguration:Extension", "azureml-learning-contoso-prod", [
        [[SETTINGS, "allowInsecureConnections"], "True", "amlx-no-insecure"],
        [[SETTINGS, "internalLoadBalancerProvider"], MISSING, "amlx-internal-lb"],
        [[SETTINGS, "sslSecret"], MISSING, "amlx-tls"],
        [[SETTINGS, "sslKeyPemFile"], "-----BEGIN PRIVATE KEY-----", "amlx-key-protected"],
        [[SETTINGS, "inferenceRouterServiceType"], "nodePort", "amlx-no-node-port"],
        [[SETTINGS, "inferenceRouterServiceType"], "NodePort", "amlx-no-node-port"],
        [[SETTINGS, "enableTraining"], true, "amlx-strings"],
        ["releaseTrain", "preview", "amlx-stable"],
        ["extensionType", "Contoso.Unknown", "arc-ext-allow", "ml-attach-chain"],
    ]),
    gone("containerservice:TrustedAccessRoleBinding", "tarb-learning-contoso-prod", "amlx-trusted-access"),
    ...faultsOf("machinelearningservices:Compute", "compute-learning-contoso-prod", [
        ["properties.properties.namespace", "default", "ml-k8s-namespace", "namespace-closure"],
        ["properties.properties.namespace", MISSING, "ml-k8s-namespace", "namespace-closure"],
        [
            "properties.resourceId",
            "/subscriptions/00000000-0000-0000-0000-0000000000ff/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks",
            "ml-k8s-resource",
            "ml-attach-chain",
        ],
        ["properties.computeType", "VirtualMachine", "ml-compute-kinds"],
    ]),
    added(
        "machinelearningservices:Compute",
        "ci-open",
        {
            computeName: "ci-open",
            workspaceName: "mlw-learning-contoso-prod",
            resourceGroupName: "rg-learning-contoso-prod",
            properties: {
                computeType: "ComputeInstance",
                properties: {
                    vmSize: "Standard_DS3_v2",
                    enableNodePublicIp: true,
                    idleTimeBeforeShutdown: "PT30M",
                    sshSettings: { sshPublicAccess: "Disabled" },
                    subnet: {
                        id: "/subscriptions/00000000-0000-0000-0000-000000000011/resourceGroups/rg-learning-contoso-prod/providers/Microsoft.Network/virtualNetworks/vnet-learning-contoso-prod/subnets/snet-user-pools",
                    },
                },
                disableLocalAuth: true,
            },
        },
        "ml-compute-no-public-ip",
    ),
];
