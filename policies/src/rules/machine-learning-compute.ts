import { absentOr, is, not, oneOf, textThat } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { isOf, WORKSPACE, workspaceOf } from "../graph/machine-learning";
import { requireOwnOrDeclared } from "../graph/own-or-declared";
import { isNamedBy } from "../graph/related";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { aheadOf } from "./alone";

const COMPUTE = ["machinelearningservices:Compute"];

/** The nodes' own settings, if the compute is made of machines that the service runs. */
function managedMachines(compute: Value): Value | undefined {
    return isOf(compute, "amlcompute", "computeinstance") ? compute.at("properties.properties").known() : undefined;
}

export const computeNoLocalAuth = resourceRule({
    id: "SAM-ML-015",
    name: "ml-compute-local-auth",
    title: "Machines that the machine learning service runs must have no accounts of their own.",
    severity: "medium",
    risk: "Whoever has the SSH key is an administrator on them, outside Entra and its logs.",
    remediation: ["Set properties.disableLocalAuth to true."],
    control: { reference: "IM-1", mapping: "published" },
    scanners: { checkov: ["CKV_AZURE_142"], azurePolicy: ["e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f"] },
    types: COMPUTE,
    check({ inputs }, findings) {
        if (isOf(inputs, "amlcompute", "computeinstance")) {
            findings.require(inputs.at("properties.disableLocalAuth"), is(true));
        }
    },
});

export const computeNoPublicAddress = resourceRule({
    id: "SAM-ML-016",
    name: "ml-compute-no-public-ip",
    title: "Machines that the machine learning service runs must have no public addresses.",
    severity: "high",
    risk: "Each node then talks to the Internet directly, past the firewall, and can be reached from there.",
    remediation: ["Set properties.properties.enableNodePublicIp to false; Azure's default is true."],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: COMPUTE,
    check({ inputs }, findings) {
        const machines = managedMachines(inputs);
        if (machines) {
            findings.require(machines.at("enableNodePublicIp"), is(false));
        }
    },
});

