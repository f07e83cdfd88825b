import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

/** Where a table sends what no more specific route names. */
export type DefaultRoute = { readonly appliance: string } | "internet" | "none";

export const internetRoute = { name: "default-to-internet", addressPrefix: "0.0.0.0/0", nextHopType: "Internet" };

/**
 * Makes a route table that learns nothing from gateways: a learned route would be more specific than 0.0.0.0/0, and so
 * go round the firewall.
 */
export function closedRouteTable(
    name: string,
    defaultRoute: DefaultRoute,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.RouteTable {
    return new network.RouteTable(
        name,
        {
            routeTableName: name,
            disableBgpRoutePropagation: true,
            routes: routesOf(defaultRoute),
            ...placementOf(placement),
        },
        opts,
    );
}

function routesOf(defaultRoute: DefaultRoute) {
    if (defaultRoute === "none") {
        return [];
    }
    return defaultRoute === "internet"
        ? [internetRoute]
        : [
              {
                  name: "default-to-firewall",
                  addressPrefix: "0.0.0.0/0",
                  nextHopType: "VirtualAppliance",
                  nextHopIpAddress: defaultRoute.appliance,
              },
          ];
}
