import * as containerservice from "@pulumi/azure-native/containerservice";
import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

const compliant = new pulumi.Config().requireBoolean("compliant");
const location = "westeurope";

const { name: resourceGroupName } = new resources.ResourceGroup("inline", {
    resourceGroupName: "rg-inline",
    location,
});

const closed = new network.NetworkSecurityGroup("closed", {
    resourceGroupName,
    location,
    networkSecurityGroupName: "nsg-inline",
    securityRules: [
        {
            name: "DenyInternetInBound",
            priority: 4000,
            direction: "Inbound",
            access: "Deny",
            protocol: "*",
            sourceAddressPrefix: "Internet",
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRange: "*",
        },
    ],
});

const hub = new network.VirtualNetwork("hub", {
    resourceGroupName,
    location,
    virtualNetworkName: "vnet-hub",
    addressSpace: { addressPrefixes: ["10.10.0.0/22"] },
    subnets: [
        { name: "AzureFirewallSubnet", addressPrefix: "10.10.0.0/26" },
        {
            name: "machines",
            addressPrefix: "10.10.1.0/24",
            networkSecurityGroup: { id: closed.id },
            defaultOutboundAccess: false,
        },
    ],
});

const firewallPolicy = new network.FirewallPolicy("rules", {
    resourceGroupName,
    location,
    firewallPolicyName: "afwp-inline",
    sku: { tier: "Standard" },
    threatIntelMode: "Deny",
    dnsSettings: { enableProxy: true },
});

const firewallAddress = new network.PublicIPAddress("way-out", {
    resourceGroupName,
    location,
    publicIpAddressName: "pip-inline",
    sku: { name: "Standard" },
    publicIPAllocationMethod: "Static",
});

const firewall = new network.AzureFirewall("firewall", {
    resourceGroupName,
    location,
    azureFirewallName: "afw-inline",
    sku: { name: "AZFW_VNet", tier: "Standard" },
    firewallPolicy: { id: firewallPolicy.id },
    ipConfigurations: [
        {
            name: "main",
            subnet: { id: pulumi.interpolate`${hub.id}/subnets/AzureFirewallSubnet` },
            publicIPAddress: { id: firewallAddress.id },
        },
    ],
});

function nextHop(): pulumi.Input<string> {
    if (compliant) {
        return firewall.ipConfigurations.apply((all) => all?.[0]?.privateIPAddress ?? "");
    }
    const machine = new network.NetworkInterface("machine", {
        resourceGroupName,
        location,
        networkInterfaceName: "nic-inline",
        ipConfigurations: [{ name: "main", subnet: { id: pulumi.interpolate`${hub.id}/subnets/machines` } }],
    });
    return machine.ipConfigurations.apply((all) => all?.[0]?.privateIPAddress ?? "");
}

const wayOut = new network.RouteTable("way-out", {
    resourceGroupName,
    location,
    routeTableName: "rt-inline",
    disableBgpRoutePropagation: true,
    routes: [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: nextHop() }],
});

const spoke = new network.VirtualNetwork("spoke", {
    resourceGroupName,
    location,
    virtualNetworkName: "vnet-spoke",
    addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
    subnets: [
        {
            name: "nodes",
            addressPrefix: "10.20.0.0/20",
            networkSecurityGroup: { id: closed.id },
            routeTable: { id: wayOut.id },
            defaultOutboundAccess: false,
        },
    ],
});

new containerservice.ManagedCluster("cluster", {
    resourceGroupName,
    location,
    resourceName: "aks-inline",
    dnsPrefix: "inline",
    identity: { type: "SystemAssigned" },
    aadProfile: { managed: true, enableAzureRBAC: true },
    disableLocalAccounts: true,
    apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/28"], disableRunCommand: true },
    networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkPolicy: "calico",
        outboundType: "userDefinedRouting",
        serviceCidr: "172.16.0.0/16",
        dnsServiceIP: "172.16.0.10",
        podCidr: "10.244.0.0/16",
    },
    agentPoolProfiles: [
        {
            name: "system",
            mode: "System",
            count: 3,
            vmSize: "Standard_D4s_v5",
            vnetSubnetID: pulumi.interpolate`${spoke.id}/subnets/nodes`,
        },
    ],
});

export const nodeNetwork = spoke.name;
