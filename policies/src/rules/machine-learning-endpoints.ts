import { absent, is, not, oneOf, textThat } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import { isNamedBy } from "../graph/related";

const ENDPOINT = ["machinelearningservices:OnlineEndpoint"];
const DEPLOYMENT = ["machinelearningservices:OnlineDeployment"];

export const endpointNoPublicAccess = resourceRule({
    id: "SAM-ML-026",
    name: "ml-endpoint-private",
    title: "A managed online endpoint must refuse access over the Internet.",
    severity: "high",
    risk: "A leaked key is enough to query a model, and to learn what it was trained on, from anywhere.",
    remediation: ['Set properties.publicNetworkAccess to "Disabled"; clients come through the workspace\'s endpoint.'],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: ENDPOINT,
    check({ inputs }, findings) {
        const properties = inputs.at("properties").known();
        // With a compute it is served by that cluster's own router, which amlx-internal-lb looks at.
        if (!properties.at("compute").present) {
            findings.require(properties.at("publicNetworkAccess"), is("Disabled"));
        }
    },
});

export const endpointToken = resourceRule({
    id: "SAM-ML-027",
    name: "ml-endpoint-token",
    title: "An online endpoint must be called with tokens that expire.",
    severity: "medium",
    risk: "An endpoint's key never expires, is shared by all callers, and no log tells who used it.",
    remediation: [
        'Set properties.authMode to "AADToken", or to "AMLToken" on a Kubernetes compute.',
        "Remove properties.keys.",
    ],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {},
    types: ENDPOINT,
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.authMode"), oneOf("AADToken", "AMLToken"));
        findings.require(inputs.at("properties.keys"), absent, "Remove it: tokens take the place of keys.");
    },
});

export const deploymentNoPublicEgress = graphRule({
    id: "SAM-ML-028",
    name: "ml-deploy-egress",
    title: "A managed online deployment must reach its workspace's resources through the network.",
    severity: "medium",
    risk: "The model's container, and any code that came with it, otherwise sends data anywhere.",
    remediation: [
        'Set properties.egressPublicNetworkAccess to "Disabled".',
        'Or give the workspace a managedNetwork with isolationMode "AllowOnlyApprovedOutbound".',
    ],
    twin: { none: "A deployment alone does not show whether its workspace has a managed network." },
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: DEPLOYMENT,
    check(graph, findings) {
        const workspaces = graph.ofType("machinelearningservices:Workspace");
        for (const deployment of graph.ofType("machinelearningservices:OnlineDeployment")) {
            const own = findings.on(deployment.urn);
            own.attempt(() => {
                if (deployment.inputs.at("properties.endpointComputeType").folded() !== "managed") {
                    return;
                }
                const workspace = workspaces.find((one) => isNamedBy(graph, deployment, "workspaceName", one));
                const mode = workspace?.inputs.at("managedNetwork.isolationMode").folded();
                if (mode !== "allowonlyapprovedoutbound") {
                    own.require(deployment.inputs.at("properties.egressPublicNetworkAccess"), is("Disabled"));
                }
            });
        }
    },
});

export const deploymentProbes = resourceRule({
    id: "SAM-ML-029",
    name: "ml-deploy-probes",
    title: "An online deployment must be probed, and its containers limited.",
    severity: "low",
    risk: "A model that hangs goes on getting requests, and one without limits starves its neighbours.",
    remediation: [
        "Set properties.livenessProbe and properties.readinessProbe.",
        "On Kubernetes, set containerResourceRequirements.containerResourceLimits or an instanceType.",
    ],
    control: { reference: "PV-3", mapping: "own reading" },
    scanners: {},
    types: DEPLOYMENT,
    check({ inputs }, findings) {
        const properties = inputs.at("properties").known();
        findings.requirePresent(properties.at("livenessProbe"));
        findings.requirePresent(properties.at("readinessProbe"));
        const isOnCluster = properties.at("endpointComputeType").folded() === "kubernetes";
        if (isOnCluster && !properties.at("instanceType").present) {
            findings.requirePresent(
                properties.at("containerResourceRequirements").known().at("containerResourceLimits"),
            );
        }
    },
});

export const deploymentApprovedModel = resourceRule<{ registries: string[] }>({
    id: "SAM-ML-030",
    name: "ml-approved-models",
    title: "An online deployment must serve a model from an approved registry.",
    severity: "medium",
    risk: "A model from anywhere can hold code that runs when it is loaded.",
    remediation: ["Publish the model to an approved registry and deploy it from there."],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    config: {
        registries: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Names of registries whose models may be served. With none, every model may.",
        },
    },
    types: DEPLOYMENT,
    check({ inputs }, findings, { registries }) {
        if (registries.length > 0) {
            const isApproved = (model: string) => registries.some((name) => isFrom(name, model));
            const named = textThat(isApproved, `a model of the registry ${registries.join(" or ")}`);
            findings.require(inputs.at("properties.model"), named);
        }
    },
});

/** Whether a model's id is `azureml://registries/<name>/…`, as the service writes it. */
function isFrom(registry: string, model: string): boolean {
    return model.toLowerCase().startsWith(`azureml://registries/${registry}/`.toLowerCase());
}

export const modelRegistryNoPublicAccess = resourceRule({
    id: "SAM-ML-031",
    name: "ml-registry-no-public",
    title: "A machine learning registry must refuse access over the Internet.",
    severity: "high",
    risk: "Models and environments that every workspace trusts can then be read, or replaced, from anywhere.",
    remediation: [
        'Set publicNetworkAccess to "Disabled".',
        "Remove allowBlobPublicAccess from regionDetails[].storageAccountDetails[].systemCreatedStorageAccount.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: ["machinelearningservices:Registry"],
    check({ inputs }, findings) {
        findings.require(inputs.at("publicNetworkAccess"), is("Disabled"));
        for (const region of inputs.at("regionDetails").items()) {
            for (const account of region.at("storageAccountDetails").items()) {
                findings.require(account.at("systemCreatedStorageAccount.allowBlobPublicAccess"), not(true));
            }
        }
    },
});

export const datastoreNoKeys = resourceRule({
    id: "SAM-ML-032",
    name: "ml-datastore-no-keys",
    title: "A datastore must be opened with the caller's identity.",
    severity: "high",
    risk: "With a key that the workspace keeps, everybody in it reads and writes all of the account's data.",
    remediation: [
        'Set properties.credentials to { credentialsType: "None" }.',
        "Give people and computes roles on the storage account.",
    ],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {},
    types: ["machinelearningservices:Datastore"],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.credentials.credentialsType"), is("None"));
    },
});

export const connectionIdentity = resourceRule({
    id: "SAM-ML-033",
    name: "ml-connection-identity",
    title: "A connection of a machine learning workspace must be opened with an identity.",
    severity: "medium",
    risk: "Everybody who may use the connection can read the password, key or token that it keeps.",
    remediation: ['Set properties.authType to "AAD" or "ManagedIdentity".'],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    types: ["machinelearningservices:WorkspaceConnection"],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.authType"), oneOf("AAD", "ManagedIdentity", "None"));
    },
});

export const machineLearningEndpointRules = [
    endpointNoPublicAccess,
    endpointToken,
    deploymentNoPublicEgress,
    deploymentProbes,
    deploymentApprovedModel,
    modelRegistryNoPublicAccess,
    datastoreNoKeys,
    connectionIdentity,
];
