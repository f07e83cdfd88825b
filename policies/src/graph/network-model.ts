import type { Value } from "../frame/value";
import { UndecidedError } from "../frame/value";
import { AddressSet } from "./address-set";
import { parseArmId } from "./arm-id";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** A subnet, whether it is a resource of its own or an entry of its network's `subnets`. */
export interface Subnet {
    /** The `Subnet`, or the `VirtualNetwork` that holds it inline. */
    owner: GraphResource;
    /** The subnet's properties, with their path in the owner's inputs. */
    properties: Value;
    /** Name in Azure in lower case, if known. */
    name: string | undefined;
    /** Its network, if that is in the stack. */
    network: GraphResource | undefined;
}

/** A route, whether it is a resource of its own or an entry of its table's `routes`. */
export interface Route {
    owner: GraphResource;
    properties: Value;
    /** False if it only may belong to the table, because its `routeTableName` is not known. */
    certain: boolean;
}

/** What a property that holds a subnet's id leads to; as `Reference`. */
export type SubnetReference =
    { kind: "none" } | { kind: "subnets"; subnets: Subnet[] } | { kind: "outside"; id: string } | { kind: "unknown" };

/** The subnets of the stack that a property may lead to. None: it leads elsewhere, or nobody knows where. */
export function subnetsOf(reference: SubnetReference): readonly Subnet[] {
    return reference.kind === "subnets" ? reference.subnets : [];
}

/** The network of a subnet. Throws if another stack holds it, or nobody knows which it is. */
export function networkOf({ network, owner }: Subnet): GraphResource {
    if (network === undefined) {
        throw new UndecidedError(`virtualNetworkName of ${owner.name}`);
    }
    return network;
}

/** The network of a subnet, if the stack holds it. Throws if nobody knows which it is. */
export function ownNetworkOf(graph: ResourceGraph, subnet: Subnet): GraphResource | undefined {
    const isOfStack = graph.parents(subnet.owner, "virtualNetworkName", "network:VirtualNetwork").length > 0;
    return subnet.network ?? (isOfStack ? networkOf(subnet) : undefined);
}

/** Subnets that Azure reserves for one service; nodes and pods are never placed there. In lower case. */
export const RESERVED_SUBNETS: ReadonlySet<string> = new Set([
    "azurebastionsubnet",
    "azurefirewallmanagementsubnet",
    "azurefirewallsubnet",
    "gatewaysubnet",
    "routeserversubnet",
]);

/** Networks, subnets and routes of a stack, in one form whichever way the program wrote them. */
export class NetworkModel {
    readonly subnets: readonly Subnet[];
    private readonly routesByTable = new Map<GraphResource, Route[]>();
    /** By what may go into their ids: the subnet itself, or its network. */
    private readonly subnetsBySource = new Map<GraphResource, Subnet[]>();
    private readonly subnetsByName = new Map<string | undefined, Subnet[]>();

    constructor(readonly graph: ResourceGraph) {
        const networks = graph.ofType("network:VirtualNetwork");
        const tables = graph.ofType("network:RouteTable");
        this.subnets = [...networks.flatMap((network) => this.inlineSubnets(network)), ...this.subnetResources()];
        for (const subnet of this.subnets) {
            push(this.subnetsByName, subnet.name, subnet);
            for (const source of new Set([subnet.owner, subnet.network])) {
                if (source !== undefined) {
                    push(this.subnetsBySource, source, subnet);
                }
            }
        }
        for (const table of tables) {
            this.routesByTable.set(table, this.inlineRoutes(table));
        }
        for (const route of graph.ofType("network:Route")) {
            const possible = graph.parents(route, "routeTableName", "network:RouteTable");
            for (const table of possible) {
                const certain = possible.length === 1;
                this.routesByTable.get(table)?.push({ owner: route, properties: route.inputs, certain });
            }
        }
    }

    routesOf(table: GraphResource): readonly Route[] {
        return this.routesByTable.get(table) ?? [];
    }

