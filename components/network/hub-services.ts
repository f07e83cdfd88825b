import type * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placeOf, type Placement } from "../placement";
import type { HubPlan, HubSubnet } from "./address-plan";
import { Bastion, type BastionArgs } from "./bastion";
import type { HubDns } from "./dns-plan";
import { DnsResolver } from "./dns-resolver";
import { createGateway, gatewaySubnet, type Gateway, type HubGatewayArgs } from "./gateway";
import { networkSecurityGroup } from "./network-security-group";
import { bastionRules } from "./nsg-rules";
import { resolverSubnets } from "./resolver-subnets";
import type { SubnetSpec } from "./subnets";

/** What stands in a hub besides its way out. */
export interface HubServicesArgs {
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

/** What these services need of the hub that they are part of. */
export interface HubServicesGround extends Placement {
    plan: HubPlan;
    zones: string[];
    /** Private address of the firewall or appliance, which visitors of spokes pass. */
    nextHop: string;
}

export interface HubServices {
    bastion?: Bastion;
    gateway?: Gateway;
    /** What must stand before anything may need a name. */
    foundation: pulumi.Resource[];
}

/** These services before the hub's network stands: the subnets that they need, and what to make of them. */
export interface HubServicesDraft {
    specs: Record<string, SubnetSpec>;
    build(networkId: pulumi.Output<string>, subnets: Readonly<Record<string, network.Subnet>>): HubServices;
}

export function draftServices(
    name: string,
    { dns, bastion, gateway }: HubServicesArgs,
    ground: HubServicesGround,
    opts: pulumi.ComponentResourceOptions,
): HubServicesDraft {
    const { plan, zones, nextHop } = ground;
    const place = placeOf(ground);
    const specs: Partial<Record<HubSubnet, SubnetSpec>> = {
        ...(bastion && { bastion: bastionSubnet(name, bastion.clients, ground, opts) }),
        ...(gateway && {
            gateway: gatewaySubnet(
                name,
                { addressPrefix: plan.subnets.gateway, inspected: gateway.inspected, nextHop },
                ground,
                opts,
            ),
        }),
        ...(dns.mode === "resolver" && resolverSubnets(name, plan, ground, opts)),
    };
    return {
        specs,
        build: (networkId, subnets) => ({
            bastion:
                bastion && new Bastion(name, { ...bastion, subnetId: subnets["bastion"].id, zones, ...place }, opts),
            gateway: gateway && createGateway(name, gateway, { subnetId: subnets["gateway"].id, ...place }, opts),
            foundation:
                dns.mode === "resolver"
                    ? [
                          new DnsResolver(
                              name,
                              {
                                  networkId,
                                  inboundSubnetId: subnets["resolverInbound"].id,
                                  outboundSubnetId: subnets["resolverOutbound"].id,
                                  address: plan.resolverAddress,
                                  forwarding: dns.forwarding,
                                  ...placeOf(ground),
                              },
                              opts,
                          ),
                      ]
                    : [],
        }),
    };
}

/** Under the name and with the security group that Azure demands, and without routes, which it refuses there. */
function bastionSubnet(
    name: string,
    clients: readonly string[],
    ground: HubServicesGround,
    opts: pulumi.CustomResourceOptions,
): SubnetSpec {
    return {
        name: "AzureBastionSubnet",
        addressPrefix: ground.plan.subnets.bastion,
        networkSecurityGroup: networkSecurityGroup(`nsg-bas-${name}`, bastionRules(clients), ground, opts),
    };
}
