import type { Properties } from "../../sandbox/provider/values";
import { SUBSCRIPTION } from "./provider-client";
import type { Created, ProviderClient } from "./provider-client";

/** Short arguments for resources in one group, which the builder creates first. */

export const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
const inGroup = { resourceGroupName: "rg", location: "westeurope" };

export function network(name: string): string {
    return `${GROUP}/providers/Microsoft.Network/${name}`;
}

export class Builder {
    constructor(private readonly azure: ProviderClient) {}

    make(type: string, inputs: Properties): Promise<Created> {
        return this.azure.create(`azure-native:${type}`, "it", { resourceGroupName: "rg", ...inputs });
    }

    plan(type: string, name: string, inputs: Properties): Promise<Created> {
        return this.azure.create(`azure-native:${type}`, name, { resourceGroupName: "rg", ...inputs }, true);
    }

    group(name = "rg"): Promise<Created> {
        return this.make("resources:ResourceGroup", { resourceGroupName: name, location: "westeurope" });
    }

    virtualNetwork(name: string, prefix: string, more: Properties = {}): Promise<Created> {
        return this.make("network:VirtualNetwork", {
            ...inGroup,
            virtualNetworkName: name,
            addressSpace: { addressPrefixes: [prefix] },
            ...more,
        });
    }

    subnet(
        virtualNetworkName: string,
        subnetName: string,
        addressPrefix: string,
        more: Properties = {},
    ): Promise<Created> {
        return this.make("network:Subnet", { virtualNetworkName, subnetName, addressPrefix, ...more });
    }

    routeTable(name: string, route?: Properties): Promise<Created> {
        const routes = route ? [{ name: "default", addressPrefix: "0.0.0.0/0", ...route }] : [];
        return this.make("network:RouteTable", { ...inGroup, routeTableName: name, routes });
    }

    publicAddress(name: string, more: Properties = {}): Promise<Created> {
        return this.make("network:PublicIPAddress", {
            ...inGroup,
            publicIpAddressName: name,
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
            ...more,
        });
    }

    /** A VPN gateway in the network's GatewaySubnet, with a zonal address of its own; `more` replaces arguments. */
    async vpnGateway(virtualNetworkName: string, more: Properties = {}, name = "vgw"): Promise<Created> {
        const address = await this.publicAddress(`pip-${name}`, { zones: ["1", "2", "3"] });
        return this.make("network:VirtualNetworkGateway", {
            ...inGroup,
            virtualNetworkGatewayName: name,
            gatewayType: "Vpn",
            sku: { name: "VpnGw1AZ", tier: "VpnGw1AZ" },
            ipConfigurations: [gatewayAddress(virtualNetworkName, address.id)],
            ...more,
        });
    }

    registry(registryName: string, sku: string, more: Properties = {}): Promise<Created> {
        return this.make("containerregistry:Registry", { ...inGroup, registryName, sku: { name: sku }, ...more });
    }

    endpoint(subnetId: string, targetId: string, groupIds: string[]): Promise<Created> {
        return this.make("network:PrivateEndpoint", {
            ...inGroup,
            privateEndpointName: "pep",
            subnet: { id: subnetId },
            privateLinkServiceConnections: [{ name: "target", privateLinkServiceId: targetId, groupIds }],
        });
    }

    /** A private cluster behind a route to an appliance; `more` replaces top-level arguments. */
    cluster(subnetId: string, more: Properties = {}): Promise<Created> {
        return this.make("containerservice:ManagedCluster", clusterInputs(subnetId, more));
    }
}

export function gatewayAddress(virtualNetworkName: string, addressId: string, name = "default"): Properties {
    const subnet = { id: network(`virtualNetworks/${virtualNetworkName}/subnets/GatewaySubnet`) };
    return { name, subnet, publicIPAddress: { id: addressId } };
}

export function clusterInputs(subnetId: string, more: Properties = {}): Properties {
    return {
        ...inGroup,
        resourceName: "aks",
        dnsPrefix: "aks",
        identity: { type: "SystemAssigned" },
        agentPoolProfiles: [
            { name: "system", mode: "System", count: 1, vmSize: "Standard_D4s_v5", vnetSubnetID: subnetId },
        ],
        apiServerAccessProfile: { enablePrivateCluster: true },
        networkProfile: {
            networkPlugin: "azure",
            networkPluginMode: "overlay",
            outboundType: "userDefinedRouting",
            podCidr: "10.244.0.0/16",
            serviceCidr: "172.16.0.0/16",
            dnsServiceIP: "172.16.0.10",
        },
        ...more,
    };
}

/** A Standard_v2 gateway with one listener; `parts` replaces or adds arguments. */
export function gatewayInputs(subnetId: string, addressId: string, parts: Properties = {}): Properties {
    const own = (collection: string, name: string) => ({
        id: `${network("applicationGateways/agw")}/${collection}/${name}`,
    });
    return {
        ...inGroup,
        applicationGatewayName: "agw",
        sku: { name: "Standard_v2", tier: "Standard_v2", capacity: 1 },
        gatewayIPConfigurations: [{ name: "ip", subnet: { id: subnetId } }],
        frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: addressId } }],
        frontendPorts: [{ name: "http", port: 80 }],
        backendAddressPools: [{ name: "pool" }],
        backendHttpSettingsCollection: [{ name: "settings", port: 80, protocol: "Http" }],
        httpListeners: [
            {
                name: "listener",
                frontendIPConfiguration: own("frontendIPConfigurations", "public"),
                frontendPort: own("frontendPorts", "http"),
                protocol: "Http",
            },
        ],
        requestRoutingRules: [
            {
                name: "rule",
                priority: 100,
                ruleType: "Basic",
                httpListener: own("httpListeners", "listener"),
                backendAddressPool: own("backendAddressPools", "pool"),
                backendHttpSettings: own("backendHttpSettingsCollection", "settings"),
            },
        ],
        ...parts,
    };
}
