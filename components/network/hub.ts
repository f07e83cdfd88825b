import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, placeOf, type Placement } from "../placement";
import type { HubPlan, HubSubnet } from "./address-plan";
import { Bastion, type BastionArgs } from "./bastion";
import { dnsServersOf, type HubDns } from "./dns-plan";
import { DnsResolver } from "./dns-resolver";
import type { SourcedRule } from "./egress-rules";
import { Firewall, type FirewallArgs } from "./firewall";
import { createGateway, gatewaySubnet, type Gateway, type HubGatewayArgs } from "./gateway";
import type { HubConnection } from "./hub-connection";
import { bastionSubnet, resolverSubnets } from "./hub-subnets";
import { createSubnets, type SubnetSpec } from "./subnets";

export interface HubArgs extends Placement {
    plan: HubPlan;
    /** Availability zones of the firewall, of gateways and of Bastion. Empty where the region has none. */
    zones: string[];
    firewall: Pick<FirewallArgs, "tier" | "publicAddressCount">;
    /** What spokes may reach on the Internet. */
    egress: readonly SourcedRule[];
    /** Who answers the DNS queries of the spokes. */
    dns: HubDns;
    /** Default: no Bastion; operators come through the gateway. */
    bastion?: HubBastionArgs;
    /** The way to other sites. Default: none. */
    gateway?: HubGatewayArgs;
}

export type HubBastionArgs = Pick<BastionArgs, "sku" | "scaleUnits" | "copyPaste" | "sessionRecording"> & {
    /** CIDRs that operators come from. Empty: the Internet. */
    clients: string[];
};

/** The hub network: Azure Firewall as the only way out, Bastion and a gateway as the ways in. */
export class Hub extends pulumi.ComponentResource {
    public readonly networkId: pulumi.Output<string>;
    public readonly firewall: Firewall;
    public readonly bastion?: Bastion;
    public readonly gateway?: Gateway;
    /** What spokes are told of it. */
    public readonly connection: HubConnection;

    constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Hub", name, { plan: args.plan }, opts);
        const { plan, zones } = args;
        const child = { parent: this };
        const servers = dnsServersOf(args.dns, plan, true);

        const virtualNetwork = new network.VirtualNetwork(
            `vnet-${name}`,
            {
                virtualNetworkName: `vnet-${name}`,
                addressSpace: { addressPrefixes: [plan.addressSpace] },
                ...placementOf(args),
            },
            child,
        );
        const subnets: Partial<Record<string, network.Subnet>> = createSubnets(
            `snet-${name}`,
            this.subnetSpecs(name, args),
            { virtualNetwork, resourceGroupName: args.resourceGroupName },
            child,
        );
        const idOf = (subnet: HubSubnet) => subnetId(subnets, subnet);

        this.firewall = new Firewall(
            name,
            {
                ...args.firewall,
                ...placeOf(args),
                zones,
                subnetId: idOf("firewall"),
                plannedAddress: plan.firewallAddress,
                dnsServers: servers.firewall,
                egress: args.egress,
            },
            child,
        );
        const place = { zones, ...placeOf(args) };
        this.bastion =
            args.bastion && new Bastion(name, { ...args.bastion, subnetId: idOf("bastion"), ...place }, child);
        this.gateway =
            args.gateway && createGateway(name, args.gateway, { subnetId: idOf("gateway"), ...place }, child);
        const resolver =
            args.dns.mode === "resolver"
                ? [this.createResolver(name, virtualNetwork.id, idOf, args.dns.forwarding, args)]
                : [];
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
            bastionSubnet: args.bastion && plan.subnets.bastion,
            bastionId: this.bastion?.bastionId,
            gatewayTransit: this.gateway && [this.gateway.gateway],
            peersBack: true,
            foundation: [this.firewall, ...resolver],
        };
        this.registerOutputs({ networkId: this.networkId });
    }

    /** In the order in which they are made. */
    private subnetSpecs(name: string, args: HubArgs): Readonly<Record<string, SubnetSpec>> {
        const { plan, bastion, gateway, dns } = args;
        const child = { parent: this };
        return {
            firewall: { name: "AzureFirewallSubnet", addressPrefix: plan.subnets.firewall },
            ...(bastion ? { bastion: bastionSubnet(name, plan.subnets.bastion, bastion.clients, args, child) } : {}),
            ...(gateway
                ? {
                      gateway: gatewaySubnet(
                          name,
                          {
                              addressPrefix: plan.subnets.gateway,
                              inspected: gateway.inspected,
                              nextHop: plan.firewallAddress,
                          },
                          args,
                          child,
                      ),
                  }
                : {}),
            ...(dns.mode === "resolver" ? resolverSubnets(name, plan, args, child) : {}),
        } satisfies Partial<Record<HubSubnet, SubnetSpec>>;
    }

    private createResolver(
        name: string,
        networkId: pulumi.Output<string>,
        idOf: (subnet: HubSubnet) => pulumi.Output<string>,
        forwarding: Readonly<Record<string, readonly string[]>>,
        args: HubArgs,
    ): DnsResolver {
        return new DnsResolver(
            name,
            {
                networkId,
                inboundSubnetId: idOf("resolverInbound"),
                outboundSubnetId: idOf("resolverOutbound"),
                address: args.plan.resolverAddress,
                forwarding,
                ...placeOf(args),
            },
            { parent: this },
        );
    }
}

function subnetId(subnets: Partial<Record<string, network.Subnet>>, name: HubSubnet): pulumi.Output<string> {
    const subnet = subnets[name];
    if (!subnet) {
        throw new Error(`The hub has no subnet for "${name}", although something is to stand there.`);
    }
    return subnet.id;
}