export const computeInNetwork = graphRule({
    id: "SAM-ML-017",
    name: "ml-compute-vnet",
    title: "Machines that the machine learning service runs must stand in a network of the platform's.",
    severity: "medium",
    risk: "In the service's own network no firewall sees what jobs send, and no private endpoint is reached.",
    remediation: [
        "Set properties.properties.subnet.id to a subnet behind the firewall.",
        'Or give the workspace a managedNetwork with isolationMode "AllowOnlyApprovedOutbound".',
    ],
    twin: { none: "A compute alone does not show whether its workspace has a managed network." },
    control: { reference: "NS-2", mapping: "published" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: COMPUTE,
    check(graph, findings) {
        for (const compute of graph.ofType("machinelearningservices:Compute")) {
            const own = findings.on(compute.urn);
            own.attempt(() => {
                const machines = managedMachines(compute.inputs);
                if (machines && !machines.at("subnet").known().at("id").present) {
                    const mode = workspaceOf(graph, compute)?.inputs.at("managedNetwork.isolationMode").folded();
                    if (mode === undefined || mode === "disabled") {
                        own.fail(
                            `${compute.name} is in no network. Set properties.properties.subnet.id, ` +
                                "or give its workspace a managed network.",
                        );
                    }
                }
            });
        }
    },
});

export const workspaceIsolation = graphRule({
    id: "SAM-ML-018",
    name: "ml-isolation",
    title: "A managed network of a machine learning workspace must let out approved traffic only.",
    severity: "medium",
    risk: "Code in a notebook otherwise sends data anywhere: the platform's firewall is not on that way.",
    remediation: [
        'Set managedNetwork.isolationMode to "AllowOnlyApprovedOutbound" and list outbound rules.',
        "Or run everything on attached Kubernetes clusters and leave managedNetwork out.",
    ],
    twin: {
        rules: ["ml-approved-outbound"],
        leaves: "whether managed endpoints run in a workspace without a managed network",
    },
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: [WORKSPACE],
    check(graph, findings) {
        for (const workspace of graph.ofType(WORKSPACE)) {
            const own = findings.on(workspace.urn);
            own.attempt(() => {
                const mode = workspace.inputs.at("managedNetwork").known().at("isolationMode");
                const isOff = mode.absent || mode.folded() === "disabled";
                if (!isOff || runsManagedEndpoints(graph, workspace)) {
                    own.require(mode, is("AllowOnlyApprovedOutbound"));
                }
            });
        }
    },
});

export const workspaceApprovedOutbound = aheadOf(workspaceIsolation, {
    id: "SAM-ML-042",
    name: "ml-approved-outbound",
    title: "A machine learning workspace's managed network must not be made to let everything out.",
    risk: "Azure can't take the isolation of a managed network back: the workspace must be made again.",
    types: [WORKSPACE],
});

/** Managed endpoints have no other network to stand in. Computes may have a subnet, which is ml-compute-vnet's question. */
function runsManagedEndpoints(graph: ResourceGraph, workspace: GraphResource): boolean {
    return graph
        .ofType("machinelearningservices:OnlineDeployment")
        .some(
            (deployment) =>
                deployment.inputs.at("properties.endpointComputeType").folded() === "managed" &&
                isNamedBy(graph, deployment, "workspaceName", workspace),
        );
}

export const computeNoRemoteLogin = resourceRule({
    id: "SAM-ML-019",
    name: "ml-compute-no-ssh",
    title: "Machines that the machine learning service runs must not be open for remote login.",
    severity: "high",
    risk: "A public SSH port is found within minutes, and one key or password away from the data.",
    remediation: [
        'Set properties.properties.remoteLoginPortPublicAccess (clusters) to "Disabled".',
        'Remove sshSettings.sshPublicAccess (instances) or set it to "Disabled".',
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-17", "SC-7"] },
    scanners: {},
    types: COMPUTE,
    check({ inputs }, findings) {
        const machines = managedMachines(inputs);
        if (machines && isOf(inputs, "amlcompute")) {
            findings.require(machines.at("remoteLoginPortPublicAccess"), is("Disabled"));
        } else if (machines) {
            findings.require(machines.at("sshSettings.sshPublicAccess"), not("Enabled"));
        }
    },
});

export const computeNoPassword = resourceRule({
    id: "SAM-ML-020",
    name: "ml-compute-no-password",
    title: "A compute cluster's administrator must have no password.",
    severity: "medium",
    risk: "A password can be guessed and is shared; it also stands in the state of whoever deploys it.",
    remediation: ["Remove properties.properties.userAccountCredentials, or adminUserPassword in it."],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: {},
    types: COMPUTE,
    check({ inputs }, findings) {
        const password = managedMachines(inputs)?.at("userAccountCredentials").known().at("adminUserPassword");
        if (password?.present) {
            findings.fail(`${password.path} must be absent. Remove it; an SSH key is enough.`);
        }
    },
});

export const instanceIdleShutdown = resourceRule({
    id: "SAM-ML-021",
    name: "ml-ci-idle",
    title: "A compute instance must shut down when nobody uses it.",
    severity: "low",
    risk: "A machine that runs unused for weeks isn't patched, costs money, and keeps its user's tokens.",
    remediation: ['Set properties.properties.idleTimeBeforeShutdown, for example to "PT1H".'],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {
        psrule: ["Azure.ML.ComputeIdleShutdown"],
        azurePolicy: ["679ddf89-ab8f-48a5-9029-e76054077449"],
    },
    types: COMPUTE,
    check({ inputs }, findings) {
        if (isOf(inputs, "computeinstance")) {
            findings.requirePresent(inputs.at("properties.properties").known().at("idleTimeBeforeShutdown"));
        }
    },
});

export const clusterScalesToZero = resourceRule({
    id: "SAM-ML-022",
    name: "ml-min-nodes",
    title: "A compute cluster must have no nodes where there is no job.",
    severity: "low",
    risk: "Idle nodes aren't replaced by patched ones, and cost as much as busy ones.",
    remediation: ["Set properties.properties.scaleSettings.minNodeCount to 0 or remove it."],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_150"] },
    types: COMPUTE,
    check({ inputs }, findings) {
        if (isOf(inputs, "amlcompute")) {
            findings.require(inputs.at("properties.properties.scaleSettings.minNodeCount"), absentOr(is(0)));
        }
    },
});

/** Kinds that are retired, or that the service can use only with a password or key that it keeps. */
const REFUSED_KINDS = ["AKS", "DataLakeAnalytics", "HDInsight", "VirtualMachine"];

export const computeKinds = resourceRule({
    id: "SAM-ML-023",
    name: "ml-compute-kinds",
    title: "A machine learning compute must be of a kind that is supported and needs no stored password.",
    severity: "medium",
    risk: "Retired kinds get no fixes, and attached machines are opened with SSH credentials that the workspace keeps.",
    remediation: ["Attach AKS as the computeType Kubernetes, and replace attached machines by a compute cluster."],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    types: COMPUTE,
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.computeType"), {
            accepts: (raw) => !oneOf(...REFUSED_KINDS).accepts(raw),
            text: `another kind than ${REFUSED_KINDS.join(", ")}`,
        });
    },
});

