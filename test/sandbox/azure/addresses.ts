import { Address4, Address6 } from "ip-address";

/** CIDR arithmetic for what Azure checks. Texts that aren't ranges give undefined or false: another rule names them. */

interface Range {
    readonly version: 4 | 6;
    readonly first: bigint;
    readonly last: bigint;
    readonly prefixLength: number;
}

function parse(text: string): Range | undefined {
    const Address = text.includes(":") ? Address6 : Address4;
    if (!Address.isValid(text)) return undefined;
    const address = new Address(text);
    return {
        version: text.includes(":") ? 6 : 4,
        first: address.startAddress().bigInt(),
        last: address.endAddress().bigInt(),
        prefixLength: address.subnetMask,
    };
}

export function isRange(text: string): boolean {
    return parse(text) !== undefined;
}

/** Whether `inner`, a range or an address, lies wholly in `outer`. */
export function contains(outer: string, inner: string): boolean {
    const [a, b] = [parse(outer), parse(inner)];
    return !!a && !!b && a.version === b.version && a.first <= b.first && b.last <= a.last;
}

export function overlap(one: string, other: string): boolean {
    const [a, b] = [parse(one), parse(other)];
    return !!a && !!b && a.version === b.version && a.first <= b.last && b.first <= a.last;
}

/** The prefix length: 24 for `10.0.0.0/24`. */
export function prefixLength(range: string): number | undefined {
    return parse(range)?.prefixLength;
}

export function isNetworkAddress(range: string): boolean {
    const parsed = parse(range);
    const address = range.split("/")[0] ?? "";
    return parsed !== undefined && parse(address)?.first === parsed.first;
}

/** The n-th address of an IPv4 range; 0 is the network address. */
export function addressAt(range: string, offset: number): string | undefined {
    const parsed = parse(range);
    if (!parsed || parsed.version !== 4) return undefined;
    return Address4.fromBigInt(parsed.first + BigInt(offset)).correctForm();
}

/** Azure keeps the first four addresses of a subnet for itself. */
export const FIRST_USABLE = 4;

export function isFirstAddress(range: string, address: string): boolean {
    return addressAt(range, 1) === address || addressAt(range, 0) === address;
}

/** Whether Azure keeps this address of a subnet: the first four, and the last one for broadcasts. */
export function isReserved(range: string, address: string): boolean {
    const [subnet, one] = [parse(range), parse(address)];
    if (!subnet || !one || subnet.version !== 4) return false;
    return one.first < subnet.first + BigInt(FIRST_USABLE) || one.first === subnet.last;
}
