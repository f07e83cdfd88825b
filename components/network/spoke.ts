import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { mapValues } from "../record";
import type { SpokePlan, SpokeSubnet } from "./address-plan";
import { ddosProtection } from "./ddos-protection";
import type { HubConnection } from "./hub-connection";
import { planIngressSubnet, type SpokeIngress } from "./ingress-subnet-plan";
import { networkSecurityGroup } from "./network-security-group";
import {
    apiServerRules,
    jumpHostRules,
    loadBalancerRules,
    privateEndpointRules,
    systemPoolRules,
    tenantPoolRules,
    userPoolRules,
    type NsgRule,
    type SpokeFlows,
} from "./nsg-rules";
import { peerWithHub } from "./peering";
import { closedRouteTable } from "./route-table";
import { createSubnets, type SubnetSpec } from "./subnets";

export interface SpokeArgs extends Placement {
    plan: SpokePlan;
    hub: HubConnection;
    /** Overlay range of the cluster's pods. Default: none, for a spoke without a cluster. */
    podCidr?: string;
    /** Places (0 to 7) of the tenants that have node pools of their own, by name. Default: none. */
    tenants?: Readonly<Record<string, number>>;
    /** What stands in the ingress subnet. */
    ingress: SpokeIngress;
    /** Whether operators have a machine here, which Bastion alone reaches; the hub has Bastion then. */
    jumpHost: boolean;
    /** Default: Azure's basic protection, which is free of charge. */
    ddosProtectionPlanId?: pulumi.Input<string>;
}

/** Subnets that every spoke has, and the one that it may have. */
type Subnets<Of> = Readonly<Record<Exclude<SpokeSubnet, "jumpHost">, Of> & { jumpHost?: Of }>;

/** A network that is peered with the hub, whose only way out is the hub's firewall or appliance. */
export class Spoke extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly networkName: pulumi.Output<string>;
    public readonly subnetIds: Subnets<pulumi.Output<string>>;
    /** By tenant. */
    public readonly tenantSubnetIds: Readonly<Record<string, pulumi.Output<string>>>;

    constructor(name: string, args: SpokeArgs, opts?: pulumi.ComponentResourceOptions) {
        // Not all of args: the hub among them would make the spoke wait for the hub's side of its own peering.
        super("secure-aks-ml:index:Spoke", name, { plan: args.plan }, opts);
        const { plan, hub, resourceGroupName, tenants = {} } = args;
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
        const standing = this.subnetSpecs(name, args);
        const subnets: Record<string, network.Subnet> = createSubnets(
            `snet-${name}`,
            { ...standing, ...this.tenantSpecs(name, args, standing.userPools.routeTable) },
            { virtualNetwork, resourceGroupName },
            child,
        );

        const spoke = { network: virtualNetwork, resourceGroupName };
        peerWithHub(name, { hub, spoke, subnets: Object.values(subnets) }, child);
        this.networkId = virtualNetwork.id;
        this.networkName = virtualNetwork.name;
        this.subnetIds = mapValues(standing, (_, key) => subnets[key].id);
        this.tenantSubnetIds = mapValues(tenants, (_, tenant) => subnets[tenantKey(tenant)].id);
        this.registerOutputs({
            networkId: this.networkId,
            networkName: this.networkName,
            subnetIds: this.subnetIds,
            tenantSubnetIds: this.tenantSubnetIds,
        });
    }

    private subnetSpecs(name: string, args: SpokeArgs): Subnets<SubnetSpec> {
        const { subnets } = args.plan;
        const flows = flowsOf(args);
        const ingress = planIngressSubnet(args.ingress, subnets.ingress);
        const group = (subnet: string, rules: readonly NsgRule[]) => this.group(`nsg-${subnet}-${name}`, rules, args);
        const toFirewall = closedRouteTable(`rt-${name}`, { appliance: args.hub.nextHop }, args, { parent: this });

        return {
            systemPool: {
                name: "snet-system-pool",
                addressPrefix: subnets.systemPool,
                networkSecurityGroup: group("system-pool", systemPoolRules(flows)),
                routeTable: toFirewall,
            },
            userPools: {
                name: "snet-user-pools",
                addressPrefix: subnets.userPools,
                networkSecurityGroup: group("user-pools", userPoolRules(flows)),
                routeTable: toFirewall,
            },
            ingress: {
                name: "snet-ingress",
                addressPrefix: ingress.addressPrefix,
                networkSecurityGroup: group("ingress", ingress.rules),
                routeTable: ingress.toFirewall
                    ? toFirewall
                    : closedRouteTable(`rt-ingress-${name}`, "none", args, { parent: this }),
                delegation: ingress.delegation,
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
            ...(args.jumpHost && args.hub.bastionSubnet !== undefined
                ? {
                      jumpHost: {
                          name: "snet-jump-host",
                          addressPrefix: subnets.jumpHost,
                          networkSecurityGroup: group(
                              "jump-host",
                              jumpHostRules(args.hub.bastionSubnet, subnets.jumpHost),
                          ),
                          routeTable: toFirewall,
                      },
                  }
                : {}),
        };
    }

    /** Subnets of tenants, in the order of their places. */
    private tenantSpecs(name: string, args: SpokeArgs, routeTable?: network.RouteTable): Record<string, SubnetSpec> {
        const flows = flowsOf(args);
        const places = Object.entries(args.tenants ?? {}).sort(([, one], [, other]) => one - other);
        return Object.fromEntries(
            places.map(([tenant, place]) => {
                const addressPrefix = args.plan.tenantSubnets[place];
                const networkSecurityGroup = this.group(
                    `nsg-tenant-${tenant}-${name}`,
                    tenantPoolRules(flows, addressPrefix),
                    args,
                );
                return [
                    tenantKey(tenant),
                    { name: `snet-tenant-${tenant}`, addressPrefix, networkSecurityGroup, routeTable },
                ];
            }),
        );
    }

    private group(name: string, rules: readonly NsgRule[], placement: Placement): network.NetworkSecurityGroup {
        return networkSecurityGroup(name, rules, placement, { parent: this });
    }
}

/** Apart from the names of subnets that every spoke has. */
function tenantKey(tenant: string): string {
    return `tenant-${tenant}`;
}

function flowsOf({ plan, podCidr, tenants = {}, ingress, jumpHost, hub }: SpokeArgs): SpokeFlows {
    const { subnets, tenantSubnets } = plan;
    const ofTenants = Object.values(tenants)
        .sort((one, other) => one - other)
        .map((place) => tenantSubnets[place]);
    return {
        ...subnets,
        ingress: planIngressSubnet(ingress, subnets.ingress).addressPrefix,
        ingressReachesPods: ingress.mode === "containers",
        nodes: [subnets.systemPool, subnets.userPools, ...ofTenants],
        tenants: ofTenants,
        pods: podCidr,
        operators: jumpHost ? subnets.jumpHost : undefined,
        bastion: hub.bastionSubnet,
    };
}
