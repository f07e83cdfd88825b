import type * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placeOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { Appliance, type ApplianceArgs } from "./appliance";
import { applianceInsideRules, applianceOutsideRules } from "./appliance-rules";
import { Firewall, type FirewallArgs } from "./firewall";
import { networkSecurityGroup } from "./network-security-group";
import { closedRouteTable, directRouteTable } from "./route-table";
import type { SubnetSpec } from "./subnets";

/** The way out of a platform: one of three. */
export type WayOutArgs =
    | ({
          mode: "firewall";
          /** What leaves goes on to the gateway's other end. Default: straight to the Internet. */
          forcedTunnelling?: {
              /** What the Internet sees as the platform's sources, at that other end. */
              egressAddresses: string[];
          };
      } & Pick<
          FirewallArgs,
          "resourceGroupId" | "tier" | "publicAddressCount" | "egress" | "inspection" | "ownPublicRanges"
      >)
    | ({ mode: "appliance" } & Omit<
          ApplianceArgs,
          keyof Placement | "zones" | "address" | "insideSubnetId" | "outsideSubnetId"
      >)
    | {
          mode: "address";
          /** Private address of an appliance that others run. */
          nextHop: string;
          /** What the Internet sees as the platform's sources. */
          publicAddresses: string[];
      };

/** What the way out needs of the hub that it is part of. */
export interface WayOutGround extends Placement {
    plan: HubPlan;
    zones: string[];
    /** Whether the hub has a gateway, from which its networks learn routes. */
    hasGateway: boolean;
    /** DNS servers that a firewall asks. Default: Azure's own. */
    upstreamDnsServers?: string[];
}

export interface WayOut {
    /** Present where a firewall answers DNS for its clients. */
    firewall?: Firewall;
    publicAddresses: pulumi.Input<string>[];
    /** What must stand before anything can leave. */
    foundation: pulumi.Resource[];
}

/** A way out before the hub's network stands: the subnets that it needs, and what to make of their ids. */
interface WayOutDraft {
    /** Next hop of everything that leaves a spoke. */
    nextHop: string;
    specs: Record<string, SubnetSpec>;
    build(subnets: Readonly<Record<string, network.Subnet>>): WayOut;
}

export function draftWayOut(
    name: string,
    args: WayOutArgs,
    ground: WayOutGround,
    opts: pulumi.CustomResourceOptions,
): WayOutDraft {
    switch (args.mode) {
        case "firewall":
            return draftFirewall(name, args, ground, opts);
        case "appliance":
            return draftAppliance(name, args, ground, opts);
        case "address":
            return {
                nextHop: args.nextHop,
                specs: {},
                build: () => ({ publicAddresses: args.publicAddresses, foundation: [] }),
            };
    }
}

function draftFirewall(
    name: string,
    { forcedTunnelling, ...args }: Extract<WayOutArgs, { mode: "firewall" }>,
    ground: WayOutGround,
    opts: pulumi.CustomResourceOptions,
): WayOutDraft {
    const { plan, zones } = ground;
    const management = forcedTunnelling && {
        name: "AzureFirewallManagementSubnet",
        addressPrefix: plan.subnets.firewallManagement,
        routeTable: closedRouteTable(`rt-firewall-management-${name}`, "internet", ground, opts),
    };
    // Other sites may announce 0.0.0.0/0, which a firewall without forced tunnelling can't follow.
    const routeTable =
        ground.hasGateway && !management ? directRouteTable(`rt-firewall-${name}`, ground, opts) : undefined;
    return {
        nextHop: plan.firewallAddress,
        specs: {
            firewall: { name: "AzureFirewallSubnet", addressPrefix: plan.subnets.firewall, routeTable },
            ...(management && { management }),
        },
        build: (subnets) => {
            const firewall = new Firewall(
                name,
                {
                    ...args,
                    ...placeOf(ground),
                    zones,
                    publicAddressCount: management ? 0 : args.publicAddressCount,
                    subnetId: subnets["firewall"].id,
                    managementSubnetId: management && subnets["management"].id,
                    plannedAddress: plan.firewallAddress,
                    dnsServers: ground.upstreamDnsServers,
                },
                opts,
            );
            return {
                firewall,
                publicAddresses: forcedTunnelling?.egressAddresses ?? firewall.publicAddresses,
                foundation: [firewall],
            };
        },
    };
}

function draftAppliance(
    name: string,
    args: Extract<WayOutArgs, { mode: "appliance" }>,
    ground: WayOutGround,
    opts: pulumi.CustomResourceOptions,
): WayOutDraft {
    const { plan, zones } = ground;
    const { applianceInside: inside, applianceOutside: outside, bastion } = plan.subnets;
    return {
        nextHop: plan.applianceAddress,
        specs: {
            inside: {
                name: "snet-appliance-inside",
                addressPrefix: inside,
                networkSecurityGroup: networkSecurityGroup(
                    `nsg-appliance-inside-${name}`,
                    applianceInsideRules({ inside, bastion }),
                    ground,
                    opts,
                ),
            },
            outside: {
                name: "snet-appliance-outside",
                addressPrefix: outside,
                networkSecurityGroup: networkSecurityGroup(
                    `nsg-appliance-outside-${name}`,
                    applianceOutsideRules(),
                    ground,
                    opts,
                ),
                routeTable: closedRouteTable(`rt-appliance-outside-${name}`, "internet", ground, opts),
            },
        },
        build: (subnets) => {
            const appliance = new Appliance(
                name,
                {
                    ...args,
                    ...placeOf(ground),
                    zones,
                    address: plan.applianceAddress,
                    insideSubnetId: subnets["inside"].id,
                    outsideSubnetId: subnets["outside"].id,
                },
                opts,
            );
            return {
                publicAddresses: appliance.publicAddresses,
                foundation: [appliance],
            };
        },
    };
}
