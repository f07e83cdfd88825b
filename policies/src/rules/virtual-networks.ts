import { absentOr, atLeast, is } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { overlaps, parseRange } from "../graph/address-set";
import { isPrivate, RESERVED } from "../graph/internet";
import { FirewallAddresses } from "../graph/firewall-address";
import { requireNamed } from "../graph/named-by";
import { NetworkModel } from "../graph/network-model";
import type { GraphResource } from "../graph/resource-graph";

const NETWORK = "network:VirtualNetwork";

export const privateAddressSpace = resourceRule({
    id: "SAM-NET-040",
    name: "vnet-space-private",
    title: "Networks must use private addresses that Azure does not reserve.",
    severity: "medium",
    risk: "Public addresses of others can't be reached from such a network, and clusters fail in ranges that AKS keeps for itself.",
    remediation: [
        "Take addressSpace.addressPrefixes from 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or fc00::/7.",
        "Leave out 172.30.0.0/16, 172.31.0.0/16, 169.254.0.0/16 and 192.0.2.0/24.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: [NETWORK],
    check({ inputs }, findings) {
        for (const prefix of inputs.at("addressSpace.addressPrefixes").items()) {
            findings.attempt(() => {
                const range = parseRange(String(prefix.known().raw));
                const reserved = range && RESERVED.find((other) => overlaps(range, other));
                if (!range || !isPrivate(range)) {
                    findings.fail(`${prefix.path} must be private; found ${prefix.shown()}. Use a private range.`);
                } else if (reserved !== undefined) {
                    findings.fail(
                        `${prefix.path} is ${prefix.shown()}, which overlaps ${reserved.text}, a range that Azure reserves. Use another.`,
                    );
                }
            });
        }
    },
});

export const networkDnsServers = graphRule<{ trustedServers: string[] }>({
    id: "SAM-NET-041",
    name: "vnet-dns",
    title: "A network's DNS servers must be private, and a single one must be the firewall or a DNS resolver.",
    severity: "medium",
    risk: "A public server learns every name that is asked and can't resolve private endpoints; a single machine of one's own takes all names with it when it stops.",
    remediation: [
        "Set dhcpOptions.dnsServers to the firewall's private address or a DNS resolver's inbound address, or leave it out.",
        "If another stack holds the server, name its address in this rule's trustedServers.",
    ],
    twin: { rules: ["vnet-dns-private"], leaves: "whether a single server is the firewall or a DNS resolver" },
    control: { reference: "NS-10", mapping: "own reading" },
    frameworks: { nist: ["SC-20", "SC-22"] },
    scanners: {},
    config: {
        trustedServers: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Addresses of firewalls and DNS resolvers of other stacks.",
        },
    },
    types: [NETWORK, "network:AzureFirewall", "dnsresolver:InboundEndpoint"],
    check(graph, findings, { trustedServers }) {
        const addresses = new FirewallAddresses(graph.model(NetworkModel), trustedServers);
        const resolvers = graph.ofType("dnsresolver:InboundEndpoint");
        for (const network of graph.ofType(NETWORK)) {
            const own = findings.on(network.urn);
            own.attempt(() => {
                const servers = network.inputs.at("dhcpOptions.dnsServers").items();
                for (const server of servers) {
                    own.attempt(() => {
                        requirePrivate(server, own);
                        const alone = servers.length === 1 || server.unknown;
                        if (alone && !isResolver(graph.sourcesOf(network, server), resolvers, server)) {
                            requireFirewall(addresses, network, server, own);
                        }
                    });
                }
            });
        }
    },
});

export const networkDnsPrivate = resourceRule({
    id: "SAM-NET-047",
    name: "vnet-dns-private",
    title: "A network's DNS servers must have private addresses.",
    severity: "medium",
    risk: "Machines ask a public server for every name from their first minute on, and get public addresses of private services.",
    remediation: ["Set dhcpOptions.dnsServers to the firewall's private address or a DNS resolver's inbound address."],
    control: { reference: "NS-10", mapping: "own reading" },
    frameworks: { nist: ["SC-20", "SC-22"] },
    scanners: {},
    types: [NETWORK],
    defersTo: "vnet-dns",
    check({ inputs }, findings) {
        const servers = inputs.at("dhcpOptions.dnsServers");
        for (const server of servers.unknown ? [] : servers.items()) {
            requirePrivate(server, findings);
        }
    },
});

function requirePrivate(server: Value, findings: Findings): void {
    // What is not known has no range: whether it is a resolver or the firewall is asked elsewhere.
    const range = parseRange(String(server.raw));
    if (range && !isPrivate(range) && server.text() !== "168.63.129.16") {
        findings.fail(
            `${server.path} must be a private address; found ${server.shown()}. Use the firewall's or a resolver's.`,
        );
    }
}

/** Whether a server is an inbound endpoint of a DNS resolver of this stack. */
function isResolver(sources: readonly GraphResource[], resolvers: readonly GraphResource[], server: Value): boolean {
    if (server.unknown) {
        return sources.length > 0 && sources.every(({ type }) => type === "dnsresolver:InboundEndpoint");
    }
    return resolvers.some((resolver) =>
        resolver.inputs
            .at("ipConfigurations")
            .items()
            .some((configuration) => configuration.at("privateIpAddress").text() === server.text()),
    );
}

