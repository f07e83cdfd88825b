import { is } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Subject } from "../frame/rule";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { eachContainer, podSpec, podTemplate, WORKLOADS, WORKLOADS_AND_PATCHES } from "./pod-specs";

export const podResources = resourceRule({
    id: "SAM-K8S-019",
    name: "k8s-resources",
    title: "Containers must ask for processor and memory, and be limited in both.",
    severity: "medium",
    risk: "One container without limits takes all memory of its node, and the pods beside it are killed.",
    remediation: ["Set resources.requests and resources.limits of every container, each with cpu and memory."],
    control: { reference: "PV-2", mapping: "published" },
    scanners: {
        checkov: ["CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"],
    },
    types: WORKLOADS,
    check(subject, findings) {
        const judged = ["containers", "initContainers"];
        eachContainer(
            subject,
            findings,
            (container) => {
                for (const part of ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]) {
                    const amount = container.at(`resources.${part}`).known();
                    findings.requirePresent(amount);
                }
            },
            judged,
        );
    },
});

/** Kinds whose pods are to run until somebody ends them. */
const SERVING = ["DaemonSet", "Deployment", "StatefulSet"].map((kind) => `kubernetes:apps/v1:${kind}`);

export const podProbes = resourceRule({
    id: "SAM-K8S-020",
    name: "k8s-probes",
    title: "Containers that serve must say when they are ready and alive.",
    severity: "low",
    risk: "Requests go to pods that can't answer, and a container that hangs stays as it is.",
    remediation: ["Set readinessProbe and livenessProbe of every container."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: {
        checkov: ["CKV_K8S_8", "CKV_K8S_9"],
        azurePolicy: ["b1a9997f-2883-4f12-bdff-2280f99b5915"],
    },
    types: SERVING,
    check(subject, findings) {
        eachContainer(
            subject,
            findings,
            (container) => {
                for (const probe of ["readinessProbe", "livenessProbe"]) {
                    findings.requirePresent(container.at(probe).known());
                }
            },
            ["containers"],
        );
    },
});

const REGISTRY = "containerregistry:Registry";

const allowedRegistries = {
    type: "array" as const,
    items: { type: "string" as const, pattern: "^[a-z0-9.:-]+(/[a-z0-9._/-]+)?$" },
    uniqueItems: true,
    default: ["mcr.microsoft.com"],
    description: "Registries by host, or host and path, that are accepted besides the stack's own.",
};

export const podImageRegistry = graphRule<{ allowedRegistries: string[] }>({
    id: "SAM-K8S-021",
    name: "k8s-image-registry",
    title: "Images must come from a registry of the stack, or from one that is agreed.",
    severity: "high",
    risk: "Whoever owns another registry, or a name in it, decides what runs in the cluster.",
    remediation: [
        "Import the image into the stack's registry, and name it by that registry's login server.",
        "Or name the registry in this rule's allowedRegistries.",
    ],
    twin: { rules: ["k8s-image-host"], leaves: "which of Azure's registries is the stack's" },
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { cisAks: ["5.1.4"] },
    scanners: { azurePolicy: ["febd0533-8e55-448f-b837-bd0e06f16469"] },
    config: { allowedRegistries },
    types: WORKLOADS_AND_PATCHES,
    check(graph, findings, { allowedRegistries: agreed }) {
        const own = graph.ofType(REGISTRY).flatMap((registry) => loginServersOf(graph, registry));
        const allowed = [...new Set([...agreed, ...own])];
        for (const workload of WORKLOADS_AND_PATCHES.flatMap((type) => graph.ofType(type))) {
            const about = findings.on(workload.urn);
            eachContainer(workload, about, (container) => {
                checkOrigin(graph, workload, container.at("image"), allowed, about);
            });
        }
    },
});

/** By its name, and as Azure answered: a registry may have a label of its own there. */
function loginServersOf(graph: ResourceGraph, registry: GraphResource): string[] {
    const name = graph.nameOf(registry, "registryName");
    const answer = registry.outputs.at("loginServer");
    const servers = [name && `${name}.azurecr.io`, answer.unknown ? undefined : answer.folded()];
    return servers.filter((server) => server !== undefined);
}

/** A patch leaves out what it does not change. */
function isLeftOut({ type }: Pick<Subject, "type">, image: Value): boolean {
    return image.absent && type.endsWith("Patch");
}

function checkOrigin(
    graph: ResourceGraph,
    workload: GraphResource,
    image: Value,
    allowed: readonly string[],
    findings: Findings,
): void {
    if (isLeftOut(workload, image)) {
        return;
    }
    const sources = graph.sourcesOf(workload, image);
    if (image.unknown && sources.length > 0 && sources.every(({ type }) => type === REGISTRY)) {
        return;
    }
    const name = image.text();
    if (!allowed.some((registry) => name?.startsWith(`${registry}/`))) {
        findings.fail(
            `${image.path} must come from ${allowed.join(", ") || "a registry of the stack"}; found ${image.shown()}. ` +
                "Import it there.",
        );
    }
}

/** Login servers of Azure's container registries, in its public cloud and the others. */
const AZURE_REGISTRY = /^[a-z0-9]+(-[a-z0-9]+)?\.azurecr\.(io|us|cn)\//i;

export const podImageHost = resourceRule<{ allowedRegistries: string[] }>({
    id: "SAM-K8S-041",
    name: "k8s-image-host",
    title: "Images must be named with a registry of Azure's, or with one that is agreed.",
    severity: "high",
    risk: "A pod pulls and runs the image minutes before the rule about the stack's own registry speaks.",
    remediation: [
        "Import the image into the stack's registry, and name it by that registry's login server.",
        "Or name the registry in allowedRegistries, of this rule and of k8s-image-registry.",
    ],
    control: { reference: "PV-2", mapping: "own reading" },
    frameworks: { cisAks: ["5.1.4"] },
    scanners: {},
    config: { allowedRegistries },
    types: WORKLOADS_AND_PATCHES,
    defersTo: "k8s-image-registry",
    check(subject, findings, { allowedRegistries: allowed }) {
        eachContainer(subject, findings, (container) => {
            const image = container.at("image");
            if (image.unknown || isLeftOut(subject, image)) {
                return;
            }
            const name = image.text() ?? "";
            if (!AZURE_REGISTRY.test(name) && !allowed.some((registry) => name.startsWith(`${registry}/`))) {
                findings.fail(
                    `${image.path} must begin with the login server of an Azure registry or ${allowed.join(", ")}; ` +
                        `found ${image.shown()}. Import it into the platform's registry.`,
                );
            }
        });
    },
});

export const podImagePin = resourceRule<{ requireDigest: boolean }>({
    id: "SAM-K8S-022",
    name: "k8s-image-pin",
    title: "Images must be named by a digest, or by a tag that stays.",
    severity: "medium",
    risk: "With latest, or without a tag, another program may run tomorrow, and nobody can say which ran yesterday.",
    remediation: ["Name the image by its digest (name@sha256:…), or by a tag other than latest."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_K8S_14"], azurePolicy: ["021f8078-41a0-40e6-81b6-c6597da9f3ee"] },
    config: {
        requireDigest: { type: "boolean", default: false, description: "Accept digests alone (CKV_K8S_43)." },
    },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings, { requireDigest }) {
        eachContainer(subject, findings, (container) => {
            const image = container.at("image");
            if (isLeftOut(subject, image)) {
                return;
            }
            const name = image.text() ?? "";
            // A colon before the last slash is a registry's port, and one behind an @ is a digest's.
            const tag = /(?:^|\/)[^/:@]+:([\w.-]+)$/.exec(name)?.[1];
            const isPinned =
                /@sha256:[0-9a-f]{64}$/.test(name) || (!requireDigest && tag !== undefined && tag !== "latest");
            if (!isPinned) {
                const wanted = requireDigest ? "a digest" : "a digest or a tag other than latest";
                findings.fail(`${image.path} must have ${wanted}; found ${image.shown()}. Add it.`);
            }
        });
    },
});

/** Lets the pod trade its token for an Entra token of its identity (Azure documentation, "Workload identity overview"). */
const WORKLOAD_IDENTITY = "azure.workload.identity/use";

export const podTokenMount = resourceRule({
    id: "SAM-K8S-023",
    name: "k8s-automount",
    title: "Pods that don't use the Kubernetes API must not hold a token for it.",
    severity: "medium",
    risk: "Who breaks into a pod finds the token in a file and may do with the API whatever the service account may.",
    remediation: [
        "Set automountServiceAccountToken in the pod's spec to false.",
        `Pods with workload identity carry the label ${WORKLOAD_IDENTITY} and are accepted.`,
    ],
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { cisAks: ["4.1.6"] },
    scanners: { checkov: ["CKV_K8S_38"], azurePolicy: ["423dd1ba-798e-40e4-9c4d-b6902674b423"] },
    types: WORKLOADS,
    check(subject, findings) {
        const mount = podSpec(subject).at("automountServiceAccountToken");
        if (mount.raw !== false && !usesWorkloadIdentity(podTemplate(subject))) {
            findings.require(mount, is(false));
        }
    },
});

function usesWorkloadIdentity(template: Value): boolean {
    return template.at("metadata.labels").key(WORKLOAD_IDENTITY).text() === "true";
}

export const podDefaultAccount = resourceRule({
    id: "SAM-K8S-024",
    name: "k8s-default-sa",
    title: "Pods must have a service account of their own.",
    severity: "medium",
    risk: "What the default account is allowed once, every pod of the namespace may do that names no other.",
    remediation: [
        "Make a ServiceAccount for the application, and set serviceAccountName in the pod's spec to its name.",
        "Or set automountServiceAccountToken to false where the pod needs none.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { cisAks: ["4.1.5"] },
    scanners: {},
    types: WORKLOADS,
    check(subject, findings) {
        const pod = podSpec(subject);
        if (pod.at("automountServiceAccountToken").raw === false) {
            return;
        }
        const account = pod.at("serviceAccountName");
        if (["", "default"].includes(account.text() ?? "")) {
            findings.fail(`${account.path} must name an account of the application; found ${account.shown()}. Set it.`);
        }
    },
});

export const podSecretEnvironment = resourceRule({
    id: "SAM-K8S-025",
    name: "k8s-secret-env",
    title: "Secrets must reach containers as files, not as environment variables.",
    severity: "low",
    risk: "Environment variables end up in crash reports and logs, every child process sees them, and they never rotate.",
    remediation: [
        "Mount the secret as a volume: of the secrets store driver for Key Vault, or of the Secret.",
        "Remove secretKeyRef from env and secretRef from envFrom.",
    ],
    control: { reference: "IM-8", mapping: "own reading" },
    frameworks: { cisAks: ["4.5.1"] },
    scanners: { checkov: ["CKV_K8S_35"] },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings) {
        eachContainer(subject, findings, (container) => {
            const variables = container
                .at("env")
                .items()
                .map((variable) => variable.at("valueFrom.secretKeyRef"));
            const sets = container
                .at("envFrom")
                .items()
                .map((set) => set.at("secretRef"));
            for (const reference of [...variables, ...sets]) {
                if (reference.known().present) {
                    findings.fail(`${reference.path} must be absent. Mount the secret as a volume.`);
                }
            }
        });
    },
});

export const nakedPod = resourceRule({
    id: "SAM-K8S-026",
    name: "k8s-naked-pod",
    title: "A pod must be made by something that replaces it.",
    severity: "low",
    risk: "When its node is upgraded or lost, a pod that nothing replaces is gone.",
    remediation: ["Declare a Deployment, StatefulSet, DaemonSet or Job instead of the Pod."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { azurePolicy: ["65280eef-c8b4-425e-9aec-af55e55bf581"] },
    types: ["kubernetes:core/v1:Pod"],
    check({ inputs }, findings) {
        // A pod that is to run once, such as a chart's test, is not missed.
        if (inputs.at("spec.restartPolicy").folded() !== "never") {
            findings.fail("A pod without an owner is not replaced when its node goes. Declare a Deployment or a Job.");
        }
    },
});

export const kubernetesPodOperationRules = [
    podResources,
    podProbes,
    podImageRegistry,
    podImageHost,
    podImagePin,
    podTokenMount,
    podDefaultAccount,
    podSecretEnvironment,
    nakedPod,
];
