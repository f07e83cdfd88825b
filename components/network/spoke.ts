import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { mapValues } from "../record";
import type { SpokePlan, SpokeSubnet } from "./address-plan";
import { networkSecurityGroup } from "./network-security-group";
import {
    apiServerRules,
    closedRules,
    loadBalancerRules,
    nodePoolRules,
    privateEndpointRules,
    publicGatewayRules,
    type NsgRule,
} from "./nsg-rules";
import { createSubnets, type SubnetSpec } from "./subnets";

/** What a spoke must know of the hub that it joins. */
export interface HubReference {
    networkId: pulumi.Input<string>;
    networkName: pulumi.Input<string>;
    resourceGroupName: pulumi.Input<string>;
    /** Next hop of everything that leaves the spoke, and its DNS server. */
    firewallAddress: string;
    /** CIDR of `AzureBastionSubnet`. */
    bastionSubnet: string;
}

export interface SpokeArgs extends Placement {
    plan: SpokePlan;
    hub: HubReference;
    /** Overlay range of the cluster's pods. Default: none, for a spoke without a cluster. */
    podCidr?: string;
    /** Whether a gateway with a public frontend stands in the ingress subnet. */
    publicIngress: boolean;
}

/** A network that is peered with the hub, whose only way out is the hub's firewall. */
export class Spoke extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly networkName: pulumi.Output<string>;
    public readonly subnetIds: Readonly<Record<SpokeSubnet, pulumi.Output<string>>>;

    constructor(name: string, args: SpokeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Spoke", name, args, opts);
        const { plan, hub, resourceGroupName } = args;
        const placement = placementOf(args);
        const child = { parent: this };

        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                // The firewall answers for the private zones and for host names in its own rules alike.
                dhcpOptions: { dnsServers: [hub.firewallAddress] },
                ...placement,
            },
            child,
        );
        const specs = this.subnetSpecs(name, args);
        const subnets = createSubnets(`snet-${name}`, specs, { virtualNetwork, resourceGroupName }, child);

        this.peer(name, virtualNetwork, args, Object.values(subnets));
        this.networkId = virtualNetwork.id;
        this.networkName = virtualNetwork.name;
        this.subnetIds = mapValues(subnets, (subnet) => subnet.id);
        this.registerOutputs({
            networkId: this.networkId,
            networkName: this.networkName,
            subnetIds: this.subnetIds,
        });
    }

    private subnetSpecs(name: string, args: SpokeArgs): Record<SpokeSubnet, SubnetSpec> {
        const { subnets } = args.plan;
        const flows = {
            ...subnets,
            nodes: [subnets.systemPool, subnets.userPools],
            pods: args.podCidr,
            bastion: args.hub.bastionSubnet,
        };
        const placement = placementOf(args);
        const group = (subnet: string, rules: NsgRule[]) =>
            networkSecurityGroup(`nsg-${subnet}-${name}`, rules, placement, { parent: this });
        const toFirewall = this.routeTable(`rt-${name}`, placement, args.hub.firewallAddress);
        // Application Gateway v2 keeps its own way to the Internet: Azure doesn't support a default route to an appliance there.
        const ingressRoutes = this.routeTable(`rt-ingress-${name}`, placement);

        return {
            systemPool: {
                name: "snet-system-pool",
                addressPrefix: subnets.systemPool,
                networkSecurityGroup: group("system-pool", nodePoolRules(flows)),
                routeTable: toFirewall,
            },
            userPools: {
                name: "snet-user-pools",
                addressPrefix: subnets.userPools,
                networkSecurityGroup: group("user-pools", nodePoolRules(flows)),
                routeTable: toFirewall,
            },
            ingress: {
                name: "snet-ingress",
                addressPrefix: subnets.ingress,
                networkSecurityGroup: group(
                    "ingress",
                    args.publicIngress ? publicGatewayRules(subnets.ingress) : closedRules(),
                ),
                routeTable: ingressRoutes,
            },
            privateEndpoints: {
                name: "snet-private-endpoints",
                addressPrefix: subnets.privateEndpoints,
                networkSecurityGroup: group("private-endpoints", privateEndpointRules(flows)),
                routeTable: toFirewall,
                privateEndpointNetworkPolicies: "Enabled",
            },
            loadBalancers: {
                name: "snet-load-balancers",
                addressPrefix: subnets.loadBalancers,
                networkSecurityGroup: group("load-balancers", loadBalancerRules(flows)),
                routeTable: toFirewall,
            },
            apiServer: {
                name: "snet-api-server",
                addressPrefix: subnets.apiServer,
                networkSecurityGroup: group("api-server", apiServerRules(flows)),
                routeTable: toFirewall,
                delegation: "Microsoft.ContainerService/managedClusters",
            },
        };
    }

    private routeTable(name: string, placement: Placement, firewallAddress?: string): network.RouteTable {
        return new network.RouteTable(
            name,
            {
                routeTableName: name,
                // A route that a gateway learns would be more specific than 0.0.0.0/0, and so go round the firewall.
                disableBgpRoutePropagation: true,
                routes: firewallAddress
                    ? [
                          {
                              name: "default-to-firewall",
                              addressPrefix: "0.0.0.0/0",
                              nextHopType: "VirtualAppliance",
                              nextHopIpAddress: firewallAddress,
                          },
                      ]
                    : [],
                ...placement,
            },
            { parent: this },
        );
    }

    private peer(
        name: string,
        virtualNetwork: network.VirtualNetwork,
        args: SpokeArgs,
        subnets: pulumi.Resource[],
    ): void {
        const { hub } = args;
        const common = { allowVirtualNetworkAccess: true, allowForwardedTraffic: true };
        const fromHub = new network.VirtualNetworkPeering(
            `peer-hub-to-${name}`,
            {
                virtualNetworkPeeringName: `peer-hub-to-${name}`,
                resourceGroupName: hub.resourceGroupName,
                virtualNetworkName: hub.networkName,
                remoteVirtualNetwork: { id: virtualNetwork.id },
                ...common,
            },
            // A peering is a write to the network as well: it waits until the subnets are there.
            { parent: this, dependsOn: subnets },
        );
        new network.VirtualNetworkPeering(
            `peer-${name}-to-hub`,
            {
                virtualNetworkPeeringName: `peer-${name}-to-hub`,
                resourceGroupName: args.resourceGroupName,
                virtualNetworkName: virtualNetwork.name,
                remoteVirtualNetwork: { id: hub.networkId },
                ...common,
            },
            { parent: this, dependsOn: fromHub },
        );
    }
}