    /**
     * Follows an ARM id to subnets. If only the network is known to have gone into it (`${vnet.id}/subnets/x`), every
     * subnet of that network that `eligible` accepts may be meant.
     */
    follow(from: GraphResource, id: Value, eligible: (subnet: Subnet) => boolean): SubnetReference {
        if (!id.present) {
            return { kind: "none" };
        }
        const subnets = id.unknown ? this.subnetsBehind(from, id).filter(eligible) : this.subnetsWithId(id);
        if (subnets.length > 0) {
            return { kind: "subnets", subnets };
        }
        return id.unknown ? { kind: "unknown" } : { kind: "outside", id: id.text() ?? "" };
    }

    /** The subnets of a network. */
    subnetsIn(network: GraphResource): readonly Subnet[] {
        return (this.subnetsBySource.get(network) ?? []).filter((subnet) => subnet.network === network);
    }

    private subnetsBehind(from: GraphResource, id: Value): Subnet[] {
        const sources = this.graph.sourcesOf(from, id);
        return [...new Set(sources.flatMap((source) => this.subnetsBySource.get(source) ?? []))];
    }

    private subnetsWithId(id: Value): Subnet[] {
        const armId = parseArmId(id.text() ?? "");
        if (armId?.kind !== "virtualnetworks/subnets") {
            return [];
        }
        const [networkName, subnetName] = armId.names;
        return (this.subnetsByName.get(subnetName) ?? []).filter(
            (subnet) =>
                this.graph.nameOf(subnet.owner, "virtualNetworkName") === networkName &&
                this.graph.inGroup(subnet.owner, armId.resourceGroup),
        );
    }

    private inlineSubnets(network: GraphResource): Subnet[] {
        const list = network.inputs.at("subnets");
        if (list.unknown) {
            return [];
        }
        return list.items().map((properties) => {
            const name = properties.at("name");
            return { owner: network, properties, name: name.unknown ? undefined : name.folded(), network };
        });
    }

    private subnetResources(): Subnet[] {
        return this.graph.ofType("network:Subnet").map((owner) => ({
            owner,
            properties: owner.inputs,
            name: this.graph.nameOf(owner, "subnetName"),
            network: this.networkOf(owner),
        }));
    }

    private networkOf(subnet: GraphResource): GraphResource | undefined {
        const networks = this.graph.parents(subnet, "virtualNetworkName", "network:VirtualNetwork");
        return networks.length === 1 ? networks[0] : undefined;
    }

    private inlineRoutes(table: GraphResource): Route[] {
        const list = table.inputs.at("routes");
        return list.unknown ? [] : list.items().map((properties) => ({ owner: table, properties, certain: true }));
    }
}

/** The address prefixes of a subnet; undefined if they are not known. */
export function prefixesOf(subnet: Subnet): string[] | undefined {
    const single = subnet.properties.at("addressPrefix");
    const several = subnet.properties.at("addressPrefixes");
    if (single.unknown || several.unknown || several.items().some((prefix) => prefix.unknown)) {
        return undefined;
    }
    return [...(single.present ? [single.text() ?? ""] : []), ...several.texts()];
}

/** The address prefixes of a subnet. Throws if they are not known. */
export function knownPrefixesOf(subnet: Subnet): string[] {
    const prefixes = prefixesOf(subnet);
    if (prefixes === undefined) {
        throw new UndecidedError(`addressPrefix of ${subnet.owner.name}`);
    }
    return prefixes;
}

/** The addresses of a subnet. Throws if they are not known. */
export function addressesOf(subnet: Subnet): AddressSet {
    return AddressSet.parse(knownPrefixesOf(subnet));
}

/** A subnet as a message names it. */
export function describeSubnet(subnet: Subnet): string {
    const name = subnet.name ?? subnet.owner.name;
    return subnet.network ? `subnet ${name} of ${subnet.network.name}` : `subnet ${name}`;
}

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
    const list = lists.get(key);
    if (list) {
        list.push(item);
    } else {
        lists.set(key, [item]);
    }
}
