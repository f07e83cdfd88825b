import { isIpv6, parsePrefix } from "../graph/address-set";

/** Options of all rules about the addresses that a service admits. */
export interface Widest {
    widestIpv4Prefix: number;
    widestIpv6Prefix: number;
}

/** Schema of these options, by the prefix lengths that a rule accepts unless configuration says otherwise. */
export function widest(ipv4: number, ipv6: number) {
    return {
        widestIpv4Prefix: {
            type: "integer",
            minimum: 1,
            maximum: 32,
            default: ipv4,
            description: "Prefix length of the widest IPv4 range that is accepted.",
        },
        widestIpv6Prefix: {
            type: "integer",
            minimum: 1,
            maximum: 128,
            default: ipv6,
            description: "Prefix length of the widest IPv6 range that is accepted.",
        },
    } as const;
}

/** What is wrong with a text as a range that a service admits; undefined if it is narrow. */
export function flawOf(text: string, { widestIpv4Prefix, widestIpv6Prefix }: Widest): string | undefined {
    const prefix = parsePrefix(text);
    if (prefix === undefined) {
        return "which is no address range";
    }
    const limit = isIpv6(prefix) ? widestIpv6Prefix : widestIpv4Prefix;
    return prefix.length < limit ? `which is wider than /${limit}` : undefined;
}
