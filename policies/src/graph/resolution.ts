import type { Findings } from "../frame/findings";
import { is } from "../frame/expectation";
import { UndecidedError } from "../frame/value";
import { AddressSet } from "./address-set";
import { networksOfFirewall } from "./firewall-places";
import { addressesOf, NetworkModel } from "./network-model";
import type { EndpointZone } from "./private-links";
import { ENDPOINT, PrivateLinks } from "./private-links";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { NETWORK, Topology } from "./topology";

/** A network whose links decide what a name means, and how a client's question gets there. */
interface Resolver {
    /** None: a DNS server that this stack does not hold. */
    network?: GraphResource;
    /** "dhcpOptions.dnsServers 10.0.1.4 -> firewall afw" */
    way: string;
    server?: string;
}

/** Servers that ask each other longer than this are taken for a circle. */
const MOST_HOPS = 4;

/** Who answers the DNS questions of a network's machines. */
export class Resolution {
    private readonly topology: Topology;
    private readonly model: NetworkModel;
    private readonly known = new Map<GraphResource, Resolver[]>();

    constructor(private readonly graph: ResourceGraph) {
        this.topology = graph.model(Topology);
        this.model = graph.model(NetworkModel);
    }

    /** Where the questions of a network's machines end. Throws if that is not known. */
    resolversOf(network: GraphResource): Resolver[] {
        let resolvers = this.known.get(network);
        if (resolvers === undefined) {
            const servers = this.topology.dnsServersOf(network);
            resolvers =
                servers.length === 0
                    ? [{ network, way: `${network.name} asks Azure's own DNS` }]
                    : servers.flatMap((server) => this.behind(server, `${network.name} asks ${server}`, 0));
            this.known.set(network, resolvers);
        }
        return resolvers;
    }

    /** The firewall whose address this is, if its subnet holds it. Throws if that is not known. */
    firewallAt(address: string): GraphResource | undefined {
        const place = AddressSet.parse([address]);
        const subnets = this.topology.networksAt(address).flatMap((network) => this.model.subnetsIn(network));
        for (const subnet of subnets.filter(({ name }) => name === undefined || name === "azurefirewallsubnet")) {
            if (addressesOf(subnet).covers(place)) {
                if (subnet.name === undefined) {
                    throw new UndecidedError(`the name of ${subnet.owner.name}`);
                }
                return this.graph
                    .ofType("network:AzureFirewall")
                    .find((firewall) =>
                        networksOfFirewall(firewall, this.topology).some((network) => network === subnet.network),
                    );
            }
        }
        return undefined;
    }

    /** A firewall's policies, so far as the stack holds them; throws if that is not known. */
    policiesOf(firewall: GraphResource): readonly GraphResource[] {
        const id = firewall.inputs.at("firewallPolicy.id");
        const reference = this.graph.follow(firewall, id, "network:FirewallPolicy");
        if (reference.kind === "unknown") {
            throw new UndecidedError(id.path);
        }
        return resourcesOf(reference);
    }

    private behind(server: string, way: string, hops: number): Resolver[] {
        const networks = this.topology.networksAt(server);
        if (networks.length === 0) {
            return [{ way, server }];
        }
        const firewall = this.firewallAt(server);
        const upstream = firewall
            ? this.policiesOf(firewall).flatMap((policy) => policy.inputs.at("dnsSettings.servers").texts())
            : [];
        const next = firewall ? `${way} -> ${firewall.name}` : way;
        return upstream.length > 0 && hops < MOST_HOPS
            ? upstream.flatMap((each) => this.behind(each, `${next} asks ${each}`, hops + 1))
            : networks.map((network) => ({ network, way: `${next} in ${network.name}` }));
    }
}

/** Proves that the zones of endpoints are linked where their clients' questions end, and that no zone hides another. */
export class ZoneLinksProof {
    private readonly links: PrivateLinks;
    private readonly resolution: Resolution;

