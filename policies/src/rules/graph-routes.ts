import { graphRule } from "../frame/rule";
import { InboundProof } from "../graph/inbound-ways";
import { proveNoOverlap } from "../graph/overlaps";
import { provePeeringPairs } from "../graph/peering-pairs";
import { BOTH_WAYS_TYPES, proveSingleOwner } from "../graph/single-owner";
import { proveNoWayAround } from "../graph/way-around";
import { trustedNextHops } from "./container-service-network";

const CLUSTER = "containerservice:ManagedCluster";
const POOL = "containerservice:AgentPool";
const NETWORK = "network:VirtualNetwork";

export const noWayAroundFirewall = graphRule({
    id: "SAM-GR-002",
    name: "no-way-around-firewall",
    title: "No route, peering or learned route may lead around the firewall.",
    severity: "critical",
    risk: "Azure takes the longest prefix, so one peering or one announced route is enough to leave the default route unused.",
    remediation: [
        "Peer a spoke with the network of its firewall alone, never with another spoke.",
        "Set disableBgpRoutePropagation to true on the route tables of all machines, so that no gateway's routes count.",
        "Give the subnets of virtual machines a route for 0.0.0.0/0 to the firewall, as those of node pools.",
    ],
    twin: {
        rules: ["subnet-route-table", "route-table-no-learning", "route-table-no-way-around"],
        leaves: "what networks are peered with, and where gateways stand",
    },
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: [CLUSTER, POOL, "network:NetworkInterface", "compute:VirtualMachineScaleSet"],
    check: proveNoWayAround,
});

export const gatewayThroughFirewall = graphRule<{ trustedNextHops: string[] }>({
    id: "SAM-GR-032",
    name: "gateway-through-firewall",
    title: "What a gateway lets in from other sites must pass the firewall before it reaches a spoke.",
    severity: "high",
    risk: "A peering leads from the gateway to the spoke directly: whoever takes over another site reaches every machine, and no firewall sees it.",
    remediation: [
        "Give GatewaySubnet a route table, without a route for 0.0.0.0/0.",
        'Add a route for each address range of each peered spoke, with nextHopType "VirtualAppliance" and the firewall\'s private address.',
        "Write the ranges as the spokes do: a wider route loses against the peering's own.",
        "If another stack holds the firewall, name its address in this rule's trustedNextHops.",
    ],
    twin: { none: "A gateway's subnet alone shows neither the firewall nor the spokes." },
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: { trustedNextHops },
    types: ["network:Subnet", NETWORK],
    check: (graph, findings, { trustedNextHops: trusted }) => new InboundProof(graph, trusted).prove(findings),
});

export const peeringPairs = graphRule({
    id: "SAM-GR-006",
    name: "peering-pairs",
    title: "Peerings must stand in both directions and carry what passes the firewall or a shared gateway.",
    severity: "medium",
    risk: "A peering that stands in one direction, or takes no forwarded packets, drops answers without a trace.",
    remediation: [
        "Declare a VirtualNetworkPeering on each side, with allowVirtualNetworkAccess left at true.",
        "Set allowForwardedTraffic to true on the spoke's side.",
        "Where useRemoteGateways is true, set allowGatewayTransit on the hub's side, and let the spoke's peering wait for the gateway.",
    ],
    twin: {
        rules: ["peer-forwarded", "peer-access"],
        leaves: "the other side of a peering, and the gateway that it uses",
    },
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: ["network:VirtualNetworkPeering", NETWORK],
    check: provePeeringPairs,
});

export const addressesDisjoint = graphRule({
    id: "SAM-GR-018",
    name: "addresses-disjoint",
    title: "Networks that reach each other, and the ranges of clusters in them, must not overlap.",
    severity: "high",
    risk: "Packets for an address that two networks hold stay in the nearer one, past the firewall that should see them.",
    remediation: [
        "Give each network, site and client pool a range of its own.",
        "Set serviceCidr and podCidr of a cluster to ranges that no connected network holds; AKS's default for services is 10.0.0.0/16.",
    ],
    twin: { rules: ["aks-cidrs-legal"], leaves: "the addresses of other networks, sites and clusters" },
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: [NETWORK, CLUSTER, "network:LocalNetworkGateway"],
    check: proveNoOverlap,
});

export const singleOwner = graphRule({
    id: "SAM-GR-029",
    name: "single-owner",
    title: "Subnets, routes, peerings and security rules must be written one way: inside their parent or as resources.",
    severity: "high",
    risk: "An update of the parent removes entries that it does not list, with the routes and security groups on them.",
    remediation: ["Move all entries of a list into resources of their own, or all into the parent."],
    twin: {
        none: "An entry alone does not show whether its parent holds others; nothing is removed before the next update of the parent.",
    },
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {},
    types: BOTH_WAYS_TYPES,
    check: proveSingleOwner,
});

export const graphRouteRules = [
    noWayAroundFirewall,
    gatewayThroughFirewall,
    peeringPairs,
    addressesDisjoint,
    singleOwner,
];
