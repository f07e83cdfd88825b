import { planSpoke } from "./address-plan";
import { blockAt, overlaps, parseCidr, usableAddresses, type Cidr } from "./cidr";

/** What all networks of a platform are cut from. */
export interface AddressPool {
    /** Holds the hub and every spoke that names a slot. */
    readonly supernet: string;
    /** Equal parts that the supernet is cut into, a power of two; the hub has the first. */
    readonly slots: number;
    /** Overlay ranges of the clusters' pods are cut from it. */
    readonly pods: string;
    /** Ranges of the clusters' services are cut from it. */
    readonly services: string;
    /** Whether every cluster takes all of `pods` and `services` instead of a share: Azure lets overlays be used again. */
    readonly sharedOverlays: boolean;
}

/** Which part of a pool a spoke takes. */
export interface SlotRequest {
    /** The first slot, from 1; the hub has slot 0. */
    readonly slot: number;
    /** How many slots it takes, a power of two; `slot` is a multiple of it. */
    readonly width: number;
}

/** What a spoke has of a pool. */
export interface SlotRanges {
    readonly addressSpace: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
}

/** What a spoke must have room for; nodes that upgrades add are counted too. */
export interface SpokeRoom {
    /** Addresses of the system pool's subnet. */
    readonly systemPool: number;
    readonly userPools: number;
    /** Of each tenant's subnet, by its place. */
    readonly tenants: Readonly<Record<number, number>>;
    readonly privateEndpoints: number;
    /** Nodes of the cluster, each of which takes {@link nodeRange} of the pods' range. */
    readonly nodes: number;
}

/** An overlay gives each node a /24 of the pods' range. */
export const nodeRange = 24;

/** The hub's slot. */
export const hubSlot: SlotRequest = { slot: 0, width: 1 };

/**
 * The ranges of a slot. They follow from the pool and the slot alone, so that adding, removing or resizing one spoke
 * moves no other, and two slots never overlap.
 * @throws RangeError where the pool has no such slot, or `slot` is no multiple of `width`.
 */
export function rangesOf(pool: AddressPool, request: SlotRequest): SlotRanges {
    const { slot, width } = request;
    if (slot % width !== 0) {
        throw new RangeError(`slot ${slot} is no multiple of ${width}, the number of slots that it takes`);
    }
    if (slot < 0 || slot + width > pool.slots) {
        throw new RangeError(`slot ${slot} is outside the ${pool.slots} slots of ${pool.supernet}`);
    }
    const overlay = (range: string) => (pool.sharedOverlays ? range : share(range, pool.slots, request));
    return {
        addressSpace: share(pool.supernet, pool.slots, request),
        podCidr: overlay(pool.pods),
        serviceCidr: overlay(pool.services),
    };
}

/** How many slots a spoke needs for what is to stand in it, a power of two; 1 where no number of them is enough. */
export function widthFor(pool: AddressPool, room: SpokeRoom): number {
    for (let width = 1; width * 2 <= pool.slots; width *= 2) {
        const { addressSpace, podCidr } = rangesOf(pool, { slot: width, width });
        if (holdsRoom(addressSpace, room) && room.nodes <= nodesOf(podCidr)) {
            return width;
        }
    }
    return 1;
}

/** How many nodes a range of pods serves. */
export function nodesOf(podCidr: string): number {
    return 2 ** (nodeRange - parseCidr(podCidr).prefix);
}

function holdsRoom(addressSpace: string, { systemPool, userPools, tenants, privateEndpoints }: SpokeRoom): boolean {
    const { subnets, tenantSubnets } = planSpoke(addressSpace);
    const needs: [string, number][] = [
        [subnets.systemPool, systemPool],
        [subnets.userPools, userPools],
        [subnets.privateEndpoints, privateEndpoints],
        ...Object.entries(tenants).map(([place, nodes]): [string, number] => [tenantSubnets[Number(place)], nodes]),
    ];
    return needs.every(([subnet, addresses]) => addresses <= usableAddresses(parseCidr(subnet)));
}

/** Slots that are neither `taken` nor overlap one of the `avoided` blocks: what to offer to who needs one. */
export function freeSlots(pool: AddressPool, taken: readonly SlotRequest[], avoided: readonly Cidr[]): number[] {
    const occupied = new Set(taken.flatMap(({ slot, width }) => Array.from({ length: width }, (_, at) => slot + at)));
    return Array.from({ length: pool.slots - 1 }, (_, index) => index + 1).filter((slot) => {
        const space = parseCidr(rangesOf(pool, { slot, width: 1 }).addressSpace);
        return !occupied.has(slot) && !avoided.some((block) => overlaps(block, space));
    });
}

function share(range: string, slots: number, { slot, width }: SlotRequest): string {
    const { first, last, prefix } = parseCidr(range);
    const size = (last - first + 1n) / BigInt(slots);
    if (size === 0n) {
        throw new RangeError(`${range} is too small to be cut into ${slots} parts`);
    }
    return blockAt(first + size * BigInt(slot), prefix + Math.log2(slots / width)).text;
}
