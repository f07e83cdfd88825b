import * as pulumi from "@pulumi/pulumi";
import { zonesOf } from "../components/availability-zones";
import type { EgressRule } from "../components/network/egress-rules";
import type { HubGatewayArgs } from "../components/network/gateway";
import { mapValues } from "../components/record";
import { plannedSpoke } from "./address-plan";
import type { Settings } from "./config/load";
import type { ExpressRouteConfig, GatewayConfig, VpnConfig } from "./config/schema/gateway";

/** The hub's way to other sites, as its settings want it; undefined where they want none. */
export function gatewayOf(gateway: GatewayConfig, settings: Settings): HubGatewayArgs | undefined {
    if (gateway.mode === "none") {
        return undefined;
    }
    const inspected = gateway.inspectInbound ? spacesOf(settings) : {};
    return gateway.mode === "vpn" ? vpnOf(gateway, settings, inspected) : expressRouteOf(gateway, settings, inspected);
}

function vpnOf(
    { sku, activeActive, bgp, connections, pointToSite }: VpnConfig,
    settings: Settings,
    inspected: HubGatewayArgs["inspected"],
): HubGatewayArgs {
    return {
        kind: "vpn",
        zones: settings.zones.length > 0 ? settings.zones : zonesOf(settings.location),
        sku,
        activeActive,
        asn: bgp?.asn,
        connections: mapValues(connections, ({ networks, ...site }, name) => ({
            ...site,
            networks: networks ?? (site.bgp ? [] : settings.onPremises),
            sharedKey: pulumi.secret(settings.gatewayKeys[name] ?? ""),
        })),
        pointToSite: pointToSite && { ...pointToSite, tenantId: settings.tenantId },
        inspected,
    };
}

function expressRouteOf(
    { sku, publicAddress, connections }: ExpressRouteConfig,
    { gatewayKeys, zones }: Settings,
    inspected: HubGatewayArgs["inspected"],
): HubGatewayArgs {
    return {
        kind: "expressRoute",
        zones,
        sku,
        publicAddress,
        connections: mapValues(connections, (circuit, name) => ({
            ...circuit,
            authorizationKey: name in gatewayKeys ? pulumi.secret(gatewayKeys[name]) : undefined,
        })),
        inspected,
    };
}

function spacesOf({ spokes, addresses }: Settings): Record<string, string> {
    return mapValues(spokes, (spoke) => plannedSpoke(spoke, addresses).addressSpace);
}

/** Who comes from elsewhere, and what is opened for them. */
export interface VisitorNeed {
    group: string;
    /** CIDRs. */
    sources: string[];
    rules: EgressRule[];
}

/**
 * What other sites and single machines may reach in the spokes: TLS to private endpoints and API servers. A private
 * link's API server has its endpoint among the nodes of the first pool.
 */
export function visitorNeeds(gateway: GatewayConfig, { spokes, addresses, onPremises }: Settings): VisitorNeed[] {
    if (gateway.mode === "none" || !gateway.inspectInbound) {
        return [];
    }
    const clients = gateway.mode === "vpn" ? (gateway.pointToSite?.clientAddresses ?? []) : [];
    const sources = [...onPremises, ...clients];
    const destinations = Object.values(spokes).flatMap((spoke) => {
        const { subnets } = plannedSpoke(spoke, addresses);
        return [subnets.privateEndpoints, ...(spoke.cluster ? [subnets.systemPool, subnets.apiServer] : [])];
    });
    const rule: EgressRule = {
        kind: "network",
        name: "other-sites-to-private-endpoints",
        why: "Other sites and VPN clients to private endpoints and private API servers, over TLS alone.",
        source: "configuration",
        protocol: "TCP",
        destinations,
        ports: ["443"],
    };
    return sources.length === 0 ? [] : [{ group: "other-sites", sources, rules: [rule] }];
}
