import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import type { Prefix } from "./address-set";
import { parsePrefix } from "./address-set";
import { networksOfFirewall } from "./firewall-places";
import type { Subnet } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import type { SpaceRoute } from "./route-space";
import type { Learner, Peering } from "./topology";
import { Topology } from "./topology";

/** A route of a subnet, from whichever resource, and where it leads. */
export interface Way extends SpaceRoute {
    /** "route table x -> route to y", "peering x" */
    label: string;
    /** What to call its addresses, where they are not known one by one. */
    stands?: string;
    owner: GraphResource;
    /** Where it leads past any appliance. None: to an appliance, nowhere, or it stays in the network. */
    leak?: string;
    /** The appliance's address that it leads to. */
    appliance?: Value;
    /** Whether it drops what it gets. */
    nowhere?: true;
    /** The network that it leads to directly. */
    peer?: GraphResource;
    certain: boolean;
}

/** Where Azure's own default routes lead nowhere: private ranges that no network or peering holds. */
const NOWHERE_BY_DEFAULT = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

const prefixOf = (text: string) => parsePrefix(text) as Prefix;

/** What is announced to a gateway may be anything, halves of the Internet included. */
const ANNOUNCED = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"].map(prefixOf);

/** Stands for addresses that are public and that nobody can list: those of a service tag. */
const SOMEWHERE = prefixOf("1.1.1.1/32");

/** The routes of subnets: those that people wrote, Azure's own, and what gateways may learn. */
export class SubnetWays {
    private readonly topology: Topology;
    private readonly peered = new Map<GraphResource, Way[]>();
    private readonly learned = new Map<GraphResource, Way[]>();

    constructor(private readonly graph: ResourceGraph) {
        this.topology = graph.model(Topology);
    }

    /** Throws what is not known of them. */
    of({ owner, properties }: Subnet, network: GraphResource): Way[] {
        const table = this.tableOf(owner, properties.at("routeTable.id"));
        const propagates = table === undefined || !table.inputs.at("disableBgpRoutePropagation").isTrue();
        return [
            ...this.defaults(owner),
            ...memoised(this.peered, network, () => this.peeredWays(network)),
            ...(table ? this.written(table) : []),
            ...(propagates ? memoised(this.learned, network, () => this.learnedWays(network)) : []),
        ];
    }

    /** The networks where the appliances stand that some ways lead to. */
    hubsOf(ways: readonly Way[]): GraphResource[] {
        return ways.flatMap(({ appliance, owner }) => {
            if (appliance === undefined) {
                return [];
            }
            if (!appliance.unknown) {
                return this.topology.networksAt(appliance.text() ?? "");
            }
            const sources = this.graph.sourcesOf(owner, appliance);
            const networks = sources
                .filter(({ type }) => type === "network:AzureFirewall")
                .flatMap((firewall) => networksOfFirewall(firewall, this.topology));
            if (networks.length === 0) {
                throw new UndecidedError(appliance.path);
            }
            return networks;
        });
    }

    private tableOf(owner: GraphResource, id: Value): GraphResource | undefined {
        const reference = this.graph.follow(owner, id, "network:RouteTable");
        if (reference.kind === "none") {
            return undefined;
        }
        if (reference.kind !== "resources" || reference.resources.length > 1) {
            throw new UndecidedError(id.path);
        }
        return reference.resources[0];
    }

    private defaults(owner: GraphResource): Way[] {
        const way = (text: string, leak?: string): Way => ({
            prefix: prefixOf(text),
            origin: "default",
            label: `Azure's own route to ${text}`,
            owner,
            certain: true,
            ...(leak === undefined ? { nowhere: true } : { leak }),
        });
        return [
            way("0.0.0.0/0", "the Internet"),
            way("::/0", "the Internet"),
            ...NOWHERE_BY_DEFAULT.map((text) => way(text)),
        ];
    }

    private written(table: GraphResource): Way[] {
        table.inputs.at("routes").items();
        return this.topology.model.routesOf(table).map(({ owner, properties, certain }): Way => {
            const text = properties.at("addressPrefix").text() ?? "";
            const type = properties.at("nextHopType");
            const hop = type.folded() ?? "";
            const prefix = parsePrefix(text);
            return {
                prefix: prefix ?? SOMEWHERE,
                origin: "user",
                label: `route table ${table.name} -> route to ${text}`,
                owner,
                certain,
                ...(!prefix && { stands: text }),
                ...(hop === "virtualappliance" && { appliance: properties.at("nextHopIpAddress") }),
                ...(hop === "none" && { nowhere: true }),
                ...(!["none", "virtualappliance", "vnetlocal"].includes(hop) && {
                    leak: `${type.path} is ${type.shown()}`,
                }),
            };
        });
    }

    private peeredWays(network: GraphResource): Way[] {
        return this.topology.peeringsOf(network).flatMap((peering) => {
            if (peering.properties.at("allowVirtualNetworkAccess").raw === false) {
                return [];
            }
            const way = (prefix: Prefix, leak: string): Way => ({
                prefix,
                origin: "network",
                label: `peering ${peering.owner.name}`,
                owner: peering.owner,
                leak,
                certain: peering.local.length === 1,
            });
            return this.remoteWays(peering, way);
        });
    }

    private remoteWays({ remote, properties }: Peering, way: (prefix: Prefix, leak: string) => Way): Way[] {
        const id = properties.at("remoteVirtualNetwork.id");
        if (remote.kind === "unknown") {
            throw new UndecidedError(id.path);
        }
        if (remote.kind === "outside") {
            return [{ ...way(SOMEWHERE, `${id.path}, directly`), stands: `addresses of ${remote.id}` }];
        }
        return resourcesOf(remote).flatMap((peer) =>
            this.topology
                .prefixesOf(peer)
                .map((prefix) => ({ ...way(prefix, `network ${peer.name}, directly, by ${id.path}`), peer })),
        );
    }

    private learnedWays(network: GraphResource): Way[] {
        const sites = this.graph
            .ofType("network:LocalNetworkGateway")
            .flatMap((site) => site.inputs.at("localNetworkAddressSpace.addressPrefixes").texts());
        return this.learnersOf(network).flatMap((learner) => [
            ...ANNOUNCED.map((prefix) => learnedWay(prefix, learner, "learns by BGP")),
            ...sites.flatMap((text) => parsePrefix(text) ?? []).map((prefix) => learnedWay(prefix, learner, "has")),
        ]);
    }

    /** Gateways whose routes a network learns: its own, and those that it uses by peering. */
    private learnersOf(network: GraphResource): Learner[] {
        const lenders = this.topology
            .peeringsOf(network)
            .filter(({ properties }) => properties.at("useRemoteGateways").isTrue())
            .flatMap(({ remote }) => resourcesOf(remote));
        return [network, ...lenders].flatMap((each) => this.topology.learnersIn(each));
    }
}

function learnedWay(prefix: Prefix, { owner, networks }: Learner, how: string): Way {
    return {
        prefix,
        origin: "learned",
        label: `a route that ${owner.name} ${how}`,
        owner,
        leak: "the gateway, because no route table of the subnet sets disableBgpRoutePropagation to true",
        certain: networks.length === 1,
    };
}

function memoised<Key, Result>(results: Map<Key, Result>, key: Key, make: () => Result): Result {
    const known = results.get(key);
    if (known !== undefined) {
        return known;
    }
    const made = make();
    results.set(key, made);
    return made;
}
