import type { AddressSet } from "./address-set";
import { NOWHERE } from "./address-set";
import type { PortRange } from "./port-range";
import { port, sharesPorts } from "./port-range";

export type Protocol = "tcp" | "udp" | "icmp" | "esp" | "ah";

/** A rule of a security group whose ends are addresses. */
export interface FilterRule {
    readonly name: string;
    readonly priority: number;
    readonly allow: boolean;
    /** "*" for all. */
    readonly protocol: Protocol | "*";
    readonly sources: AddressSet;
    readonly destinations: AddressSet;
    readonly ports: readonly PortRange[];
}

/** Packets of one direction: from any of these to any of those. */
interface Packets {
    readonly sources: AddressSet;
    readonly destinations: AddressSet;
    readonly ports: PortRange;
}

export interface Traffic extends Packets {
    readonly protocol: Protocol;
}

/** Traffic on one port. */
export interface Flow extends Omit<Traffic, "ports"> {
    readonly port: number;
}

/** A rule that lets a part of a flow through, and which. */
export interface Passage<Rule extends FilterRule> extends Packets {
    readonly rule: Rule;
}

/** What a security group refuses of a flow, and the rule that does; none if nothing matches. */
export interface Refusal<Rule extends FilterRule> extends Packets {
    readonly rule?: Rule;
}

/**
 * What of some traffic a security group lets through and what it refuses: for each packet the matching rule of lowest
 * priority decides. What nothing matches is refused.
 *
 * Traffic is a box of sources by destinations by ports; a rule takes a box out of it, and the rest is boxes again. A
 * rule's properties are read only when packets are left that it may match.
 */
export function judge<Rule extends FilterRule>(
    rules: readonly Rule[],
    { protocol, ...packets }: Traffic,
): { passed: Passage<Rule>[]; refused: Refusal<Rule>[] } {
    const passed: Passage<Rule>[] = [];
    const refused: Refusal<Rule>[] = [];
    let left: Packets[] = [packets].filter(isSome);
    for (const rule of [...rules].sort((a, b) => a.priority - b.priority)) {
        if (left.length > 0 && (rule.protocol === "*" || rule.protocol === protocol)) {
            for (const ports of rule.ports) {
                left = left.flatMap((box) => {
                    const match = matched(box, rule, ports);
                    if (match === undefined) {
                        return [box];
                    }
                    (rule.allow ? passed : refused).push({ rule, ...match });
                    return without(box, match, rule);
                });
            }
        }
    }
    return { passed, refused: [...refused, ...left] };
}

/** What of a flow a security group lets through. */
export function passages<Rule extends FilterRule>(
    rules: readonly Rule[],
    { port: number, ...flow }: Flow,
): Passage<Rule>[] {
    return judge(rules, { ...flow, ports: port(number) }).passed;
}

function matched(box: Packets, rule: FilterRule, ports: PortRange): Packets | undefined {
    if (!sharesPorts(box.ports, ports)) {
        return undefined;
    }
    const sources = box.sources.and(rule.sources);
    const destinations = sources.empty ? NOWHERE : box.destinations.and(rule.destinations);
    const first = Math.max(box.ports.first, ports.first);
    const last = Math.min(box.ports.last, ports.last);
    return destinations.empty ? undefined : { sources, destinations, ports: { first, last } };
}

function without(box: Packets, match: Packets, rule: FilterRule): Packets[] {
    return [
        { ...box, ports: { first: box.ports.first, last: match.ports.first - 1 } },
        { ...box, ports: { first: match.ports.last + 1, last: box.ports.last } },
        { ...match, sources: box.sources.minus(rule.sources), destinations: box.destinations },
        { ...match, destinations: box.destinations.minus(rule.destinations) },
    ].filter(isSome);
}

function isSome({ sources, destinations, ports }: Packets): boolean {
    return !sources.empty && !destinations.empty && ports.first <= ports.last;
}

/** Ports at which what a group's rules decide may change: one of each range that no rule divides further. */
export function telltalePorts(rules: readonly FilterRule[]): number[] {
    const edges = rules.flatMap(({ ports }) => ports.flatMap(({ first, last }) => [first, last + 1]));
    return [...new Set([1, ...edges])].filter((each) => each >= 1 && each <= 65535).sort((a, b) => a - b);
}
