import type { Value } from "../frame/value";
import { parseRange } from "./address-set";
import { isAnyone } from "./internet";

/** Types that hold a firewall policy's rules. A draft becomes the group when it is deployed. */
export const RULE_GROUPS = [
    "network:FirewallPolicyRuleCollectionGroup",
    "network:FirewallPolicyRuleCollectionGroupDraft",
];

/** A collection of a rule group. */
export interface Collection {
    properties: Value;
    /** What happens to traffic that its rules match. */
    action: "allow" | "deny" | "dnat" | "other";
    rules: readonly Value[];
}

/** The collections of a rule group. Throws if one, its action or its rules are not known. */
export function collectionsOf(group: Value): Collection[] {
    return group
        .at("ruleCollections")
        .items()
        .map((properties) => ({
            properties,
            action: actionOf(properties.known()),
            rules: properties
                .at("rules")
                .items()
                .map((rule) => rule.known()),
        }));
}

function actionOf(collection: Value): Collection["action"] {
    const action = collection.at("action.type").folded();
    return action === "allow" || action === "deny" || action === "dnat" ? action : "other";
}

/** Rules that let something out, or in where they are of the kind NAT. */
export function allowRules(group: Value): Value[] {
    return collectionsOf(group)
        .filter(({ action }) => action === "allow")
        .flatMap(({ rules }) => rules);
}

/** Rules that lead something from outside to an address inside. */
export function natRules(group: Value): Value[] {
    return collectionsOf(group)
        .flatMap(({ rules }) => rules)
        .filter((rule) => rule.at("ruleType").folded() === "natrule");
}

/** A rule as a message names it. */
export function describeRule(rule: Value): string {
    const name = rule.at("name");
    return name.unknown ? rule.path : `${rule.path} (${name.shown()})`;
}

/** Whether an address, a range or a tag stands for all of the Internet. */
export function isAnything(text: string): boolean {
    const range = parseRange(text);
    return text === "*" || /^(any|internet)$/i.test(text) || (range !== undefined && isAnyone(range));
}

/** Whether a name with wildcards covers another, which may hold wildcards too: `*.azmk8s.io` covers `*.hcp.azmk8s.io`. */
export function coversName(pattern: string, name: string): boolean {
    const [outer, inner] = [pattern.toLowerCase(), name.toLowerCase()];
    return outer === "*" || outer === inner || (outer.startsWith("*") && inner.endsWith(outer.slice(1)));
}
