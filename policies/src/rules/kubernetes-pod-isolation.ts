import { absent, falseOrAbsent, is, not, oneOf } from "../frame/expectation";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { eachContainer, isForWindows, podSpec, securitySetting, withPatch } from "./pod-specs";
import { WORKLOADS, WORKLOADS_AND_PATCHES } from "./pod-specs";

export const podPrivileged = resourceRule({
    id: "SAM-K8S-006",
    name: "k8s-privileged",
    title: "No container may be privileged.",
    severity: "critical",
    risk: "A privileged container is root on its node: it reads every secret there and takes over the other pods.",
    remediation: [
        "Remove securityContext.privileged from every container, containers that start the pod included.",
        "Remove windowsOptions.hostProcess from pods for Windows.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { nist: ["CM-6"], cisAks: ["4.2.1"] },
    scanners: { checkov: ["CKV_K8S_16", "CKV_K8S_2"], azurePolicy: ["95edb821-ddaf-4404-9732-666045e056b4"] },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings) {
        const hostProcess = (owner: Value) => owner.at("securityContext.windowsOptions.hostProcess");
        findings.require(hostProcess(podSpec(subject)), falseOrAbsent);
        eachContainer(subject, findings, (container) => {
            findings.require(container.at("securityContext.privileged"), falseOrAbsent);
            findings.require(hostProcess(container), falseOrAbsent);
        });
    },
});

export const podPrivilegeEscalation = resourceRule({
    id: "SAM-K8S-007",
    name: "k8s-priv-esc",
    title: "No process in a container may gain more rights than it was started with.",
    severity: "high",
    risk: "A program with the setuid bit makes any user of the container its root, which is one kernel flaw away from the node's.",
    remediation: ["Set securityContext.allowPrivilegeEscalation of every container to false; the default is true."],
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { cisAks: ["4.2.5"] },
    scanners: { checkov: ["CKV_K8S_20", "CKV_K8S_5"], azurePolicy: ["1c6e92c9-99f0-4e55-9cf2-0c234dc48f99"] },
    types: WORKLOADS,
    check(subject, findings) {
        eachContainer(subject, findings, (container, pod) => {
            const escalation = container.at("securityContext.allowPrivilegeEscalation");
            if (escalation.raw !== false && !isForWindows(pod)) {
                findings.require(escalation, is(false));
            }
        });
    },
});

export const podHostNamespaces = resourceRule({
    id: "SAM-K8S-008",
    name: "k8s-host-ns",
    title: "No pod may share the processes, the memory or the network of its node.",
    severity: "critical",
    risk: "Such a pod sees the node's processes and traffic, passes every network policy and reaches the node's identity.",
    remediation: ["Remove hostPID, hostIPC and hostNetwork from the pod's spec."],
    control: { reference: "PV-2", mapping: "published" },
    frameworks: { cisAks: ["4.2.2", "4.2.3", "4.2.4"] },
    scanners: {
        checkov: ["CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19"],
        azurePolicy: ["47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8"],
    },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings) {
        for (const namespace of ["hostPID", "hostIPC", "hostNetwork"]) {
            findings.require(podSpec(subject).at(namespace), falseOrAbsent);
        }
    },
});

/** Sockets of container runtimes: whoever writes to one starts containers on the node as its root. */
const RUNTIME_SOCKETS = /\/(docker|containerd|crio|cri-dockerd)\.sock\/*$/;

const VOLUME = "kubernetes:core/v1:PersistentVolume";

/** Kinds of volumes that are a directory of the node; only a persistent volume can be local. */
const NODE_DIRECTORIES = ["hostPath", "local"];

