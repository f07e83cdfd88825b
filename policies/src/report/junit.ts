import type { Rule } from "../frame/rule";
import type { Run, Violation } from "./event-log";
import type { Matrix } from "./matrix";

interface TestCase {
    rule: string;
    urn: string;
    violations: readonly Violation[];
}

/** A run as JUnit reports tests: a test for every rule on every resource that it looked at. */
export function junitOf(run: Run, matrix: Matrix, rules: readonly Rule[], pack: string): string {
    const cases = testCases(run, matrix);
    const suites = [...new Set(cases.map(({ rule }) => rule))].map((name) => {
        const own = cases.filter(({ rule }) => rule === name);
        const title = rules.find((rule) => rule.name === name)?.title ?? "The policy pack's own settings.";
        return { name, title, cases: own };
    });
    const body = suites.map(
        ({ name, title, cases: own }) =>
            `  <testsuite name=${attribute(name)} ${counts(own)} skipped="${count(own, "skipped")}">\n` +
            `    <properties>\n      <property name="title" value=${attribute(title)}/>\n    </properties>\n` +
            `${own.map(testCase).join("")}  </testsuite>\n`,
    );
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<testsuites name=${attribute(pack)} ${counts(cases)}>\n${body.join("")}</testsuites>\n`
    );
}

/** What the rules looked at, and what is reported of anything else: the stack, or the pack's settings. */
function testCases(run: Run, { rules, resources }: Matrix): TestCase[] {
    const key = (rule: string, urn: string) => `${rule} ${urn}`;
    const cases = new Map<string, TestCase & { violations: Violation[] }>();
    for (const { urn, cells } of resources) {
        for (const [index, rule] of rules.entries()) {
            if (cells[index] !== "not applicable") {
                cases.set(key(rule, urn), { rule, urn, violations: [] });
            }
        }
    }
    for (const violation of run.violations) {
        const { rule, urn } = violation;
        const testCase = cases.get(key(rule, urn)) ?? { rule, urn, violations: [] };
        testCase.violations.push(violation);
        cases.set(key(rule, urn), testCase);
    }
    return [...cases.values()];
}

function outcomeOf({ violations }: TestCase): "passed" | "failed" | "skipped" {
    if (violations.some(({ mandatory }) => mandatory)) {
        return "failed";
    }
    return violations.length > 0 ? "skipped" : "passed";
}

function counts(cases: readonly TestCase[]): string {
    return `tests="${cases.length}" failures="${count(cases, "failed")}" errors="0"`;
}

function count(cases: readonly TestCase[], outcome: string): number {
    return cases.filter((testCase) => outcomeOf(testCase) === outcome).length;
}

function testCase(test: TestCase): string {
    const head = `    <testcase classname=${attribute(test.rule)} name=${attribute(test.urn)}`;
    const text = test.violations.map(({ message }) => message).join("\n");
    switch (outcomeOf(test)) {
        case "passed":
            return `${head}/>\n`;
        case "skipped":
            return `${head}>\n      <skipped message=${attribute(text)}/>\n    </testcase>\n`;
        case "failed": {
            const [worst] = test.violations.filter(({ mandatory }) => mandatory);
            const failure = `<failure type="${worst?.verdict}" message=${attribute(worst?.message ?? "")}>`;
            return `${head}>\n      ${failure}${escaped(text)}</failure>\n    </testcase>\n`;
        }
    }
}

function attribute(text: string): string {
    return `"${escaped(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`;
}

function escaped(text: string): string {
    return (
        text
            // Control characters have no place in XML 1.0, not even escaped.
            // eslint-disable-next-line no-control-regex
            .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
            .replaceAll("&", "&amp;")
            .replaceAll("<", "&lt;")
            .replaceAll(">", "&gt;")
            .replaceAll("\r", "&#13;")
    );
}
