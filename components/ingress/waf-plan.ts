/** Managed rules: Microsoft's default rule set, or the older Core Rule Set of OWASP. */
export type WafRuleSet = "DRS 2.2" | "DRS 2.1" | "CRS 3.2";

/** A part of requests that managed rules leave alone. */
export interface WafExclusion {
    readonly variable: string;
    readonly operator: string;
    /** Name that the operator compares with, for example of a header, cookie or argument. */
    readonly selector: string;
    /** Rules that leave it alone. Default: all. */
    readonly rules?: { readonly group: string; readonly ids: readonly string[] };
    /** Why; kept as a tag of the policy, since Azure has no other place for it. */
    readonly reason: string;
}

/** A managed rule that does something else than its rule set says. */
export interface WafOverride {
    /** The rule's group, for example `SQLI`, or `REQUEST-942-APPLICATION-ATTACK-SQLI` in the Core Rule Set. */
    readonly group: string;
    readonly action: "Disabled" | "Log" | "Block" | "AnomalyScoring";
    /** Why; kept as a tag of the policy. */
    readonly reason: string;
}

/**
 * A rule of one's own. All of them block: a rule that allows would let its requests past every managed rule.
 * `block` says whether that befalls what is listed, or everything else.
 */
export type WafCustomRule = {
    /** 1 to 100; lower ones first. */
    readonly priority: number;
    /** Beginning of the paths that it is for. Default: all. */
    readonly path?: string;
} & (
    | {
          readonly mode: "rateLimit";
          readonly requests: number;
          readonly minutes: 1 | 5;
          readonly per: "client" | "country";
      }
    | { readonly mode: "countries"; readonly countries: readonly string[]; readonly block: "listed" | "others" }
    | { readonly mode: "addresses"; readonly ranges: readonly string[]; readonly block: "listed" | "others" }
);

export interface WafSettings {
    readonly ruleSet: WafRuleSet;
    /** By a short name. */
    readonly exclusions: Readonly<Record<string, WafExclusion>>;
    /** By the rule's number. */
    readonly overrides: Readonly<Record<string, WafOverride>>;
    /** By name: letters and digits. */
    readonly customRules: Readonly<Record<string, WafCustomRule>>;
    readonly body: {
        /** Largest body of a request without a file, in KB. */
        readonly maxKB: number;
        /** How much of a body is looked at, in KB. */
        readonly inspectKB: number;
        /** Largest file, in MB. */
        readonly uploadMB: number;
    };
}

interface RuleSetVersion {
    readonly ruleSetType: string;
    readonly ruleSetVersion: string;
}

const baseRuleSets: Readonly<Record<WafRuleSet, RuleSetVersion>> = {
    "DRS 2.2": { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.2" },
    "DRS 2.1": { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1" },
    "CRS 3.2": { ruleSetType: "OWASP", ruleSetVersion: "3.2" },
};
const botRuleSet: RuleSetVersion = { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" };
const botGroups = ["BadBots", "GoodBots", "UnknownBots"];

/** What a policy that blocks consists of. */
export function planWaf({ ruleSet, exclusions, overrides, customRules, body }: WafSettings) {
    const custom = Object.entries(customRules).map(([name, rule]) => customRule(name, rule));
    const excluded = Object.values(exclusions).map((entry) => exclusion(entry, baseRuleSets[ruleSet]));
    const isBot = ({ group }: WafOverride) => botGroups.includes(group);
    return {
        policySettings: {
            state: "Enabled",
            mode: "Prevention",
            requestBodyCheck: true,
            requestBodyEnforcement: true,
            requestBodyInspectLimitInKB: body.inspectKB,
            maxRequestBodySizeInKb: body.maxKB,
            fileUploadEnforcement: true,
            fileUploadLimitInMb: body.uploadMB,
        },
        managedRules: {
            managedRuleSets: [
                ruleSetWith(
                    baseRuleSets[ruleSet],
                    Object.entries(overrides).filter(([, entry]) => !isBot(entry)),
                ),
                ruleSetWith(
                    botRuleSet,
                    Object.entries(overrides).filter(([, entry]) => isBot(entry)),
                ),
            ],
            exclusions: excluded.length > 0 ? excluded : undefined,
        },
        customRules: custom.length > 0 ? custom : undefined,
    };
}

/** Why the policy departs from its rule sets, as tags. */
export function reasonsOf({ exclusions, overrides }: WafSettings): Record<string, string> {
    const tags = (kind: string, entries: Readonly<Record<string, { reason: string }>>) =>
        Object.entries(entries).map(([name, { reason }]) => [`waf-${kind}-${name}`, reason]);
    return Object.fromEntries([...tags("exclusion", exclusions), ...tags("override", overrides)]) as Record<
        string,
        string
    >;
}

function ruleSetWith(ruleSet: RuleSetVersion, overrides: readonly (readonly [string, WafOverride])[]) {
    const groups = [...new Set(overrides.map(([, { group }]) => group))];
    if (groups.length === 0) {
        return { ...ruleSet };
    }
    return {
        ...ruleSet,
        ruleGroupOverrides: groups.map((ruleGroupName) => ({
            ruleGroupName,
            rules: overrides
                .filter(([, { group }]) => group === ruleGroupName)
                .map(([ruleId, { action }]) =>
                    action === "Disabled" ? { ruleId, state: "Disabled" } : { ruleId, state: "Enabled", action },
                ),
        })),
    };
}

function exclusion({ variable, operator, selector, rules }: WafExclusion, ruleSet: RuleSetVersion) {
    const entry = { matchVariable: variable, selectorMatchOperator: operator, selector };
    return rules
        ? {
              ...entry,
              exclusionManagedRuleSets: [
                  {
                      ...ruleSet,
                      ruleGroups: [{ ruleGroupName: rules.group, rules: rules.ids.map((ruleId) => ({ ruleId })) }],
                  },
              ],
          }
        : entry;
}

function customRule(name: string, rule: WafCustomRule) {
    const onPath = rule.path === undefined ? [] : [match("RequestUri", "BeginsWith", [rule.path], false)];
    const common = { name, priority: rule.priority, state: "Enabled", action: "Block" };
    switch (rule.mode) {
        case "rateLimit":
            return {
                ...common,
                ruleType: "RateLimitRule",
                rateLimitDuration: rule.minutes === 1 ? "OneMin" : "FiveMins",
                rateLimitThreshold: rule.requests,
                groupByUserSession: [
                    { groupByVariables: [{ variableName: rule.per === "client" ? "ClientAddr" : "GeoLocation" }] },
                ],
                matchConditions: onPath.length > 0 ? onPath : [everyone],
            };
        case "countries":
            return {
                ...common,
                ruleType: "MatchRule",
                matchConditions: [match("RemoteAddr", "GeoMatch", rule.countries, rule.block === "others"), ...onPath],
            };
        case "addresses":
            return {
                ...common,
                ruleType: "MatchRule",
                matchConditions: [match("RemoteAddr", "IPMatch", rule.ranges, rule.block === "others"), ...onPath],
            };
    }
}

function match(variableName: string, operator: string, matchValues: readonly string[], negationConditon: boolean) {
    return { matchVariables: [{ variableName }], operator, negationConditon, matchValues: [...matchValues] };
}

/** A rule must have a condition: no client has the broadcast address. From "Create rate limiting custom rules". */
const everyone = match("RemoteAddr", "IPMatch", ["255.255.255.255/32"], true);
