import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { networkSecurityGroup } from "./network-security-group";
import { sharedEndpointRules } from "./nsg-rules";
import type { SubnetSpec } from "./subnets";

/** The hub's subnet for private endpoints that all spokes share. */
export function sharedEndpointSubnet(
    name: string,
    { plan, nextHop, ...placement }: Placement & { plan: HubPlan; nextHop: string },
    opts: pulumi.CustomResourceOptions,
): SubnetSpec {
    const routeTableName = `rt-private-endpoints-${name}`;
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
        routeTable: new network.RouteTable(
            routeTableName,
            {
                routeTableName,
                disableBgpRoutePropagation: true,
                routes: [
                    {
                        name: "default-to-firewall",
                        addressPrefix: "0.0.0.0/0",
                        nextHopType: "VirtualAppliance",
                        nextHopIpAddress: nextHop,
                    },
                ],
                ...placementOf(placement),
            },
            opts,
        ),
    };
}
