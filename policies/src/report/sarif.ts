import { createHash } from "node:crypto";
import type { Rule, Severity } from "../frame/rule";
import { frameworksOf } from "../frame/rule-index";
import { pageOf } from "../frame/rule-page";
import { announcedLevel } from "../frame/profile";
import type { Run, Violation } from "./event-log";

/** SARIF has no place for a resource of a program, and code hosts show nothing without a file: the project's stands in. */
const PROJECT_FILE = "Pulumi.yaml";

/** As code hosts rank findings: from 9 critical, from 7 high, from 4 medium. */
const RANKS: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };

const SUPPRESSED: Readonly<Record<string, unknown>> = { kind: "external", status: "accepted" };

/** A run's violations in the Static Analysis Results Interchange Format, version 2.1.0. */
export function sarifOf(run: Run, rules: readonly Rule[], pack: string): object {
    const found = run.violations.filter(({ rule }) => rules.some(({ name }) => name === rule));
    const others = run.violations.filter((violation) => !found.includes(violation));
    return {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [
            {
                tool: {
                    driver: {
                        name: pack,
                        ...(run.version && { version: run.version }),
                        rules: rules.map(descriptorOf),
                    },
                },
                invocations: [
                    {
                        executionSuccessful: true,
                        toolConfigurationNotifications: others.map(({ message, mandatory }) => ({
                            level: mandatory ? "error" : "warning",
                            message: { text: message },
                        })),
                    },
                ],
                results: found.map((violation) => resultOf(violation, rules)),
            },
        ],
    };
}

function descriptorOf(rule: Rule): object {
    const steps = rule.remediation.map((step, index) => `${index + 1}. ${step}`).join("\n");
    return {
        id: rule.id,
        name: rule.name,
        shortDescription: { text: rule.title },
        fullDescription: { text: rule.risk },
        help: { text: `${steps}\nSee ${pageOf(rule.id)} of the policy pack.` },
        defaultConfiguration: announcedLevel(rule) === "mandatory" ? { level: "error" } : { level: "warning" },
        properties: { tags: ["security", ...frameworksOf(rule)], "security-severity": RANKS[rule.severity] },
    };
}

function resultOf(violation: Violation, rules: readonly Rule[]): object {
    const { urn, message, mandatory, verdict } = violation;
    const ruleIndex = rules.findIndex(({ name }) => name === violation.rule);
    const ruleId = rules[ruleIndex]?.id ?? violation.rule;
    return {
        ruleId,
        ruleIndex,
        level: mandatory ? "error" : "warning",
        message: { text: message },
        locations: [
            {
                physicalLocation: { artifactLocation: { uri: PROJECT_FILE } },
                logicalLocations: [{ name: urn.split("::").pop() ?? urn, fullyQualifiedName: urn, kind: "resource" }],
            },
        ],
        partialFingerprints: { "resourceAndRule/v1": createHash("sha256").update(`${ruleId} ${urn}`).digest("hex") },
        ...(verdict === "waived" && { suppressions: [{ ...SUPPRESSED, justification: message }] }),
        properties: { verdict },
    };
}