function requireFirewall(
    addresses: FirewallAddresses,
    network: GraphResource,
    server: Value,
    findings: Findings,
): void {
    const { verdict, reason } = addresses.judge(network, server);
    const message =
        `${server.path} of ${network.name} must be the firewall or a DNS resolver, because no other server is known: ${reason}. ` +
        "Use the firewall's or a DNS resolver's address, name a second server, or add the address to this rule's trustedServers.";
    if (verdict === "other") {
        findings.fail(message);
    } else if (verdict === "undecided") {
        findings.undecided(message);
    }
}

export const networkDdos = resourceRule({
    id: "SAM-NET-042",
    name: "vnet-ddos",
    title: "Networks with public addresses must have a DDoS protection plan.",
    severity: "medium",
    level: "disabled",
    risk: "Azure's basic protection guards the region, not one customer: a smaller flood than Azure's own limit still stops the platform.",
    remediation: [
        "Set enableDdosProtection to true and ddosProtectionPlan.id to the plan of your tenant.",
        "Switch this rule on where the plan's price is worth it; it is off by default.",
    ],
    control: { reference: "NS-5", mapping: "published" },
    frameworks: { nist: ["SC-5"] },
    scanners: { azurePolicy: ["94de2ad3-e0c1-4caf-ad78-5d47bbc83d3d"] },
    types: [NETWORK],
    check({ inputs }, findings) {
        findings.require(inputs.at("enableDdosProtection"), is(true));
        findings.attempt(() => findings.requirePresent(inputs.at("ddosProtectionPlan").known().at("id")));
    },
});

export const networkEncryption = resourceRule({
    id: "SAM-NET-043",
    name: "vnet-encryption",
    title: "Networks must encrypt what machines send each other.",
    severity: "low",
    level: "disabled",
    risk: "Traffic between machines crosses Azure's data centres in clear text where the application does not encrypt it.",
    remediation: [
        'Set encryption to { enabled: true, enforcement: "AllowUnencrypted" }.',
        "Leave it off in networks with a DNS resolver, and with API servers on machines of version 4 or later, which don't support it.",
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8"] },
    scanners: {},
    types: [NETWORK],
    check({ inputs }, findings) {
        findings.require(inputs.at("encryption.enabled"), is(true));
    },
});

const FLOW_LOG = "network:FlowLog";

export const flowLogSettings = resourceRule<{ retentionDays: number; analytics: boolean }>({
    id: "SAM-NET-044",
    name: "flow-log-settings",
    title: "A flow log must be enabled and kept long enough.",
    severity: "medium",
    risk: "After an attack, flow logs alone show who talked to whom; one that is off or gone shows nothing.",
    remediation: [
        "Set enabled to true.",
        "Set retentionPolicy to { enabled: true, days: 90 } or more; 0 days keep it for ever.",
        "Where this rule's analytics is on, set flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration.enabled to true, with a workspace.",
    ],
    control: { reference: "LT-4", mapping: "published" },
    frameworks: { nist: ["AU-6", "AU-11", "AU-12"], cisAzure: ["7.5"] },
    scanners: {},
    config: {
        retentionDays: {
            type: "integer",
            minimum: 1,
            maximum: 365,
            default: 90,
            description: "Least days to keep a log.",
        },
        analytics: {
            type: "boolean",
            default: false,
            description: "Whether traffic analytics, which is paid for by volume, must be on too.",
        },
    },
    types: [FLOW_LOG],
    check({ inputs }, findings, { retentionDays, analytics }) {
        findings.require(inputs.at("enabled"), is(true));
        if (analytics) {
            findings.require(
                inputs.at("flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration.enabled"),
                is(true),
            );
        }
        const days = inputs.at("retentionPolicy.days");
        const enough = atLeast(retentionDays);
        findings.require(
            days,
            absentOr({ accepts: (raw) => raw === 0 || enough.accepts(raw), text: `${enough.text}, or 0` }),
        );
    },
});

export const networkFlowLog = graphRule({
    id: "SAM-NET-045",
    name: "vnet-flow-log",
    title: "Every network must have a flow log.",
    severity: "medium",
    level: "disabled",
    risk: "Nobody can say afterwards which machine an intruder reached, and from where.",
    remediation: [
        "Declare a FlowLog whose targetResourceId is the network.",
        "Switch this rule on unless a policy of the subscription makes flow logs; it is off by default.",
    ],
    control: { reference: "LT-4", mapping: "published" },
    frameworks: { nist: ["AU-12"] },
    scanners: { azurePolicy: ["4c3c6c5f-0d47-4402-99b8-aa543dd8bcee"] },
    types: [NETWORK],
    check(graph, findings) {
        const logs = graph.ofType(FLOW_LOG).map((owner) => ({ owner, id: owner.inputs.at("targetResourceId") }));
        for (const network of graph.ofType(NETWORK)) {
            const problem = `${network.name} is the target of no flow log of this stack. Declare a FlowLog for it.`;
            requireNamed(graph, network, logs, problem, findings);
        }
    },
});

export const virtualNetworkRules = [
    privateAddressSpace,
    networkDnsServers,
    networkDnsPrivate,
    networkDdos,
    networkEncryption,
    flowLogSettings,
    networkFlowLog,
];
