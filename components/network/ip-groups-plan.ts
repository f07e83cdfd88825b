import type { EgressRule } from "./egress-rules";

/** A set of nodes that has needs of its own, and what it needs. */
export interface EgressNeed {
    /** Tells the set from others, for example `platform-system`; the name of its IP group begins with it. */
    readonly group: string;
    /** Subnets of its nodes, as CIDRs. */
    readonly sources: readonly string[];
    readonly rules: readonly EgressRule[];
}

/** A rule and the groups that it is for. */
export interface SharedRule {
    readonly rule: EgressRule;
    readonly groups: readonly string[];
}

/** All that may leave a platform. */
export interface EgressPlan {
    /** Subnets (CIDRs) by group: each becomes an IP group. */
    readonly groups: Readonly<Record<string, readonly string[]>>;
    readonly rules: readonly SharedRule[];
}

/** Azure's limits. See "Azure subscription and service limits"; the number of groups rose to 600 in October 2025. */
export const mostGroups = 600;
export const mostPrefixes = 5000;

/**
 * Merges what several sets of nodes need: each rule once, open to those that need it and to nobody else.
 * A group follows from its own nodes alone, so that another spoke never changes it; who needs nothing has none.
 * @throws RangeError where Azure would refuse the groups.
 */
export function planEgress(needs: readonly EgressNeed[]): EgressPlan {
    const groups: Record<string, string[]> = {};
    const merged = new Map<string, { rule: EgressRule; groups: string[] }>();
    for (const { group, sources, rules } of needs.filter((need) => need.rules.length > 0)) {
        groups[group] = [...new Set([...(groups[group] ?? []), ...sources])];
        for (const rule of rules) {
            const key = JSON.stringify(rule);
            const entry = merged.get(key) ?? { rule, groups: [] };
            merged.set(key, { rule, groups: [...new Set([...entry.groups, group])] });
        }
    }
    refuseBeyondLimits(groups);
    return { groups, rules: [...merged.values()] };
}

/** The subnets that a rule is open to. */
export function sourcesOf({ groups }: EgressPlan, rule: SharedRule): string[] {
    return rule.groups.flatMap((group) => groups[group] ?? []);
}

function refuseBeyondLimits(groups: Readonly<Record<string, readonly string[]>>): void {
    const count = Object.keys(groups).length;
    if (count > mostGroups) {
        throw new RangeError(`${count} IP groups: a firewall policy takes ${mostGroups}`);
    }
    for (const [group, sources] of Object.entries(groups)) {
        if (sources.length > mostPrefixes) {
            throw new RangeError(`${sources.length} prefixes in the IP group ${group}: Azure takes ${mostPrefixes}`);
        }
    }
}
