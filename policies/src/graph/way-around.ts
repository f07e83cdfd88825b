import type { Findings } from "../frame/findings";
import { AddressSet, EVERYWHERE } from "./address-set";
import type { Occupied } from "./machines";
import { interfacesOf, occupiedSubnets, poolsOf } from "./machines";
import { describeSubnet, NetworkModel, knownPrefixesOf } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { divideByRoute } from "./route-space";
import type { Way } from "./subnet-ways";
import { SubnetWays } from "./subnet-ways";
import { Topology } from "./topology";

/** What Azure itself answers on or keeps to the machine: never routed. */
const PLATFORM = AddressSet.parse(["168.63.129.16", "169.254.0.0/16", "127.0.0.0/8", "224.0.0.0/3", "fe80::/10"]);

const EVERY_IPV4 = AddressSet.parse(["0.0.0.0/0"]);

const REMEDY = "Use ids and names that lead to one resource alone.";

/**
 * Proves that no route of a machine's subnet leads around its firewall: for all addresses outside of the network, the
 * route that Azure picks for them ends at an appliance. Routes of every origin count, and the longest prefix wins.
 */
export function proveNoWayAround(graph: ResourceGraph, findings: Findings): void {
    const model = graph.model(NetworkModel);
    const machines = [...poolsOf(model, findings), ...interfacesOf(model, findings)];
    for (const occupied of occupiedSubnets(model, machines)) {
        const { owner, network } = occupied.subnet;
        const own = findings.on(owner.urn);
        own.attempt(() => {
            if (network) {
                proveSubnet(graph, occupied, network, findings);
            } else {
                const hops = `${occupied.label} -> ${describeSubnet(occupied.subnet)}`;
                own.undecided(
                    `${hops} -> the network is not known in this preview, and with it its peerings. ` +
                        "Take virtualNetworkName from one VirtualNetwork of this stack.",
                );
            }
        });
    }
}

function proveSubnet(graph: ResourceGraph, occupied: Occupied, network: GraphResource, findings: Findings): void {
    const subnetWays = graph.model(SubnetWays);
    const ways = subnetWays.of(occupied.subnet, network);
    const hubs = subnetWays.hubsOf(ways);
    const outside = addressable(occupied).minus(graph.model(Topology).spaceOf(network).or(PLATFORM));
    for (const [way, which] of escaping(ways, outside)) {
        // Whatever stands beside the firewall reaches the networks around it directly, as the firewall does.
        const byHub = way.origin === "network" && (hubs.includes(network) || mayBeHub(way, hubs, ways));
        // What written and default routes do to pools is egress-through-firewall's question.
        const asked = way.origin === "network" || way.origin === "learned" || !occupied.kinds.has("pool");
        if (asked && !byHub) {
            report(occupied, way, which, findings.on(way.owner.urn));
        }
    }
}

/** What machines of a subnet can send to: addresses of the families that the subnet has. */
function addressable({ subnet }: Occupied): AddressSet {
    return knownPrefixesOf(subnet).some((prefix) => prefix.includes(":")) ? EVERYWHERE : EVERY_IPV4;
}

/** The ways that lead past any appliance, each with what Azure picks it for, as a message names that. */
function escaping(ways: readonly Way[], outside: AddressSet): (readonly [Way, string])[] {
    const leaks = new Map<Way, AddressSet>();
    for (const { addresses, route } of divideByRoute(ways.filter(({ stands }) => stands === undefined))) {
        const part = AddressSet.of([addresses]).and(outside);
        if (route.leak !== undefined && !part.empty) {
            leaks.set(route, part.or(leaks.get(route) ?? part));
        }
    }
    return [
        ...[...leaks].map(([way, addresses]) => [way, addresses.shown()] as const),
        ...ways.flatMap((way) => (way.stands !== undefined && way.leak ? [[way, way.stands] as const] : [])),
    ];
}

/** Whether a peering leads to the network with the appliances. A single one of another stack, if this one has none. */
function mayBeHub({ peer }: Way, hubs: readonly GraphResource[], ways: readonly Way[]): boolean {
    if (peer !== undefined) {
        return hubs.includes(peer);
    }
    const elsewhere = ways.filter((way) => way.origin === "network" && way.peer === undefined);
    return hubs.length === 0 && elsewhere.length === 1;
}

function report({ subnet, label, certain }: Occupied, way: Way, which: string, findings: Findings): void {
    const path = `${label} -> ${describeSubnet(subnet)} -> ${which} -> ${way.label} -> ${way.leak}`;
    if (certain && way.certain) {
        findings.fail(`${path}. No firewall sees that.`);
    } else {
        findings.undecided(
            `${path}. Whether this is so is not known in this preview, because an id or a name on the way is not. ${REMEDY}`,
        );
    }
}
