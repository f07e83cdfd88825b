import { added, faultsOf, MISSING, type Mutant } from "./mutant";

const ENFORCE = "pod-security.kubernetes.io/enforce";

const service = (spec: object, annotations: object = {}) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop", annotations },
    spec: { selector: { app: "web" }, ports: [{ port: 443 }], ...spec },
});

const binding = (roleRef: object, subject: object) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "b" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", ...roleRef },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", ...subject }],
});

const role = (rule: object) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "r" },
    rules: [rule],
});

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const SERVICE = "kubernetes:core/v1:Service";

export const kubernetesMutants: Mutant[] = [
    ...faultsOf("kubernetes:core/v1:Namespace", "learning-contoso-prod-azureml-jobs", [
        [["metadata", "labels", ENFORCE], "privileged", "k8s-psa"],
        [["metadata", "labels", ENFORCE], MISSING, "k8s-psa"],
        ["metadata.labels", MISSING, "k8s-psa"],
    ]),
    ...faultsOf("kubernetes:amlarc.azureml.com/v1alpha1:InstanceType", "learning-contoso-prod-cpu-large", [
        ["spec.resources.limits", MISSING, "k8s-instance-type"],
        ["spec.nodeSelector", MISSING, "k8s-instance-type"],
    ]),
    added(SERVICE, "public", service({ type: "LoadBalancer" }), "k8s-lb-internal", "k8s-lb-sources"),
    added(SERVICE, "node-port", service({ type: "NodePort" }), "k8s-nodeport"),
    added(SERVICE, "external-ip", service({ externalIPs: ["20.1.2.3"] }), "k8s-external-ips"),
    added(
        `${RBAC}:ClusterRoleBinding`,
        "admin",
        binding({ name: "cluster-admin" }, { kind: "User", name: "somebody" }),
        "k8s-cluster-admin",
    ),
    added(
        `${RBAC}:ClusterRoleBinding`,
        "everyone",
        binding({ name: "view" }, { kind: "Group", name: "system:authenticated" }),
        "k8s-rbac-everyone",
    ),
    added(`${RBAC}:ClusterRole`, "all", role({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }), "k8s-rbac-wild"),
    added(
        `${RBAC}:ClusterRole`,
        "escalation",
        role({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["escalate"] }),
        "k8s-rbac-escalate",
    ),
    added("kubernetes:helm.sh/v3:Release", "chart", { chart: "nginx", name: "chart" }, "k8s-release-opaque"),
];
