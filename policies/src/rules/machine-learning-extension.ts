import { entriesOf } from "../frame/entries";
import { is, not } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { isMachineLearning } from "../graph/machine-learning";
import { isNamedBy, someOf } from "../graph/related";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";

const EXTENSION = ["kubernetesconfiguration:Extension"];
const CLUSTER = "containerservice:ManagedCluster";

/** Whether a switch among an extension's settings, which are texts, is on. */
function isOn(setting: Value): boolean {
    return setting.isTrue() || setting.folded() === "true";
}

/** The two settings that hold a certificate and its key where no Kubernetes secret does. */
const CERTIFICATE = ["scoringFe.sslCert", "scoringFe.sslKey"];

export const extensionTls = resourceRule({
    id: "SAM-ML-034",
    name: "amlx-tls",
    title: "The Azure Machine Learning extension must have a certificate to serve models with.",
    severity: "high",
    risk: "Without one models are not served, until somebody allows plain HTTP to get them going.",
    remediation: [
        "Set configurationSettings.sslSecret to a Kubernetes secret in the namespace azureml, and sslCname.",
        `Or set ${CERTIFICATE.join(" and ")} in configurationProtectedSettings, and sslCname.`,
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8"] },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        const settings = subject.inputs.at("configurationSettings");
        if (!isMachineLearning(subject) || !isOn(settings.known().at("enableInference"))) {
            return;
        }
        findings.requirePresent(settings.at("sslCname"));
        if (!settings.at("sslSecret").present) {
            const given = subject.inputs.at("configurationProtectedSettings").known();
            for (const name of CERTIFICATE) {
                findings.requirePresent(given.key(name), `Set it, or ${settings.at("sslSecret").path}.`);
            }
        }
    },
});

/** Settings that are, or hold, secrets; in lower case. */
const SECRET_SETTINGS = [
    "scoringfe.sslcert",
    "scoringfe.sslkey",
    "sslcertpemfile",
    "sslkeypemfile",
    "relayserverconnectionstring",
    "relayserver.relayconnectionstring",
];

export const extensionKeyProtected = resourceRule({
    id: "SAM-ML-035",
    name: "amlx-key-protected",
    title: "Certificates and connection strings of the Azure Machine Learning extension must be protected settings.",
    severity: "critical",
    risk: "Everybody who may read the cluster in Azure reads the private key, and impersonates the endpoints.",
    remediation: ["Move the setting to configurationProtectedSettings.", "Replace the key: it has been seen."],
    control: { reference: "DP-7", mapping: "own reading" },
    frameworks: { nist: ["SC-12"] },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        if (!isMachineLearning(subject)) {
            return;
        }
        for (const [name, setting] of entriesOf(subject.inputs.at("configurationSettings"))) {
            if (SECRET_SETTINGS.includes(name.toLowerCase()) && setting.present) {
                findings.fail(
                    `${setting.path} must be a protected setting. Move it to configurationProtectedSettings.`,
                );
            }
        }
    },
});

export const extensionNoNodePort = resourceRule({
    id: "SAM-ML-036",
    name: "amlx-no-node-port",
    title: "The Azure Machine Learning extension must not open a port on every node.",
    severity: "medium",
    risk: "Whoever reaches any node reaches the models, past every load balancer and its rules.",
    remediation: ['Set inferenceRouterServiceType to "loadBalancer" (internal) or "clusterIP".'],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        if (isMachineLearning(subject)) {
            findings.require(subject.inputs.at("configurationSettings.inferenceRouterServiceType"), not("nodePort"));
        }
    },
});

/** Settings that the extension's chart reads as switches. */
const SWITCHES = [
    "allowInsecureConnections",
    "enableInference",
    "enableTraining",
    "inferenceRouterHA",
    "installNvidiaDevicePlugin",
    "installPromOp",
    "installVolcano",
];

export const extensionTexts = resourceRule({
    id: "SAM-ML-037",
    name: "amlx-strings",
    title: "Settings of the Azure Machine Learning extension must be texts.",
    severity: "medium",
    risk: "Azure keeps settings as texts; a boolean may be dropped, and the extension then runs with its defaults.",
    remediation: ['Write switches as "True" and "False".'],
    control: { reference: "PV-1", mapping: "own reading" },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        if (!isMachineLearning(subject)) {
            return;
        }
        const settings = subject.inputs.at("configurationSettings");
        for (const name of SWITCHES.filter((name) => !settings.at(name).absent)) {
            findings.require(settings.at(name), {
                accepts: (raw) => typeof raw === "string",
                text: '"True" or "False", as a text',
            });
        }
    },
});

export const extensionStable = resourceRule({
    id: "SAM-ML-038",
    name: "amlx-stable",
    title: "The Azure Machine Learning extension must follow the stable release train.",
    severity: "low",
    risk: "A preview runs with rights on the whole cluster, and Microsoft doesn't support it.",
    remediation: ['Set releaseTrain to "stable" or remove it.'],
    control: { reference: "PV-1", mapping: "own reading" },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        const train = subject.inputs.at("releaseTrain");
        if (isMachineLearning(subject) && !train.absent) {
            findings.require(train, is("stable"));
        }
    },
});

