import type {
    Policies,
    Policy,
    ResourceRemediation,
    ResourceValidation,
    ResourceValidationPolicy,
    StackValidation,
    StackValidationPolicy,
} from "@pulumi/policy";
import { BENCHMARK } from "./benchmark";
import { judgedCall, noteNothingJudged } from "./current-call";
import { announcedLevel } from "./profile";
import type { GraphRule, ResourceRule, RuleInfo } from "./rule";
import { frameworksOf } from "./rule-index";
import { pageOf } from "./rule-page";

/*
 * Every rule is a policy of its own, which Pulumi lists, configures and counts. But the SDK reads all properties anew for
 * every policy, and all properties of all resources anew for every stack policy: most of what a pack costs. So one policy
 * of each kind judges for all rules (judging-policy.ts), and where it has done so, the list of policies ends for the SDK
 * (not-applicable.ts then says of the others which do not apply). Should it have a list of its own, the validator of a
 * rule is
 * - absent, if the rule looks at what was judged. The SDK passes over it, and the rule counts as passed or as violated by
 *   what was reported in its name.
 * - a validator for another type, if not. The SDK counts the rule as not applicable, and reads no properties for that.
 * Elsewhere (when Pulumi asks for the list of policies, or if the user disabled the judging policy) it is the rule's own.
 */

/** All policies as a list that ends after the judging ones, for whoever goes through it while they judge. */
export function announceAll(judging: Policies, ofRules: Policies): Policies {
    return Object.defineProperty([...judging, ...ofRules], Symbol.iterator, {
        value: function* () {
            noteNothingJudged();
            yield* judging;
            if (judgedCall() === undefined) {
                yield* ofRules;
            }
        },
    });
}

/** @param remediate what it does at the level `remediate`; asked for anew each time, none if the rule is not at it */
export function announceResourceRule(
    rule: ResourceRule,
    own: ResourceValidation,
    remediate: () => ResourceRemediation | undefined,
): ResourceValidationPolicy {
    const elsewhere = neverOf<ResourceValidation>(rule);
    return {
        ...metadata(rule),
        get remediateResource() {
            return remediate();
        },
        get validateResource() {
            const call = judgedCall("resource");
            if (call === undefined) {
                return own;
            }
            // A policy that remediates and has no validator counts as not applicable: here it has one, which is done.
            const done = remediate() && (() => undefined);
            return looksAt(rule, call.types) ? done : elsewhere;
        },
    };
}

export function announceGraphRule(rule: GraphRule, own: StackValidation): StackValidationPolicy {
    const elsewhere = neverOf<StackValidation>(rule);
    const policy = {
        ...metadata(rule),
        get validateStack() {
            const call = judgedCall("stack");
            return call === undefined ? own : looksAt(rule, call.types) ? undefined : elsewhere;
        },
    };
    // The SDK asks whether there is a validator; its declaration says that there always is one.
    return policy as StackValidationPolicy;
}

/** Whether a rule looks at resources of one of these types. */
export function looksAt(rule: RuleInfo, types: ReadonlySet<string>): boolean {
    return rule.types.some((type) => type === "*" || types.has(type));
}

/** A validator of a type that no resource has. Pulumi gives it as the reason why the rule does not apply. */
function neverOf<Validate extends (...args: never[]) => unknown>(rule: RuleInfo): Validate {
    const validate = () => undefined;
    Object.defineProperty(validate, "__pulumiType", { value: rule.types.join(" or ") });
    return validate as unknown as Validate;
}

function metadata(rule: RuleInfo): Policy {
    return {
        name: rule.name,
        description: rule.title,
        displayName: `${rule.id} ${rule.name}`,
        enforcementLevel: announcedLevel(rule),
        severity: rule.severity,
        framework: {
            name: BENCHMARK.name,
            version: BENCHMARK.version,
            reference: rule.control.reference,
            specification: BENCHMARK.controls[rule.control.reference] ?? "",
        },
        tags: [rule.id, ...frameworksOf(rule).slice(1), ...Object.values(rule.scanners).flat()],
        remediationSteps: rule.remediation.map((step, index) => `${index + 1}. ${step}`).join("\n"),
        url: pageOf(rule.id),
        ...(rule.config && { configSchema: { properties: rule.config } }),
    };
}
