import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";

export interface SubnetSpec {
    /** Azure's name of the subnet; some are fixed, such as `AzureFirewallSubnet`. */
    name: string;
    addressPrefix: string;
    networkSecurityGroup?: network.NetworkSecurityGroup;
    routeTable?: network.RouteTable;
    /** The service that alone may use the subnet, for example `Microsoft.ContainerService/managedClusters`. */
    delegation?: string;
    /** Default: none. `Enabled` makes security groups and routes count for private endpoints too. */
    privateEndpointNetworkPolicies?: "Enabled";
}

export interface SubnetsArgs {
    virtualNetwork: network.VirtualNetwork;
    resourceGroupName: pulumi.Input<string>;
}

/**
 * Makes the subnets of one network, each with its security group and routes from birth.
 * They are made one after the other: Azure refuses a second write to a network while one is under way.
 */
export function createSubnets<Specs extends Readonly<Record<string, SubnetSpec | undefined>>>(
    prefix: string,
    specs: Specs,
    { virtualNetwork, resourceGroupName }: SubnetsArgs,
    opts: pulumi.CustomResourceOptions,
): { [Key in keyof Specs]: network.Subnet } {
    const subnets: Record<string, network.Subnet> = {};
    let previous: pulumi.Resource | undefined;
    for (const [key, spec] of Object.entries(specs)) {
        if (!spec) {
            continue;
        }
        const subnet = new network.Subnet(
            `${prefix}-${spec.name}`,
            {
                subnetName: spec.name,
                virtualNetworkName: virtualNetwork.name,
                resourceGroupName,
                addressPrefix: spec.addressPrefix,
                // Azure takes this at creation alone; machines reach the Internet through the firewall or not at all.
                defaultOutboundAccess: false,
                networkSecurityGroup: spec.networkSecurityGroup && { id: spec.networkSecurityGroup.id },
                routeTable: spec.routeTable && { id: spec.routeTable.id },
                delegations: spec.delegation ? [{ name: "delegation", serviceName: spec.delegation }] : undefined,
                privateEndpointNetworkPolicies: spec.privateEndpointNetworkPolicies,
            },
            { ...opts, dependsOn: previous },
        );
        subnets[key] = subnet;
        previous = subnet;
    }
    return subnets as { [Key in keyof Specs]: network.Subnet };
}
