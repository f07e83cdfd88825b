/** The kinds that a Kubernetes API server of version 1.33 serves by itself, by API group and version. */
interface BuiltInKinds {
    readonly namespaced: readonly string[];
    readonly clusterWide: readonly string[];
}

const BUILT_IN: Readonly<Record<string, BuiltInKinds>> = {
    v1: {
        namespaced: [
            "Binding",
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "Service",
            "ServiceAccount",
        ],
        clusterWide: ["Namespace", "Node", "PersistentVolume"],
    },
    "apps/v1": {
        namespaced: ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
        clusterWide: [],
    },
    "batch/v1": { namespaced: ["CronJob", "Job"], clusterWide: [] },
    "autoscaling/v1": { namespaced: ["HorizontalPodAutoscaler"], clusterWide: [] },
    "autoscaling/v2": { namespaced: ["HorizontalPodAutoscaler"], clusterWide: [] },
    "policy/v1": { namespaced: ["PodDisruptionBudget"], clusterWide: [] },
    "rbac.authorization.k8s.io/v1": {
        namespaced: ["Role", "RoleBinding"],
        clusterWide: ["ClusterRole", "ClusterRoleBinding"],
    },
    "networking.k8s.io/v1": { namespaced: ["Ingress", "NetworkPolicy"], clusterWide: ["IngressClass"] },
    "storage.k8s.io/v1": {
        namespaced: ["CSIStorageCapacity"],
        clusterWide: ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    },
    "scheduling.k8s.io/v1": { namespaced: [], clusterWide: ["PriorityClass"] },
    "node.k8s.io/v1": { namespaced: [], clusterWide: ["RuntimeClass"] },
    "coordination.k8s.io/v1": { namespaced: ["Lease"], clusterWide: [] },
    "discovery.k8s.io/v1": { namespaced: ["EndpointSlice"], clusterWide: [] },
    "apiextensions.k8s.io/v1": { namespaced: [], clusterWide: ["CustomResourceDefinition"] },
    "apiregistration.k8s.io/v1": { namespaced: [], clusterWide: ["APIService"] },
    "admissionregistration.k8s.io/v1": {
        namespaced: [],
        clusterWide: [
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    },
};

export type KindScope = "Namespaced" | "Cluster";

/** The scope of a built-in kind, or undefined if the API server serves none of that name by itself. */
export function builtInScope(apiVersion: string, kind: string): KindScope | undefined {
    const kinds = BUILT_IN[apiVersion];
    if (kinds?.namespaced.includes(kind)) return "Namespaced";
    return kinds?.clusterWide.includes(kind) ? "Cluster" : undefined;
}

/** Groups of Kubernetes itself: an unknown kind in one of them is a mistake, not a custom resource. */
export function isBuiltInGroup(apiVersion: string): boolean {
    return !apiVersion.includes(".") || /\.k8s\.io\//.test(apiVersion);
}

/** Paths that the API server refuses to change, so that the object has to be replaced. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
    DaemonSet: ["spec.selector"],
    Deployment: ["spec.selector"],
    ReplicaSet: ["spec.selector"],
    StatefulSet: ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
    Job: ["spec.selector", "spec.template", "spec.completionMode"],
    Service: ["spec.clusterIP", "spec.clusterIPs"],
    PersistentVolumeClaim: ["spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector"],
    RoleBinding: ["roleRef"],
    ClusterRoleBinding: ["roleRef"],
    StorageClass: ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
    PriorityClass: ["value", "preemptionPolicy"],
    IngressClass: ["spec.controller"],
    CSIDriver: ["spec.attachRequired"],
    RuntimeClass: ["handler"],
    // The real provider replaces these so that pods start anew with their content.
    ConfigMap: ["data", "binaryData", "immutable"],
    Secret: ["data", "stringData", "type", "immutable"],
};

export function replacedOn(kind: string): readonly string[] {
    return ["apiVersion", "kind", "metadata.name", "metadata.namespace", ...(IMMUTABLE[kind] ?? [])];
}