/** The AKS cluster of the stack that an extension is installed on; none if it is another stack's, or no AKS. */
function clusterOf(graph: ResourceGraph, extension: GraphResource): GraphResource | undefined {
    if (extension.inputs.at("clusterResourceName").folded() === "connectedclusters") {
        return undefined;
    }
    return graph.ofType(CLUSTER).find((cluster) => isNamedBy(graph, extension, "clusterName", cluster));
}

/** Judges every Azure Machine Learning extension together with its cluster. */
function onEachCluster(
    graph: ResourceGraph,
    findings: Findings,
    judge: (extension: GraphResource, cluster: GraphResource, own: Findings) => void,
): void {
    for (const extension of graph.ofType("kubernetesconfiguration:Extension")) {
        const own = findings.on(extension.urn);
        own.attempt(() => {
            const cluster = isMachineLearning(extension) ? clusterOf(graph, extension) : undefined;
            if (cluster) {
                judge(extension, cluster, own);
            }
        });
    }
}

const NODES_FOR_ROUTERS = 3;

export const extensionRouters = graphRule({
    id: "SAM-ML-039",
    name: "amlx-ha",
    title: "A cluster must have three nodes for three routers of the Azure Machine Learning extension.",
    severity: "medium",
    risk: "Azure makes three routers unless it is told otherwise, and the extension fails with fewer nodes.",
    remediation: [
        "Give the cluster's pools three nodes in sum.",
        'Or, where an outage may be, set configurationSettings.inferenceRouterHA to "False".',
    ],
    twin: { none: "An extension alone does not show how many nodes its cluster has." },
    control: { reference: "BR-2", mapping: "own reading" },
    scanners: {},
    types: EXTENSION,
    check(graph, findings) {
        onEachCluster(graph, findings, (extension, cluster, own) => {
            const settings = extension.inputs.at("configurationSettings").known();
            if (!isOn(settings.at("enableInference")) || settings.at("inferenceRouterHA").folded() === "false") {
                return;
            }
            const nodes = poolsOf(graph, cluster).reduce((sum, pool) => sum + leastNodes(pool), 0);
            if (nodes < NODES_FOR_ROUTERS) {
                own.fail(
                    `${cluster.name} has ${nodes} nodes at least; ${extension.name} needs ${NODES_FOR_ROUTERS}. ` +
                        'Add nodes, or set configurationSettings.inferenceRouterHA to "False".',
                );
            }
        });
    },
});

/** A cluster's pools, those that are resources of their own included. */
function poolsOf(graph: ResourceGraph, cluster: GraphResource): Value[] {
    const separate = graph
        .ofType("containerservice:AgentPool")
        .filter((pool) => isNamedBy(graph, pool, "resourceName", cluster));
    return [...cluster.inputs.at("agentPoolProfiles").items(), ...separate.map((pool) => pool.inputs)];
}

function leastNodes(pool: Value): number {
    const count = pool.at(pool.at("enableAutoScaling").isTrue() ? "minCount" : "count").known();
    return typeof count.raw === "number" ? count.raw : 0;
}

const WORKLOAD_ROLE = "microsoft.machinelearningservices/workspaces/mlworkload";

export const extensionTrustedAccess = graphRule<{ madeByService: boolean }>({
    id: "SAM-ML-040",
    name: "amlx-trusted-access",
    title: "A closed cluster must let the machine learning workspace in by trusted access.",
    severity: "high",
    risk: "Without it the workspace can't use the cluster, until somebody opens it or switches local accounts on.",
    remediation: [
        `Add a TrustedAccessRoleBinding of the cluster with the role Microsoft.MachineLearningServices/workspaces/mlworkload.`,
        "Or set the option madeByService, where the workspace makes the binding when the compute is attached.",
    ],
    twin: { none: "The binding is made after the cluster and the workspace." },
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    config: {
        madeByService: {
            type: "boolean",
            default: false,
            description: "Whether the workspace makes its binding itself, so that none is in the stack.",
        },
    },
    types: EXTENSION,
    check(graph, findings, { madeByService }) {
        if (madeByService) {
            return;
        }
        onEachCluster(graph, findings, (_, cluster, own) => {
            if (isClosed(cluster.inputs) && !isTrusting(graph, cluster)) {
                own.fail(
                    `${cluster.name} has no trusted access for machine learning workspaces. Add a TrustedAccessRoleBinding.`,
                );
            }
        });
    },
});

/** Whether a workspace needs trusted access to come in: no local accounts, a private API server, or a list of ranges. */
function isClosed(cluster: Value): boolean {
    const access = cluster.at("apiServerAccessProfile").known();
    return (
        cluster.at("disableLocalAccounts").isTrue() ||
        access.at("enablePrivateCluster").isTrue() ||
        access.at("authorizedIPRanges").items().length > 0
    );
}

function isTrusting(graph: ResourceGraph, cluster: GraphResource): boolean {
    return someOf(
        graph.ofType("containerservice:TrustedAccessRoleBinding"),
        (binding) =>
            isNamedBy(graph, binding, "resourceName", cluster) &&
            someOf(binding.inputs.at("roles").items(), (role) => role.folded() === WORKLOAD_ROLE),
    );
}

export const machineLearningExtensionRules = [
    extensionTls,
    extensionKeyProtected,
    extensionNoNodePort,
    extensionTexts,
    extensionStable,
    extensionRouters,
    extensionTrustedAccess,
];
