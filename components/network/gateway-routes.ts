/** A route as Azure takes it inside a route table. */
export interface ApplianceRoute {
    readonly name: string;
    readonly addressPrefix: string;
    readonly nextHopType: "VirtualAppliance";
    readonly nextHopIpAddress: string;
}

/**
 * Routes of `GatewaySubnet` that lead from other sites to each spoke by way of the firewall or appliance. Answers go
 * there anyway, so both directions pass the same one: a firewall drops a flow of which it sees one half alone.
 * They are as long as the routes of peering, and win because they are user-defined. Never 0.0.0.0/0, which Azure refuses
 * there. That this also holds for FastPath and for private endpoints is unconfirmed.
 */
export function gatewayRoutes(spokes: Readonly<Record<string, string>>, nextHop: string): ApplianceRoute[] {
    return Object.entries(spokes).map(([name, addressPrefix]) => ({
        name: `to-${name}`,
        addressPrefix,
        nextHopType: "VirtualAppliance",
        nextHopIpAddress: nextHop,
    }));
}
