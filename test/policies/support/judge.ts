import type { Finding } from "../../../policies/src/frame/findings";
import { Findings } from "../../../policies/src/frame/findings";
import type { Rule } from "../../../policies/src/frame/rule";
import { normalizeType } from "../../../policies/src/frame/azure-type";
import { Value } from "../../../policies/src/frame/value";
import { allRules } from "../../../policies/src/rules/all-rules";
import type { Verdict } from "./rule-case";
import type { Declared, Properties } from "./scene";
import { graphOf, urnOf } from "./scene";

export function ruleNamed(name: string): Rule {
    const rule = allRules.find((candidate) => candidate.name === name);
    if (!rule) {
        throw new Error(`no rule is called ${name}`);
    }
    return rule;
}

/** What a rule finds in these resources, without Pulumi. */
export function findingsOf(name: string, scene: readonly Declared[], config: Properties = {}): Finding[] {
    const rule = ruleNamed(name);
    const defaults = Object.entries(rule.config ?? {}).map(([option, schema]) => [option, schema.default]);
    const options = { ...Object.fromEntries(defaults), ...config };
    const findings = new Findings();
    if (rule.kind === "graph") {
        findings.attempt(() => rule.check(graphOf(scene), findings, options));
        return findings.list;
    }
    for (const resource of scene) {
        const type = normalizeType(resource.type);
        if (rule.types.includes(type) || rule.types.includes("*")) {
            const subject = { type, urn: urnOf(resource), name: resource.name, inputs: new Value(resource.inputs, "") };
            findings.attempt(() => rule.check(subject, findings, options));
        }
    }
    return findings.list;
}

/** The verdict that findings amount to: a failure outweighs what is undecided beside it. */
export function verdictOf(findings: readonly Finding[]): Verdict {
    if (findings.some((finding) => finding.verdict === "fail")) {
        return "fail";
    }
    return findings.length > 0 ? "undecided" : "pass";
}
