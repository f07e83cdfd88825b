import { absent, falseOrAbsent, oneOf } from "../frame/expectation";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { isIpv6, parsePrefix } from "../graph/address-set";
import { describeSubnet, RESERVED_SUBNETS } from "../graph/network-model";
import { Occupants } from "../graph/occupants";
import { INTERFACE_TYPES, interfacesAt } from "../graph/public-entries";
import { everySubnet, everySubnetBut, SUBNETS } from "./each-subnet";

export const gatewaySubnetNoGroup = resourceRule({
    id: "SAM-NET-030",
    name: "subnet-gateway-no-nsg",
    title: "GatewaySubnet must have no security group.",
    severity: "high",
    risk: "Azure does not support one there: the gateway loses its control traffic and the connections to other sites end.",
    remediation: [
        "Remove networkSecurityGroup from GatewaySubnet; filter in the firewall or at the workloads' subnets.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: { azurePolicy: ["35f9c03a-cc27-418e-9c0c-539ff999d010"] },
    types: SUBNETS,
    check(subject, findings) {
        everySubnet(subject, findings, (subnet, name) => {
            if (subnet.at("networkSecurityGroup").present && name.folded() === "gatewaysubnet") {
                findings.require(subnet.at("networkSecurityGroup"), absent, "Remove it.");
            }
        });
    },
});

/** Services whose subnets Azure routes itself, or whose traffic never leaves the network. */
const SELF_ROUTED: ReadonlySet<string | undefined> = new Set([
    "microsoft.network/dnsresolvers",
    "microsoft.network/applicationgateways",
]);

export const subnetRouteTable = resourceRule<{ exemptSubnets: string[] }>({
    id: "SAM-NET-031",
    name: "subnet-route-table",
    title: "Every workload subnet must have a route table.",
    severity: "critical",
    risk: "Without one, Azure's own default route leads whatever runs there to the Internet, past the firewall.",
    remediation: [
        "Set routeTable.id of the subnet, inline subnets included, to a table whose default route leads to the firewall.",
        "Subnets that Azure reserves, and those delegated to DNS resolvers or Application Gateways, need none.",
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["SC-7", "SI-4"] },
    scanners: {},
    config: {
        exemptSubnets: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Names of further subnets that need no route table.",
        },
    },
    types: SUBNETS,
    check(subject, findings, { exemptSubnets }) {
        const exempt = new Set<string | undefined>([
            ...RESERVED_SUBNETS,
            ...exemptSubnets.map((name) => name.toLowerCase()),
        ]);
        everySubnetBut(exempt, subject, findings, (subnet) => {
            if (!isSelfRouted(subnet)) {
                findings.requirePresent(subnet.at("routeTable").known().at("id"));
            }
        });
    },
});

function isSelfRouted(subnet: Value): boolean {
    const delegations = subnet.at("delegations");
    return (
        !delegations.unknown &&
        delegations.items().some((delegation) => {
            const service = delegation.at("serviceName");
            return !service.unknown && SELF_ROUTED.has(service.folded());
        })
    );
}

export const endpointSubnetPolicies = graphRule({
    id: "SAM-NET-032",
    name: "subnet-endpoint-policies",
    title: "Security groups must count for private endpoints in the subnets that hold them.",
    severity: "medium",
    risk: "Azure ignores a subnet's security group for its private endpoints unless it is told otherwise, so anyone who is in the network reaches every service.",
    remediation: ['Set privateEndpointNetworkPolicies of the subnet to "Enabled" or "NetworkSecurityGroupEnabled".'],
    twin: { none: "A subnet alone does not show whether private endpoints will stand in it." },
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: ["network:PrivateEndpoint", ...SUBNETS],
    check(graph, findings) {
        const occupants = graph.model(Occupants);
        for (const endpoint of occupants.privateEndpoints()) {
            findings.on(endpoint.owner.urn).attempt(() => {
                for (const subnet of occupants.subnetsOf(endpoint, findings)) {
                    findings
                        .on(subnet.owner.urn)
                        .prefixed(`${endpoint.what} -> ${describeSubnet(subnet)}: `)
                        .require(
                            subnet.properties.at("privateEndpointNetworkPolicies"),
                            oneOf("Enabled", "NetworkSecurityGroupEnabled"),
                        );
                }
            });
        }
    },
});

