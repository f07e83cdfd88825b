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
    return routeTable(name, { disableBgpRoutePropagation: true, routes: routesOf(defaultRoute) }, placement, opts);
}

/** Makes a route table that learns the networks of other sites, and goes to the Internet whatever they announce. */
export function directRouteTable(
    name: string,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.RouteTable {
    return routeTable(name, { disableBgpRoutePropagation: false, routes: routesOf("internet") }, placement, opts);
}

/** Makes a route table that learns what gateways do; its routes are resources of their own. */
export function learningRouteTable(
    name: string,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.RouteTable {
    return routeTable(name, { disableBgpRoutePropagation: false }, placement, opts);
}

function routeTable(
    name: string,
    settings: Pick<network.RouteTableArgs, "disableBgpRoutePropagation" | "routes">,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.RouteTable {
    return new network.RouteTable(name, { routeTableName: name, ...settings, ...placementOf(placement) }, opts);
}

function routesOf(defaultRoute: DefaultRoute) {
    if (defaultRoute === "none") {
        return [];
    }
    return defaultRoute === "internet"
        ? [{ name: "default-to-internet", addressPrefix: "0.0.0.0/0", nextHopType: "Internet" }]
        : [
              {
                  name: "default-to-firewall",
                  addressPrefix: "0.0.0.0/0",
                  nextHopType: "VirtualAppliance",
                  nextHopIpAddress: defaultRoute.appliance,
              },
          ];
}
