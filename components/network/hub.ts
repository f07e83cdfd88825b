import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import type { Bastion } from "./bastion";
import { ddosProtection } from "./ddos-protection";
import { dnsServersOf } from "./dns-plan";
import type { Firewall } from "./firewall";
import type { Gateway } from "./gateway";
import type { HubConnection } from "./hub-connection";
import { draftServices, type HubServicesArgs } from "./hub-services";
import { sharedEndpointSubnet } from "./shared-endpoint-subnet";
import { createSubnets } from "./subnets";
import { draftWayOut, type WayOutArgs } from "./way-out";

export interface HubArgs extends Placement {
    plan: HubPlan;
    /** Availability zones of the way out, of gateways and of Bastion. Empty where the region has none. */
    zones: string[];
    egress: WayOutArgs;
    /** DNS, Bastion and the gateway. */
    services: HubServicesArgs;
    /** Whether private endpoints that all spokes share stand here. */
    sharedEndpoints: boolean;
    /** Default: Azure's basic protection, which is free of charge. */
    ddosProtectionPlanId?: pulumi.Input<string>;
}

/** The hub network: the only way out, and Bastion and a gateway as the ways in. */
export class Hub extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    /** Absent where another appliance is the way out. */
    public readonly firewall?: Firewall;
    public readonly bastion?: Bastion;
    public readonly gateway?: Gateway;
    /** What spokes are told of it. */
    public readonly connection: HubConnection;

    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        // Not all of args: the way out's and the gateway's hold secrets.
        super("secure-aks-ml:index:Hub", name, { plan: args.plan, zones: args.zones }, opts);
        const { plan } = args;
        const child = { parent: this };

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
        const servers = dnsServersOf(args.services.dns, plan, args.egress.mode === "firewall");
        const ground = {
            ...args,
            upstreamDnsServers: servers.firewall,
            hasGateway: args.services.gateway !== undefined,
        };
        const ways = draftWayOut(name, args.egress, ground, child);
        const draft = draftServices(name, args.services, { ...args, nextHop: ways.nextHop }, child);
        const endpoints = args.sharedEndpoints
            ? { privateEndpoints: sharedEndpointSubnet(name, { ...args, nextHop: ways.nextHop }, child) }
            : {};
        const subnets: Record<string, network.Subnet> = createSubnets(
            `snet-${name}`,
            { ...ways.specs, ...draft.specs, ...endpoints },
            { virtualNetwork, resourceGroupName: args.resourceGroupName },
            child,
        );

        const wayOut = ways.build(subnets);
        const services = draft.build(virtualNetwork.id, subnets);
        this.firewall = wayOut.firewall;
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
            nextHop: ways.nextHop,
            dnsServers: servers.spokes,
            egressAddresses: wayOut.publicAddresses,
            bastionSubnet: this.bastion && plan.subnets.bastion,
            bastionId: this.bastion?.bastionId,
            privateEndpointSubnetId: args.sharedEndpoints ? subnets["privateEndpoints"].id : undefined,
            gatewayTransit: this.gateway && [this.gateway.gateway],
            peersBack: true,
            foundation: [...wayOut.foundation, ...services.foundation],
        };
        this.registerOutputs({ networkId: this.networkId });
    }
}
