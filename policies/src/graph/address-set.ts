import { Address4, Address6 } from "ip-address";

/** Addresses from first to last, as numbers on one line: IPv4 at its start, IPv6 far behind, and names behind both. */
export interface AddressRange {
    readonly first: bigint;
    readonly last: bigint;
}

/** A range that can be written as address and length, which is what routes are compared by. */
export interface Prefix extends AddressRange {
    readonly length: number;
    /** As it was written. */
    readonly text: string;
}

/** Where IPv6 begins on the line. The gap before it keeps the two families from touching. */
const IPV6 = 1n << 128n;

/** Where names begin: service tags and their like, whose addresses nobody can list, have a place of their own each. */
const NAMES = { first: 1n << 256n, last: (1n << 1024n) - 1n };

/** What was read already: many rules read the same few prefixes, of every security rule and of every route. */
const known = new Map<string, Prefix | undefined>();

/** Reads `10.0.0.0/8`, `10.0.0.1` or their like in IPv6; undefined if it is none. Bits beyond the length are ignored. */
export function parsePrefix(text: string): Prefix | undefined {
    if (!known.has(text)) {
        known.set(text, read(text));
    }
    return known.get(text);
}

function read(text: string): Prefix | undefined {
    const [family, offset, width] = text.includes(":") ? [Address6, IPV6, 128] : [Address4, 0n, 32];
    if (!family.isValid(text) || (width === 32 && !/^\d+(\.\d+){3}(\/\d+)?$/.test(text))) {
        return undefined;
    }
    const address = new family(text);
    const length = address.subnetMask;
    const size = 1n << BigInt(width - length);
    const first = address.bigInt() & ~(size - 1n);
    return { first: offset + first, last: offset + first + size - 1n, length, text };
}

/** Reads what a rule of a firewall or security group takes: a prefix, an address or `10.0.0.1-10.0.0.9`. */
export function parseRange(text: string): AddressRange | undefined {
    const [from = "", to, ...rest] = text.split("-");
    const first = parsePrefix(from.trim());
    const last = to === undefined ? first : parsePrefix(to.trim());
    const ordered = first && last && rest.length === 0 && first.first <= last.last;
    return ordered ? { first: first.first, last: last.last } : undefined;
}

/** Whether a prefix is written with the first of its addresses, as Azure demands of networks. */
export function isNetwork({ text, first }: Prefix): boolean {
    return parsePrefix(text.split("/")[0] ?? "")?.first === first;
}

/** Whether one range holds all of another. */
export function holds(outer: AddressRange, inner: AddressRange): boolean {
    return outer.first <= inner.first && outer.last >= inner.last;
}

export function overlaps(one: AddressRange, other: AddressRange): boolean {
    return one.first <= other.last && one.last >= other.first;
}

export function isIpv6({ first }: AddressRange): boolean {
    return first >= IPV6;
}

/** The address at a place of the line, as people write it. */
export function showAddress(place: bigint): string {
    if (place >= NAMES.first) {
        return Buffer.from((place - NAMES.first).toString(16), "hex").toString();
    }
    return place >= IPV6 ? Address6.fromBigInt(place - IPV6).correctForm() : Address4.fromBigInt(place).correctForm();
}

/** A set of addresses. It never changes. */
export class AddressSet {
    /** In order, without a common address, and never touching. */
    private constructor(readonly ranges: readonly AddressRange[]) {}

    static of(ranges: Iterable<AddressRange>): AddressSet {
        const sorted = [...ranges].sort((a, b) => compare(a.first, b.first));
        const merged: AddressRange[] = [];
        for (const { first, last } of sorted) {
            const previous = merged.at(-1);
            if (previous !== undefined && first <= previous.last + 1n) {
                merged[merged.length - 1] = {
                    first: previous.first,
                    last: last > previous.last ? last : previous.last,
                };
            } else {
                merged.push({ first, last });
            }
        }
        return new AddressSet(merged);
    }

