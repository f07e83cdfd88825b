import { Address4, Address6 } from "ip-address";

/** A range of addresses that a prefix, or a single address, names. */
export interface AddressBlock {
    readonly version: 4 | 6;
    readonly first: bigint;
    readonly last: bigint;
    /** Length of the prefix. */
    readonly length: number;
}

/** What was read already: many rules read the same few prefixes, of every security rule and of every route. */
const known = new Map<string, AddressBlock | undefined>();

/** Reads `10.0.0.0/8`, `10.0.0.4`, `fd00::/8` or `10.0.0.4-10.0.0.9`; undefined if the text is none of them. */
export function blockOf(text: string): AddressBlock | undefined {
    if (!known.has(text)) {
        known.set(text, read(text));
    }
    return known.get(text);
}

function read(text: string): AddressBlock | undefined {
    const [first = "", last] = text.trim().split("-");
    const block = single(first.trim());
    if (last === undefined || block === undefined) {
        return block;
    }
    const end = single(last.trim());
    return end?.version === block.version ? { ...block, last: end.last, length: widthOf(block, end) } : undefined;
}

function single(text: string): AddressBlock | undefined {
    if (Address4.isValid(text)) {
        const address = new Address4(text);
        const [first, last] = [address.startAddress().bigInt(), address.endAddress().bigInt()];
        return { version: 4, first, last, length: address.subnetMask };
    }
    if (Address6.isValid(text)) {
        const address = new Address6(text);
        const [first, last] = [address.startAddress().bigInt(), address.endAddress().bigInt()];
        return { version: 6, first, last, length: address.subnetMask };
    }
    return undefined;
}

/** Length of the shortest prefix that is as wide as a range from one block to another. */
function widthOf(from: AddressBlock, to: AddressBlock): number {
    const bits = from.version === 4 ? 32 : 128;
    const size = to.last - from.first + 1n;
    return size <= 1n ? bits : bits - (size.toString(2).length - 1);
}

/** Whether one block holds all of another. */
export function holds(outer: AddressBlock, inner: AddressBlock): boolean {
    return outer.version === inner.version && outer.first <= inner.first && outer.last >= inner.last;
}

export function overlaps(one: AddressBlock, other: AddressBlock): boolean {
    return one.version === other.version && one.first <= other.last && one.last >= other.first;
}

/** What is routed inside of private networks alone: RFC 1918, RFC 6598 and RFC 4193, and what never leaves a link. */
const PRIVATE = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
].flatMap((text) => blockOf(text) ?? []);

/** Whether no address of a block is reached over the Internet. */
export function isPrivate(block: AddressBlock): boolean {
    return PRIVATE.some((own) => holds(own, block));
}

/** Public prefixes of this length or shorter are so wide that nobody can know who has their addresses. */
const WIDEST = { 4: 8, 6: 20 } as const;

/** Whether a block holds so much of the Internet that it stands for anyone. */
export function isAnyone(block: AddressBlock): boolean {
    return block.length <= WIDEST[block.version] && !isPrivate(block);
}

/** All addresses of both versions. */
export const EVERYTHING: readonly AddressBlock[] = ["0.0.0.0/0", "::/0"].flatMap((text) => blockOf(text) ?? []);