export const noServiceEndpoints = resourceRule({
    id: "SAM-NET-033",
    name: "subnet-no-service-endpoints",
    title: "Subnets must have no service endpoints.",
    severity: "medium",
    risk: "A service endpoint leads to every customer's accounts of that service, past the firewall and its rules.",
    remediation: ["Remove serviceEndpoints and reach the service through a private endpoint."],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: SUBNETS,
    check(subject, findings) {
        everySubnet(subject, findings, (subnet) =>
            findings.require(subnet.at("serviceEndpoints"), absent, "Use private endpoints."),
        );
    },
});

export const bastionSubnetBare = resourceRule({
    id: "SAM-NET-046",
    name: "bastion-subnet-bare",
    title: "AzureBastionSubnet must be made without a route table.",
    severity: "high",
    risk: "Azure refuses the Bastion, or answers to operators go another way than their questions.",
    remediation: ["Remove routeTable from AzureBastionSubnet."],
    control: { reference: "PA-2", mapping: "own reading" },
    scanners: {},
    types: SUBNETS,
    check(subject, findings) {
        everySubnet(subject, findings, (subnet, name) => {
            if (subnet.at("routeTable").present && name.folded() === "azurebastionsubnet") {
                findings.require(subnet.at("routeTable"), absent, "Remove it.");
            }
        });
    },
});

/** Longest prefixes that Azure accepts, by the subnet's name or the service that it is delegated to, in lower case. */
const LONGEST_PREFIXES: ReadonlyMap<string | undefined, number> = new Map([
    ["azurefirewallsubnet", 26],
    ["azurefirewallmanagementsubnet", 26],
    ["azurebastionsubnet", 26],
    ["gatewaysubnet", 27],
    ["routeserversubnet", 27],
    ["microsoft.containerservice/managedclusters", 28],
    ["microsoft.network/dnsresolvers", 28],
]);

