import { graphRule } from "../frame/rule";
import { allowRules, coversName, describeRule, RULE_GROUPS } from "../graph/firewall-rules";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";

const POLICY = "network:FirewallPolicy";
const CLUSTER = "containerservice:ManagedCluster";

/** The policies of this stack that a rule group belongs to, as far as anybody can tell. */
function policiesOf(graph: ResourceGraph, group: GraphResource): readonly GraphResource[] {
    const sources = graph.sourcesOf(group, group.inputs.at("firewallPolicyName"));
    const name = graph.nameOf(group, "firewallPolicyName");
    return graph
        .ofType(POLICY)
        .filter(
            (policy) =>
                sources.includes(policy) || (name !== undefined && graph.nameOf(policy, "firewallPolicyName") === name),
        );
}

export const namesNeedProxy = graphRule({
    id: "SAM-AFW-040",
    name: "afw-fqdn-needs-proxy",
    title: "Network rules by host name need a firewall that answers DNS.",
    severity: "high",
    risk: "Otherwise the firewall and its clients resolve the name differently, and the rule matches other addresses than they use.",
    remediation: [
        "Set dnsSettings.enableProxy of the policy to true, and make the firewall the networks' DNS server.",
        "Or replace destinationFqdns by an application rule.",
    ],
    twin: { rules: ["afw-dns-proxy"] },
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: {},
    types: RULE_GROUPS,
    check(graph, findings) {
        for (const group of RULE_GROUPS.flatMap((type) => graph.ofType(type))) {
            const own = findings.on(group.urn);
            own.attempt(() => {
                const [byName] = allowRules(group.inputs).filter(
                    (rule) => rule.at("destinationFqdns").items().length > 0,
                );
                const policies = byName ? policiesOf(graph, group) : [];
                if (byName && policies.length === 0) {
                    own.undecided(
                        `${describeRule(byName)} of ${group.name} decides by name, and this stack does not hold the group's policy, so its DNS settings can't be seen. ` +
                            "Use an application rule, or put the policy into the stack.",
                    );
                }
                for (const policy of policies) {
                    const proxy = policy.inputs.at("dnsSettings.enableProxy");
                    if (byName && !proxy.isTrue()) {
                        own.fail(
                            `${describeRule(byName)} of ${group.name} decides by name, but ${proxy.path} of ${policy.name} is ${proxy.shown()}. ` +
                                "Set it to true.",
                        );
                    }
                }
            });
        }
    },
});

/** What every node must reach (Azure documentation, "Outbound network and FQDN rules for AKS clusters"). */
const NODES_NEED = [
    "mcr.microsoft.com",
    "*.data.mcr.microsoft.com",
    "management.azure.com",
    "login.microsoftonline.com",
    "packages.microsoft.com",
    "acs-mirror.azureedge.net",
    "packages.aks.azure.com",
];

export const clusterNeeds = graphRule<{ required: string[] }>({
    id: "SAM-AFW-041",
    name: "afw-aks-required",
    title: "A firewall before a cluster must let its nodes reach what AKS needs.",
    severity: "high",
    risk: "Nodes that can't fetch images and packages never join the cluster, and an update of a running one gets stuck half-way.",
    remediation: [
        'Add an application rule with fqdnTags ["AzureKubernetesService"] for the nodes\' subnets.',
        "Or name every host of this rule's option `required` in targetFqdns.",
    ],
    twin: { none: "What nodes need may be spread over several groups of rules." },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    config: {
        required: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: NODES_NEED,
            description: "Host names that nodes must reach where no rule has AKS's own tag.",
        },
    },
    types: RULE_GROUPS,
    check(graph, findings, { required }) {
        const groups = RULE_GROUPS.flatMap((type) => graph.ofType(type));
        const routed = graph.ofType(CLUSTER).filter((cluster) => !isIsolated(cluster));
        const [first] = groups;
        if (!first || routed.length === 0) {
            return;
        }
        findings.on(first.urn).attempt(() => {
            const rules = groups.flatMap((group) => allowRules(group.inputs));
            const tags = rules.flatMap((rule) => rule.at("fqdnTags").texts());
            const names = rules.flatMap((rule) => rule.at("targetFqdns").texts());
            const missing = required.filter((host) => !names.some((pattern) => coversName(pattern, host)));
            if (!tags.some((tag) => tag.toLowerCase() === "azurekubernetesservice") && missing.length > 0) {
                findings
                    .on(first.urn)
                    .fail(
                        `No firewall rule of this stack lets nodes reach ${missing.join(", ")}. ` +
                            'Add an application rule with fqdnTags ["AzureKubernetesService"].',
                    );
            }
        });
    },
});

/** Outbound types of clusters that work without any way out. */
const ISOLATED: ReadonlySet<string | undefined> = new Set(["none", "block"]);

function isIsolated(cluster: GraphResource): boolean {
    const type = cluster.inputs.at("networkProfile.outboundType");
    return !type.unknown && ISOLATED.has(type.folded());
}

export const firewallNeedRules = [namesNeedProxy, clusterNeeds];
