import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import type { Prefix } from "./address-set";
import { AddressSet, compare, parsePrefix } from "./address-set";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import type { Topology } from "./topology";
import { Topology as TopologyModel } from "./topology";

interface Claim {
    prefix: Prefix;
    owner: GraphResource;
    /** "addressSpace.addressPrefixes[0] of spoke" */
    label: string;
}

/** What AKS takes where a cluster says nothing (Azure documentation, "AKS network concepts"). */
const DEFAULT_SERVICES = "10.0.0.0/16";
const DEFAULT_PODS = "10.244.0.0/16";

/**
 * Proves that no two networks that reach each other claim the same address, and that no cluster keeps addresses of them
 * to itself. Overlay pods and services of different clusters may share theirs: no packet with them leaves a cluster.
 */
export function proveNoOverlap(graph: ResourceGraph, findings: Findings): void {
    const topology = graph.model(TopologyModel);
    const sites = graph.ofType("network:LocalNetworkGateway").flatMap((site) => {
        const path = "localNetworkAddressSpace.addressPrefixes";
        return claimsOf(site, site.inputs.at(path), findings);
    });
    const gatewayClients = graph
        .ofType("network:VirtualNetworkGateway")
        .flatMap((gateway) =>
            claimsOf(
                gateway,
                gateway.inputs.at("vpnClientConfiguration.vpnClientAddressPool.addressPrefixes"),
                findings,
            ),
        );
    const outside = [...sites, ...gatewayClients];
    const connected = connectedNetworks(topology).map((networks) => [
        ...networks.flatMap((network) =>
            claimsOf(network, network.inputs.at("addressSpace.addressPrefixes"), findings),
        ),
        ...outside,
    ]);
    for (const claims of connected) {
        refuseOverlaps(claims, findings);
    }
    proveClusters(graph, connected, findings);
}

function claimsOf(owner: GraphResource, list: Value, findings: Findings): Claim[] {
    const claims: Claim[] = [];
    findings.on(owner.urn).attempt(() => {
        for (const item of list.items()) {
            const prefix = parsePrefix(item.text() ?? "");
            if (prefix) {
                claims.push({ prefix, owner, label: `${item.path} of ${owner.name} (${prefix.text})` });
            }
        }
    });
    return claims;
}

/** Networks that reach each other by any chain of peerings. */
function connectedNetworks(topology: Topology): GraphResource[][] {
    const seen = new Set<GraphResource>();
    return topology.networks.flatMap((start) => {
        const group: GraphResource[] = [];
        const open = [start];
        for (let network = open.pop(); network !== undefined; network = open.pop()) {
            if (seen.has(network)) {
                continue;
            }
            seen.add(network);
            group.push(network);
            for (const { remote } of topology.peeringsOf(network)) {
                open.push(...resourcesOf(remote));
            }
        }
        return group.length > 0 ? [group] : [];
    });
}

/** In order of their first addresses, a claim overlaps an earlier one if it begins before the furthest end so far. */
function refuseOverlaps(claims: readonly Claim[], findings: Findings): void {
    const sorted = [...claims].sort((a, b) => compare(a.prefix.first, b.prefix.first));
    let furthest: Claim | undefined;
    for (const claim of sorted) {
        if (furthest && claim.prefix.first <= furthest.prefix.last) {
            refuse(claim, furthest, findings);
        }
        if (!furthest || claim.prefix.last > furthest.prefix.last) {
            furthest = claim;
        }
    }
}

function refuse(claim: Claim, other: Claim, findings: Findings): void {
    findings
        .on(claim.owner.urn)
        .fail(`${claim.label} and ${other.label} hold the same addresses. Give each network addresses of its own.`);
}

function proveClusters(graph: ResourceGraph, connected: readonly Claim[][], findings: Findings): void {
    const sets = connected.map((claims) => ({ claims, set: AddressSet.of(claims.map(({ prefix }) => prefix)) }));
    for (const cluster of graph.ofType("containerservice:ManagedCluster")) {
        findings.on(cluster.urn).attempt(() => {
            const own = clusterClaims(cluster);
            refuseOverlaps(own, findings);
            for (const claim of own) {
                for (const { claims, set } of sets) {
                    const other = set.touches(claim.prefix) && claims.find(({ prefix }) => meet(prefix, claim.prefix));
                    if (other) {
                        refuse(claim, other, findings);
                    }
                }
            }
        });
    }
}

/** Addresses that a cluster keeps to itself: services, and pods where they have no subnet. */
function clusterClaims(cluster: GraphResource): Claim[] {
    const profile = cluster.inputs.at("networkProfile").known();
    const overlay =
        profile.at("networkPluginMode").folded() === "overlay" || profile.at("networkPlugin").folded() === "kubenet";
    const parts = [
        { single: "serviceCidr", several: "serviceCidrs", fallback: DEFAULT_SERVICES },
        ...(overlay ? [{ single: "podCidr", several: "podCidrs", fallback: DEFAULT_PODS }] : []),
    ];
    return parts.flatMap(({ single, several, fallback }) => {
        const listed = profile.at(several).texts();
        const written = profile.at(single).text();
        const texts = listed.length > 0 ? listed : [written ?? fallback];
        const how = listed.length > 0 || written !== undefined ? "" : ", AKS's default";
        return [...new Set(texts)].flatMap((text) => {
            const prefix = parsePrefix(text);
            const label = `${profile.at(single).path} of ${cluster.name} (${text}${how})`;
            return prefix ? [{ prefix, owner: cluster, label }] : [];
        });
    });
}

function meet(a: Prefix, b: Prefix): boolean {
    return a.first <= b.last && b.first <= a.last;
}