    /** @param trustedServers addresses of DNS servers of others that forward to where the zones are linked */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly trustedServers: readonly string[],
    ) {
        this.links = graph.model(PrivateLinks);
        this.resolution = graph.model(Resolution);
    }

    prove(findings: Findings): void {
        for (const endpoint of this.graph.ofType(ENDPOINT)) {
            const own = findings.on(endpoint.urn);
            own.attempt(() => {
                const zones = this.links.zonesOf(endpoint) ?? [];
                for (const network of this.links.networksOf(endpoint)) {
                    this.proveLinked(`${endpoint.name}`, zones, network, own);
                }
            });
        }
        this.refuseTwins(findings);
    }

    /** Demands that questions from a network find a zone. Zones of other stacks are theirs to link. */
    proveLinked(client: string, zones: readonly EndpointZone[], network: GraphResource, findings: Findings): void {
        for (const { name, resource } of zones) {
            if (resource === undefined) {
                continue;
            }
            for (const resolver of this.resolution.resolversOf(network)) {
                if (!this.answers(resource, resolver)) {
                    this.report(`${client} -> ${name} -> ${resolver.way}`, resource, resolver, findings);
                }
            }
        }
    }

    private answers(zone: GraphResource, { network, server }: Resolver): boolean {
        if (server !== undefined && this.trustedServers.includes(server)) {
            return true;
        }
        return this.links.linksOf(zone).some((link) => {
            const { kind } = link.network;
            const networks = resourcesOf(link.network);
            if (link.zones.length > 1 || networks.length > 1 || kind === "unknown") {
                throw new UndecidedError(`virtualNetwork.id or privateZoneName of ${link.owner.name}`);
            }
            return kind === "outside" ? network === undefined : networks.some((each) => each === network);
        });
    }

    private report(way: string, zone: GraphResource, { network, server }: Resolver, findings: Findings): void {
        if (network) {
            findings.fail(
                `${way}, and no link of zone ${zone.name} leads to ${network.name}, so the name resolves to the public address. ` +
                    `Add a VirtualNetworkLink of ${zone.name} to ${network.name}.`,
            );
        } else {
            findings.undecided(
                `${way}, a DNS server that this stack does not hold, and no link of zone ${zone.name} leads to a network outside of it. ` +
                    `Link the zone to that server's network, or name ${server} in this rule's trustedDnsServers.`,
            );
        }
    }

    /** Azure takes one zone of a name for each network. */
    private refuseTwins(findings: Findings): void {
        const first = new Map<string, GraphResource>();
        for (const { owner, zones, network } of this.links.links) {
            const zone = zones.length === 1 ? zones[0] : undefined;
            const targets = resourcesOf(network);
            const target = targets.length === 1 ? targets[0] : undefined;
            if (zone === undefined || target === undefined) {
                continue;
            }
            const name = this.graph.nameOf(zone, "privateZoneName");
            if (name === undefined) {
                findings
                    .on(owner.urn)
                    .undecided(
                        `${owner.name} -> privateZoneName of ${zone.name} is not known in this preview, and ${target.name} may have another zone of that name. ` +
                            "Set it to a constant.",
                    );
                continue;
            }
            const key = `${name} ${target.urn}`;
            const other = first.get(key);
            if (other) {
                findings
                    .on(owner.urn)
                    .fail(
                        `${owner.name} and ${other.name} both link ${name} to ${target.name}, and Azure takes one alone. Remove one of them.`,
                    );
            }
            first.set(key, owner);
        }
    }
}

/** Proves that a firewall that machines ask for names answers. */
export function proveDnsProxy(graph: ResourceGraph, findings: Findings): void {
    const topology = graph.model(Topology);
    const resolution = graph.model(Resolution);
    for (const network of graph.ofType(NETWORK)) {
        findings.on(network.urn).attempt(() => {
            for (const server of topology.dnsServersOf(network)) {
                const firewall = resolution.firewallAt(server);
                if (firewall === undefined) {
                    continue;
                }
                for (const policy of resolution.policiesOf(firewall)) {
                    const way = `${network.name} -> dhcpOptions.dnsServers ${server} -> ${firewall.name} -> ${policy.name}: `;
                    findings
                        .on(policy.urn)
                        .prefixed(way)
                        .require(policy.inputs.at("dnsSettings.enableProxy"), is(true));
                }
            }
        });
    }
}
