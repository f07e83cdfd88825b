import { added, faultsOf, gone, MISSING, type Mutant } from "./mutant";

const ARM = "/subscriptions/00000000-0000-0000-0000-000000000011/resourceGroups/rg/providers/Microsoft.Network";

/** What a way past the firewall breaks, besides the rule about its cause. */
const aroundFirewall = ["egress-through-firewall", "no-way-around-firewall"];
const noDefault = ["route-table-default-to-appliance"];
const toFirewall = "routes.default-to-firewall";

const subnets: Mutant[] = [
    ...faultsOf("network:Subnet", "snet-platform-contoso-prod-snet-user-pools", [
        ["networkSecurityGroup", MISSING, "subnet-nsg", "nsg-associated", "management-narrow"],
        ["routeTable", MISSING, "subnet-route-table", ...aroundFirewall],
        ["defaultOutboundAccess", true, "subnet-private"],
        ["defaultOutboundAccess", MISSING, "subnet-private"],
        ["natGateway", { id: `${ARM}/natGateways/ng` }, "subnet-no-nat-gateway", "egress-through-firewall"],
        [
            "serviceEndpoints",
            [{ service: "Microsoft.Storage" }],
            "subnet-no-service-endpoints",
            "egress-through-firewall",
        ],
        ["sharingScope", "Tenant", "subnet-not-shared"],
        ["delegations", [{ name: "d", serviceName: "Microsoft.Web/serverFarms" }], "subnet-delegation"],
    ]),
    ...faultsOf("network:Subnet", "snet-platform-contoso-prod-snet-api-server", [
        ["networkSecurityGroup", MISSING, "subnet-nsg", "nsg-associated"],
        ["routeTable", MISSING, "subnet-route-table"],
        ["defaultOutboundAccess", true, "subnet-private"],
    ]),
    ...faultsOf("network:Subnet", "snet-platform-contoso-prod-snet-private-endpoints", [
        ["privateEndpointNetworkPolicies", "Disabled", "subnet-endpoint-policies"],
        ["networkSecurityGroup", MISSING, "subnet-nsg", "nsg-associated"],
        ["routeTable", MISSING, "subnet-route-table"],
    ]),
    ...faultsOf("network:Subnet", "snet-platform-contoso-prod-snet-ingress", [
        ["networkSecurityGroup", MISSING, "subnet-nsg", "nsg-associated", "nsg-no-http-any"],
    ]),
    ...faultsOf("network:Subnet", "snet-hub-contoso-prod-GatewaySubnet", [
        ["networkSecurityGroup", { id: `${ARM}/networkSecurityGroups/nsg` }, "subnet-gateway-no-nsg"],
        ["addressPrefix", "10.110.0.192/29", "subnet-sizes"],
        ["routeTable", MISSING, "gateway-through-firewall"],
        ["routeTable.id", `${ARM}/routeTables/rt`, "gateway-through-firewall", "no-bypass"],
    ]),
    ...faultsOf("network:Subnet", "snet-hub-contoso-prod-AzureBastionSubnet", [
        ["networkSecurityGroup", MISSING, "subnet-nsg", "nsg-associated"],
        ["addressPrefix", "10.110.0.128/27", "subnet-sizes"],
    ]),
    ...faultsOf("network:Subnet", "snet-hub-contoso-prod-AzureFirewallSubnet", [
        ["addressPrefix", "10.110.0.0/27", "subnet-sizes"],
    ]),
];

