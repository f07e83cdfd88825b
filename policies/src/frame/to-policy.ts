import type {
    Policies,
    Policy,
    ResourceValidation,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import { ResourceGraph } from "../graph/resource-graph";
import { normalizeType } from "./azure-type";
import { BENCHMARK } from "./benchmark";
import type { Finding } from "./findings";
import { Findings } from "./findings";
import type { RecordedInputs } from "./recorded-inputs";
import { plainValue } from "./recorded-inputs";
import type { GraphRule, ResourceRule, Rule, RuleInfo } from "./rule";
import { frameworksOf } from "./rule-index";
import { pageOf } from "./rule-page";
import { skipOtherTypes } from "./type-filter";

/** The rules as Pulumi knows them. */
export function toPolicies(rules: readonly Rule[], recorded: RecordedInputs): Policies {
    return rules.map((rule) => (rule.kind === "resource" ? resourcePolicy(rule) : stackPolicy(rule, recorded)));
}

function metadata(rule: RuleInfo): Policy {
    return {
        name: rule.name,
        description: rule.title,
        displayName: `${rule.id} ${rule.name}`,
        enforcementLevel: "mandatory",
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

function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
    const types = new Set(rule.types);
    const validateResource: ResourceValidation = (args, reportViolation) => {
        const type = normalizeType(args.type);
        if (!types.has(type) && !types.has("*")) {
            doesNotApply(rule, args);
        }
        const findings = new Findings();
        const subject = { type, urn: args.urn, name: args.name, inputs: plainValue(args.props) };
        findings.attempt(() => rule.check(subject, findings, configOf(rule, args)));
        report(rule, findings.list, reportViolation);
    };
    skipOtherTypes(validateResource, types);
    return { ...metadata(rule), validateResource };
}

function stackPolicy(rule: GraphRule, recorded: RecordedInputs): StackValidationPolicy {
    const types = new Set(rule.types);
    return {
        ...metadata(rule),
        validateStack: (args, reportViolation) => {
            if (!args.resources.some((resource) => types.has(normalizeType(resource.type)))) {
                doesNotApply(rule, args);
            }
            const findings = new Findings();
            findings.attempt(() => rule.check(graphOf(args, recorded), findings, configOf(rule, args)));
            report(rule, findings.list, reportViolation);
        },
    };
}

/**
 * Leaves the policy, so that the resource counts neither as passed nor as failed. Pulumi does that by an error, whose
 * stack trace nobody sees and which would be a third of the time that the pack takes.
 */
function doesNotApply(rule: RuleInfo, args: { notApplicable(reason: string): never }): never {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return args.notApplicable(`looks at ${rule.types.join(", ")}`);
    } finally {
        Error.stackTraceLimit = limit;
    }
}

/** The rule's options. The engine fills in defaults in preview and up, but not when it judges an exported state. */
function configOf(rule: RuleInfo, args: { getConfig<T extends object>(): T }): object {
    const defaults = Object.entries(rule.config ?? {}).map(([option, schema]) => [option, schema.default]);
    return { ...Object.fromEntries(defaults), ...args.getConfig() };
}

function graphOf(args: StackValidationArgs, recorded: RecordedInputs): ResourceGraph {
    return new ResourceGraph(
        args.resources.map((resource) => {
            const outputs = plainValue(resource.props);
            return {
                urn: resource.urn,
                type: normalizeType(resource.type),
                name: resource.name,
                inputs: recorded.get(resource.urn) ?? outputs,
                outputs,
                dependencies: resource.dependencies.map((other) => other.urn),
                propertyDependencies: Object.fromEntries(
                    Object.entries(resource.propertyDependencies).map(([key, others]) => [
                        key,
                        others.map((o) => o.urn),
                    ]),
                ),
            };
        }),
    );
}

function report(rule: RuleInfo, findings: Finding[], reportViolation: (message: string, urn?: string) => void): void {
    for (const finding of findings) {
        const prefix = finding.verdict === "undecided" ? "Undecided, and so refused: " : "";
        reportViolation(`${prefix}${finding.message} (${rule.id}, ${pageOf(rule.id)})`, finding.urn);
    }
}
