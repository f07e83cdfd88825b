import type { Value } from "../frame/value";
import type { NetworkModel } from "./network-model";
import type { GraphResource, Reference } from "./resource-graph";

/** One side of a peering, whether it is a resource of its own or an entry of its network's `virtualNetworkPeerings`. */
export interface Peering {
    owner: GraphResource;
    properties: Value;
    /** The network of this stack that it starts from. None: another stack holds it, or nobody knows which it is. */
    from: readonly GraphResource[];
    to: Reference;
}

const NETWORK = "network:VirtualNetwork";

/** Every side of every peering of a stack. */
export function peeringsOf({ graph }: NetworkModel): Peering[] {
    const networks = graph.ofType(NETWORK);
    const inline = networks.flatMap((owner) => {
        const list = owner.inputs.at("virtualNetworkPeerings");
        const sides = list.unknown ? [list] : list.items();
        return sides.map((properties) => ({ owner, properties, from: [owner] as readonly GraphResource[] }));
    });
    const alone = graph.ofType("network:VirtualNetworkPeering").map((owner) => {
        const possible = graph.parents(owner, "virtualNetworkName", NETWORK);
        const from = possible.length === 1 ? possible : [];
        return { owner, properties: owner.inputs, from };
    });
    return [...inline, ...alone].map((side) => ({
        ...side,
        to: graph.follow(side.owner, side.properties.at("remoteVirtualNetwork.id"), NETWORK),
    }));
}

/** Subnets that a network has because others go through it. */
const HUB_SUBNETS: ReadonlySet<string> = new Set(["azurefirewallsubnet", "gatewaysubnet", "routeserversubnet"]);

/** Networks that others go through: those with a firewall, a gateway, a route server or an appliance. */
export function hubsOf({ subnets }: NetworkModel): ReadonlySet<GraphResource> {
    return new Set(subnets.flatMap(({ name, network }) => (network && HUB_SUBNETS.has(name ?? "") ? [network] : [])));
}
