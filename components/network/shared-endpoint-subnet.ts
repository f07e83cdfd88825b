import type * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { networkSecurityGroup } from "./network-security-group";
import { sharedEndpointRules } from "./nsg-rules";
import { closedRouteTable } from "./route-table";
import type { SubnetSpec } from "./subnets";

/** The hub's subnet for private endpoints that all spokes share. */
export function sharedEndpointSubnet(
    name: string,
    { plan, nextHop, ...placement }: Placement & { plan: HubPlan; nextHop: string },
    opts: pulumi.CustomResourceOptions,
): SubnetSpec {
    return {
        name: "snet-private-endpoints",
        addressPrefix: plan.subnets.privateEndpoints,
        networkSecurityGroup: networkSecurityGroup(
            `nsg-private-endpoints-${name}`,
            sharedEndpointRules(),
            placement,
            opts,
        ),
        privateEndpointNetworkPolicies: "Enabled",
        routeTable: closedRouteTable(`rt-private-endpoints-${name}`, { appliance: nextHop }, placement, opts),
    };
}