const routes: Mutant[] = [
    ...faultsOf("network:RouteTable", "rt-platform-contoso-prod", [
        ["disableBgpRoutePropagation", false, "route-table-bgp-off", ...aroundFirewall],
        ["disableBgpRoutePropagation", MISSING, "route-table-bgp-off", ...aroundFirewall],
        ["routes", MISSING, "route-table-default-to-appliance", ...aroundFirewall],
        [`${toFirewall}.nextHopType`, "Internet", "route-no-internet-hop", ...noDefault, ...aroundFirewall],
        [
            `${toFirewall}.nextHopType`,
            "VirtualNetworkGateway",
            "route-no-internet-hop",
            ...noDefault,
            ...aroundFirewall,
        ],
        [`${toFirewall}.nextHopIpAddress`, "10.110.0.132", "egress-through-firewall"],
        [`${toFirewall}.addressPrefix`, "0.0.0.0/1", "route-table-default-to-appliance", "egress-through-firewall"],
        [
            "routes.+",
            { name: "r", addressPrefix: "AzureCloud", nextHopType: "Internet" },
            "route-no-internet-hop",
            "egress-through-firewall",
        ],
        [
            "routes.+",
            { name: "r", addressPrefix: "20.0.0.0/8", nextHopType: "Internet" },
            "route-no-internet-hop",
            "egress-through-firewall",
        ],
    ]),
    ...faultsOf("network:RouteTable", "rt-gateway-hub-contoso-prod", [
        ["disableBgpRoutePropagation", true, "route-table-gateway-bgp-on"],
        [
            "routes.+",
            { name: "r", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.110.0.4" },
            "route-table-gateway-no-default",
            "route-table-no-learning",
            "single-owner",
        ],
    ]),
    ...faultsOf("network:Route", "rt-gateway-hub-contoso-prod-to-learning", [
        ["nextHopType", "VnetLocal", "gateway-through-firewall"],
        ["nextHopIpAddress", "10.110.0.132", "gateway-through-firewall"],
        ["addressPrefix", "10.112.0.0/17", "gateway-through-firewall"],
        ["addressPrefix", "10.112.0.0/15", "gateway-through-firewall"],
    ]),
    gone("network:Route", "rt-gateway-hub-contoso-prod-to-learning", "gateway-through-firewall"),
    ...faultsOf("network:RouteTable", "rt-ingress-platform-contoso-prod", [
        [
            "routes.+",
            { name: "r", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.110.0.4" },
            "gateway-return-path",
        ],
    ]),
];

const networks: Mutant[] = [
    ...faultsOf("network:VirtualNetwork", "vnet-platform-contoso-prod", [
        ["dhcpOptions", MISSING, "zone-linked-to-resolver"],
        ["dhcpOptions.dnsServers", ["8.8.8.8"], "vnet-dns", "zone-linked-to-resolver", "cluster-zone"],
        ["dhcpOptions.dnsServers", ["10.110.0.200"], "vnet-dns"],
        ["addressSpace.addressPrefixes", ["10.112.0.0/16"], "addresses-disjoint", "firewall-knows-spoke"],
        [
            "addressSpace.addressPrefixes",
            ["51.4.0.0/16"],
            "vnet-space-private",
            "firewall-knows-spoke",
            "gateway-through-firewall",
        ],
        [
            "subnets",
            [{ name: "more", addressPrefix: "10.111.252.0/24" }],
            "single-owner",
            "subnet-nsg",
            "subnet-private",
            "subnet-route-table",
        ],
    ]),
    ...faultsOf("network:VirtualNetworkPeering", "peer-platform-contoso-prod-to-hub", [
        ["allowForwardedTraffic", false, "peer-forwarded", "peering-pairs"],
        ["allowVirtualNetworkAccess", false, "peering-pairs"],
    ]),
    ...faultsOf("network:VirtualNetworkPeering", "peer-hub-to-platform-contoso-prod", [
        ["allowForwardedTraffic", false, "peer-forwarded"],
        ["allowGatewayTransit", false, "peering-pairs", "peer-transit"],
        ["allowVirtualNetworkAccess", false, "peering-pairs"],
    ]),
    gone("network:VirtualNetworkPeering", "peer-platform-contoso-prod-to-hub", "peering-pairs"),
    gone("network:VirtualNetworkPeering", "peer-hub-to-learning-contoso-prod", "peering-pairs"),
    gone("network:FlowLog", "fl-platform-contoso-prod", "vnet-flow-log", "private-service-closure"),
    ...faultsOf("network:FlowLog", "fl-platform-contoso-prod", [
        ["enabled", false, "flow-log-settings"],
        ["retentionPolicy.days", 1, "flow-log-settings"],
    ]),
    added(
        "network:PublicIPAddress",
        "pip-stray",
        {
            publicIpAddressName: "pip-stray",
            resourceGroupName: "rg-platform-contoso-prod",
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
            zones: ["1", "2", "3"],
        },
        "public-ip-owner",
    ),
    ...faultsOf("network:PublicIPAddress", "pip-agw-platform-contoso-prod", [
        ["sku.name", "Basic", "pip-standard"],
        ["publicIPAllocationMethod", "Dynamic", "pip-standard"],
        ["zones", MISSING, "pip-zones"],
        ["ddosSettings", { protectionMode: "Disabled" }, "pip-ddos-not-disabled"],
    ]),
];

export const networkMutants: Mutant[] = [...subnets, ...routes, ...networks];