export const podHostPath = resourceRule<{ allowedPaths: string[] }>({
    id: "SAM-K8S-009",
    name: "k8s-host-path",
    title: "No pod may mount directories of its node.",
    severity: "high",
    risk: "A directory of the node holds other pods' secrets and volumes, or a socket that starts containers as root.",
    remediation: [
        "Use a persistent volume of the disk or file driver, or emptyDir.",
        "Where an agent needs a directory, name it in this rule's allowedPaths, and mount it read-only.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    scanners: { checkov: ["CKV_K8S_27"], azurePolicy: ["098fc59e-46c7-4d99-9b16-64990e543d75"] },
    config: {
        allowedPaths: {
            type: "array",
            items: { type: "string", pattern: "^/" },
            uniqueItems: true,
            default: [],
            description:
                "Directories that may be mounted with all that they hold. Sockets of container runtimes never.",
        },
    },
    types: [...WORKLOADS_AND_PATCHES, ...withPatch(VOLUME)],
    check(subject, findings, { allowedPaths }) {
        const isVolume = subject.type.startsWith(VOLUME);
        const mounted = isVolume ? [subject.inputs.at("spec")] : podSpec(subject).at("volumes").items();
        for (const volume of mounted) {
            findings.attempt(() => {
                for (const mount of NODE_DIRECTORIES.map((kind) => volume.at(kind).known())) {
                    const directory = mount.at("path");
                    if (!mount.absent && !isAllowedPath(directory.text() ?? "", allowedPaths)) {
                        findings.fail(
                            `${mount.path} must be absent; found ${directory.shown()}. Use another kind of volume.`,
                        );
                    }
                }
            });
        }
    },
});

function isAllowedPath(path: string, allowedPaths: readonly string[]): boolean {
    const isBelow = (allowed: string) => `${path}/`.startsWith(`${allowed.replace(/\/$/, "")}/`);
    return !RUNTIME_SOCKETS.test(path) && !path.split("/").includes("..") && allowedPaths.some(isBelow);
}

export const podHostPort = resourceRule({
    id: "SAM-K8S-010",
    name: "k8s-host-port",
    title: "No container may take a port of its node.",
    severity: "medium",
    risk: "The port is open on the node to everyone in the network, past services and network policies.",
    remediation: ["Remove hostPort from every port, and publish through a service."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_K8S_26"] },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings) {
        eachContainer(subject, findings, (container) => {
            for (const port of container.at("ports").items()) {
                const hostPort = port.at("hostPort");
                if (hostPort.raw !== 0) {
                    findings.require(hostPort, absent, "Remove it.");
                }
            }
        });
    },
});

export const podCapabilities = resourceRule<{ allowedCapabilities: string[] }>({
    id: "SAM-K8S-011",
    name: "k8s-caps",
    title: "Containers must drop all capabilities of Linux, and add none but what is agreed.",
    severity: "high",
    risk: "Capabilities are parts of root's power: some read raw traffic, some mount disks, some trace other processes.",
    remediation: [
        'Set securityContext.capabilities.drop of every container to ["ALL"].',
        "Remove from add everything but this rule's allowedCapabilities.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    scanners: {
        checkov: ["CKV_K8S_37", "CKV_K8S_25", "CKV_K8S_28", "CKV_K8S_39"],
        azurePolicy: ["c26596ff-4d70-4e6a-9a30-c2506bd2f80c"],
    },
    config: {
        allowedCapabilities: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: ["NET_BIND_SERVICE"],
            description: "Capabilities that containers may add.",
        },
    },
    types: WORKLOADS,
    check(subject, findings, { allowedCapabilities }) {
        eachContainer(subject, findings, (container, pod) => {
            if (isForWindows(pod)) {
                return;
            }
            const capabilities = container.at("securityContext.capabilities");
            const dropped = capabilities.at("drop");
            if (!dropped.texts().some((capability) => capability.toUpperCase() === "ALL")) {
                findings.fail(`${dropped.path} must hold "ALL"; found ${dropped.shown()}. Drop all of them.`);
            }
            for (const added of capabilities.at("add").items()) {
                findings.require(added, oneOf(...allowedCapabilities), "Remove it.");
            }
        });
    },
});

