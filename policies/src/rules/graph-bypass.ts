import { graphRule } from "../frame/rule";
import { BypassProof } from "../graph/bypass";

export const noBypass = graphRule<{ trustedBalancers: string[] }>({
    id: "SAM-GR-003",
    name: "no-bypass",
    title: "What a route table sends to a firewall must have no second way out.",
    severity: "critical",
    risk: "A second way out takes over as soon as a route is missing, and its answers and its own connections pass no firewall at all.",
    remediation: [
        "Remove public addresses from machines whose subnets lead to the firewall, whatever other rules except them for.",
        "Take them out of load balancers with public frontends or outbound rules, and out of NAT gateways for whole networks.",
        "Put VPN and ExpressRoute gateways into the firewall's network, and connect spokes by peering with that network alone.",
    ],
    twin: {
        rules: ["pool-no-public-ip"],
        leaves: "which subnets are led to an appliance, and what else stands in their networks",
    },
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: {
        trustedBalancers: {
            type: "array",
            items: { type: "string", pattern: "^/subscriptions/.+/loadBalancers/[^/]+$" },
            uniqueItems: true,
            default: [],
            description: "ARM ids of load balancers of other stacks that have internal frontends alone.",
        },
    },
    types: [
        "compute:VirtualMachine",
        "compute:VirtualMachineScaleSet",
        "containerservice:AgentPool",
        "containerservice:ManagedCluster",
        "network:ConnectivityConfiguration",
        "network:NatGateway",
        "network:NetworkInterface",
        "network:VirtualHubIpConfiguration",
        "network:VirtualNetworkGateway",
    ],
    check: (graph, findings, { trustedBalancers }) => new BypassProof(graph, trustedBalancers).prove(findings),
});

export const graphBypassRules = [noBypass];
