import type { ResourceRemediation } from "@pulumi/policy";
import { Secret } from "@pulumi/policy";
import { normalizeType } from "./azure-type";
import type { Configuration } from "./configuration";
import { Findings } from "./findings";
import { plainValue } from "./recorded-inputs";
import type { Fix, ResourceRule, Subject } from "./rule";
import { isUnknown, Value } from "./value";

/**
 * Sets what a rule wants, on resources that break it. Pulumi calls this for rules at the level `remediate` alone, before
 * it judges. What is not known yet, or waived, stays as it is: the rule then speaks for itself.
 */
export function remediationOf(rule: ResourceRule, configuration: () => Configuration): ResourceRemediation {
    return ({ type: token, urn, name, props }) => {
        const type = normalizeType(token);
        const given = plainValue(props).raw;
        const subject: Subject = { type, urn, name, inputs: new Value(withoutSecrets(given), "") };
        if (!rule.types.includes(type) || !isBroken(rule, subject, configuration())) {
            return undefined;
        }
        const fixed = fix(rule, type, given);
        return fixed === given ? undefined : (fixed as Record<string, unknown>);
    };
}

function isBroken(rule: ResourceRule, subject: Subject, configuration: Configuration): boolean {
    const findings = new Findings();
    findings.attempt(() => rule.check(subject, findings, configuration.optionsOf(rule)));
    const fails = findings.list.some(({ verdict }) => verdict === "fail");
    return fails && configuration.waivers.find(rule, subject.urn) === undefined;
}

/** The properties with all fixes of a rule; the same object if they change nothing. */
export function fix(rule: ResourceRule, type: string, properties: unknown): unknown {
    return (rule.fixes ?? [])
        .filter(({ types }) => types?.includes(type) ?? true)
        .reduce((result, { path, value }) => withSet(result, segmentsOf(path), value), properties);
}

/** `a[].b` is the property b of every element of a. */
function segmentsOf(path: string): string[] {
    return path.replaceAll("[]", ".[]").split(".");
}

/** A copy with one property set, and with objects on the way to it made. The same object if it is so already. */
function withSet(current: unknown, [segment, ...rest]: readonly string[], value: Fix["value"]): unknown {
    if (current instanceof Secret) {
        const inner = withSet(current.value, segment === undefined ? [] : [segment, ...rest], value);
        return inner === current.value ? current : new Secret(inner);
    }
    if (isUnknown(current)) {
        return current;
    }
    if (segment === undefined) {
        return value;
    }
    if (segment === "[]") {
        const fixed = Array.isArray(current) ? current.map((item) => withSet(item, rest, value)) : [];
        return Array.isArray(current) && fixed.some((item, index) => item !== current[index]) ? fixed : current;
    }
    if (current !== undefined && current !== null && (typeof current !== "object" || Array.isArray(current))) {
        return current;
    }
    const parent = (current ?? {}) as Record<string, unknown>;
    const fixed = withSet(parent[segment], rest, value);
    return fixed === parent[segment] ? current : { ...parent, [segment]: fixed };
}

/** The properties as rules read them. */
function withoutSecrets(value: unknown): unknown {
    if (value instanceof Secret) {
        return withoutSecrets(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(withoutSecrets);
    }
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
        return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutSecrets(child)]));
}
