import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { withPatch } from "./pod-specs";

const GROUP = "kubernetes:rbac.authorization.k8s.io/v1";
const CLUSTER_ROLE = `${GROUP}:ClusterRole`;
const ROLES = [...withPatch(`${GROUP}:Role`), ...withPatch(CLUSTER_ROLE)];
const BINDINGS = [...withPatch(`${GROUP}:RoleBinding`), ...withPatch(`${GROUP}:ClusterRoleBinding`)];

/** Judges every rule of a role; what can't be read of one leaves the others' verdicts as they are. */
function eachRule(role: Value, findings: Findings, check: (rule: Value) => void): void {
    for (const rule of role.at("rules").items()) {
        findings.attempt(() => check(rule.known()));
    }
}

export const rbacNoWildcard = resourceRule({
    id: "SAM-K8S-027",
    name: "k8s-rbac-wild",
    title: "A role must name what it allows, and on what.",
    severity: "high",
    risk: "A star also allows what Kubernetes or an extension will have tomorrow, reading secrets and granting rights included.",
    remediation: ["Replace every * in verbs, resources and nonResourceURLs by the names that are needed."],
    control: { reference: "PA-7", mapping: "published" },
    frameworks: { cisAks: ["4.1.3"] },
    scanners: { checkov: ["CKV_K8S_49"], azurePolicy: ["ca8d5704-aa2b-40cf-b110-dc19052825ad"] },
    types: ROLES,
    check({ inputs }, findings) {
        eachRule(inputs, findings, (rule) => {
            for (const list of ["verbs", "resources", "nonResourceURLs"]) {
                for (const name of rule.at(list).items()) {
                    if (name.text() === "*" || name.text() === "/*") {
                        findings.fail(`${name.path} must be a name; found ${name.shown()}. List what is needed.`);
                    }
                }
            }
        });
    },
});

/** Rights that lead to others' rights: on which resources, and by which verbs. */
const ESCALATIONS: readonly { resources: string[]; verbs: string[]; clusterWideOnly?: true }[] = [
    { resources: ["roles", "clusterroles"], verbs: ["bind", "escalate"] },
    { resources: ["users", "groups", "serviceaccounts", "userextras", "uids"], verbs: ["impersonate"] },
    {
        resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers", "pods/proxy"],
        verbs: ["create", "get", "patch", "update"],
    },
    { resources: ["nodes/proxy"], verbs: ["create", "get", "patch", "update"] },
    { resources: ["serviceaccounts/token"], verbs: ["create"] },
    { resources: ["secrets"], verbs: ["get", "list", "watch"], clusterWideOnly: true },
    {
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        verbs: ["create", "patch", "update"],
    },
    { resources: ["certificatesigningrequests/approval"], verbs: ["patch", "update"] },
];

