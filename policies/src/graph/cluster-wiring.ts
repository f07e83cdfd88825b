import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { AddressSet } from "./address-set";
import type { Machine } from "./machines";
import { occupiedSubnets, poolsOf } from "./machines";
import type { Subnet } from "./network-model";
import { describeSubnet, NetworkModel, subnetsOf } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

const CLUSTER = "containerservice:ManagedCluster";
const TABLE = "network:RouteTable";

/** The cluster that a pool belongs to; undefined if another stack holds it, or nobody knows. */
export function clusterOf({ owner }: Machine, graph: ResourceGraph): GraphResource | undefined {
    const clusters = owner.type === CLUSTER ? [owner] : graph.parents(owner, "resourceName", CLUSTER);
    return clusters.length === 1 ? clusters[0] : undefined;
}

/** The subnets of each cluster's pools. */
export function subnetsOfClusters(graph: ResourceGraph, findings: Findings): Map<GraphResource, Set<Subnet>> {
    const model = graph.model(NetworkModel);
    const result = new Map<GraphResource, Set<Subnet>>();
    for (const machine of poolsOf(model, findings)) {
        const cluster = clusterOf(machine, graph);
        if (cluster) {
            const subnets = result.get(cluster) ?? new Set();
            occupiedSubnets(model, [machine]).forEach(({ subnet }) => subnets.add(subnet));
            result.set(cluster, subnets);
        }
    }
    return result;
}

/** The route tables that a subnet may have. */
export function tablesOf({ owner, properties }: Subnet, graph: ResourceGraph): readonly GraphResource[] {
    const reference = graph.follow(owner, properties.at("routeTable.id"), TABLE);
    return resourcesOf(reference);
}

/** Whether a table sends 0.0.0.0/0 to an appliance. Throws if that is not known. */
function sendsAllToAppliance(table: GraphResource, graph: ResourceGraph): boolean {
    table.inputs.at("routes").items();
    return graph
        .model(NetworkModel)
        .routesOf(table)
        .some(
            ({ properties }) =>
                properties.at("addressPrefix").text() === "0.0.0.0/0" &&
                properties.at("nextHopType").folded() === "virtualappliance",
        );
}

/** Proves that no cluster has a way out of its own beside the route to the firewall: answers would take the other one. */
export function proveOutboundMatches(graph: ResourceGraph, findings: Findings): void {
    for (const [cluster, subnets] of subnetsOfClusters(graph, findings)) {
        const own = findings.on(cluster.urn);
        own.attempt(() => {
            const outbound = cluster.inputs.at("networkProfile.outboundType");
            const type = outbound.folded() ?? "loadbalancer";
            if (["userdefinedrouting", "none", "block"].includes(type)) {
                return;
            }
            for (const subnet of subnets) {
                const table = tablesOf(subnet, graph).find((each) => sendsAllToAppliance(each, graph));
                if (table) {
                    own.fail(
                        `${cluster.name} -> ${outbound.path} is ${outbound.shown()} -> a public way out, and ${describeSubnet(subnet)} -> route table ${table.name} -> 0.0.0.0/0 -> an appliance: ` +
                            'answers take the other way and are dropped. Set outboundType to "userDefinedRouting".',
                    );
                }
            }
        });
    }
}

/** Proves that a public Application Gateway answers by the way on which it was asked. */
export function proveGatewayAnswers(graph: ResourceGraph, findings: Findings): void {
    for (const gateway of graph.ofType("network:ApplicationGateway")) {
        const own = findings.on(gateway.urn);
        own.attempt(() => {
            const frontends = gateway.inputs.at("frontendIPConfigurations").items();
            if (!frontends.some((frontend) => frontend.known().at("publicIPAddress").present)) {
                return;
            }
            for (const part of gateway.inputs.at("gatewayIPConfigurations").items()) {
                proveGatewaySubnet(gateway, part.known().at("subnet.id"), graph, own);
            }
        });
    }
}

function proveGatewaySubnet(gateway: GraphResource, id: Value, graph: ResourceGraph, findings: Findings): void {
    const reference = graph.model(NetworkModel).follow(gateway, id, () => true);
    if (reference.kind === "unknown") {
        id.known();
    }
    for (const subnet of subnetsOf(reference)) {
        subnet.properties.at("routeTable").known();
        for (const table of tablesOf(subnet, graph)) {
            if (sendsAllToAppliance(table, graph)) {
                findings.fail(
                    `Internet -> ${gateway.name} -> ${describeSubnet(subnet)} -> route table ${table.name} -> 0.0.0.0/0 -> an appliance: ` +
                        "answers to the Internet leave by another way than the questions came, and Azure refuses that for a public gateway. Take the route away.",
                );
            }
        }
    }
}

/** Proves that a public API server lets its own nodes in, which come from the firewall's addresses. */
export function proveRangesHoldEgress(graph: ResourceGraph, findings: Findings): void {
    for (const cluster of graph.ofType(CLUSTER)) {
        const own = findings.on(cluster.urn);
        own.attempt(() => {
            const access = cluster.inputs.at("apiServerAccessProfile");
            const ranges = access.at("authorizedIPRanges");
            if (access.at("enablePrivateCluster").isTrue() || ranges.items().length === 0) {
                return;
            }
            const sources = new Set(graph.sourcesOf(cluster, ranges));
            for (const address of egressAddresses(graph)) {
                proveListed(cluster, address, ranges, sources, own);
            }
        });
    }
}

/** Public addresses of the stack's firewalls. Throws if they are not known. */
function egressAddresses(graph: ResourceGraph): Set<GraphResource> {
    const addresses = graph.ofType("network:AzureFirewall").flatMap((firewall) =>
        firewall.inputs
            .at("ipConfigurations")
            .items()
            .flatMap((configuration) => {
                const id = configuration.known().at("publicIPAddress.id");
                const reference = graph.follow(firewall, id, "network:PublicIPAddress");
                if (reference.kind === "unknown") {
                    id.known();
                }
                return resourcesOf(reference);
            }),
    );
    return new Set(addresses);
}

function proveListed(
    cluster: GraphResource,
    address: GraphResource,
    ranges: Value,
    sources: ReadonlySet<GraphResource>,
    findings: Findings,
): void {
    const written = ranges.items();
    const value = address.outputs.at("ipAddress");
    const known = AddressSet.parse(written.flatMap((range) => (range.unknown ? [] : (range.text() ?? []))));
    const listed = !value.unknown && value.present && known.covers(AddressSet.parse([value.text() ?? ""]));
    if (listed || (sources.has(address) && written.some((range) => range.unknown))) {
        return;
    }
    const way = `nodes of ${cluster.name} -> firewall -> ${address.name} -> ${ranges.path}`;
    const remedy = "Add the addresses of all the firewall's PublicIPAddress resources to the ranges.";
    if ((value.unknown || !value.present) && written.some((range) => range.unknown)) {
        findings.undecided(`${way}: whether the address is listed is not known in this preview. ${remedy}`);
    } else if (value.unknown || !value.present) {
        findings.fail(
            `${way}: nothing of that address went into the ranges, so nodes can't reach their API server. ${remedy}`,
        );
    } else {
        findings.fail(`${way}: ${value.shown()} is not listed, so nodes can't reach their API server. ${remedy}`);
    }
}
