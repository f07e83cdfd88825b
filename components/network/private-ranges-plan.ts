import { contains, parseCidr } from "./cidr";

/** RFC 1918 and RFC 6598: what Azure Firewall takes for private of its own accord (its `IANAPrivateRanges`). */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

/** Those of a platform's own ranges that Azure takes for public, each once. */
export function publicOnes(ranges: readonly string[]): string[] {
    const blocks = privateRanges.map(parseCidr);
    const isPublic = (range: string) => !blocks.some((block) => contains(block, parseCidr(range)));
    return [...new Set(ranges.filter(isPublic))];
}
