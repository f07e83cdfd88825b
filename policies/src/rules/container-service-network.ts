import { falseOrAbsent, absent, oneOf } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import { EgressProof } from "../graph/egress";
import { FirewallAddresses } from "../graph/firewall-address";
import { NetworkModel } from "../graph/network-model";
import { CLUSTER, eachPool, POOL } from "./container-service-subject";

export const aksOutboundUdr = resourceRule<{ allowedOutboundTypes: string[] }>({
    id: "SAM-AKS-020",
    name: "aks-outbound-udr",
    title: "Traffic from the cluster to the outside must follow user-defined routes.",
    severity: "critical",
    risk: "With any other outbound type Azure gives the cluster a public way out that no firewall sees.",
    remediation: [
        'Set networkProfile.outboundType to "userDefinedRouting".',
        "Give every pool's subnet a route table whose 0.0.0.0/0 leads to the firewall, before the cluster is made.",
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    config: {
        allowedOutboundTypes: {
            type: "array",
            items: { type: "string", enum: ["userDefinedRouting", "none", "block"] },
            minItems: 1,
            default: ["userDefinedRouting"],
            description: 'Outbound types that are accepted. "none" and "block" are for clusters that need no way out.',
        },
    },
    types: [CLUSTER],
    check({ inputs }, findings, { allowedOutboundTypes }) {
        findings.require(inputs.at("networkProfile.outboundType"), oneOf(...allowedOutboundTypes));
    },
});

export const aksNetworkPolicy = resourceRule({
    id: "SAM-AKS-021",
    name: "aks-network-policy",
    title: "The cluster must enforce Kubernetes network policies.",
    severity: "high",
    risk: "Without an engine every NetworkPolicy object is accepted and ignored, and any pod reaches any other.",
    remediation: ['Set networkProfile.networkPolicy to "cilium", "azure" or "calico".'],
    control: { reference: "NS-1", mapping: "published" },
    frameworks: { cisAks: ["4.4.1", "5.4.4"] },
    scanners: { checkov: ["CKV_AZURE_7"], psrule: ["Azure.AKS.NetworkPolicy"] },
    types: [CLUSTER],
    check({ inputs }, findings) {
        findings.require(inputs.at("networkProfile.networkPolicy"), oneOf("cilium", "azure", "calico"));
    },
});

export const poolByoSubnet = resourceRule({
    id: "SAM-AKS-022",
    name: "pool-byo-subnet",
    title: "Every node pool must be in a subnet that its owner made.",
    severity: "high",
    risk: "In a subnet that Azure makes, no route table, network security group or firewall rule of yours applies.",
    remediation: ["Set vnetSubnetID of every pool, inline pools and AgentPool resources alike."],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: [CLUSTER, POOL],
    check(subject, findings) {
        eachPool(subject, findings, (pool) => findings.requirePresent(pool.at("vnetSubnetID")));
    },
});

export const poolNoPublicIp = resourceRule({
    id: "SAM-AKS-023",
    name: "pool-no-public-ip",
    title: "No node may have a public IP address.",
    severity: "critical",
    risk: "A node with an address of its own is reachable from the Internet and reaches it without passing the firewall.",
    remediation: ["Remove enableNodePublicIP and nodePublicIPPrefixID from every pool."],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { cisAks: ["5.4.3"] },
    scanners: { checkov: ["CKV_AZURE_143"] },
    types: [CLUSTER, POOL],
    check(subject, findings) {
        eachPool(subject, findings, (pool) => {
            findings.require(pool.at("enableNodePublicIP"), falseOrAbsent);
            findings.require(pool.at("nodePublicIPPrefixID"), absent, "Remove it.");
        });
    },
});

const IPV4 = "^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$";

/** The option of rules that ask whether a next hop is a firewall's. */
export const trustedNextHops = {
    type: "array" as const,
    items: { type: "string" as const, pattern: IPV4 },
    uniqueItems: true,
    default: [],
    description: "Private IPv4 addresses of firewalls or network virtual appliances that another stack holds.",
};

/** The option of rules that ask where something stands. */
export const trustedSubnets = {
    type: "array" as const,
    items: { type: "string" as const, pattern: "^/subscriptions/.+/subnets/[^/]+$" },
    uniqueItems: true,
    default: [],
    description: "ARM ids of subnets of other stacks, whose owners answer for their routes.",
};

export const egressThroughFirewall = graphRule<{ trustedNextHops: string[]; trustedSubnets: string[] }>({
    id: "SAM-AKS-024",
    name: "egress-through-firewall",
    title: "Everything that leaves a node pool must pass the firewall.",
    severity: "critical",
    risk: "One subnet without the right route is enough to send data out unseen.",
    remediation: [
        "Give the pool's subnet (and its pod subnet) a route table with disableBgpRoutePropagation set to true.",
        'Add a route for 0.0.0.0/0 with nextHopType "VirtualAppliance" and the firewall\'s private address.',
        "Remove other routes that lead elsewhere, NAT gateways and service endpoints.",
        "If another stack holds the firewall, name its address in this rule's trustedNextHops.",
    ],
    twin: {
        rules: [
            "pool-byo-subnet",
            "subnet-route-table",
            "subnet-no-nat-gateway",
            "subnet-no-service-endpoints",
            "route-table-no-learning",
            "route-table-no-way-around",
        ],
        leaves: "which table a pool's subnet has, routes that are resources of their own, and whose address the next hop is",
    },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    config: {
        trustedNextHops,
        trustedSubnets,
    },
    types: [CLUSTER, POOL],
    check(graph, findings, options) {
        const model = graph.model(NetworkModel);
        const addresses = new FirewallAddresses(model, options.trustedNextHops);
        new EgressProof(model, addresses, new Set(options.trustedSubnets.map((id) => id.toLowerCase()))).prove(
            findings,
        );
    },
});

export const containerServiceNetworkRules = [
    aksOutboundUdr,
    aksNetworkPolicy,
    poolByoSubnet,
    poolNoPublicIp,
    egressThroughFirewall,
];
