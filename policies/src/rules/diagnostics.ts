import type { Findings } from "../frame/findings";
import type { Frameworks, Twin } from "../frame/rule";
import { graphRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { leadsTo, someOf } from "../graph/related";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";

const SETTING = "monitor:DiagnosticSetting";

/** Groups of categories that hold everything that an audit asks for. */
const GROUPS = ["audit", "alllogs"];

/** What a resource must send: of each set, one category or more. None: any log. */
type Wanted = readonly (readonly string[])[];

/** Demands a diagnostic setting that sends logs of every resource of a type to a Log Analytics workspace. */
function requireLogs(graph: ResourceGraph, findings: Findings, type: string, wanted: Wanted): void {
    for (const resource of graph.ofType(type)) {
        const own = findings.on(resource.urn);
        own.attempt(() => {
            const settings = graph.ofType(SETTING);
            if (!someOf(settings, (setting) => sends(graph, setting, resource, []))) {
                own.fail(`${resource.name} sends no logs to a Log Analytics workspace. Add a DiagnosticSetting.`);
                return;
            }
            for (const categories of wanted) {
                if (!someOf(settings, (setting) => sends(graph, setting, resource, categories))) {
                    own.fail(
                        `${resource.name} doesn't send ${categories.join(" or ")}. Add it to its DiagnosticSetting.`,
                    );
                }
            }
        });
    }
}

/** Whether a setting sends one of these categories (of none: any log) of a resource to a workspace. */
function sends(
    graph: ResourceGraph,
    { inputs, ...setting }: GraphResource,
    resource: GraphResource,
    categories: readonly string[],
): boolean {
    return (
        leadsTo(graph, { inputs, ...setting }, inputs.at("resourceUri"), resource) &&
        inputs.at("workspaceId").present &&
        someOf(inputs.at("logs").items(), (log) => log.at("enabled").isTrue() && isOneOf(log, categories))
    );
}

function isOneOf(log: Value, categories: readonly string[]): boolean {
    if (categories.length === 0 || GROUPS.some((group) => group === log.at("categoryGroup").folded())) {
        return true;
    }
    return categories.some((category) => category.toLowerCase() === log.at("category").folded());
}

/** What all rules about logs have in common. */
const common: {
    control: { reference: string; mapping: "published" };
    frameworks: Frameworks;
    twin: Twin;
} = {
    control: { reference: "LT-3", mapping: "published" },
    frameworks: { nist: ["AU-12"] },
    twin: { none: "A diagnostic setting is made after what it sends the logs of." },
};

export const vaultLogs = graphRule({
    ...common,
    id: "SAM-MON-011",
    name: "kv-logs",
    title: "A key vault must log who used it.",
    severity: "medium",
    risk: "After a theft nobody can say which keys and secrets were read, so all must be replaced.",
    remediation: ["Add a DiagnosticSetting of the vault with the category AuditEvent and a workspaceId."],
    frameworks: { nist: ["AU-12"], cisAzure: ["6.1.4"] },
    scanners: { psrule: ["Azure.KeyVault.Logs"] },
    types: ["keyvault:Vault"],
    check: (graph, findings) => requireLogs(graph, findings, "keyvault:Vault", [["AuditEvent"]]),
});

export const clusterLogs = graphRule({
    ...common,
    id: "SAM-MON-012",
    name: "aks-logs",
    title: "A cluster must log who changed what through its API server.",
    severity: "high",
    risk: "What an attacker did in the cluster can be read nowhere.",
    remediation: [
        "Add a DiagnosticSetting of the cluster with kube-audit-admin (or kube-audit) and guard, and a workspaceId.",
    ],
    frameworks: { nist: ["AU-12"], cisAks: ["2.1.1"] },
    scanners: { psrule: ["Azure.AKS.AuditLogs"] },
    types: ["containerservice:ManagedCluster"],
    check: (graph, findings) =>
        requireLogs(graph, findings, "containerservice:ManagedCluster", [
            ["kube-audit-admin", "kube-audit"],
            ["guard"],
        ]),
});

/** Types whose logs say who came in, who went out, and who ran what. Application Gateways are `agw-diag`'s. */
const LOGGED = [
    "containerregistry:Registry",
    "dashboard:Grafana",
    "dataprotection:BackupVault",
    "machinelearningservices:Workspace",
    "network:AzureFirewall",
    "network:BastionHost",
    "network:ExpressRouteCircuit",
    "network:VirtualNetworkGateway",
    "servicenetworking:TrafficControllerInterface",
];

export const platformLogs = graphRule({
    ...common,
    id: "SAM-MON-013",
    name: "diag-all",
    title: "Doors and services of the platform must send their logs to a Log Analytics workspace.",
    severity: "high",
    risk: "Who came in, who went out and who ran what can be read nowhere after an attack.",
    remediation: ["Add a DiagnosticSetting with the resource's id as resourceUri, enabled logs and a workspaceId."],
    scanners: {},
    types: LOGGED,
    check(graph, findings) {
        for (const type of LOGGED) {
            requireLogs(graph, findings, type, []);
        }
    },
});

export const diagnosticRules = [vaultLogs, clusterLogs, platformLogs];
