import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, placeOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { Bastion } from "./bastion";
import { ddosProtection } from "./ddos-protection";
import type { SourcedRule } from "./egress-rules";
import { Firewall, type FirewallArgs } from "./firewall";
import type { HubConnection } from "./hub-connection";
import { networkSecurityGroup } from "./network-security-group";
import { bastionRules, sharedEndpointRules } from "./nsg-rules";
import { createSubnets } from "./subnets";

export interface HubArgs extends Placement {
    plan: HubPlan;
    /** Availability zones of the firewall and of Bastion. Empty where the region has none. */
    zones: string[];
    firewall: Pick<FirewallArgs, "tier" | "publicAddressCount">;
    /** What spokes may reach on the Internet. */
    egress: readonly SourcedRule[];
    /** Default: Azure's basic protection, which is free of charge. */
    ddosProtectionPlanId?: pulumi.Input<string>;
}

/** The hub network: Azure Firewall as the only way out, Bastion as the operators' way in. */
export class Hub extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly firewall: Firewall;
    public readonly bastion: Bastion;
    /** What spokes are told of it. */
    public readonly connection: HubConnection;

    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Hub", name, args, opts);
        const { plan, zones } = args;
        const child = { parent: this };

        const bastionGroup = networkSecurityGroup(`nsg-bas-${name}`, bastionRules(), args, child);
        const endpointGroup = networkSecurityGroup(`nsg-private-endpoints-${name}`, sharedEndpointRules(), args, child);
        const endpointRoutes = new network.RouteTable(
            `rt-private-endpoints-${name}`,
            {
                routeTableName: `rt-private-endpoints-${name}`,
                disableBgpRoutePropagation: true,
                routes: [
                    {
                        name: "default-to-firewall",
                        addressPrefix: "0.0.0.0/0",
                        nextHopType: "VirtualAppliance",
                        nextHopIpAddress: plan.firewallAddress,
                    },
                ],
                ...placementOf(args),
            },
            child,
        );
        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                ...ddosProtection(args.ddosProtectionPlanId),
                ...placementOf(args),
            },
            child,
        );
        sendLogs(`vnet-${name}`, "virtualNetwork", virtualNetwork.id, args.logWorkspaceId, child);
        const subnets = createSubnets(
            `snet-${name}`,
            {
                firewall: { name: "AzureFirewallSubnet", addressPrefix: plan.subnets.firewall },
                bastion: {
                    name: "AzureBastionSubnet",
                    addressPrefix: plan.subnets.bastion,
                    networkSecurityGroup: bastionGroup,
                },
                privateEndpoints: {
                    name: "snet-private-endpoints",
                    addressPrefix: plan.subnets.privateEndpoints,
                    networkSecurityGroup: endpointGroup,
                    privateEndpointNetworkPolicies: "Enabled",
                    routeTable: endpointRoutes,
                },
            },
            { virtualNetwork, resourceGroupName: args.resourceGroupName },
            child,
        );

        this.firewall = new Firewall(
            name,
            {
                ...args.firewall,
                ...placeOf(args),
                zones,
                subnetId: subnets.firewall.id,
                plannedAddress: plan.firewallAddress,
                egress: args.egress,
            },
            child,
        );
        this.bastion = new Bastion(name, { subnetId: subnets.bastion.id, zones, ...placeOf(args) }, child);
        this.networkId = virtualNetwork.id;
        this.connection = {
            network: {
                id: virtualNetwork.id,
                name: virtualNetwork.name,
                resourceGroupName: args.resourceGroupName,
            },
            component: this,
            nextHop: this.firewall.privateAddress,
            // The firewall answers for the private zones and for host names in its own rules alike.
            dnsServers: [this.firewall.privateAddress],
            egressAddresses: this.firewall.publicAddresses,
            bastionSubnet: plan.subnets.bastion,
            bastionId: this.bastion.bastionId,
            privateEndpointSubnetId: subnets.privateEndpoints.id,
            peersBack: true,
            foundation: [this.firewall],
        };
        this.registerOutputs({ networkId: this.networkId });
    }
}
