import type { Findings } from "../frame/findings";
import type { Subject } from "../frame/rule";
import type { Value } from "../frame/value";

/** Kinds that make pods, and where each holds the template of its pods; a Pod is one itself. */
const TEMPLATES: Readonly<Record<string, string>> = {
    "kubernetes:core/v1:Pod": "",
    "kubernetes:core/v1:PodTemplate": "template",
    "kubernetes:core/v1:ReplicationController": "spec.template",
    "kubernetes:apps/v1:DaemonSet": "spec.template",
    "kubernetes:apps/v1:Deployment": "spec.template",
    "kubernetes:apps/v1:ReplicaSet": "spec.template",
    "kubernetes:apps/v1:StatefulSet": "spec.template",
    "kubernetes:batch/v1:CronJob": "spec.jobTemplate.spec.template",
    "kubernetes:batch/v1:Job": "spec.template",
};

/** Kinds that make pods, as rules see them that ask for something to be set. */
export const WORKLOADS: string[] = Object.keys(TEMPLATES);

/** The same with `DeploymentPatch` and its like, which hold only what they change: for rules that refuse something. */
export const WORKLOADS_AND_PATCHES: string[] = WORKLOADS.flatMap((type) => withPatch(type));

/** A kind of object, and the kind by which Pulumi changes a part of one that it does not own. */
export function withPatch(type: string): string[] {
    return [type, `${type}Patch`];
}

/** The metadata and `spec` of the pods that a workload makes. */
export function podTemplate({ type, inputs }: Pick<Subject, "type" | "inputs">): Value {
    const path = TEMPLATES[type.replace("Patch", "")];
    return path ? inputs.at(path) : inputs;
}

export function podSpec(subject: Pick<Subject, "type" | "inputs">): Value {
    return podTemplate(subject).at("spec");
}

const CONTAINER_LISTS = ["containers", "initContainers", "ephemeralContainers"];

/** Every container of a pod: those that start it and those put in to debug it, too. */
export function containersOf(pod: Value, lists: readonly string[] = CONTAINER_LISTS): Value[] {
    return lists.flatMap((list) => pod.at(list).items());
}

/** Judges every container; what can't be read of one leaves the others' verdicts as they are. */
export function eachContainer(
    subject: Pick<Subject, "type" | "inputs">,
    findings: Findings,
    check: (container: Value, pod: Value) => void,
    lists: readonly string[] = CONTAINER_LISTS,
): void {
    const pod = podSpec(subject);
    for (const list of lists) {
        findings.attempt(() => {
            for (const container of containersOf(pod, [list])) {
                findings.attempt(() => check(container.known(), pod));
            }
        });
    }
}

/** A security setting of a container: its own, or its pod's where it has none. */
export function securitySetting(container: Value, pod: Value, setting: string): Value {
    const own = container.at("securityContext").key(setting);
    const inherited = pod.at("securityContext").key(setting);
    return own.absent && !inherited.absent ? inherited : own;
}

/** Pods for Windows nodes, which know neither capabilities nor seccomp nor users by number. */
export function isForWindows(pod: Value): boolean {
    const selected = pod.at("nodeSelector").key("kubernetes.io/os").folded();
    return pod.at("os.name").folded() === "windows" || selected === "windows";
}
