import { exactly, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import { allowsDns, isDenied, NAMESPACE, Namespaces } from "../graph/kubernetes-namespaces";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { podSpec, podTemplate, WORKLOADS } from "./pod-specs";

/** Judges each namespace that has workloads of this stack. Findings are about the Namespace, or its first workload. */
function eachTenant(
    graph: ResourceGraph,
    findings: Findings,
    check: (key: string, namespaces: Namespaces, findings: Findings) => void,
): void {
    const namespaces = new Namespaces(graph);
    for (const [key, workloads] of namespaces.group(WORKLOADS)) {
        const subject = namespaces.find(key) ?? workloads[0];
        const own = subject ? findings.on(subject.urn) : findings;
        own.attempt(() => check(key, namespaces, own));
    }
}

export const namespaceDefaultDeny = graphRule({
    id: "SAM-K8S-033",
    name: "k8s-default-deny",
    title: "A namespace with workloads must deny all traffic that nothing allows.",
    severity: "high",
    risk: "Without it a pod that is broken into reaches every other pod of the cluster, and is reached by them.",
    remediation: [
        "Add a NetworkPolicy with an empty podSelector, policyTypes Ingress and Egress, and no rules.",
        "Add policies that allow what each application needs, names (DNS) among it.",
    ],
    twin: { none: "The policies of a namespace are resources of their own, made before its workloads or after them." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { cisAks: ["4.4.2"] },
    scanners: {},
    types: WORKLOADS,
    check(graph, findings) {
        eachTenant(graph, findings, (key, namespaces, own) => {
            const policies = namespaces.policies().get(key) ?? [];
            for (const direction of ["Ingress", "Egress"] as const) {
                if (!isDenied(policies, direction)) {
                    own.fail(
                        `No NetworkPolicy denies ${direction.toLowerCase()} of all pods in the namespace ${key}, or one allows all of it. ` +
                            `Add one with podSelector {} and policyTypes ["Ingress", "Egress"].`,
                    );
                }
            }
        });
    },
});

export const namespaceDns = graphRule({
    id: "SAM-K8S-034",
    name: "k8s-dns-egress",
    title: "A namespace that denies egress must still let its pods resolve names.",
    severity: "medium",
    risk: "Nothing in the namespace works without names, so somebody removes the policy that denies the rest.",
    remediation: ["Add a NetworkPolicy for all pods that allows egress to kube-system on port 53, UDP and TCP."],
    twin: { none: "The policies of a namespace are resources of their own, made before its workloads or after them." },
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: {},
    types: WORKLOADS,
    check(graph, findings) {
        eachTenant(graph, findings, (key, namespaces, own) => {
            const policies = namespaces.policies().get(key) ?? [];
            if (isDenied(policies, "Egress") && !allowsDns(policies)) {
                own.fail(
                    `Egress is denied in the namespace ${key}, and no NetworkPolicy for all pods allows UDP port 53. Add one.`,
                );
            }
        });
    },
});

const ENFORCE = "pod-security.kubernetes.io/enforce";

export const namespacePodSecurity = resourceRule({
    id: "SAM-K8S-035",
    name: "k8s-psa",
    title: "A namespace must enforce a pod security standard.",
    severity: "high",
    level: "advisory",
    profiles: { regulated: "advisory" },
    risk: "Without it the namespace takes privileged pods from everyone who may create a pod there, a broken pipeline included.",
    remediation: [
        `Set the label ${ENFORCE} of the Namespace to "restricted", or to "baseline".`,
        "Where Azure Policy enforces the same, waive the rule.",
    ],
    control: { reference: "PV-2", mapping: "own reading" },
    frameworks: { cisAks: ["4.2.1", "4.2.2", "4.2.3", "4.2.4", "4.2.5"] },
    scanners: {},
    types: [NAMESPACE],
    check({ inputs }, findings) {
        findings.require(inputs.at("metadata.labels").key(ENFORCE), oneOf("restricted", "baseline"));
    },
});

export const namespaceQuota = graphRule({
    id: "SAM-K8S-036",
    name: "k8s-quota",
    title: "A namespace with workloads must have a quota and default limits.",
    severity: "low",
    risk: "One team, or one runaway job, takes all of the cluster from the others.",
    remediation: ["Add a ResourceQuota and a LimitRange to the namespace."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: {},
    types: WORKLOADS,
    check(graph, findings) {
        eachTenant(graph, findings, (key, namespaces, own) => {
            for (const kind of ["ResourceQuota", "LimitRange"]) {
                if (!namespaces.group([`kubernetes:core/v1:${kind}`]).has(key)) {
                    own.fail(`The namespace ${key} has no ${kind} in this stack. Add one.`);
                }
            }
        });
    },
});

const NAMESPACED = [
    ...WORKLOADS,
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:core/v1:Service",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:networking.k8s.io/v1:Ingress",
];

export const noDefaultNamespace = resourceRule({
    id: "SAM-K8S-037",
    name: "k8s-no-default-ns",
    title: "Nothing must be in the namespace that is called default.",
    severity: "low",
    risk: "Everything without a name for its place lands there, so no quota, policy or role fits it.",
    remediation: ["Make a Namespace for the application, and set metadata.namespace to its name."],
    control: { reference: "PV-2", mapping: "published" },
    scanners: { checkov: ["CKV_K8S_21"], azurePolicy: ["9f061a12-e40d-4183-a00e-171812443373"] },
    types: NAMESPACED,
    check({ inputs }, findings) {
        const namespace = inputs.at("metadata.namespace");
        if (["", "default"].includes(namespace.text() ?? "")) {
            findings.fail(
                `${namespace.path} must be a namespace of the application; found ${namespace.shown()}. Set it.`,
            );
        }
    },
});

const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const CLIENT_ID = "azure.workload.identity/client-id";
const USE = "azure.workload.identity/use";

export const workloadIdentityLabel = graphRule({
    id: "SAM-K8S-038",
    name: "k8s-wi-label",
    title: "Pods of a service account with an Entra identity must carry the label that gives it to them.",
    severity: "medium",
    risk: "Without the label the pod gets no identity, so somebody gives it a secret, or the node's identity, instead.",
    remediation: [`Set the label ${USE} of the pods (in the template's metadata) to "true".`],
    twin: { none: "A pod alone does not show whether its service account has an identity." },
    control: { reference: "IM-3", mapping: "own reading" },
    scanners: {},
    types: [SERVICE_ACCOUNT, ...WORKLOADS],
    check(graph, findings) {
        const namespaces = new Namespaces(graph);
        for (const account of graph.ofType(SERVICE_ACCOUNT)) {
            findings.on(account.urn).attempt(() => {
                if (account.inputs.at("metadata.annotations").key(CLIENT_ID).present) {
                    checkPods(graph, namespaces, account, findings);
                }
            });
        }
    },
});

function checkPods(graph: ResourceGraph, namespaces: Namespaces, account: GraphResource, findings: Findings): void {
    for (const workload of WORKLOADS.flatMap((type) => graph.ofType(type))) {
        const own = findings.on(workload.urn);
        own.attempt(() => {
            const label = podTemplate(workload).at("metadata.labels").key(USE);
            if (label.raw !== "true" && uses(graph, namespaces, workload, account)) {
                own.require(label, exactly("true"));
            }
        });
    }
}

/** Whether a workload's pods have this account. Throws if a name that decides is not known. */
function uses(graph: ResourceGraph, namespaces: Namespaces, workload: GraphResource, account: GraphResource): boolean {
    const name = podSpec(workload).at("serviceAccountName");
    if (name.unknown && graph.sourcesOf(workload, name).includes(account)) {
        return true;
    }
    const text = name.text();
    const accountName = account.inputs.at("metadata.name").text();
    return text !== undefined && text === accountName && namespaces.keyOf(workload) === namespaces.keyOf(account);
}

export const releaseOpaque = resourceRule({
    id: "SAM-K8S-039",
    name: "k8s-release-opaque",
    title: "Helm charts must be rendered, so that this pack sees what they make.",
    severity: "medium",
    risk: "A Release shows Pulumi a chart's name and values alone, so privileged pods and public services in it pass unseen.",
    remediation: [
        "Declare the chart as a Chart (helm.sh/v4), whose objects become resources of the stack.",
        "Or waive the rule for a chart that was reviewed, version by version.",
    ],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: {},
    types: ["kubernetes:helm.sh/v3:Release"],
    check({ inputs }, findings) {
        const chart = inputs.at("chart").known();
        findings.fail(`Nothing of the chart ${chart.shown()} is analysed. Declare it as a Chart of helm.sh/v4.`);
    },
});

export const instanceType = resourceRule({
    id: "SAM-K8S-040",
    name: "k8s-instance-type",
    title: "An instance type of Azure Machine Learning must have limits, and say which nodes it is for.",
    severity: "low",
    risk: "A job without limits takes all of a node, and one without a selector lands on nodes that are meant for others.",
    remediation: ["Set spec.resources.limits with cpu and memory, and spec.nodeSelector."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: {},
    types: ["kubernetes:amlarc.azureml.com/v1alpha1:InstanceType"],
    check({ inputs }, findings) {
        for (const resource of ["cpu", "memory"]) {
            findings.requirePresent(inputs.at(`spec.resources.limits.${resource}`).known());
        }
        const selector = inputs.at("spec.nodeSelector");
        if (Object.keys((selector.known().raw as object | null | undefined) ?? {}).length === 0) {
            findings.fail(`${selector.path} must name labels of nodes; found ${selector.shown()}. Set it.`);
        }
    },
});

/** Lists of objects in one resource, such as `PodList`, which Pulumi can declare and nobody needs to. */
const LISTS = [
    ...WORKLOADS,
    "kubernetes:core/v1:Service",
    "kubernetes:networking.k8s.io/v1:Ingress",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
].map((type) => `${type}List`);

export const listOpaque = resourceRule({
    id: "SAM-K8S-018",
    name: "k8s-list-opaque",
    title: "Kubernetes objects must be declared one by one.",
    severity: "medium",
    risk: "No rule looks into a list of objects, so everything in it passes unseen.",
    remediation: ["Declare a resource for every object of the list."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: {},
    types: LISTS,
    check({ inputs }, findings) {
        const items = inputs.at("items");
        if (items.items().length > 0) {
            findings.fail(`${items.path} is ${items.shown()} that no rule looks into. Declare a resource for each.`);
        }
    },
});

export const kubernetesNamespaceRules = [
    namespaceDefaultDeny,
    namespaceDns,
    namespacePodSecurity,
    namespaceQuota,
    noDefaultNamespace,
    workloadIdentityLabel,
    releaseOpaque,
    instanceType,
    listOpaque,
];
