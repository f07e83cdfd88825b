import type { AddressSet } from "./address-set";
import { NOWHERE } from "./address-set";
import type { PortRange } from "./port-range";

export type Protocol = "tcp" | "udp" | "icmp";

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

/** Packets of one direction: from any of these to any of those, on one port. */
export interface Flow {
    readonly sources: AddressSet;
    readonly destinations: AddressSet;
    readonly protocol: Protocol;
    readonly port: number;
}

/** A rule that lets a part of a flow through, and which. */
export interface Passage<Rule extends FilterRule> {
    readonly rule: Rule;
    readonly sources: AddressSet;
    readonly destinations: AddressSet;
}

/**
 * What of a flow a security group lets through: for each packet the matching rule of lowest priority decides. What
 * nothing matches is refused.
 *
 * A rule takes a rectangle of sources by destinations out of what is left; the rest of a rectangle is two rectangles.
 */
export function passages<Rule extends FilterRule>(rules: readonly Rule[], flow: Flow): Passage<Rule>[] {
    const matching = rules
        .filter(({ protocol }) => protocol === "*" || protocol === flow.protocol)
        .filter(({ ports }) => ports.some(({ first, last }) => first <= flow.port && flow.port <= last))
        .sort((a, b) => a.priority - b.priority);
    const passed: Passage<Rule>[] = [];
    let left = [{ sources: flow.sources, destinations: flow.destinations }];
    for (const rule of matching) {
        left = left.flatMap(({ sources, destinations }) => {
            const from = sources.and(rule.sources);
            const to = from.empty ? NOWHERE : destinations.and(rule.destinations);
            if (to.empty) {
                return [{ sources, destinations }];
            }
            if (rule.allow) {
                passed.push({ rule, sources: from, destinations: to });
            }
            const rest = [
                { sources: sources.minus(rule.sources), destinations },
                { sources: from, destinations: destinations.minus(rule.destinations) },
            ];
            return rest.filter((part) => !part.sources.empty && !part.destinations.empty);
        });
    }
    return passed;
}

/** Ports at which what a group's rules decide may change: one of each range that no rule divides further. */
export function telltalePorts(rules: readonly FilterRule[]): number[] {
    const edges = rules.flatMap(({ ports }) => ports.flatMap(({ first, last }) => [first, last + 1]));
    return [...new Set([1, ...edges])].filter((port) => port >= 1 && port <= 65535).sort((a, b) => a - b);
}
