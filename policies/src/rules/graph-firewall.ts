import { graphRule } from "../frame/rule";
import { RULE_GROUPS } from "../graph/firewall-rules";
import { FirewallSources } from "../graph/firewall-sources";
import { TransitProof } from "../graph/transit-rules";

export const firewallKnowsSpoke = graphRule<{ otherSites: string[] }>({
    id: "SAM-GR-007",
    name: "firewall-knows-spoke",
    title: "A firewall's rules must have every subnet of machines behind it as a source, and no stranger.",
    severity: "medium",
    risk: "Machines that no rule knows are cut off from what they need; a rule for a range that is nobody's waits for whoever takes it.",
    remediation: [
        "Add the prefixes of each subnet that leads to the firewall to an IP group of its rules, or to their sourceAddresses.",
        "Correct or remove sources that lie in no network of the platform.",
        "Where a range belongs to another site, name it in this rule's otherSites.",
    ],
    twin: { none: "A group of rules alone does not show the spokes." },
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: {
        otherSites: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description:
                "Prefixes of other sites that the firewall lets in. While none is named, a gateway, its subnet, a connection to a " +
                "virtual WAN or a peering with another stack's network stands for every private address.",
        },
    },
    types: RULE_GROUPS,
    check: (graph, findings, { otherSites }) => new FirewallSources(graph, otherSites).prove(findings),
});

export const transitRules = graphRule<{ mostPorts: number; collections: string[] }>({
    id: "SAM-GR-008",
    name: "transit-rules",
    title: "What a firewall lets from one network to another must name both ends and the ports.",
    severity: "high",
    risk: "One wide rule between networks makes the hub a flat network: whoever takes over one machine reaches all others.",
    remediation: [
        "Name the subnets or machines at both ends of each rule, and the ports.",
        'Replace "*", and prefixes that hold several spokes, by a rule for each pair that needs one.',
        "Where such rules have collections of their own, name those in this rule's collections.",
    ],
    twin: { rules: ["afw-no-any-allow"], leaves: "where one network ends and the next begins" },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: {
        mostPorts: {
            type: "integer",
            minimum: 1,
            maximum: 65535,
            default: 1000,
            description: "Ports that one rule may open before it counts as one for any port.",
        },
        collections: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Names of the rule collections that may hold rules between networks. None: all of them may.",
        },
    },
    types: RULE_GROUPS,
    check: (graph, findings, limits) => new TransitProof(graph, limits).prove(findings),
});

export const graphFirewallRules = [firewallKnowsSpoke, transitRules];
