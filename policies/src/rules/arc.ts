import { is, not, textThat } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import { isNamedBy, someOf } from "../graph/related";
import type { ResourceGraph } from "../graph/resource-graph";

const CONNECTED = ["kubernetes:ConnectedCluster"];

export const arcAzureRoles = resourceRule({
    id: "SAM-ARC-001",
    name: "arc-rbac",
    title: "Azure roles must decide who may do what in an Arc-enabled cluster.",
    severity: "medium",
    risk: "Rights given inside the cluster show in no review of Azure's roles, and outlive those who got them.",
    remediation: ["Set aadProfile.enableAzureRBAC to true and give the Azure Arc Kubernetes roles."],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: {},
    types: CONNECTED,
    fixes: [{ path: "aadProfile.enableAzureRBAC", value: true }],
    check({ inputs }, findings) {
        findings.require(inputs.at("aadProfile.enableAzureRBAC"), is(true));
    },
});

export const arcAgentUpgrade = resourceRule({
    id: "SAM-ARC-002",
    name: "arc-agent-upgrade",
    title: "The agents of an Arc-enabled cluster must be upgraded by Azure.",
    severity: "medium",
    risk: "The agents are cluster administrators; with an old version, their known holes stay open.",
    remediation: ['Remove arcAgentProfile.agentAutoUpgrade or set it to "Enabled".'],
    control: { reference: "PV-6", mapping: "own reading" },
    frameworks: { nist: ["SI-2"] },
    scanners: {},
    types: CONNECTED,
    fixes: [{ path: "arcAgentProfile.agentAutoUpgrade", value: "Enabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("arcAgentProfile.agentAutoUpgrade"), not("Disabled"));
    },
});

export const arcPrivateLink = resourceRule({
    id: "SAM-ARC-003",
    name: "arc-pls",
    title: "An Arc-enabled cluster must reach Azure through a private link scope.",
    severity: "medium",
    level: "disabled",
    risk: "Its agents otherwise need the Internet, and what is open for them is open for others.",
    remediation: [
        'Set privateLinkState to "Enabled" and privateLinkScopeResourceId.',
        "Mind that Microsoft lists few extensions for it; Azure Machine Learning is not among them.",
    ],
    control: { reference: "NS-2", mapping: "published" },
    scanners: { azurePolicy: ["12e7176a-4919-47ef-922b-34eda4c7f0ce"] },
    types: CONNECTED,
    check({ inputs }, findings) {
        findings.require(inputs.at("privateLinkState"), is("Enabled"));
        findings.requirePresent(inputs.at("privateLinkScopeResourceId"));
    },
});

export const arcScopeClosed = resourceRule({
    id: "SAM-ARC-004",
    name: "hybrid-pls-pna",
    title: "A private link scope of Azure Arc must be closed to the Internet.",
    severity: "medium",
    risk: "Machines of the scope otherwise go on through the public endpoints, and the scope protects nothing.",
    remediation: ['Set properties.publicNetworkAccess to "Disabled".'],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: ["hybridcompute:PrivateLinkScope"],
    fixes: [{ path: "properties.publicNetworkAccess", value: "Disabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.publicNetworkAccess"), is("Disabled"));
    },
});

/** Demands an extension of one type on every Arc-enabled cluster. */
function requireExtension(graph: ResourceGraph, findings: Findings, extensionType: string): void {
    for (const cluster of graph.ofType("kubernetes:ConnectedCluster")) {
        const own = findings.on(cluster.urn);
        own.attempt(() => {
            const has = someOf(
                graph.ofType("kubernetesconfiguration:Extension"),
                (extension) =>
                    extension.inputs.at("extensionType").folded() === extensionType &&
                    extension.inputs.at("clusterResourceName").folded() === "connectedclusters" &&
                    isNamedBy(graph, extension, "clusterName", cluster),
            );
            if (!has) {
                own.fail(`${cluster.name} lacks the extension ${extensionType}. Add it.`);
            }
        });
    }
}

