import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";
import { ExpressRouteGateway, type ExpressRouteGatewayArgs } from "./express-route-gateway";
import { gatewayRoutes, type ApplianceRoute } from "./gateway-routes";
import { learningRouteTable } from "./route-table";
import type { SubnetSpec } from "./subnets";
import { VpnGateway, type VpnGatewayArgs } from "./vpn-gateway";

/** What the hub, which has a place for either, need not be told. */
type OfGateway<Args> = Omit<Args, keyof Placement | "subnetId">;

/** The way to other sites. */
export type HubGatewayArgs = (
    ({ kind: "vpn" } & OfGateway<VpnGatewayArgs>) | ({ kind: "expressRoute" } & OfGateway<ExpressRouteGatewayArgs>)
) & {
    /** Address spaces of the spokes whose visitors pass the firewall or appliance first, by name. Empty: none do. */
    inspected: Readonly<Record<string, string>>;
};

export type Gateway = VpnGateway | ExpressRouteGateway;

/** The gateway's subnet: Azure supports no security group there, and needs the routes that the gateway learns. */
export function gatewaySubnet(
    name: string,
    {
        addressPrefix,
        inspected,
        nextHop,
    }: { addressPrefix: string; nextHop: string } & Pick<HubGatewayArgs, "inspected">,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): SubnetSpec {
    const routeTable = learningRouteTable(`rt-gateway-${name}`, placement, opts);
    addRoutes(`rt-gateway-${name}`, routeTable, gatewayRoutes(inspected, nextHop), placement, opts);
    return { name: "GatewaySubnet", addressPrefix, routeTable };
}

/**
 * Routes are resources of their own, so that another spoke adds one and changes nothing. They are made one after the
 * other: Azure refuses a second write to a table while one is under way.
 */
function addRoutes(
    tableName: string,
    routeTable: network.RouteTable,
    routes: readonly ApplianceRoute[],
    { resourceGroupName }: Placement,
    opts: pulumi.CustomResourceOptions,
): void {
    let previous: pulumi.Resource = routeTable;
    for (const { name, ...route } of routes) {
        previous = new network.Route(
            `${tableName}-${name}`,
            { routeTableName: tableName, routeName: name, resourceGroupName, ...route },
            { ...opts, dependsOn: previous },
        );
    }
}

export function createGateway(
    name: string,
    gateway: HubGatewayArgs,
    place: Placement & { subnetId: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
): Gateway {
    return gateway.kind === "vpn"
        ? new VpnGateway(name, { ...gateway, ...place }, opts)
        : new ExpressRouteGateway(name, { ...gateway, ...place }, opts);
}
