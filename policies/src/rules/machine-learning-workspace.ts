import { entriesOf } from "../frame/entries";
import { absentOr, falseOrAbsent, is, textThat } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { coversName } from "../graph/firewall-rules";
import { isUnderHub } from "../graph/machine-learning";
import { sharedDomains } from "./firewall-rules";
import { flawOf, widest } from "./narrow-ranges";
import type { Widest } from "./narrow-ranges";

const WORKSPACE = ["machinelearningservices:Workspace"];

export const workspaceDatastoreIdentity = resourceRule({
    id: "SAM-ML-003",
    name: "ml-datastore-identity",
    title: "A machine learning workspace must open its own datastores with identities.",
    severity: "high",
    risk: "With account keys everybody in the workspace reads and writes everybody's data, whatever their roles say.",
    remediation: [
        'Set systemDatastoresAuthMode to "identity".',
        "Give people and computes the Storage Blob Data Contributor role.",
    ],
    control: { reference: "IM-1", mapping: "own reading" },
    scanners: {},
    types: WORKSPACE,
    fixes: [{ path: "systemDatastoresAuthMode", value: "identity" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("systemDatastoresAuthMode"), is("identity"));
    },
});

export const workspaceNoLegacyMode = resourceRule({
    id: "SAM-ML-004",
    name: "ml-no-v1-legacy",
    title: "A machine learning workspace must not fall back on version 1 of its API.",
    severity: "medium",
    risk: "The retired API knows neither Kubernetes computes nor managed networks, and gets no new protection.",
    remediation: ["Remove v1LegacyMode or set it to false."],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {},
    types: WORKSPACE,
    fixes: [{ path: "v1LegacyMode", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("v1LegacyMode"), falseOrAbsent);
    },
});

const DEPENDENCIES = ["storageAccount", "keyVault", "applicationInsights", "containerRegistry"];

