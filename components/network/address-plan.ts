import { blockAt, firstUsableAddress, lastUsableAddress, parseCidr, type Cidr } from "./cidr";

/**
 * Where the subnets of a network lie. Places are fixed and hold their room whether or not they are used, so that
 * switching a feature on later moves nothing: Azure can't move a subnet that is in use.
 */

/** A place in a hub; `offset` is counted in addresses from the start of its space. */
interface Place {
    readonly offset: number;
    readonly prefix: number;
}

/** Sizes: Azure's minima are /26 for firewall, firewall management and Bastion, /27 for gateways, /28 for resolvers. */
const hubPlaces = {
    firewall: { offset: 0, prefix: 26 },
    firewallManagement: { offset: 64, prefix: 26 },
    bastion: { offset: 128, prefix: 26 },
    gateway: { offset: 192, prefix: 26 },
    resolverInbound: { offset: 256, prefix: 28 },
    resolverOutbound: { offset: 272, prefix: 28 },
    applianceInside: { offset: 288, prefix: 27 },
    applianceOutside: { offset: 320, prefix: 27 },
    privateEndpoints: { offset: 384, prefix: 26 },
} as const satisfies Record<string, Place>;

/** A share of a spoke's space, in 128ths from its start; all shares grow with the space. */
interface Share {
    readonly start: number;
    readonly parts: 1 | 2 | 4 | 8 | 64;
}

const shares = 128;

const spokeShares = {
    userPools: { start: 0, parts: 64 },
    systemPool: { start: 96, parts: 8 },
    privateEndpoints: { start: 104, parts: 8 },
    ingress: { start: 112, parts: 8 },
    loadBalancers: { start: 120, parts: 4 },
    apiServer: { start: 124, parts: 2 },
    jumpHost: { start: 126, parts: 1 },
} as const satisfies Record<string, Share>;

/** How many pools of tenants have a subnet of their own in a spoke. */
export const tenantPlaces = 8;
const firstTenantShare = 64;
const tenantParts = 4;

/** The smallest address space of a hub, as a prefix length. */
export const smallestHub = 23;
/** The smallest address space of a spoke, as a prefix length: its API server's share is a /28 then, Azure's minimum. */
export const smallestSpoke = 22;

export type HubSubnet = keyof typeof hubPlaces;
export type SpokeSubnet = keyof typeof spokeShares;

export interface HubPlan {
    readonly addressSpace: string;
    readonly subnets: Readonly<Record<HubSubnet, string>>;
    /**
     * The private address that Azure Firewall takes: the first usable one of its subnet.
     * Known before anything exists, so routes and DNS settings are complete in a preview.
     */
    readonly firewallAddress: string;
    /** The load balancer in front of a pair of appliances. */
    readonly applianceAddress: string;
    /** The DNS resolver's inbound endpoint. */
    readonly resolverAddress: string;
}

export interface SpokePlan {
    readonly addressSpace: string;
    readonly subnets: Readonly<Record<SpokeSubnet, string>>;
    /** One subnet for each place that a tenant's pool can have. */
    readonly tenantSubnets: readonly string[];
    /** The cluster's internal load balancer: the last address of its subnet that Azure leaves free. */
    readonly loadBalancerAddress: string;
    /** A gateway with a private frontend: the last address of its subnet that Azure leaves free. */
    readonly gatewayAddress: string;
}

/** @throws RangeError where the space is no IPv4 block, or smaller than {@link smallestHub}. */
export function planHub(addressSpace: string): HubPlan {
    const space = largeEnough(addressSpace, smallestHub);
    const subnets = mapPlaces(hubPlaces, ({ offset, prefix }) => blockAt(space.first + BigInt(offset), prefix).text);
    return {
        addressSpace,
        subnets,
        firewallAddress: firstUsableAddress(parseCidr(subnets.firewall)),
        applianceAddress: lastUsableAddress(parseCidr(subnets.applianceInside)),
        resolverAddress: firstUsableAddress(parseCidr(subnets.resolverInbound)),
    };
}

/** @throws RangeError where the space is no IPv4 block, or smaller than {@link smallestSpoke}. */
export function planSpoke(addressSpace: string): SpokePlan {
    const space = largeEnough(addressSpace, smallestSpoke);
    const subnets = mapPlaces(spokeShares, (share) => cut(space, share));
    return {
        addressSpace,
        subnets,
        tenantSubnets: Array.from({ length: tenantPlaces }, (_, place) =>
            cut(space, { start: firstTenantShare + place * tenantParts, parts: tenantParts }),
        ),
        loadBalancerAddress: lastUsableAddress(parseCidr(subnets.loadBalancers)),
        gatewayAddress: lastUsableAddress(parseCidr(subnets.ingress)),
    };
}

function cut(space: Cidr, { start, parts }: Share): string {
    const part = (space.last - space.first + 1n) / BigInt(shares);
    return blockAt(space.first + part * BigInt(start), space.prefix + Math.log2(shares / parts)).text;
}

function largeEnough(addressSpace: string, smallest: number): Cidr {
    const space = parseCidr(addressSpace);
    if (space.prefix > smallest) {
        throw new RangeError(`${addressSpace} is too small: a /${smallest} or larger is needed`);
    }
    return space;
}

function mapPlaces<Name extends string, Where>(
    places: Readonly<Record<Name, Where>>,
    toBlock: (place: Where) => string,
): Record<Name, string> {
    const entries = Object.entries<Where>(places).map(([name, place]) => [name, toBlock(place)]);
    return Object.fromEntries(entries) as Record<Name, string>;
}