/** Those of Kubernetes, of Azure's agents and extensions and of the policy engine, and none. */
const SHARED_NAMESPACES =
    /^(|default|azureml|azure-arc.*|dapr-system|flux-system|gatekeeper-.*|(aks|app-routing|calico|kube)-.*)$/;

export const kubernetesNamespace = resourceRule({
    id: "SAM-ML-024",
    name: "ml-k8s-namespace",
    title: "A Kubernetes compute must run jobs in a namespace of its own.",
    severity: "medium",
    risk: "Jobs run whatever code people submit; in a shared namespace they read other workloads' secrets.",
    remediation: ["Set properties.properties.namespace to a namespace that holds nothing else."],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: {},
    types: COMPUTE,
    check({ inputs }, findings) {
        if (isOf(inputs, "kubernetes")) {
            const isOwn = textThat((name) => !SHARED_NAMESPACES.test(name), "a namespace of its own");
            findings.require(inputs.at("properties.properties.namespace"), isOwn);
        }
    },
});

const CLUSTERS = ["containerservice:ManagedCluster", "kubernetes:ConnectedCluster"];

export const kubernetesOwnCluster = graphRule<{ trustedClusters: string[] }>({
    id: "SAM-ML-025",
    name: "ml-k8s-resource",
    title: "A Kubernetes compute must run on a cluster of this stack, or on one that is trusted.",
    severity: "medium",
    risk: "Jobs and their data otherwise go to a cluster whose network and identities no rule here has seen.",
    remediation: [
        "Set properties.resourceId to the id of a cluster of this stack.",
        "Or name the other stack's cluster in the option trustedClusters.",
    ],
    twin: { none: "A compute alone does not show whether its cluster is one of the stack." },
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    config: {
        trustedClusters: {
            type: "array",
            items: { type: "string", pattern: "^/subscriptions/.+/(managedClusters|connectedClusters)/[^/]+$" },
            uniqueItems: true,
            default: [],
            description: "ARM ids of clusters of other stacks.",
        },
    },
    types: COMPUTE,
    check(graph, findings, { trustedClusters }) {
        const clusters = CLUSTERS.flatMap((type) => graph.ofType(type));
        const declared = { option: "trustedClusters", ids: trustedClusters };
        for (const compute of graph.ofType("machinelearningservices:Compute")) {
            const own = findings.on(compute.urn);
            own.attempt(() => {
                if (isOf(compute.inputs, "kubernetes")) {
                    const id = compute.inputs.at("properties.resourceId");
                    requireOwnOrDeclared(graph, { from: compute, id, kind: "cluster" }, clusters, declared, own);
                }
            });
        }
    },
});

export const machineLearningComputeRules = [
    computeNoLocalAuth,
    computeNoPublicAddress,
    computeInNetwork,
    workspaceIsolation,
    workspaceApprovedOutbound,
    computeNoRemoteLogin,
    computeNoPassword,
    instanceIdleShutdown,
    clusterScalesToZero,
    computeKinds,
    kubernetesNamespace,
    kubernetesOwnCluster,
];
