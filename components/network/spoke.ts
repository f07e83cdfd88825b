import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { mapValues } from "../record";
import type { SpokePlan, SpokeSubnet } from "./address-plan";
import { ddosProtection } from "./ddos-protection";
import type { HubConnection } from "./hub-connection";
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
import { peerWithHub } from "./peering";
import { createSubnets, type SubnetSpec } from "./subnets";

export interface SpokeArgs extends Placement {
    plan: SpokePlan;
    hub: HubConnection;
    /** Overlay range of the cluster's pods. Default: none, for a spoke without a cluster. */
    podCidr?: string;
    /** Whether a gateway with a public frontend stands in the ingress subnet. */
    publicIngress: boolean;
    /** Default: Azure's basic protection, which is free of charge. */
    ddosProtectionPlanId?: pulumi.Input<string>;
}

/** Subnets that every spoke has. */
type StandingSubnet = Exclude<SpokeSubnet, "jumpHost">;

/** A network that is peered with the hub, whose only way out is the hub's firewall or appliance. */
export class Spoke extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly networkName: pulumi.Output<string>;
    public readonly subnetIds: Readonly<Record<StandingSubnet, pulumi.Output<string>>>;

    constructor(name: string, args: SpokeArgs, opts?: pulumi.ComponentResourceOptions) {
        // Not all of args: the hub among them would make the spoke wait for the hub's side of its own peering.
        super("secure-aks-ml:index:Spoke", name, { plan: args.plan }, opts);
        const { plan, hub, resourceGroupName } = args;
        const child = { parent: this };

        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                ...ddosProtection(args.ddosProtectionPlanId),
                dhcpOptions: hub.dnsServers.length > 0 ? { dnsServers: hub.dnsServers } : undefined,
                ...placementOf(args),
            },
            child,
        );
        sendLogs(`vnet-${name}`, "virtualNetwork", virtualNetwork.id, args.logWorkspaceId, child);
        const specs = this.subnetSpecs(name, args);
        const subnets = createSubnets(`snet-${name}`, specs, { virtualNetwork, resourceGroupName }, child);

        const spoke = { network: virtualNetwork, resourceGroupName };
        peerWithHub(name, { hub, spoke, subnets: Object.values(subnets) }, child);
        this.networkId = virtualNetwork.id;
        this.networkName = virtualNetwork.name;
        this.subnetIds = mapValues(subnets, (subnet) => subnet.id);
        this.registerOutputs({
            networkId: this.networkId,
            networkName: this.networkName,
            subnetIds: this.subnetIds,
        });
    }

    private subnetSpecs(name: string, args: SpokeArgs): Record<StandingSubnet, SubnetSpec> {
        const { subnets } = args.plan;
        const flows = {
            ...subnets,
            nodes: [subnets.systemPool, subnets.userPools],
            pods: args.podCidr,
            bastion: args.hub.bastionSubnet,
        };
        const group = (subnet: string, rules: NsgRule[]) =>
            networkSecurityGroup(`nsg-${subnet}-${name}`, rules, args, { parent: this });
        const toFirewall = this.routeTable(`rt-${name}`, args, args.hub.nextHop);
        // Application Gateway v2 keeps its own way to the Internet: Azure doesn't support a default route to an appliance there.
        const ingressRoutes = this.routeTable(`rt-ingress-${name}`, args);

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

    private routeTable(name: string, placement: Placement, nextHop?: string): network.RouteTable {
        return new network.RouteTable(
            name,
            {
                routeTableName: name,
                // A route that a gateway learns would be more specific than 0.0.0.0/0, and so go round the firewall.
                disableBgpRoutePropagation: true,
                routes: nextHop
                    ? [
                          {
                              name: "default-to-firewall",
                              addressPrefix: "0.0.0.0/0",
                              nextHopType: "VirtualAppliance",
                              nextHopIpAddress: nextHop,
                          },
                      ]
                    : [],
                ...placementOf(placement),
            },
            { parent: this },
        );
    }
}
