import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, placeOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import type { Bastion } from "./bastion";
import { dnsServersOf } from "./dns-plan";
import type { SourcedRule } from "./egress-rules";
import { Firewall, type FirewallArgs } from "./firewall";
import type { Gateway } from "./gateway";
import type { HubConnection } from "./hub-connection";
import { draftServices, type HubServicesArgs } from "./hub-services";
import { createSubnets } from "./subnets";

export interface HubArgs extends Placement {
    plan: HubPlan;
    /** Availability zones of the firewall, of gateways and of Bastion. Empty where the region has none. */
    zones: string[];
    firewall: Pick<FirewallArgs, "tier" | "publicAddressCount">;
    /** What spokes may reach on the Internet. */
    egress: readonly SourcedRule[];
    /** DNS, Bastion and the gateway. */
    services: HubServicesArgs;
}

/** The hub network: Azure Firewall as the only way out, Bastion and a gateway as the ways in. */
export class Hub extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly firewall: Firewall;
    public readonly bastion?: Bastion;
    public readonly gateway?: Gateway;
    /** What spokes are told of it. */
    public readonly connection: HubConnection;

    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        // Not all of args: the gateway's hold secrets.
        super("secure-aks-ml:index:Hub", name, { plan: args.plan, zones: args.zones }, opts);
        const { plan, zones } = args;
        const child = { parent: this };
        const servers = dnsServersOf(args.services.dns, plan, true);
        const draft = draftServices(name, args.services, { ...args, nextHop: plan.firewallAddress }, child);

        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                ...placementOf(args),
            },
            child,
        );
        const subnets: Record<string, network.Subnet> = createSubnets(
            `snet-${name}`,
            {
                firewall: { name: "AzureFirewallSubnet", addressPrefix: plan.subnets.firewall },
                ...draft.specs,
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
                subnetId: subnets["firewall"].id,
                plannedAddress: plan.firewallAddress,
                dnsServers: servers.firewall,
                egress: args.egress,
            },
            child,
        );
        const services = draft.build(virtualNetwork.id, subnets);
        this.bastion = services.bastion;
        this.gateway = services.gateway;
        this.networkId = virtualNetwork.id;
        this.connection = {
            network: {
                id: virtualNetwork.id,
                name: virtualNetwork.name,
                resourceGroupName: args.resourceGroupName,
            },
            component: this,
            nextHop: this.firewall.privateAddress,
            dnsServers: servers.spokes,
            egressAddresses: this.firewall.publicAddresses,
            bastionSubnet: this.bastion && plan.subnets.bastion,
            bastionId: this.bastion?.bastionId,
            gatewayTransit: this.gateway && [this.gateway.gateway],
            peersBack: true,
            foundation: [this.firewall, ...services.foundation],
        };
        this.registerOutputs({ networkId: this.networkId });
    }
}
