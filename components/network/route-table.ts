import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

/** Where a table sends what no more specific route names. */
export type DefaultRoute = { readonly appliance: string } | "internet" | "none";

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
    const addressPrefix = "0.0.0.0/0";
    if (defaultRoute === "none") {
        return [];
    }
    return defaultRoute === "internet"
        ? [{ name: "default-to-internet", addressPrefix, nextHopType: "Internet" }]
        : [
              {
                  name: "default-to-firewall",
                  addressPrefix,
                  nextHopType: "VirtualAppliance",
                  nextHopIpAddress: defaultRoute.appliance,
              },
          ];
}
