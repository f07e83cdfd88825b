import type { AddressRange, Prefix } from "./address-set";
import { AddressSet, isIpv6, parsePrefix } from "./address-set";

/** What is routed inside of private networks alone: RFC 1918, RFC 6598 and RFC 4193, and what never leaves a link. */
const PRIVATE = AddressSet.parse([
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
]);

/** What AKS keeps for itself or never routes (Azure documentation, "Configure Azure CNI networking: prerequisites"). */
export const RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"].map(
    (text) => parsePrefix(text) as Prefix,
);

/** Azure's own address in every network: health probes, DNS and the like. */
export const PLATFORM_ADDRESS = AddressSet.parse(["168.63.129.16"]);

/** Whoever is on the Internet: every public address of a host. */
export const INTERNET = AddressSet.parse(["0.0.0.0/0", "2000::/3"])
    .minus(AddressSet.parse(["0.0.0.0/8", "224.0.0.0/3"]))
    .minus(PRIVATE)
    .minus(PLATFORM_ADDRESS);

/** Public ranges of at least so many addresses, /8 and /20, are so wide that nobody can know who has them. */
const WIDEST = { ipv4: 1n << 24n, ipv6: 1n << 108n } as const;

/** Whether no address of a range is reached over the Internet. */
export function isPrivate(range: AddressRange): boolean {
    return PRIVATE.holds(range);
}

/** Whether a range holds so much of the Internet that it stands for anyone. */
export function isAnyone(range: AddressRange): boolean {
    const size = range.last - range.first + 1n;
    return size >= (isIpv6(range) ? WIDEST.ipv6 : WIDEST.ipv4) && !isPrivate(range);
}
