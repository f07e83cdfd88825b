import { graphRule } from "../frame/rule";
import { AttachChains } from "../graph/attach-chain";
import { COMPUTE } from "../graph/machine-learning";

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

export const graphMachineLearningRules = [attachChain];