export const podNonRoot = resourceRule({
    id: "SAM-K8S-012",
    name: "k8s-non-root",
    title: "No container may run as root.",
    severity: "high",
    risk: "Root in a container is root on the node as soon as it gets out of the container.",
    remediation: [
        "Set securityContext.runAsNonRoot of the pod to true, and leave it out of its containers.",
        "Set runAsUser to the number of the image's user, not 0.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    scanners: { checkov: ["CKV_K8S_23"], azurePolicy: ["f06ddb64-5fa3-4b77-b166-acb36f7f6042"] },
    types: WORKLOADS,
    check(subject, findings) {
        eachContainer(subject, findings, (container, pod) => {
            findings.require(securitySetting(container, pod, "runAsNonRoot"), is(true));
            const user = securitySetting(container, pod, "runAsUser");
            if (user.known().raw === 0) {
                findings.fail(`${user.path} must not be 0, which is root. Set the number of the image's user.`);
            }
        });
    },
});

export const podHighUser = resourceRule<{ lowestUser: number }>({
    id: "SAM-K8S-013",
    name: "k8s-high-user",
    title: "Containers must run as a user whose number no user of the node has.",
    severity: "low",
    risk: "Outside of its container, a process has the rights of the node's user with the same number.",
    remediation: ["Set securityContext.runAsUser of the pod to this rule's lowestUser or more."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_K8S_40"] },
    config: {
        lowestUser: { type: "integer", minimum: 1, default: 10000, description: "Lowest number that is accepted." },
    },
    types: WORKLOADS,
    check(subject, findings, { lowestUser }) {
        eachContainer(subject, findings, (container, pod) => {
            const user = securitySetting(container, pod, "runAsUser");
            const isHigh = typeof user.known().raw === "number" && Number(user.raw) >= lowestUser;
            if (!isHigh && !isForWindows(pod)) {
                findings.fail(`${user.path} must be at least ${lowestUser}; found ${user.shown()}. Raise it.`);
            }
        });
    },
});

export const podReadOnlyRoot = resourceRule({
    id: "SAM-K8S-014",
    name: "k8s-ro-rootfs",
    title: "The file system of a container's image must be read-only.",
    severity: "medium",
    risk: "Who breaks in can otherwise change programs in the container and leave tools there.",
    remediation: [
        "Set securityContext.readOnlyRootFilesystem of every container to true.",
        "Mount an emptyDir volume where the program must write.",
    ],
    control: { reference: "PV-2", mapping: "published" },
    scanners: { checkov: ["CKV_K8S_22"], azurePolicy: ["df49d893-a74c-421d-bc95-c663042e5b80"] },
    types: WORKLOADS,
    check(subject, findings) {
        eachContainer(subject, findings, (container, pod) => {
            const readOnly = container.at("securityContext.readOnlyRootFilesystem");
            if (readOnly.raw !== true && !isForWindows(pod)) {
                findings.require(readOnly, is(true));
            }
        });
    },
});

export const podSeccomp = resourceRule({
    id: "SAM-K8S-015",
    name: "k8s-seccomp",
    title: "Containers must not be able to call every function of the kernel.",
    severity: "medium",
    risk: "Most ways out of a container use a kernel function that no application needs, and a seccomp profile forbids.",
    remediation: ['Set securityContext.seccompProfile.type of the pod to "RuntimeDefault", or to "Localhost".'],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { checkov: ["CKV_K8S_31"], azurePolicy: ["975ce327-682c-4f2e-aa46-b9598289b86c"] },
    types: WORKLOADS,
    check(subject, findings) {
        eachContainer(subject, findings, (container, pod) => {
            if (!isForWindows(pod)) {
                const profile = securitySetting(container, pod, "seccompProfile");
                findings.require(profile.at("type"), oneOf("RuntimeDefault", "Localhost"));
            }
        });
    },
});

export const podProcMount = resourceRule({
    id: "SAM-K8S-016",
    name: "k8s-proc-mount",
    title: "Containers must see the kernel's files masked, as they are by default.",
    severity: "medium",
    risk: "An unmasked /proc shows the container the node's memory and devices, and lets it change the kernel.",
    remediation: ["Remove securityContext.procMount from every container."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { azurePolicy: ["f85eb0dd-92ee-40e9-8a76-db25a507d6d3"] },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings) {
        eachContainer(subject, findings, (container) =>
            findings.require(container.at("securityContext.procMount"), not("Unmasked")),
        );
    },
});

/** Kernel parameters that Kubernetes keeps apart for each pod (pod security standards, "baseline"). */
const SAFE_SYSCTLS: ReadonlySet<unknown> = new Set([
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
]);

export const podSysctls = resourceRule({
    id: "SAM-K8S-017",
    name: "k8s-sysctls",
    title: "Pods must not set kernel parameters that reach beyond the pod.",
    severity: "medium",
    risk: "Such a parameter changes the kernel for every pod of the node.",
    remediation: ["Remove the parameter from securityContext.sysctls.", "Set it for a pool, in linuxOSConfig.sysctls."],
    control: { reference: "PV-2", mapping: "own reading" },
    scanners: { azurePolicy: ["56d0a13f-712f-466b-8416-56fb354fb823"] },
    types: WORKLOADS_AND_PATCHES,
    check(subject, findings) {
        for (const sysctl of podSpec(subject).at("securityContext.sysctls").items()) {
            const safe = { accepts: (raw: unknown) => SAFE_SYSCTLS.has(raw), text: "a safe parameter" };
            findings.require(sysctl.at("name"), safe, "Remove it.");
        }
    },
});

export const kubernetesPodIsolationRules = [
    podPrivileged,
    podPrivilegeEscalation,
    podHostNamespaces,
    podHostPath,
    podHostPort,
    podCapabilities,
    podNonRoot,
    podHighUser,
    podReadOnlyRoot,
    podSeccomp,
    podProcMount,
    podSysctls,
];
