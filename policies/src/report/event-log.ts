import { normalizeType } from "../frame/azure-type";
import { UNDECIDED, WAIVED } from "../frame/verdict";

/** A violation that the engine reported. */
export interface Violation {
    /** Name of the rule. */
    rule: string;
    urn: string;
    mandatory: boolean;
    /** What the rule says, without its title. */
    message: string;
    verdict: "fail" | "undecided" | "waived";
}

/** A resource of the program; its providers, its components and the stack itself are none. */
export interface RunResource {
    urn: string;
    /** Normalised: `network:Subnet`. */
    type: string;
}

/** What a run's events tell of one policy pack. */
export interface Run {
    /** Of the pack; empty if the pack judged nothing. */
    version: string;
    resources: RunResource[];
    /** URN -> what the program set. */
    inputs: ReadonlyMap<string, unknown>;
    violations: Violation[];
    /** URN -> names of the rules about single resources that looked at it. */
    looked: ReadonlyMap<string, ReadonlySet<string>>;
    /** Names of the rules about the stack that looked at it; none if the run ended before it came to them. */
    lookedAtStack: ReadonlySet<string> | undefined;
}

/** The events that a report reads, as Pulumi writes them. */
interface EngineEvent {
    resourcePreEvent?: { metadata: { urn: string; type: string; new?: { custom?: boolean; inputs?: unknown } | null } };
    policyEvent?: {
        resourceUrn?: string;
        message: string;
        policyName: string;
        policyPackName: string;
        policyPackVersion: string;
        enforcementLevel: string;
    };
    policyAnalyzeSummaryEvent?: PolicySummary & { resourceUrn: string };
    policyAnalyzeStackSummaryEvent?: PolicySummary;
}

interface PolicySummary {
    policyPackName: string;
    policyPackVersion: string;
    passed?: string[];
    failed?: string[];
}

/**
 * Reads an event log of Pulumi: one JSON object per line.
 * @param pack name of the policy pack whose events count
 * @throws Error with the line that is no event
 */
export function readEventLog(text: string, pack: string): Run {
    const events = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [parse(line, index + 1)]));
    const summaries = events.flatMap((event) => event.policyAnalyzeSummaryEvent ?? []).filter(isOf(pack));
    const stackSummary = events.flatMap((event) => event.policyAnalyzeStackSummaryEvent ?? []).find(isOf(pack));
    const violations = events.flatMap((event) => event.policyEvent ?? []).filter(isOf(pack));
    const looked = new Map<string, ReadonlySet<string>>();
    for (const summary of summaries) {
        looked.set(summary.resourceUrn, new Set([...(looked.get(summary.resourceUrn) ?? []), ...namesOf(summary)]));
    }
    return {
        version: [...summaries, ...violations].map(({ policyPackVersion }) => policyPackVersion)[0] ?? "",
        ...resourcesOf(events),
        violations: violations.map(violationOf),
        looked,
        lookedAtStack: stackSummary && new Set(namesOf(stackSummary)),
    };
}

function parse(line: string, number: number): EngineEvent {
    let event: unknown;
    try {
        event = JSON.parse(line);
    } catch {
        event = undefined;
    }
    if (typeof event !== "object" || event === null) {
        throw new Error(
            `line ${number} is no event; found ${JSON.stringify(line.slice(0, 40))}. ` +
                "Give the file that Pulumi wrote for --event-log: one JSON object per line.",
        );
    }
    return event;
}

function isOf(pack: string): (event: { policyPackName: string }) => boolean {
    return ({ policyPackName }) => policyPackName === pack;
}

function namesOf({ passed = [], failed = [] }: PolicySummary): string[] {
    return [...passed, ...failed];
}

function resourcesOf(events: readonly EngineEvent[]): Pick<Run, "resources" | "inputs"> {
    const types = new Map<string, string>();
    const inputs = new Map<string, unknown>();
    for (const { resourcePreEvent } of events) {
        const metadata = resourcePreEvent?.metadata;
        if (metadata?.new?.custom === true && !metadata.type.startsWith("pulumi:")) {
            types.set(metadata.urn, normalizeType(metadata.type));
            inputs.set(metadata.urn, metadata.new.inputs);
        }
    }
    return { resources: [...types].map(([urn, type]) => ({ urn, type })), inputs };
}

function violationOf(event: NonNullable<EngineEvent["policyEvent"]>): Violation {
    const [title = "", ...lines] = event.message.trim().split("\n");
    const message = lines.length > 0 ? lines.join("\n") : title;
    return {
        rule: event.policyName,
        urn: event.resourceUrn ?? "",
        mandatory: event.enforcementLevel === "mandatory",
        message,
        verdict: message.startsWith(WAIVED) ? "waived" : message.startsWith(UNDECIDED) ? "undecided" : "fail",
    };
}
