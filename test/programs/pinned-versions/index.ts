import { Config } from "@pulumi/pulumi";
import { Pinned } from "./pinned";

const isCompliant = new Config().requireBoolean("compliant");
const group = { resourceGroupName: "rg-pinned", location: "westeurope" };

const rg = new Pinned("resources", "ResourceGroup", "rg", group);
const after = { dependsOn: rg };

const nsg = new Pinned(
    "network",
    "NetworkSecurityGroup",
    "nsg",
    { ...group, networkSecurityGroupName: "nsg-pinned" },
    after,
);

const vnet = new Pinned(
    "network",
    "VirtualNetwork",
    "vnet",
    { ...group, virtualNetworkName: "vnet-pinned", addressSpace: { addressPrefixes: ["10.30.0.0/16"] } },
    after,
);

const table = new Pinned(
    "network",
    "RouteTable",
    "table",
    { ...group, routeTableName: "rt-pinned", disableBgpRoutePropagation: true },
    after,
);

const firewallSubnet = new Pinned(
    "network",
    "Subnet",
    "firewall-subnet",
    {
        resourceGroupName: group.resourceGroupName,
        virtualNetworkName: "vnet-pinned",
        subnetName: "AzureFirewallSubnet",
        addressPrefix: "10.30.255.0/26",
    },
    { dependsOn: vnet },
);

const nodes = new Pinned(
    "network",
    "Subnet",
    "nodes",
    {
        resourceGroupName: group.resourceGroupName,
        virtualNetworkName: "vnet-pinned",
        subnetName: "snet-nodes",
        addressPrefix: "10.30.0.0/20",
        networkSecurityGroup: { id: nsg.id },
        routeTable: { id: table.id },
        defaultOutboundAccess: false,
    },
    { dependsOn: [vnet, firewallSubnet] },
);

const rules = new Pinned(
    "network",
    "FirewallPolicy",
    "rules",
    {
        ...group,
        firewallPolicyName: "afwp-pinned",
        sku: { tier: "Standard" },
        threatIntelMode: "Deny",
        dnsSettings: { enableProxy: true },
    },
    after,
);

const address = new Pinned(
    "network",
    "PublicIPAddress",
    "address",
    { ...group, publicIpAddressName: "pip-pinned", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" },
    after,
);

new Pinned("network", "AzureFirewall", "firewall", {
    ...group,
    azureFirewallName: "afw-pinned",
    sku: { name: "AZFW_VNet", tier: "Standard" },
    firewallPolicy: { id: rules.id },
    ipConfigurations: [{ name: "main", subnet: { id: firewallSubnet.id }, publicIPAddress: { id: address.id } }],
});

const route = (name: string, properties: Record<string, unknown>) =>
    new Pinned(
        "network",
        "Route",
        name,
        {
            resourceGroupName: group.resourceGroupName,
            routeTableName: "rt-pinned",
            routeName: name,
            ...properties,
        },
        { dependsOn: table },
    );

const routes = [
    route("default", {
        addressPrefix: "0.0.0.0/0",
        nextHopType: "VirtualAppliance",
        nextHopIpAddress: "10.30.255.4",
    }),
];
if (!isCompliant) {
    routes.push(route("shortcut", { addressPrefix: "13.64.0.0/11", nextHopType: "Internet" }));
}

new Pinned(
    "containerservice",
    "ManagedCluster",
    "aks",
    {
        ...group,
        resourceName: "aks-pinned",
        dnsPrefix: "pinned",
        identity: { type: "SystemAssigned" },
        aadProfile: { managed: true, enableAzureRBAC: true },
        disableLocalAccounts: true,
        apiServerAccessProfile: {
            enablePrivateCluster: true,
            enablePrivateClusterPublicFQDN: false,
            disableRunCommand: true,
        },
        networkProfile: {
            networkPlugin: "azure",
            networkPolicy: "azure",
            outboundType: "userDefinedRouting",
            serviceCidr: "172.16.0.0/16",
            dnsServiceIP: "172.16.0.10",
        },
        agentPoolProfiles: [
            { name: "system", mode: "System", count: 3, vmSize: "Standard_D4s_v5", vnetSubnetID: nodes.id },
        ],
    },
    { dependsOn: routes },
);

new Pinned(
    "containerregistry",
    "Registry",
    "registry",
    {
        ...group,
        registryName: "crpinned",
        sku: { name: "Premium" },
        publicNetworkAccess: isCompliant ? "Disabled" : "Enabled",
    },
    after,
);
