import type {
    Policies,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import { ResourceGraph } from "../graph/resource-graph";
import { announceAll, announceGraphRule, announceResourceRule, looksAt } from "./announced-policy";
import { normalizeType } from "./azure-type";
import { Configuration } from "./configuration";
import { noteJudged } from "./current-call";
import type { ReceivedConfig } from "./received-config";
import { plainValue, RecordedInputs } from "./recorded-inputs";
import { remediationOf } from "./remediation";
import type { GraphRule, ResourceRule, Rule } from "./rule";
import { PACK_SETTINGS, SETTINGS_SCHEMA, UNUSED_WAIVERS } from "./settings";
import type { Report } from "./verdict";
import { judgeGraph, judgeResource } from "./verdict";

/** The rules as Pulumi knows them: a policy each, and two that judge for all of them. */
export class JudgingPolicies {
    private readonly resourceRules: readonly ResourceRule[];
    private readonly graphRules: readonly GraphRule[];
    /** Rules by the type that they look at; for each type that came along. */
    private readonly rulesByType = new Map<string, readonly ResourceRule[]>();
    private readonly recorded = new RecordedInputs();
    private configuration: Configuration;
    private configured = false;
    private problemsReported = false;

    /** @param today the day of the run, `2026-11-30` */
    constructor(
        private readonly rules: readonly Rule[],
        private readonly today: string,
    ) {
        this.resourceRules = rules.filter((rule) => rule.kind === "resource");
        this.graphRules = rules.filter((rule) => rule.kind === "graph");
        this.configuration = new Configuration(rules, new Map(), today);
    }

    configure(received: ReceivedConfig): void {
        this.configuration = new Configuration(this.rules, received, this.today);
        this.configured = true;
        this.problemsReported = false;
    }

    /** The judging policies come first: they must have judged before the SDK asks the others. */
    policies(): Policies {
        return announceAll(
            [this.settingsPolicy(), this.waiversPolicy()],
            [
                ...this.resourceRules.map((rule) => this.resourcePolicy(rule)),
                ...this.graphRules.map((rule) =>
                    announceGraphRule(rule, (args, reportViolation) => {
                        if (!looksAt(rule, this.judgeStack([rule], args, reportViolation))) {
                            args.notApplicable();
                        }
                    }),
                ),
            ],
        );
    }

    private resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
        const remediation = rule.fixes && remediationOf(rule, () => this.configuration);
        return announceResourceRule(
            rule,
            (args, reportViolation) => {
                if (!looksAt(rule, this.judgeResource([rule], args, reportViolation))) {
                    args.notApplicable();
                }
            },
            () => (this.configuration.remediates(rule) ? remediation : undefined),
        );
    }

    private settingsPolicy(): ResourceValidationPolicy {
        return {
            name: PACK_SETTINGS,
            description: "The configuration of the policy pack must mean something.",
            enforcementLevel: "mandatory",
            severity: "high",
            configSchema: { properties: SETTINGS_SCHEMA },
            validateResource: (args, reportViolation) => {
                this.reportProblems(args, reportViolation);
                this.recorded.record(args.urn, plainValue(args.props));
                const types = this.judgeResource(this.rulesFor(args.type), args, reportViolation);
                noteJudged({ kind: "resource", types });
            },
        };
    }

    private waiversPolicy(): StackValidationPolicy {
        return {
            name: UNUSED_WAIVERS,
            description: "A waiver must except something.",
            enforcementLevel: "advisory",
            severity: "low",
            validateStack: (args, reportViolation) => {
                const types = this.judgeStack(this.graphRules, args, reportViolation);
                for (const { rule, urn, owner, ticket } of this.configuration.waivers.unused()) {
                    reportViolation(
                        `The waiver of ${rule} for ${urn} (${owner}, ${ticket}) excepted nothing. Remove it.`,
                    );
                }
                noteJudged({ kind: "stack", types });
            },
        };
    }

    /** Says once in a run, at its first resource, what is wrong with the configuration. */
    private reportProblems(args: ResourceValidationArgs, reportViolation: ReportViolation): void {
        if (this.problemsReported) {
            return;
        }
        this.problemsReported = true;
        const hidden = !this.configured && Object.keys(args.getConfig()).length > 0;
        const problems = [
            ...(hidden ? ["This version of @pulumi/policy hides the configuration from the pack. Use 1.21.0."] : []),
            ...this.configuration.problems(args.stackTags),
        ];
        if (problems.length > 0) {
            reportViolation(problems.join("\n"));
        }
    }

    private rulesFor(token: string): readonly ResourceRule[] {
        const types = new Set([normalizeType(token)]);
        const rules = this.rulesByType.get(token) ?? this.resourceRules.filter((rule) => looksAt(rule, types));
        this.rulesByType.set(token, rules);
        return rules;
    }

    /** Reports what these rules say, and returns the types that this was about. */
    private judgeResource(
        rules: readonly ResourceRule[],
        args: ResourceValidationArgs,
        reportViolation: ReportViolation,
    ): ReadonlySet<string> {
        const type = normalizeType(args.type);
        const types = new Set([type]);
        const subject = { type, urn: args.urn, name: args.name, inputs: plainValue(args.props) };
        for (const rule of rules) {
            if (looksAt(rule, types)) {
                report(judgeResource(rule, subject, this.configuration, args.stackTags), reportViolation);
            }
        }
        return types;
    }

    private judgeStack(
        rules: readonly GraphRule[],
        args: StackValidationArgs,
        reportViolation: ReportViolation,
    ): ReadonlySet<string> {
        const graph = this.graphOf(args.resources);
        const types = new Set(graph.resources.map((resource) => resource.type));
        for (const rule of rules) {
            if (looksAt(rule, types)) {
                report(judgeGraph(rule, graph, this.configuration, args.stackTags), reportViolation);
            }
        }
        return types;
    }

    private graphOf(resources: readonly PolicyResource[]): ResourceGraph {
        return new ResourceGraph(
            resources.map((resource) => {
                const outputs = plainValue(resource.props);
                return {
                    urn: resource.urn,
                    type: normalizeType(resource.type),
                    name: resource.name,
                    inputs: this.recorded.get(resource.urn) ?? outputs,
                    outputs,
                    dependencies: resource.dependencies.map((other) => other.urn),
                    propertyDependencies: Object.fromEntries(
                        Object.entries(resource.propertyDependencies).map(([key, others]) => [
                            key,
                            others.map((other) => other.urn),
                        ]),
                    ),
                };
            }),
        );
    }
}

/** What the SDK takes beside a text: it then says nothing of its own. Not part of its declaration. */
interface NamedViolation {
    name: string;
    message: string;
    description: string;
    enforcementLevel: "mandatory" | "advisory";
    severity: string;
    urn: string | undefined;
}

/** Reports in the name of each rule. */
function report(reports: readonly Report[], reportViolation: ReportViolation): void {
    const reportNamed = reportViolation as unknown as (violation: NamedViolation) => void;
    for (const { rule, level, message, urn } of reports) {
        reportNamed({
            name: rule.name,
            message: `${rule.title}\n${message}`,
            description: rule.title,
            enforcementLevel: level,
            severity: rule.severity,
            urn,
        });
    }
}
