import { absent, is } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { NetworkModel, RESERVED_SUBNETS } from "../graph/network-model";
import { attachments, PublicAddresses } from "../graph/public-addresses";
import { INTERFACE_TYPES, interfacesAt } from "../graph/public-entries";
import { proveNoLearnedRoutes } from "../graph/spoke-routes";
import { everySubnetBut, SUBNETS } from "./each-subnet";

/** Subnets on which Azure forbids, or advises against, a network security group. In lower case. */
const WITHOUT_NSG: ReadonlySet<string> = new Set([
    "azurefirewallmanagementsubnet",
    "azurefirewallsubnet",
    "gatewaysubnet",
    "routeserversubnet",
]);

/** Azure services that may face the Internet. */
const PUBLIC_OWNERS = [
    "network:ApplicationGateway",
    "network:AzureFirewall",
    "network:BastionHost",
    "network:VirtualNetworkGateway",
];

export const subnetNsg = resourceRule({
    id: "SAM-NET-001",
    name: "subnet-nsg",
    title: "Every subnet must have a network security group.",
    severity: "high",
    risk: "Without one, everything that reaches the network reaches every port of every machine in the subnet.",
    remediation: [
        "Set networkSecurityGroup.id of the subnet, inline subnets included.",
        "GatewaySubnet, AzureFirewallSubnet, AzureFirewallManagementSubnet and RouteServerSubnet need none.",
    ],
    control: { reference: "NS-1", mapping: "published" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {
        checkov: ["CKV2_AZURE_31"],
        psrule: ["Azure.VNET.UseNSGs"],
        azurePolicy: ["e71308d3-144b-4262-b144-efdc3cc90517"],
    },
    types: SUBNETS,
    check(subject, findings) {
        everySubnetBut(WITHOUT_NSG, subject, findings, (subnet) =>
            findings.requirePresent(subnet.at("networkSecurityGroup").known().at("id")),
        );
    },
});

export const subnetPrivate = resourceRule({
    id: "SAM-NET-002",
    name: "subnet-private",
    title: "Subnets must have no default outbound access.",
    severity: "high",
    risk: "Azure otherwise gives every machine without a way out a hidden public address that no firewall sees.",
    remediation: [
        "Set defaultOutboundAccess to false when the subnet is made; it can't be changed later.",
        "Subnets that Azure reserves for gateways, firewalls, Bastion and route servers are exempt.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {
        psrule: ["Azure.VNET.PrivateSubnet"],
        azurePolicy: ["7bca8353-aa3b-429b-904a-9229c4385837"],
    },
    types: SUBNETS,
    check(subject, findings) {
        everySubnetBut(RESERVED_SUBNETS, subject, findings, (subnet) =>
            findings.require(subnet.at("defaultOutboundAccess"), is(false)),
        );
    },
});

export const routeTableBgpOff = graphRule({
    id: "SAM-NET-003",
    name: "route-table-bgp-off",
    title: "Route tables of workload subnets must not learn routes by BGP.",
    severity: "high",
    risk: "A route that a gateway learns is more specific than 0.0.0.0/0 and leads traffic past the firewall.",
    remediation: ["Set disableBgpRoutePropagation to true on every table that a workload subnet uses."],
    twin: { rules: ["route-table-no-learning"] },
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: ["network:RouteTable"],
    check: (graph, findings) => proveNoLearnedRoutes(graph.model(NetworkModel), findings),
});

export const nicNoPublicIp = resourceRule<{ appliances: string[] }>({
    id: "SAM-NET-004",
    name: "nic-no-public-ip",
    title: "No machine may have a public IP address.",
    severity: "critical",
    risk: "A machine with an address of its own is attacked from the Internet within minutes, past every firewall.",
    remediation: [
        "Remove publicIPAddress (and publicIPAddressConfiguration) from every ipConfiguration.",
        "Reach the machine through Bastion or a VPN.",
        "If the interface is the outside of a network appliance that is the platform's way out, name it in this rule's appliances.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    config: {
        appliances: {
            type: "array",
            items: { type: "string", minLength: 1 },
            uniqueItems: true,
            default: [],
            description: "Names, in their program, of the outside interfaces of network appliances.",
        },
    },
    scanners: {
        checkov: ["CKV_AZURE_119"],
        psrule: ["Azure.VM.PublicIPAttached"],
        azurePolicy: ["83a86a26-fd1f-447c-b59d-e51f44264114"],
    },
    types: INTERFACE_TYPES,
    check({ type, name, inputs }, findings, { appliances }) {
        if (appliances.includes(name)) {
            return;
        }
        for (const networkInterface of interfacesAt({ type, inputs })) {
            findings.attempt(() => requireNoAddress(networkInterface.at("ipConfigurations"), findings));
        }
    },
});

export const loadBalancerInternal = resourceRule({
    id: "SAM-NET-005",
    name: "lb-internal",
    title: "Load balancers must have internal frontends only.",
    severity: "critical",
    risk: "A public frontend opens its backends to the Internet without a WAF or a firewall, and answers past the route to it.",
    remediation: [
        "Give every frontendIPConfiguration a subnet and remove publicIPAddress and publicIPPrefix.",
        "Publish through an Application Gateway with a WAF instead.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: ["network:LoadBalancer"],
    check: ({ inputs }, findings) => requireNoAddress(inputs.at("frontendIPConfigurations"), findings),
});

/** Demands that no configuration in a list attaches a public address. */
function requireNoAddress(list: Value, findings: Findings): void {
    for (const configuration of list.items()) {
        findings.attempt(() => {
            for (const place of attachments(configuration.known())) {
                findings.require(place, absent, "Remove it.");
            }
        });
    }
}

export const publicIpOwner = graphRule<{ additionalOwners: string[] }>({
    id: "SAM-NET-006",
    name: "public-ip-owner",
    title: "Public IP addresses must belong to a firewall, Bastion host, gateway or Application Gateway.",
    severity: "critical",
    risk: "Any other resource with a public address is a way in, or out, that the platform does not watch.",
    remediation: [
        "Attach the address to an AzureFirewall, BastionHost, VirtualNetworkGateway or ApplicationGateway, or remove it.",
        "If another kind of resource must have one, name its type in this rule's additionalOwners.",
    ],
    twin: {
        rules: ["nic-no-public-ip", "lb-internal"],
        leaves: "whose a NAT gateway's addresses are and that nothing else holds them, and which of its addresses a cluster's load balancer takes",
    },
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    config: {
        additionalOwners: {
            type: "array",
            items: { type: "string", pattern: "^[a-z]+:[A-Z][A-Za-z]+$" },
            uniqueItems: true,
            default: [],
            description: 'Further types that may have a public address: "network:NatGateway".',
        },
    },
    types: [
        "network:PublicIPAddress",
        "network:PublicIPPrefix",
        "network:NatGateway",
        "containerservice:ManagedCluster",
    ],
    check(graph, findings, { additionalOwners }) {
        new PublicAddresses(graph, new Set([...PUBLIC_OWNERS, ...additionalOwners])).prove(findings);
    },
});

export const networkRules = [
    subnetNsg,
    subnetPrivate,
    routeTableBgpOff,
    nicNoPublicIp,
    loadBalancerInternal,
    publicIpOwner,
];
