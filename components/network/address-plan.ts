import { blockAt, firstUsableAddress, parseCidr, type Cidr } from "./cidr";

/**
 * A place in a network's address space: `offset` is counted in addresses from its start.
 * Places are fixed and hold their room whether or not they are used, so that switching a feature on later moves nothing.
 */
interface Place {
    readonly offset: number;
    readonly prefix: number;
}

/** Sizes: Azure's minima are /26 for firewall, firewall management and Bastion, /27 for gateways. */
const hubPlaces = {
    firewall: { offset: 0, prefix: 26 },
    firewallManagement: { offset: 64, prefix: 26 },
    bastion: { offset: 128, prefix: 26 },
    gateway: { offset: 192, prefix: 26 },
} as const satisfies Record<string, Place>;

/** Sizes: /24 is what Azure recommends for Application Gateway; an API server needs a /28; nodes take one address each. */
const spokePlaces = {
    userPools: { offset: 0, prefix: 22 },
    systemPool: { offset: 1024, prefix: 24 },
    ingress: { offset: 1280, prefix: 24 },
    privateEndpoints: { offset: 1536, prefix: 24 },
    loadBalancers: { offset: 1792, prefix: 26 },
    apiServer: { offset: 1856, prefix: 27 },
} as const satisfies Record<string, Place>;

/** The smallest address space of a hub, as a prefix length. */
export const smallestHub = 24;
/** The smallest address space of a spoke, as a prefix length. */
export const smallestSpoke = 21;

export type HubSubnet = keyof typeof hubPlaces;
export type SpokeSubnet = keyof typeof spokePlaces;

export interface HubPlan {
    readonly addressSpace: string;
    readonly subnets: Readonly<Record<HubSubnet, string>>;
    /**
     * The private address that Azure Firewall takes: the first usable one of its subnet.
     * Known before anything exists, so routes and DNS settings are complete in a preview.
     */
    readonly firewallAddress: string;
}

export interface SpokePlan {
    readonly addressSpace: string;
    readonly subnets: Readonly<Record<SpokeSubnet, string>>;
    /** The cluster's internal load balancer: the last address of its subnet that Azure leaves free. */
    readonly loadBalancerAddress: string;
}

/** @throws RangeError where the space is no IPv4 block, or smaller than {@link smallestHub}. */
export function planHub(addressSpace: string): HubPlan {
    const subnets = layOut(addressSpace, hubPlaces, smallestHub);
    return { addressSpace, subnets, firewallAddress: firstUsableAddress(parseCidr(subnets.firewall)) };
}

/** @throws RangeError where the space is no IPv4 block, or smaller than {@link smallestSpoke}. */
export function planSpoke(addressSpace: string): SpokePlan {
    const subnets = layOut(addressSpace, spokePlaces, smallestSpoke);
    return { addressSpace, subnets, loadBalancerAddress: lastUsableAddress(parseCidr(subnets.loadBalancers)) };
}

function layOut<Name extends string>(
    addressSpace: string,
    places: Readonly<Record<Name, Place>>,
    smallest: number,
): Record<Name, string> {
    const space = parseCidr(addressSpace);
    if (space.prefix > smallest) {
        throw new RangeError(`${addressSpace} is too small: a /${smallest} or larger is needed`);
    }
    const subnets = Object.entries<Place>(places).map(([name, { offset, prefix }]) => [
        name,
        blockAt(space.first + BigInt(offset), prefix).text,
    ]);
    return Object.fromEntries(subnets) as Record<Name, string>;
}

function lastUsableAddress(subnet: Cidr): string {
    // Azure keeps the last address of a subnet as its broadcast address.
    return blockAt(subnet.last - 1n, 32).text.replace("/32", "");
}