export const rbacNoEscalation = resourceRule({
    id: "SAM-K8S-028",
    name: "k8s-rbac-escalate",
    title: "A role must not allow what leads to the rights of others.",
    severity: "high",
    risk: "Who may impersonate, bind roles, run commands in pods or read all secrets has the rights of everyone in the cluster.",
    remediation: [
        "Remove bind, escalate and impersonate, and rights on pods/exec, nodes/proxy, serviceaccounts/token and webhooks.",
        "Allow reading secrets in a Role of one namespace, or name them in resourceNames.",
        "Waive the controllers that are made for it.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { cisAks: ["4.1.2", "4.1.4"] },
    scanners: { checkov: ["CKV_K8S_155", "CKV_K8S_156", "CKV_K8S_157", "CKV_K8S_158"] },
    types: ROLES,
    check({ type, inputs }, findings) {
        const isClusterWide = type.startsWith(CLUSTER_ROLE);
        eachRule(inputs, findings, (rule) => {
            const resources = rule.at("resources").texts();
            const verbs = rule.at("verbs").texts();
            for (const escalation of ESCALATIONS) {
                const resource = escalation.resources.find(
                    // A star may stand for what a subresource is of.
                    (name) => resources.includes(name) || resources.includes(name.replace(/.*\//, "*/")),
                );
                const verb = escalation.verbs.find((name) => verbs.includes(name));
                const counts =
                    !escalation.clusterWideOnly || (isClusterWide && rule.at("resourceNames").items().length === 0);
                if (resource !== undefined && verb !== undefined && counts) {
                    findings.fail(`${rule.path} must not allow ${verb} on ${resource}. Remove it.`);
                }
            }
        });
    },
});

export const noClusterAdmin = resourceRule<{ allowedSubjects: string[] }>({
    id: "SAM-K8S-029",
    name: "k8s-cluster-admin",
    title: "Nobody must be bound to cluster-admin but who is agreed.",
    severity: "high",
    risk: "A cluster administrator can do everything in the cluster, past Azure's roles and its access reviews.",
    remediation: [
        "Bind a role that allows what is needed, or assign an Azure Kubernetes Service RBAC role.",
        "Where it must be, name the subject in this rule's allowedSubjects.",
    ],
    control: { reference: "PA-1", mapping: "published" },
    frameworks: { cisAks: ["4.1.1"] },
    scanners: { azurePolicy: ["a3dc4946-dba6-43e6-950d-f96532848c9f"] },
    config: {
        allowedSubjects: {
            type: "array",
            items: { type: "string", pattern: "^(Group|User|ServiceAccount):.+$" },
            uniqueItems: true,
            default: [],
            description: "Subjects that may be, as `Group:name`, `User:name` or `ServiceAccount:namespace/name`.",
        },
    },
    types: BINDINGS,
    check({ inputs }, findings, { allowedSubjects }) {
        if (inputs.at("roleRef.name").text() !== "cluster-admin") {
            return;
        }
        for (const subject of inputs.at("subjects").items()) {
            findings.attempt(() => {
                const name = nameOf(subject.known());
                if (!allowedSubjects.includes(name)) {
                    findings.fail(
                        `${subject.path} must not be bound to cluster-admin; found ${name}. Bind a narrower role.`,
                    );
                }
            });
        }
    },
});

function nameOf(subject: Value): string {
    const part = (name: string) => subject.at(name).text() ?? "";
    const namespace = part("kind") === "ServiceAccount" ? `${part("namespace")}/` : "";
    return `${part("kind")}:${namespace}${part("name")}`;
}

/** Users and groups that everyone is, and the group that no role can limit. */
const EVERYONE = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:masters"];

export const noAnonymous = resourceRule({
    id: "SAM-K8S-030",
    name: "k8s-rbac-everyone",
    title: "No role must be bound to everyone, nor anybody to the group that is above roles.",
    severity: "critical",
    risk: "What system:anonymous or system:authenticated may do, everyone may who reaches the API server, or has any account.",
    remediation: [
        `Remove ${EVERYONE.join(", ")} from subjects.`,
        "Bind the groups or service accounts that need the role.",
    ],
    control: { reference: "PA-7", mapping: "own reading" },
    scanners: {},
    types: BINDINGS,
    check({ inputs }, findings) {
        for (const subject of inputs.at("subjects").items()) {
            findings.attempt(() => {
                const name = subject.at("name");
                if (EVERYONE.some((everyone) => everyone === name.text())) {
                    findings.fail(
                        `${name.path} must be a group or account of yours; found ${name.shown()}. Remove it.`,
                    );
                }
            });
        }
    },
});

export const noDefaultAccountRights = resourceRule({
    id: "SAM-K8S-031",
    name: "k8s-default-sa-rights",
    title: "The default service account must have no rights.",
    severity: "medium",
    risk: "What the default account may do, every pod of the namespace may that names no account.",
    remediation: ["Make a ServiceAccount for the application, and bind the role to that."],
    control: { reference: "PA-7", mapping: "own reading" },
    frameworks: { cisAks: ["4.1.5"] },
    scanners: { checkov: ["CKV_K8S_42"] },
    types: BINDINGS,
    check({ inputs }, findings) {
        for (const subject of inputs.at("subjects").items()) {
            findings.attempt(() => {
                const name = subject.at("name");
                if (name.text() === "default" && subject.at("kind").text() === "ServiceAccount") {
                    findings.fail(`${name.path} must not be "default". Bind an account of the application.`);
                }
            });
        }
    },
});

export const noTokenSecret = resourceRule({
    id: "SAM-K8S-032",
    name: "k8s-no-token-secret",
    title: "No token of a service account must be kept in a Secret.",
    severity: "medium",
    risk: "Such a token never expires, works from anywhere and stands in the state, whoever copies it.",
    remediation: [
        "Remove the Secret: pods get short-lived tokens by themselves.",
        "Give what is outside of the cluster an Entra identity.",
    ],
    control: { reference: "IM-8", mapping: "own reading" },
    scanners: {},
    types: withPatch("kubernetes:core/v1:Secret"),
    check({ inputs }, findings) {
        const type = inputs.at("type");
        if (type.text() === "kubernetes.io/service-account-token") {
            findings.fail(`${type.path} must not be ${type.shown()}. Remove the Secret.`);
        }
    },
});

export const kubernetesAccessRules = [
    rbacNoWildcard,
    rbacNoEscalation,
    noClusterAdmin,
    noAnonymous,
    noDefaultAccountRights,
    noTokenSecret,
];
