import { falseOrAbsent, is, not } from "../frame/expectation";
import type { Subject } from "../frame/rule";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";

const WORKSPACE = ["machinelearningservices:Workspace"];
const EXTENSION = ["kubernetesconfiguration:Extension"];

export const workspaceNoPublicAccess = resourceRule({
    id: "SAM-ML-001",
    name: "ml-no-public",
    title: "A machine learning workspace must refuse access over the Internet.",
    severity: "critical",
    risk: "A leaked token is enough to run code on every attached cluster and to read its data from anywhere.",
    remediation: [
        'Set publicNetworkAccess to "Disabled".',
        "Give the workspace a private endpoint (group id amlworkspace).",
    ],
    control: { reference: "NS-2", mapping: "published" },
    scanners: {
        checkov: ["CKV_AZURE_144"],
        psrule: ["Azure.ML.PublicAccess"],
        azurePolicy: ["438c38d2-3772-465a-a9cc-7a6666a275ce"],
    },
    types: WORKSPACE,
    fixes: [{ path: "publicNetworkAccess", value: "Disabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("publicNetworkAccess"), is("Disabled"));
    },
});

export const workspaceNotPublicBehindNetwork = resourceRule({
    id: "SAM-ML-002",
    name: "ml-no-behind-vnet-public",
    title: "A machine learning workspace must stay closed once it has a private endpoint.",
    severity: "high",
    risk: "This older switch keeps the public address open beside the private endpoint.",
    remediation: ["Remove allowPublicAccessWhenBehindVnet or set it to false."],
    control: { reference: "NS-2", mapping: "published" },
    scanners: {},
    types: WORKSPACE,
    fixes: [{ path: "allowPublicAccessWhenBehindVnet", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("allowPublicAccessWhenBehindVnet"), falseOrAbsent);
    },
});

/** The settings of an extension, if it is the Azure Machine Learning one. */
function machineLearningSettings({ inputs }: Subject): Value | undefined {
    const type = inputs.at("extensionType").folded();
    return type === "microsoft.azureml.kubernetes" ? inputs.at("configurationSettings").known() : undefined;
}

export const extensionNoInsecureConnections = resourceRule({
    id: "SAM-ML-010",
    name: "amlx-no-insecure",
    title: "The Azure Machine Learning extension must serve models over HTTPS only.",
    severity: "critical",
    risk: "Anyone on the way reads and changes requests, answers and the keys of online endpoints.",
    remediation: [
        "Remove configurationSettings.allowInsecureConnections.",
        "Pass a certificate in configurationProtectedSettings, or a Kubernetes secret's name in sslSecret.",
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        const insecure = machineLearningSettings(subject)?.at("allowInsecureConnections");
        if (insecure) {
            findings.require(insecure, insecure.raw === true ? not(true) : not("true"), "Remove it.");
        }
    },
});

export const extensionInternalLoadBalancer = resourceRule({
    id: "SAM-ML-011",
    name: "amlx-internal-lb",
    title: "The Azure Machine Learning extension must serve models inside the network only.",
    severity: "critical",
    risk: "Its load balancer otherwise gets a public address and puts every model on the Internet.",
    remediation: [
        'Set configurationSettings.internalLoadBalancerProvider to "azure".',
        'Or set configurationSettings.inferenceRouterServiceType to "clusterIP".',
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: EXTENSION,
    check(subject, findings) {
        const settings = machineLearningSettings(subject);
        if (settings?.at("inferenceRouterServiceType").folded() === "loadbalancer") {
            findings.require(settings.at("internalLoadBalancerProvider"), is("azure"));
        }
    },
});

export const machineLearningRules = [
    workspaceNoPublicAccess,
    workspaceNotPublicBehindNetwork,
    extensionNoInsecureConnections,
    extensionInternalLoadBalancer,
];
