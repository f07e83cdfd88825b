import type { Findings } from "../frame/findings";
import type { Prefix } from "./address-set";
import { AddressSet, compare, NOWHERE } from "./address-set";
import type { Permit, RuleEnd } from "./firewall-permits";
import { FirewallPermits } from "./firewall-permits";
import { networksOfFirewall } from "./firewall-places";
import { ALL_PORTS, portRangeOf } from "./port-range";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { Topology } from "./topology";

/** What a rule about transit may be: options of the rule that asks. */
export interface TransitLimits {
    /** A rule that opens more ports than this opens any. */
    mostPorts: number;
    /** Names of the rule collections that may hold such rules; none named means all of them. */
    collections: readonly string[];
}

/** Every address that a network of Azure's may have inside. */
const PRIVATE = AddressSet.parse(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);

/**
 * Proves that what passes the firewall from one spoke to another, or from another site to a spoke, passes by a rule that
 * says from where, to where and on which ports.
 */
export class TransitProof {
    private readonly topology: Topology;
    private readonly permits: FirewallPermits;
    private hubs: ReadonlySet<GraphResource> = new Set();
    private index: SpokeIndex | undefined;

    constructor(
        private readonly graph: ResourceGraph,
        private readonly limits: TransitLimits,
    ) {
        this.topology = graph.model(Topology);
        this.permits = graph.model(FirewallPermits);
    }

    prove(findings: Findings): void {
        for (const group of this.permits.groups) {
            const own = findings.on(group.urn);
            own.attempt(() => {
                this.index ??= this.indexed();
                for (const permit of this.permits.permitsOf(group)) {
                    own.attempt(() => this.provePermit(permit, own));
                }
            });
        }
    }

    private provePermit(permit: Permit, findings: Findings): void {
        if (permit.rule.at("ruleType").folded() === "applicationrule") {
            // Its destinations are names; which of them lead to a spoke, nobody knows before they are asked.
            return;
        }
        const destinations = this.permits.endsOf(permit, "destination").filter((end) => this.touched(end).length > 0);
        if (destinations.length === 0) {
            return;
        }
        const sources = this.permits.endsOf(permit, "source").filter((end) => this.entersFrom(end, destinations));
        if (sources.length > 0) {
            this.proveTransit(permit, sources, destinations, findings);
        }
    }

    private proveTransit(permit: Permit, sources: RuleEnd[], destinations: RuleEnd[], findings: Findings): void {
        const ends = [...sources, ...destinations];
        const everything = ends.find(({ addresses }) => addresses?.covers(PRIVATE));
        const [wideSource, wideDestination] = [sources, destinations].map((side) =>
            side.find((end) => this.touched(end).length > 1),
        );
        const whole = ends.find((end) => this.touched(end).length > 1 || this.holdsNetwork(end));
        if (everything) {
            report(permit, [everything], "stands for everything. Name the networks that are meant", findings);
        } else if (wideSource && wideDestination) {
            const found = "each hold several networks, so all of them reach each other. Write a rule for each pair";
            report(permit, [wideSource, wideDestination], found, findings);
        } else if (whole && this.opensAnyPort(permit)) {
            const found = "holds a whole network, and the rule opens any port. Name the ports, or the machines";
            report(permit, [whole], found, findings);
        }
        const { properties } = permit.collection;
        const name = properties.at("name").text() ?? "";
        const { collections } = this.limits;
        if (name === "" || (collections.length > 0 && !collections.includes(name))) {
            const wanted = collections.length > 0 ? `one of ${collections.join(", ")}` : "one with a name";
            findings.fail(
                `${flow(permit, ends)}: its rule collection, ${properties.path}, is ${properties.at("name").shown()}; ` +
                    `rules between networks must stand in ${wanted}. Move it.`,
            );
        }
    }

    private indexed(): SpokeIndex {
        const firewalls = this.graph.ofType("network:AzureFirewall");
        this.hubs = new Set(firewalls.flatMap((firewall) => networksOfFirewall(firewall, this.topology)));
        return new SpokeIndex(this.topology, this.hubs);
    }

    /** The spokes of which an end holds addresses. */
    private touched({ addresses }: RuleEnd): GraphResource[] {
        return this.index?.touchedBy(addresses ?? NOWHERE) ?? [];
    }

    private holdsNetwork(end: RuleEnd): boolean {
        return this.touched(end).some((network) => end.addresses?.covers(this.spaceOf(network)));
    }

    /** Whether some address of a source is in another spoke than a destination, or on another site. */
    private entersFrom({ addresses }: RuleEnd, destinations: readonly RuleEnd[]): boolean {
        const reached = [...new Set(destinations.flatMap((end) => this.touched(end)))];
        // An address is in one spoke at most: where several are reached, it is not in some of them.
        const inside = [...this.hubs, ...(reached.length === 1 ? reached : [])].map((network) => this.spaceOf(network));
        return addresses !== undefined && !addresses.minus(AddressSet.union(inside)).empty;
    }

    private opensAnyPort({ rule }: Permit): boolean {
        const protocols = rule.at("ipProtocols").texts();
        if (protocols.length > 0 && protocols.every((protocol) => /^icmp$/i.test(protocol))) {
            return false;
        }
        const ranges = rule
            .at("destinationPorts")
            .texts()
            .map((text) => portRangeOf(text) ?? ALL_PORTS);
        const opened = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
        return opened > this.limits.mostPorts || protocols.some((protocol) => /^any$/i.test(protocol));
    }

    private spaceOf(network: GraphResource): AddressSet {
        return this.topology.spaceOf(network);
    }
}

/** Spokes by their addresses, found by halving: rules of a large platform name hundreds of prefixes. */
class SpokeIndex {
    private readonly claims: readonly { prefix: Prefix; network: GraphResource }[];
    /** The last address of all claims up to each. */
    private readonly reach: readonly bigint[];

    constructor(topology: Topology, hubs: ReadonlySet<GraphResource>) {
        this.claims = topology.networks
            .filter((network) => !hubs.has(network))
            .flatMap((network) => topology.prefixesOf(network).map((prefix) => ({ prefix, network })))
            .sort((a, b) => compare(a.prefix.first, b.prefix.first));
        let furthest = -1n;
        this.reach = this.claims.map(({ prefix }) => (furthest = prefix.last > furthest ? prefix.last : furthest));
    }

    touchedBy({ ranges }: AddressSet): GraphResource[] {
        const touched = new Set<GraphResource>();
        for (const { first, last } of ranges) {
            for (let at = this.beginningBy(last) - 1; at >= 0 && (this.reach[at] ?? -1n) >= first; at--) {
                const claim = this.claims[at];
                if (claim && claim.prefix.last >= first) {
                    touched.add(claim.network);
                }
            }
        }
        return [...touched];
    }

    /** How many claims begin at an address or before it. */
    private beginningBy(place: bigint): number {
        let [low, high] = [0, this.claims.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if ((this.claims[middle]?.prefix.first ?? 0n) <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

function flow({ label }: Permit, ends: readonly RuleEnd[]): string {
    return `${label}: ${ends.map((end) => end.label).join(" and ")}`;
}

function report(permit: Permit, ends: RuleEnd[], found: string, findings: Findings): void {
    const message = `${flow(permit, ends)} ${found}.`;
    if (ends.every(({ certain }) => certain)) {
        findings.fail(message);
    } else {
        findings.undecided(
            `${message} Whether it is this IP group is not known in this preview. Use ids that a preview knows.`,
        );
    }
}
