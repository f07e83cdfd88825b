import { inDoubt } from "../frame/doubt";
import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import type { AddressRange } from "./address-set";
import { AddressSet } from "./address-set";
import { FirewallAddresses } from "./firewall-address";
import { networksOfFirewall } from "./firewall-places";
import { LedSubnets } from "./led-subnets";
import type { Subnet } from "./network-model";
import { describeSubnet, ownNetworkOf } from "./network-model";
import { requireSeenSubnets } from "./occupants";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { divideByRoute } from "./route-space";
import type { Way } from "./subnet-ways";
import { SubnetWays } from "./subnet-ways";
import { Topology } from "./topology";

/** What stands in a hub and should see whatever passes through it. */
interface Guard {
    /** "firewall afw" */
    label: string;
    /** False if it may stand in another network. */
    certain: boolean;
}

/** A gateway's subnet in a hub that something guards, and the spokes around it. */
interface Entrance {
    subnet: Subnet;
    guard: Guard;
    /** Every address of the spokes. */
    spokes: AddressSet;
    table: GraphResource | undefined;
}

/**
 * Proves that what comes from other sites by a gateway passes the firewall of the gateway's network before it reaches a
 * spoke. A peering leads there directly unless the table of `GatewaySubnet` holds a route to the firewall that is at
 * least as long (Azure documentation, "Virtual network traffic routing"). Spokes of other stacks are not asked for: their
 * addresses are not to be seen here.
 */
export class InboundProof {
    private readonly topology: Topology;
    private readonly subnetWays: SubnetWays;
    private readonly addresses: FirewallAddresses;

    /** @param trustedNextHops addresses of firewalls or appliances outside of the stack */
    constructor(
        private readonly graph: ResourceGraph,
        trustedNextHops: readonly string[],
    ) {
        this.topology = graph.model(Topology);
        this.subnetWays = graph.model(SubnetWays);
        this.addresses = new FirewallAddresses(this.topology.model, trustedNextHops);
    }

    prove(findings: Findings): void {
        requireSeenSubnets(this.topology.model, findings);
        for (const subnet of this.topology.model.subnets) {
            const own = findings.on(subnet.owner.urn);
            if (subnet.name === undefined) {
                inDoubt(own, `the name of ${describeSubnet(subnet)} is not`, (found) =>
                    this.proveSubnet(subnet, found),
                );
            } else if (subnet.name === "gatewaysubnet") {
                own.attempt(() => this.proveSubnet(subnet, own));
            }
        }
    }

    private proveSubnet(subnet: Subnet, findings: Findings): void {
        const { owner } = subnet;
        const network = ownNetworkOf(this.graph, subnet);
        if (network === undefined) {
            return;
        }
        const spokes = this.spokesOf(network);
        const guard = spokes.length > 0 ? this.guardOf(network, spokes) : undefined;
        if (guard === undefined) {
            return;
        }
        const tableId = subnet.properties.at("routeTable.id");
        const reference = this.graph.follow(owner, tableId, "network:RouteTable");
        if (reference.kind === "outside") {
            findings.undecided(
                `${describeSubnet(subnet)} -> ${tableId.path} leads to no route table of this stack (found ${tableId.shown()}), so its routes can't be seen. ` +
                    "Put the route table into the stack.",
            );
            return;
        }
        const table = resourcesOf(reference)[0];
        const addresses = AddressSet.union(spokes.map((spoke) => this.topology.spaceOf(spoke)));
        this.proveWays({ subnet, guard, table, spokes: addresses }, this.subnetWays.of(subnet, network), findings);
    }

    /** Networks of this stack that a hub's peerings lead to. */
    private spokesOf(network: GraphResource): GraphResource[] {
        const spokes = this.topology.peeringsOf(network).flatMap(({ properties, remote }) => {
            if (properties.at("allowVirtualNetworkAccess").raw === false) {
                return [];
            }
            if (remote.kind === "unknown") {
                throw new UndecidedError(properties.at("remoteVirtualNetwork.id").path);
            }
            return resourcesOf(remote);
        });
        return [...new Set(spokes)];
    }

    /** A firewall in the hub; or the appliance there that routes of its spokes lead to. */
    private guardOf(hub: GraphResource, spokes: readonly GraphResource[]): Guard | undefined {
        for (const firewall of this.graph.ofType("network:AzureFirewall")) {
            const networks = networksOfFirewall(firewall, this.topology);
            if (networks.includes(hub)) {
                return { label: `firewall ${firewall.name}`, certain: networks.length === 1 };
            }
        }
        const led = this.graph.model(LedSubnets);
        const lead = spokes.flatMap((spoke) => led.ledIn(spoke)).find((each) => led.hubsOf(each).includes(hub));
        return lead && { label: `the appliance of ${lead.hops}`, certain: lead.certain };
    }

    private proveWays(entrance: Entrance, ways: readonly Way[], findings: Findings): void {
        const taken = new Map<Way, AddressRange[]>();
        for (const { addresses, route } of divideByRoute(ways.filter(({ stands }) => stands === undefined))) {
            const isDropped = route.nowhere === true && route.certain;
            if (!isDropped && entrance.spokes.touches(addresses)) {
                taken.set(route, [...(taken.get(route) ?? []), addresses]);
            }
        }
        for (const [way, ranges] of taken) {
            const { owner, origin } = way;
            const place = origin === "user" ? owner : (entrance.table ?? entrance.subnet.owner);
            const own = findings.on(place.urn);
            own.attempt(() => this.proveWay(entrance, way, ranges, own));
        }
    }

    private proveWay(
        { subnet, guard, table, spokes }: Entrance,
        way: Way,
        ranges: readonly AddressRange[],
        findings: Findings,
    ): void {
        const hop = way.appliance && this.addresses.judge(way.owner, way.appliance);
        if (hop?.verdict === "firewall" && way.certain) {
            return;
        }
        const end = hop ? hop.reason : (way.leak ?? (way.nowhere ? "nowhere" : "the network itself"));
        const path = `other sites -> ${describeSubnet(subnet)} -> ${spokes.and(AddressSet.of(ranges)).shown()} -> ${way.label} -> ${end}`;
        const remedy = table
            ? `Add routes for the spokes' address ranges to ${table.name}, with the firewall's address as next hop.`
            : `Give the subnet a route table with routes for the spokes' address ranges, and the firewall's address as next hop.`;
        if (way.certain && guard.certain && hop?.verdict !== "undecided") {
            findings.fail(`${path}. That goes past ${guard.label}. ${remedy}`);
        } else {
            findings.undecided(
                `${path}. Whether that goes past ${guard.label} is not known in this preview, because an id, a name or an address on the way is not. ${remedy}`,
            );
        }
    }
}