export const arcPolicyExtension = graphRule({
    id: "SAM-ARC-005",
    name: "arc-policy-ext",
    title: "An Arc-enabled cluster must have the Azure Policy extension.",
    severity: "medium",
    risk: "Nothing in the cluster then checks what is deployed past this program.",
    remediation: ["Add an Extension of the type microsoft.policyinsights to the cluster."],
    twin: { none: "The extension is made after the cluster." },
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { nist: ["CM-6"] },
    scanners: { azurePolicy: ["6b2122c1-8120-4ff5-801b-17625a355590"] },
    types: CONNECTED,
    check: (graph, findings) => requireExtension(graph, findings, "microsoft.policyinsights"),
});

export const arcDefenderExtension = graphRule({
    id: "SAM-ARC-006",
    name: "arc-defender-ext",
    title: "An Arc-enabled cluster must have the Microsoft Defender extension.",
    severity: "medium",
    risk: "An attacker in the cluster is seen by nobody.",
    remediation: ["Add an Extension of the type microsoft.azuredefender.kubernetes to the cluster."],
    twin: { none: "The extension is made after the cluster." },
    control: { reference: "LT-1", mapping: "published" },
    scanners: { azurePolicy: ["8dfab9c4-fe7b-49ad-85e4-1e9be085358f"] },
    types: CONNECTED,
    check: (graph, findings) => requireExtension(graph, findings, "microsoft.azuredefender.kubernetes"),
});

export const extensionAllowed = resourceRule<{ allowedPublishers: string[] }>({
    id: "SAM-ARC-007",
    name: "arc-ext-allow",
    title: "A cluster extension must be of a publisher that is trusted.",
    severity: "medium",
    risk: "An extension runs with rights on the whole cluster, and updates itself to whatever its publisher sends.",
    remediation: ["Remove the extension, or add its publisher to the option allowedPublishers."],
    control: { reference: "AM-2", mapping: "own reading" },
    frameworks: { nist: ["CM-7"] },
    scanners: {},
    config: {
        allowedPublishers: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: ["microsoft"],
            description: "What an extension's type may have before its first dot.",
        },
    },
    types: ["kubernetesconfiguration:Extension"],
    check({ inputs }, findings, { allowedPublishers }) {
        const starts = allowedPublishers.map((publisher) => `${publisher.toLowerCase()}.`);
        const isAllowed = (type: string) => starts.some((start) => type.toLowerCase().startsWith(start));
        const expected = textThat(isAllowed, `a type of ${allowedPublishers.join(" or ")}`);
        findings.require(inputs.at("extensionType"), expected);
    },
});

const FLUX_SOURCES = ["gitRepository.url", "bucket.url", "azureBlob.url"];

export const fluxEncrypted = resourceRule({
    id: "SAM-ARC-008",
    name: "flux-encrypted",
    title: "Flux must fetch what it deploys over an encrypted connection.",
    severity: "high",
    risk: "Anyone on the way replaces manifests, and Flux deploys what they wrote with its own rights.",
    remediation: ["Let the source's url begin with https:// or ssh://.", "Remove bucket.insecure."],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8"] },
    scanners: {},
    types: ["kubernetesconfiguration:FluxConfiguration"],
    check({ inputs }, findings) {
        for (const path of FLUX_SOURCES) {
            const url = inputs.at(path);
            if (!url.absent) {
                const isEncrypted = (address: string) => !/^(http|git):\/\//i.test(address);
                findings.require(url, textThat(isEncrypted, "an address that begins with https:// or ssh://"));
            }
        }
        // Azure's default is true: a bucket's url has no scheme.
        if (!inputs.at("bucket").absent) {
            findings.require(inputs.at("bucket.insecure"), is(false));
        }
    },
});

export const arcRules = [
    arcAzureRoles,
    arcAgentUpgrade,
    arcPrivateLink,
    arcScopeClosed,
    arcPolicyExtension,
    arcDefenderExtension,
    extensionAllowed,
    fluxEncrypted,
];
