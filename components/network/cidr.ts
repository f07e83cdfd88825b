import { Address4 } from "ip-address";

/** A block of IPv4 addresses; `first` and `last` are its network and broadcast addresses as numbers. */
export interface Cidr {
    readonly text: string;
    readonly first: bigint;
    readonly last: bigint;
    /** Prefix length in bits, 0 to 32. */
    readonly prefix: number;
}

/**
 * Reads `a.b.c.d/n`.
 * @throws RangeError where the text is no IPv4 block, or has host bits set (Azure refuses those too).
 */
export function parseCidr(text: string): Cidr {
    if (!/^[\d.]+\/\d{1,2}$/.test(text) || !Address4.isValid(text)) {
        throw new RangeError(`"${text}" is not an IPv4 block such as 10.0.0.0/16`);
    }
    const address = new Address4(text);
    const first = address.startAddress().bigInt();
    if (address.bigInt() !== first) {
        throw new RangeError(`"${text}" has host bits set; its network is ${address.networkForm()}`);
    }
    return { text, first, last: address.endAddress().bigInt(), prefix: address.subnetMask };
}

/** The block of `2^(32-prefix)` addresses that starts at `first`. */
export function blockAt(first: bigint, prefix: number): Cidr {
    return parseCidr(`${Address4.fromBigInt(first).correctForm()}/${prefix}`);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
    return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
    return a.first <= b.last && b.first <= a.last;
}

/**
 * The address `index` places after the network address.
 * @throws RangeError where the block has no such address.
 */
export function addressAt(block: Cidr, index: number): string {
    const address = block.first + BigInt(index);
    if (address > block.last) {
        throw new RangeError(`${block.text} has no address number ${index}`);
    }
    return Address4.fromBigInt(address).correctForm();
}

/** Azure keeps the first four addresses of a subnet and its last one, so this is the first that a resource can get. */
export function firstUsableAddress(subnet: Cidr): string {
    return addressAt(subnet, 4);
}

/** Azure keeps the last address of a subnet as its broadcast address, so this is the last that a resource can get. */
export function lastUsableAddress(subnet: Cidr): string {
    return Address4.fromBigInt(subnet.last - 1n).correctForm();
}

/** How many addresses of a subnet a resource can get: Azure keeps the first four and the last one. */
export function usableAddresses(subnet: Cidr): number {
    return Math.max(0, Number(subnet.last - subnet.first) + 1 - 5);
}