export const workspaceDependencies = resourceRule({
    id: "SAM-ML-005",
    name: "ml-deps-explicit",
    title: "A machine learning workspace must name its storage account, vault, registry and Application Insights.",
    severity: "medium",
    risk: "What the service makes by itself has public endpoints and keys, and no rule here has ever seen it.",
    remediation: [
        "Set storageAccount, keyVault, applicationInsights and containerRegistry to ids of closed resources.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: WORKSPACE,
    check({ inputs }, findings) {
        if (!isUnderHub(inputs)) {
            for (const name of DEPENDENCIES) {
                findings.requirePresent(inputs.at(name));
            }
        }
    },
});

export const workspacePrimaryIdentity = resourceRule({
    id: "SAM-ML-006",
    name: "ml-primary-identity",
    title: "A machine learning workspace with identities of its owner's must say which one it acts as.",
    severity: "medium",
    risk: "The service then picks one, and rights end up with an identity that nobody meant to have them.",
    remediation: ["Set primaryUserAssignedIdentity to one of identity.userAssignedIdentities."],
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    types: WORKSPACE,
    check({ inputs }, findings) {
        if (inputs.at("identity.type").folded()?.includes("userassigned")) {
            findings.requirePresent(inputs.at("primaryUserAssignedIdentity"));
        }
    },
});

export const workspaceUserAssigned = resourceRule({
    id: "SAM-ML-007",
    name: "ml-user-assigned",
    title: "A machine learning workspace must have an identity of its owner's.",
    severity: "low",
    level: "disabled",
    risk: "A system-assigned identity gets its rights after the workspace stands, when nobody reviews them any more.",
    remediation: [
        'Set identity.type to "UserAssigned", and primaryUserAssignedIdentity.',
        "Give the identity the roles that Microsoft lists for workspaces and attached clusters.",
    ],
    control: { reference: "IM-3", mapping: "published" },
    scanners: {
        psrule: ["Azure.ML.UserManagedIdentity"],
        azurePolicy: ["5f0c7d88-c7de-45b8-ac49-db49e72eaa78"],
    },
    types: WORKSPACE,
    check({ inputs }, findings) {
        findings.require(inputs.at("identity.type"), is("UserAssigned"));
    },
});

export const workspaceSensitive = resourceRule({
    id: "SAM-ML-008",
    name: "ml-hbi",
    title: "A machine learning workspace must be marked as one of high business impact.",
    severity: "low",
    level: "disabled",
    risk: "Without the mark Microsoft collects more diagnostic data, and scratch disks are encrypted less.",
    remediation: ["Set hbiWorkspace to true; only a new workspace takes it."],
    control: { reference: "DP-1", mapping: "own reading" },
    scanners: {},
    types: WORKSPACE,
    check({ inputs }, findings) {
        findings.require(inputs.at("hbiWorkspace"), is(true));
    },
});

export const workspaceOwnKey = resourceRule({
    id: "SAM-ML-009",
    name: "ml-cmk",
    title: "A machine learning workspace must be encrypted with a key of the customer's.",
    severity: "low",
    level: "disabled",
    risk: "Where rules demand it, only an own key lets its owner end Azure's access to metadata and results.",
    remediation: [
        'Set encryption.status to "Enabled" and encryption.keyVaultProperties; only a new workspace takes it.',
    ],
    control: { reference: "DP-5", mapping: "published" },
    frameworks: { nist: ["SC-12"] },
    scanners: { azurePolicy: ["ba769a63-b8cc-4b2d-abf6-ac33c7204be8"] },
    types: WORKSPACE,
    check({ inputs }, findings) {
        findings.require(inputs.at("encryption.status"), is("Enabled"));
    },
});

export const workspaceImageBuild = resourceRule({
    id: "SAM-ML-012",
    name: "ml-image-build",
    title: "A machine learning workspace with a closed registry must say where images are built.",
    severity: "low",
    level: "disabled",
    risk: "Azure can't build inside a closed registry, so somebody opens it when the first environment fails.",
    remediation: ["Set imageBuildCompute to a compute cluster.", "Or bring images that stand in the registry already."],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: WORKSPACE,
    check({ inputs }, findings) {
        if (!isUnderHub(inputs)) {
            findings.requirePresent(inputs.at("imageBuildCompute"));
        }
    },
});

export const workspaceServerless = resourceRule({
    id: "SAM-ML-013",
    name: "ml-serverless-private",
    title: "Serverless compute of a machine learning workspace must have no public addresses.",
    severity: "high",
    risk: "Its nodes otherwise talk to the Internet directly, past the firewall, with the data of a job on them.",
    remediation: [
        "Set serverlessComputeSettings.serverlessComputeNoPublicIP to true.",
        "Set serverlessComputeSettings.serverlessComputeCustomSubnet to a subnet behind the firewall.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: WORKSPACE,
    check({ inputs }, findings) {
        const settings = inputs.at("serverlessComputeSettings").known();
        if (settings.present) {
            findings.require(settings.at("serverlessComputeNoPublicIP"), is(true));
        }
    },
});

/** What a managed network's rules must not let out to. */
interface Outbound extends Widest {
    sharedDomains: string[];
}

export const workspaceOutboundRules = resourceRule<Outbound>({
    id: "SAM-ML-014",
    name: "ml-no-fqdn-wild",
    title: "A managed network's outbound rules must name where data may go.",
    severity: "high",
    risk: "A rule for everything, or for a domain where anyone gets a name, lets code in a notebook send data to anyone.",
    remediation: [
        "Name hosts, or wildcards below a domain of one owner, in FQDN rules.",
        "Take narrow service tags and address ranges in service tag rules.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: { ...widest(16, 32), sharedDomains },
    types: [...WORKSPACE, "machinelearningservices:ManagedNetworkSettingsRule", "machinelearningservices:OutboundRule"],
    check({ type, inputs }, findings, options) {
        const rules =
            type === WORKSPACE[0]
                ? entriesOf(inputs.at("managedNetwork.outboundRules")).map(([, rule]) => rule)
                : [inputs.at("properties")];
        for (const rule of rules) {
            findings.attempt(() => judgeOutboundRule(rule, options, findings));
        }
    },
});

/** At least a name below a domain: "*.example.org", but neither "*" nor "*.org". */
const HOST = /^(\*\.)?[^.*]+(\.[^.*]+)+$/;
/** Service tags that stand for everybody, some of them for everybody in a region. */
const OPEN_TAG = /^(\*$|internet$|virtualnetwork$|azurecloud(\.|$))/i;

/** What a managed network's rule lets out. A rule for a private endpoint leads to that alone. */
function judgeOutboundRule(rule: Value, options: Outbound, findings: Findings): void {
    const destination = rule.at("destination").known();
    if (rule.at("type").folded() === "fqdn") {
        const isShared = (name: string) => options.sharedDomains.some((domain) => coversName(name, `*.${domain}`));
        findings.require(
            destination,
            textThat((name) => HOST.test(name) && !isShared(name), "a host, or a wildcard below a domain of one owner"),
        );
    } else if (destination.at("action").folded() !== "deny") {
        const ofOneService = textThat((tag) => !OPEN_TAG.test(tag), "a tag of one service");
        findings.require(destination.at("serviceTag"), absentOr(ofOneService));
        for (const prefix of destination.at("addressPrefixes").items()) {
            const isNarrow = (text: string) => flawOf(text, options) === undefined;
            findings.require(prefix, textThat(isNarrow, "a narrow address range"));
        }
    }
}

export const machineLearningWorkspaceRules = [
    workspaceDatastoreIdentity,
    workspaceNoLegacyMode,
    workspaceDependencies,
    workspacePrimaryIdentity,
    workspaceUserAssigned,
    workspaceSensitive,
    workspaceOwnKey,
    workspaceImageBuild,
    workspaceServerless,
    workspaceOutboundRules,
];