export const subnetSizes = resourceRule({
    id: "SAM-NET-034",
    name: "subnet-sizes",
    title: "Subnets of Azure services must be as large as the services demand.",
    severity: "high",
    risk: "A service in too small a subnet can't be made, scaled or updated, and a subnet that is in use can't be resized.",
    remediation: [
        "Use /26 or larger for firewalls and Bastion, /27 for gateways and route servers, /28 for API servers and DNS resolvers.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: SUBNETS,
    check(subject, findings) {
        everySubnet(subject, findings, (subnet, name) => {
            const longest = longestPrefix(subnet, name);
            for (const prefix of longest === Infinity ? [] : prefixesOf(subnet)) {
                const range = parsePrefix(String(prefix.known().raw));
                if (range && !isIpv6(range) && range.length > longest) {
                    findings.fail(
                        `${prefix.path} must be a /${longest} or larger; found ${prefix.shown()}. Use a shorter prefix.`,
                    );
                }
            }
        });
    },
});

/** Infinity, if no service has a say. */
function longestPrefix(subnet: Value, name: Value): number {
    const services = subnet
        .at("delegations")
        .items()
        .map((delegation) => delegation.known().at("serviceName").folded());
    return Math.min(...[name.folded(), ...services].map((key) => LONGEST_PREFIXES.get(key) ?? Infinity));
}

function prefixesOf(subnet: Value): Value[] {
    const single = subnet.at("addressPrefix");
    return [...(single.present ? [single] : []), ...subnet.at("addressPrefixes").items()];
}

export const subnetDelegation = graphRule({
    id: "SAM-NET-035",
    name: "subnet-delegation",
    title: "Nodes must stand in subnets that are delegated to no service, and API servers in one that is theirs.",
    severity: "medium",
    risk: "Azure refuses nodes in a delegated subnet, and an API server shares its subnet with strangers if it is not delegated to it.",
    remediation: [
        "Remove delegations from the subnets of node pools.",
        'Delegate the subnet of apiServerAccessProfile.subnetId to "Microsoft.ContainerService/managedClusters".',
    ],
    twin: {
        none: "A subnet alone does not show who will stand in it; Azure itself refuses nodes in one that is delegated.",
    },
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: ["containerservice:ManagedCluster", "containerservice:AgentPool", ...SUBNETS],
    check(graph, findings) {
        const occupants = graph.model(Occupants);
        for (const node of occupants.nodes()) {
            for (const subnet of occupants.subnetsOf(node, findings)) {
                findings
                    .on(subnet.owner.urn)
                    .prefixed(`${node.what} -> ${describeSubnet(subnet)}: `)
                    .require(subnet.properties.at("delegations"), absent, "Remove it.");
            }
        }
        for (const server of occupants.apiServers()) {
            for (const subnet of occupants.subnetsOf(server, findings)) {
                const own = findings.on(subnet.owner.urn).prefixed(`${server.what} -> ${describeSubnet(subnet)}: `);
                own.attempt(() => {
                    const services = subnet.properties
                        .at("delegations")
                        .items()
                        .map((delegation) => delegation.known().at("serviceName").folded());
                    if (!services.includes("microsoft.containerservice/managedclusters")) {
                        own.fail(
                            `${subnet.properties.at("delegations").path} must name "Microsoft.ContainerService/managedClusters". ` +
                                "Delegate the subnet to it.",
                        );
                    }
                });
            }
        }
    },
});

const FIREWALL_SUBNET: ReadonlySet<string> = new Set(["azurefirewallsubnet"]);

export const noNatGateway = resourceRule({
    id: "SAM-NET-036",
    name: "subnet-no-nat-gateway",
    title: "No subnet but the firewall's may have a NAT gateway.",
    severity: "high",
    risk: "A NAT gateway takes precedence over Azure's own way out and leads to the Internet without any filter.",
    remediation: ["Remove natGateway; put one on AzureFirewallSubnet if the firewall needs more ports."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: SUBNETS,
    check(subject, findings) {
        everySubnetBut(FIREWALL_SUBNET, subject, findings, (subnet) =>
            findings.require(subnet.at("natGateway"), absent, "Remove it."),
        );
    },
});

export const subnetNotShared = resourceRule({
    id: "SAM-NET-037",
    name: "subnet-not-shared",
    title: "Subnets must not be shared with other subscriptions.",
    severity: "medium",
    risk: "Machines that another subscription puts into the subnet are inside of every rule that trusts it.",
    remediation: ["Remove sharingScope."],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: SUBNETS,
    check(subject, findings) {
        everySubnet(subject, findings, (subnet) => findings.require(subnet.at("sharingScope"), absent, "Remove it."));
    },
});

export const endpointApproved = resourceRule<{ allowManualConnections: boolean }>({
    id: "SAM-NET-038",
    name: "pe-ownership",
    title: "A private endpoint must name its subnet and lead to a service of your own.",
    severity: "medium",
    risk: "A connection that somebody else approves by hand leads to a service that nobody here knows, a way out for data.",
    remediation: [
        "Set subnet.id and privateLinkServiceConnections, and remove manualPrivateLinkServiceConnections.",
        "Where a partner's service is meant, set this rule's allowManualConnections for that stack.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4"] },
    scanners: {},
    config: {
        allowManualConnections: {
            type: "boolean",
            default: false,
            description: "Whether endpoints may lead to services of other tenants, whose owners approve them by hand.",
        },
    },
    types: ["network:PrivateEndpoint"],
    check({ inputs }, findings, { allowManualConnections }) {
        findings.requirePresent(inputs.at("subnet"));
        if (!allowManualConnections) {
            findings.require(inputs.at("manualPrivateLinkServiceConnections"), absent, "Remove it.");
        }
    },
});

export const nicNoForwarding = resourceRule<{ appliances: string[] }>({
    id: "SAM-NET-039",
    name: "nic-no-forwarding",
    title: "Network interfaces must not forward traffic that is not their own.",
    severity: "medium",
    risk: "A machine that forwards is a router: a captured one joins networks that the firewall keeps apart.",
    remediation: [
        "Remove enableIPForwarding, or set it to false.",
        "If the machine is a network virtual appliance, name its interface in this rule's appliances.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["CM-7", "SC-7"] },
    scanners: { checkov: ["CKV_AZURE_118"], azurePolicy: ["88c0b9da-ce96-4b03-9635-f29a937e2900"] },
    config: {
        appliances: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Names in the program of resources whose interfaces are a network virtual appliance's.",
        },
    },
    types: INTERFACE_TYPES,
    check({ type, name, inputs }, findings, { appliances }) {
        if (appliances.includes(name)) {
            return;
        }
        for (const networkInterface of interfacesAt({ type, inputs })) {
            findings.require(networkInterface.at("enableIPForwarding"), falseOrAbsent, "Remove it.");
        }
    },
});

export const subnetRules = [
    gatewaySubnetNoGroup,
    subnetRouteTable,
    bastionSubnetBare,
    endpointSubnetPolicies,
    noServiceEndpoints,
    subnetSizes,
    subnetDelegation,
    noNatGateway,
    subnetNotShared,
    endpointApproved,
    nicNoForwarding,
];
