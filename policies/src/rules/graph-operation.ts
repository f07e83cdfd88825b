import { graphRule } from "../frame/rule";
import { NAMESPACE } from "../graph/kubernetes-namespaces";
import { proveLogDestinations } from "../graph/log-destinations";
import { proveNamespaces } from "../graph/namespace-closure";
import { WORKLOADS } from "./pod-specs";

export const logDestinations = graphRule<{ trustedWorkspaces: string[] }>({
    id: "SAM-GR-024",
    name: "diag-closure",
    title: "Logs must go to a Log Analytics workspace of this stack, or to one that is trusted.",
    severity: "medium",
    risk: "Logs in a workspace that nobody of the platform knows are read by strangers, or by no one.",
    remediation: [
        "Set workspaceId of the DiagnosticSetting to the id of a Log Analytics workspace of this stack.",
        "Or name the other stack's workspace in the option trustedWorkspaces.",
    ],
    twin: { none: "A setting alone does not show whose workspace it names." },
    control: { reference: "LT-5", mapping: "own reading" },
    frameworks: { nist: ["AU-6", "AU-12"] },
    scanners: {},
    config: {
        trustedWorkspaces: {
            type: "array",
            items: {
                type: "string",
                pattern: "^/subscriptions/.+/[Mm]icrosoft\\.[Oo]perational[Ii]nsights/workspaces/[^/]+$",
            },
            uniqueItems: true,
            default: [],
            description: "ARM ids of Log Analytics workspaces of other stacks.",
        },
    },
    types: ["monitor:DiagnosticSetting"],
    check: (graph, findings, { trustedWorkspaces }) => proveLogDestinations(graph, trustedWorkspaces, findings),
});

export const namespaceClosure = graphRule({
    id: "SAM-GR-026",
    name: "namespace-closure",
    title: "A namespace that others will fill must be closed and limited from the beginning.",
    severity: "medium",
    risk: "The first workload that a team brings reaches every other pod and may take the whole cluster, before anyone adds a limit.",
    remediation: [
        "Add a NetworkPolicy to the namespace with an empty podSelector, policyTypes Ingress and Egress, and no rules.",
        "Add a ResourceQuota to it.",
    ],
    twin: { none: "What closes a namespace is made after it." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { cisAks: ["4.4.2"] },
    scanners: {},
    types: [NAMESPACE],
    check: (graph, findings) => proveNamespaces(graph, WORKLOADS, findings),
});

export const graphOperationRules = [logDestinations, namespaceClosure];
