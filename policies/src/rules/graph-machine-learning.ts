import { graphRule } from "../frame/rule";
import { AttachChains } from "../graph/attach-chain";
import { COMPUTE, WORKSPACE } from "../graph/machine-learning";
import { MachineLearningDependencies } from "../graph/ml-dependencies";

export const dependencyClosure = graphRule<{ trustedDependencies: string[]; trustedDnsServers: string[] }>({
    id: "SAM-GR-021",
    name: "ml-dependency-closure",
    title: "A machine learning workspace must keep its things in resources of the stack, which attached clusters reach privately.",
    severity: "high",
    risk: "Data, secrets and images of a closed workspace otherwise lie in resources that no rule has seen, or jobs fail until somebody opens them.",
    remediation: [
        "Set storageAccount, keyVault, containerRegistry and applicationInsights to ids of resources of this stack, or name the ids in the option trustedDependencies.",
        "Give the storage account private endpoints for blob and for file.",
        "Link the zones of the workspace and of its dependencies to the network whose resolver attached clusters ask.",
    ],
    twin: { none: "A workspace alone shows ids, and not what stands behind them." },
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: {
        trustedDependencies: {
            type: "array",
            items: { type: "string", pattern: "^/subscriptions/.+/providers/.+$" },
            uniqueItems: true,
            default: [],
            description: "ARM ids of vaults, accounts, registries and Application Insights of other stacks.",
        },
        trustedDnsServers: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "Addresses of DNS servers of others that forward to a network where the zones are linked.",
        },
    },
    types: [WORKSPACE],
    check: (graph, findings, { trustedDependencies, trustedDnsServers }) =>
        new MachineLearningDependencies(graph, trustedDependencies, trustedDnsServers).prove(findings),
});

export const attachChain = graphRule<{ preparedClusters: string[] }>({
    id: "SAM-GR-022",
    name: "ml-attach-chain",
    title: "A cluster must have the Azure Machine Learning extension and trust the workspace before it is attached.",
    severity: "medium",
    risk: "The attachment fails, or stands without the extension's settings that rules have seen, and somebody repairs it by hand.",
    remediation: [
        "Add an Extension of the type Microsoft.AzureML.Kubernetes on the compute's cluster.",
        "Add a TrustedAccessRoleBinding of the cluster with the compute's own workspace as sourceResourceId.",
        "Name both in the compute's dependsOn.",
    ],
    twin: { none: "A compute alone does not show the extension and the role binding of its cluster." },
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {},
    config: {
        preparedClusters: {
            type: "array",
            items: { type: "string", pattern: "^/subscriptions/.+/(managedClusters|connectedClusters)/[^/]+$" },
            uniqueItems: true,
            default: [],
            description: "ARM ids of clusters on which another stack installs the extension.",
        },
    },
    types: [COMPUTE],
    check: (graph, findings, { preparedClusters }) => new AttachChains(graph, preparedClusters).prove(findings),
});

export const graphMachineLearningRules = [dependencyClosure, attachChain];
