import type { ResourceGraph } from "../graph/resource-graph";
import type { Configuration, Tags } from "./configuration";
import type { Finding } from "./findings";
import { Findings } from "./findings";
import type { GraphRule, ResourceRule, RuleInfo, Subject } from "./rule";
import { pageOf } from "./rule-page";

/** A violation as Pulumi shows it. */
export interface Report {
    rule: RuleInfo;
    level: "mandatory" | "advisory";
    message: string;
    /** The resource to blame; none where a rule blames no resource in particular, and then Pulumi shows the stack. */
    urn?: string;
}

/** What a rule says of a resource that is of one of its types. */
export function judgeResource(
    rule: ResourceRule,
    subject: Subject,
    configuration: Configuration,
    tags: Tags,
): Report[] {
    return judge(rule, subject.urn, configuration, tags, (findings) =>
        rule.check(subject, findings, configuration.optionsOf(rule)),
    );
}

/** What a rule says of a stack that holds a resource of one of its types. */
export function judgeGraph(rule: GraphRule, graph: ResourceGraph, configuration: Configuration, tags: Tags): Report[] {
    return judge(rule, undefined, configuration, tags, (findings) =>
        rule.check(graph, findings, configuration.optionsOf(rule)),
    );
}

function judge(
    rule: RuleInfo,
    urn: string | undefined,
    configuration: Configuration,
    tags: Tags,
    check: (findings: Findings) => void,
): Report[] {
    const level = configuration.levelOf(rule, tags);
    if (level === "disabled") {
        return [];
    }
    const findings = new Findings();
    findings.attempt(() => check(findings));
    return findings.list.map((finding) => {
        const subject = finding.urn ?? urn;
        const { waived, words } = exceptionOf(rule, subject ?? "", configuration);
        const advised = waived || (finding.verdict === "undecided" && !configuration.isStrict(tags));
        const effective: Report["level"] = advised ? "advisory" : level;
        const report = { rule, level: effective, message: words + messageOf(rule, finding, effective) };
        return subject === undefined ? report : { ...report, urn: subject };
    });
}

/** Undecided findings begin with this word, waived ones with `WAIVED`: reports tell verdicts by them. */
export const UNDECIDED = "Undecided";
export const WAIVED = "Waived until ";

function messageOf(rule: RuleInfo, { verdict, message }: Finding, level: Report["level"]): string {
    const undecided = level === "mandatory" ? `${UNDECIDED}, and so refused: ` : `${UNDECIDED}: `;
    return `${verdict === "undecided" ? undecided : ""}${message} (${rule.id}, ${pageOf(rule.id)})`;
}

function exceptionOf(rule: RuleInfo, urn: string, { waivers }: Configuration): { waived: boolean; words: string } {
    const waiver = waivers.find(rule, urn);
    return waiver
        ? { waived: true, words: `${WAIVED}${waiver.expires} (${waiver.owner}, ${waiver.ticket}: ${waiver.reason}). ` }
        : { waived: false, words: "" };
}
