import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, placeOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { Bastion } from "./bastion";
import type { Firewall } from "./firewall";
import type { HubConnection } from "./hub-connection";
import { networkSecurityGroup } from "./network-security-group";
import { bastionRules } from "./nsg-rules";
import { createSubnets } from "./subnets";
import { draftWayOut, type WayOutArgs } from "./way-out";

export interface HubArgs extends Placement {
    plan: HubPlan;
    /** Availability zones of the way out and of Bastion. Empty where the region has none. */
    zones: string[];
    egress: WayOutArgs;
    /** DNS servers that a firewall asks on behalf of its clients. Default: Azure's own. */
    upstreamDnsServers?: string[];
    /** DNS servers of the spokes; empty for Azure's own. Default: the firewall, and where there is none Azure's own. */
    spokeDnsServers?: string[];
}

/** The hub network: the only way out, and Bastion as the operators' way in. */
export class Hub extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    /** Absent where another appliance is the way out. */
    public readonly firewall?: Firewall;
    public readonly bastion: Bastion;
    /** What spokes are told of it. */
    public readonly connection: HubConnection;

    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        // Not all of args: the way out may hold a secret.
        super("secure-aks-ml:index:Hub", name, { plan: args.plan, zones: args.zones }, opts);
        const { plan, zones } = args;
        const child = { parent: this };

        const bastionGroup = networkSecurityGroup(`nsg-bas-${name}`, bastionRules(), args, child);
        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                ...placementOf(args),
            },
            child,
        );
        const draft = draftWayOut(name, args.egress, args, child);
        const subnets: Record<string, network.Subnet> = createSubnets(
            `snet-${name}`,
            {
                ...draft.specs,
                bastion: {
                    name: "AzureBastionSubnet",
                    addressPrefix: plan.subnets.bastion,
                    networkSecurityGroup: bastionGroup,
                },
            },
            { virtualNetwork, resourceGroupName: args.resourceGroupName },
            child,
        );

        const wayOut = draft.build(subnets);
        this.firewall = wayOut.firewall;
        this.bastion = new Bastion(name, { subnetId: subnets["bastion"].id, zones, ...placeOf(args) }, child);
        this.networkId = virtualNetwork.id;
        this.connection = {
            network: {
                id: virtualNetwork.id,
                name: virtualNetwork.name,
                resourceGroupName: args.resourceGroupName,
            },
            component: this,
            nextHop: wayOut.nextHop,
            // The firewall answers for the private zones and for host names in its own rules alike.
            dnsServers: args.spokeDnsServers ?? (wayOut.firewall ? [wayOut.firewall.privateAddress] : []),
            egressAddresses: wayOut.publicAddresses,
            bastionSubnet: plan.subnets.bastion,
            bastionId: this.bastion.bastionId,
            peersBack: true,
            foundation: wayOut.foundation,
        };
        this.registerOutputs({ networkId: this.networkId });
    }
}
