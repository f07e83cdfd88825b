import type { RuleCase } from "./rule-case";

/** Cases of which some must say something: by what their `when` is, what their messages must hold. */
export function saying(messages: Record<string, RegExp>, cases: readonly RuleCase[]): RuleCase[] {
    const missing = Object.keys(messages).find((when) => !cases.some((ruleCase) => ruleCase.when === when));
    if (missing !== undefined) {
        throw new Error(`no case is about ${JSON.stringify(missing)}`);
    }
    return cases.map((ruleCase) => ({ ...ruleCase, message: messages[ruleCase.when] ?? ruleCase.message }));
}