    /** What these prefixes and ranges hold. What can't be read is left out. */
    static parse(texts: Iterable<string>): AddressSet {
        return AddressSet.of([...texts].flatMap((text) => parseRange(text) ?? []));
    }

    /** What a name stands for, in whatever case; two names have nothing in common. */
    static named(name: string): AddressSet {
        const place = NAMES.first + BigInt(`0x${Buffer.from(name.toLowerCase().slice(0, 90)).toString("hex")}`);
        return new AddressSet([{ first: place, last: place }]);
    }

    static union(sets: Iterable<AddressSet>): AddressSet {
        return AddressSet.of([...sets].flatMap(({ ranges }) => ranges));
    }

    get empty(): boolean {
        return this.ranges.length === 0;
    }

    and(other: AddressSet): AddressSet {
        const common: AddressRange[] = [];
        let [mine, theirs] = [0, 0];
        for (;;) {
            const [a, b] = [this.ranges[mine], other.ranges[theirs]];
            if (a === undefined || b === undefined) {
                return new AddressSet(common);
            }
            const first = a.first > b.first ? a.first : b.first;
            const last = a.last < b.last ? a.last : b.last;
            if (first <= last) {
                common.push({ first, last });
            }
            if (a.last < b.last) {
                mine++;
            } else {
                theirs++;
            }
        }
    }

    or(other: AddressSet): AddressSet {
        return AddressSet.of([...this.ranges, ...other.ranges]);
    }

    minus(other: AddressSet): AddressSet {
        return this.and(other.complement());
    }

    has(place: bigint): boolean {
        return this.touches({ first: place, last: place });
    }

    /** Whether every address of a range is in this set: its ranges never touch, so a single one has to hold it. */
    holds(range: AddressRange): boolean {
        return this.ranges.some((own) => holds(own, range));
    }

    /** Whether one address is in a range and in this set. By halving, for sets that are asked often. */
    touches({ first, last }: AddressRange): boolean {
        let [low, high] = [0, this.ranges.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if ((this.ranges[middle]?.last ?? 0n) < first) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        const candidate = this.ranges[low];
        return candidate !== undefined && candidate.first <= last;
    }

    /** Whether every address of another set is in this one. */
    covers(other: AddressSet): boolean {
        return other.minus(this).empty;
    }

    /** The first few prefixes, as a message shows them. */
    shown(): string {
        const texts = this.ranges.slice(0, 3).map(showRange);
        return texts.join(", ") + (this.ranges.length > texts.length ? ", ..." : "") || "no address";
    }

    private complement(): AddressSet {
        const gaps: AddressRange[] = [];
        for (const whole of [...EVERY_ADDRESS, NAMES]) {
            let next = whole.first;
            for (const { first, last } of this.ranges) {
                if (last < whole.first || first > whole.last) {
                    continue;
                }
                if (first > next) {
                    gaps.push({ first: next, last: first - 1n });
                }
                next = last + 1n;
            }
            if (next <= whole.last) {
                gaps.push({ first: next, last: whole.last });
            }
        }
        return new AddressSet(gaps);
    }
}

const EVERY_ADDRESS: readonly AddressRange[] = [
    { first: 0n, last: (1n << 32n) - 1n },
    { first: IPV6, last: IPV6 + (1n << 128n) - 1n },
];

/** Every address there is. */
export const EVERYWHERE = AddressSet.of(EVERY_ADDRESS);

/** Every address, and every name whose addresses nobody can list. */
export const EVERYTHING = AddressSet.of([...EVERY_ADDRESS, NAMES]);

/** No address. */
export const NOWHERE = AddressSet.of([]);

export function compare(a: bigint, b: bigint): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function showRange({ first, last }: AddressRange): string {
    const size = last - first + 1n;
    const isPrefix = (size & (size - 1n)) === 0n && (first & (size - 1n)) === 0n;
    if (!isPrefix) {
        return `${showAddress(first)}-${showAddress(last)}`;
    }
    const length = (first >= IPV6 ? 128 : 32) - (size.toString(2).length - 1);
    return size === 1n ? showAddress(first) : `${showAddress(first)}/${length}`;
}
