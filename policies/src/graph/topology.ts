import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { AddressSet, parsePrefix, type Prefix } from "./address-set";
import { NetworkModel, subnetsOf } from "./network-model";
import type { GraphResource, Reference, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

export const NETWORK = "network:VirtualNetwork";

/** Subnets that a network has because others go through it. */
const HUB_SUBNETS: ReadonlySet<string | undefined> = new Set([
    "azurefirewallsubnet",
    "gatewaysubnet",
    "routeserversubnet",
]);

/** One direction of a peering, whether it is a resource of its own or an entry of its network. */
export interface Peering {
    owner: GraphResource;
    properties: Value;
    /** The network it belongs to; several if nothing tells which. */
    local: readonly GraphResource[];
    /** The network it leads to. */
    remote: Reference;
}

/** A gateway of VPN or ExpressRoute, or a route server: what can learn routes. */
export interface Learner {
    owner: GraphResource;
    /** The network it stands in; several if nothing tells which. */
    networks: readonly GraphResource[];
}

/** Networks of a stack with their peerings, gateways, address spaces and DNS servers. Built once for all rules. */
export class Topology {
    readonly model: NetworkModel;
    readonly networks: readonly GraphResource[];
    readonly peerings: readonly Peering[];
    /** Peerings of which nobody knows where they lead. */
    readonly loose: readonly Peering[];
    readonly learners: readonly Learner[];
    private readonly spaces = new Map<GraphResource, AddressSet>();
    private readonly peeringsByNetwork = new Map<GraphResource, Peering[]>();
    private readonly peeringsByRemote = new Map<GraphResource, Peering[]>();
    private readonly byAddress = new Map<string, GraphResource[]>();
    private placed: { prefix: Prefix; network: GraphResource }[] | undefined;

    constructor(readonly graph: ResourceGraph) {
        this.model = graph.model(NetworkModel);
        this.networks = graph.ofType(NETWORK);
        this.peerings = [...this.networks.flatMap((network) => this.inlinePeerings(network)), ...this.ownPeerings()];
        this.loose = this.peerings.filter(({ remote }) => remote.kind === "unknown");
        this.learners = this.findLearners();
        for (const peering of this.peerings) {
            const remote = resourcesOf(peering.remote);
            peering.local.forEach((network) => append(this.peeringsByNetwork, network, peering));
            remote.forEach((network) => append(this.peeringsByRemote, network, peering));
        }
    }

    /** The peerings that may belong to a network. */
    peeringsOf(network: GraphResource): readonly Peering[] {
        return this.peeringsByNetwork.get(network) ?? [];
    }

    /** The peerings that may lead to a network. */
    peeringsTo(network: GraphResource): readonly Peering[] {
        return this.peeringsByRemote.get(network) ?? [];
    }

    /** Networks that others go through: those with a place for a firewall, a gateway or a route server. */
    hubs(): ReadonlySet<GraphResource | undefined> {
        const subnets = this.model.subnets.filter(({ name }) => HUB_SUBNETS.has(name));
        return new Set(subnets.map(({ network }) => network));
    }

    /** What can learn routes and may stand in a network. */
    learnersIn(network: GraphResource): Learner[] {
        return this.learners.filter(({ networks }) => networks.includes(network));
    }

    /** The prefixes of a network. Throws if they are not known. */
    prefixesOf(network: GraphResource): Prefix[] {
        const list = network.inputs.at("addressSpace.addressPrefixes");
        return list.items().map((item) => {
            const prefix = parsePrefix(item.text() ?? "");
            if (prefix === undefined) {
                throw new UndecidedError(item.path);
            }
            return prefix;
        });
    }

    /** The addresses of a network. Throws if they are not known. */
    spaceOf(network: GraphResource): AddressSet {
        let space = this.spaces.get(network);
        if (space === undefined) {
            space = AddressSet.of(this.prefixesOf(network));
            this.spaces.set(network, space);
        }
        return space;
    }

    /** The networks whose space holds an address. Throws if a space is not known: it may hold the address too. */
    networksAt(address: string): GraphResource[] {
        const known = this.byAddress.get(address);
        if (known !== undefined) {
            return known;
        }
        const place = parsePrefix(address)?.first;
        this.placed ??= this.networks.flatMap((network) =>
            this.prefixesOf(network).map((prefix) => ({ prefix, network })),
        );
        const networks =
            place === undefined
                ? []
                : this.placed
                      .filter(({ prefix }) => prefix.first <= place && place <= prefix.last)
                      .map(({ network }) => network);
        this.byAddress.set(address, networks);
        return networks;
    }

    /** DNS servers that a network's machines ask; none means Azure's own. Throws if they are not known. */
    dnsServersOf(network: GraphResource): string[] {
        return network.inputs.at("dhcpOptions.dnsServers").texts();
    }

    /** Follows an ARM id to a network. */
    follow(from: GraphResource, id: Value): Reference {
        return this.graph.follow(from, id, NETWORK);
    }

    private inlinePeerings(network: GraphResource): Peering[] {
        const list = network.inputs.at("virtualNetworkPeerings");
        // A list that is not known is a peering to who knows where.
        const entries = list.unknown ? [list] : list.items();
        return entries.map((entry) => this.peering(network, entry, [network]));
    }

    private ownPeerings(): Peering[] {
        return this.graph
            .ofType("network:VirtualNetworkPeering")
            .map((owner) =>
                this.peering(owner, owner.inputs, this.graph.parents(owner, "virtualNetworkName", NETWORK)),
            );
    }

    private peering(owner: GraphResource, properties: Value, local: readonly GraphResource[]): Peering {
        return { owner, properties, local, remote: this.follow(owner, properties.at("remoteVirtualNetwork.id")) };
    }

    private findLearners(): Learner[] {
        const gateways = this.graph.ofType("network:VirtualNetworkGateway").map((owner) => ({
            owner,
            networks: this.networksBehind(owner, owner.inputs.at("ipConfigurations"), "gatewaysubnet"),
        }));
        const servers = this.graph.ofType("network:VirtualHubIpConfiguration").map((owner) => ({
            owner,
            networks: this.networksBehind(owner, owner.inputs.at("subnet"), "routeserversubnet"),
        }));
        return [...gateways, ...servers];
    }

    /** Networks whose reserved subnet one of a gateway's configurations names. */
    networksBehind(owner: GraphResource, place: Value, reserved: string): GraphResource[] {
        const configurations = Array.isArray(place.raw) ? place.items() : [place];
        return configurations.flatMap((configuration) => {
            const id = Array.isArray(place.raw) ? configuration.at("subnet.id") : configuration.at("id");
            const reference = this.model.follow(owner, id, ({ name }) => name === undefined || name === reserved);
            const subnets = subnetsOf(reference);
            return subnets.flatMap(({ network }) => network ?? []);
        });
    }
}

function append<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
    const list = lists.get(key);
    if (list) {
        list.push(item);
    } else {
        lists.set(key, [item]);
    }
}
