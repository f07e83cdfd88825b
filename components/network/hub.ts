import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { Bastion } from "./bastion";
import type { SourcedRule } from "./egress-rules";
import { Firewall, type FirewallArgs } from "./firewall";
import { networkSecurityGroup } from "./network-security-group";
import { bastionRules } from "./nsg-rules";
import { createSubnets } from "./subnets";

export interface HubArgs extends Placement {
    plan: HubPlan;
    /** Availability zones of the firewall and of Bastion. Empty where the region has none. */
    zones: string[];
    firewall: Pick<FirewallArgs, "tier" | "publicAddressCount">;
    /** What spokes may reach on the Internet. */
    egress: readonly SourcedRule[];
}

/** The hub network: Azure Firewall as the only way out, Bastion as the operators' way in. */
export class Hub extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly networkName: pulumi.Output<string>;
    public readonly firewall: Firewall;
    public readonly bastion: Bastion;

    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Hub", name, args, opts);
        const placement = placementOf(args);
        const { plan, zones } = args;
        const child = { parent: this };

        const bastionGroup = networkSecurityGroup(`nsg-bas-${name}`, bastionRules(), placement, child);
        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                ...placement,
            },
            child,
        );
        const subnets = createSubnets(
            `snet-${name}`,
            {
                firewall: { name: "AzureFirewallSubnet", addressPrefix: plan.subnets.firewall },
                bastion: {
                    name: "AzureBastionSubnet",
                    addressPrefix: plan.subnets.bastion,
                    networkSecurityGroup: bastionGroup,
                },
            },
            { virtualNetwork, resourceGroupName: args.resourceGroupName },
            child,
        );

        this.firewall = new Firewall(
            name,
            {
                ...args.firewall,
                zones,
                subnetId: subnets.firewall.id,
                plannedAddress: plan.firewallAddress,
                egress: args.egress,
                ...placement,
            },
            child,
        );
        this.bastion = new Bastion(name, { subnetId: subnets.bastion.id, zones, ...placement }, child);
        this.networkId = virtualNetwork.id;
        this.networkName = virtualNetwork.name;
        this.registerOutputs({ networkId: this.networkId, networkName: this.networkName });
    }
}
