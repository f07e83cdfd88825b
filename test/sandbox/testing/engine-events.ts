import { expect } from "chai";
import type { PulumiResult, Sandbox } from "../sandbox";

/** What the engine reports while it works: one line of JSON each. Only what tests ask about is typed. */
export interface EngineEvent {
    /** The engine begins a step. */
    readonly resourcePreEvent?: { readonly metadata: Step };
    /** A policy is violated. */
    readonly policyEvent?: { readonly policyName: string; readonly enforcementLevel: string; readonly message: string };
    /** What the engine or the program says. */
    readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
    /** The command's end. Policy packs that judged, by name (in a preview with `|` and its origin), and their versions. */
    readonly summaryEvent?: { readonly PolicyPacks: Readonly<Record<string, string>> };
}

interface Step {
    /** `create`, `update`, `delete`, `same`, `refresh`, ... */
    readonly op: string;
    readonly urn: string;
}

export interface Reported {
    readonly result: PulumiResult;
    readonly events: readonly EngineEvent[];
}

/** Runs a command that works on a stack, and reads what the engine reports. It asks nothing and shows no preview first. */
export async function report(sandbox: Sandbox, command: string, ...args: string[]): Promise<Reported> {
    const unattended = command === "preview" ? [] : ["--yes", "--skip-preview"];
    const result = await sandbox.run([command, ...args, "--json", ...unattended, "--non-interactive"], {
        // Without it a preview prints one summary at its end.
        env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    });
    return { result, events: eventsIn(result) };
}

/** What a command has printed with `--json`. */
export function eventsIn({ stdout }: PulumiResult): EngineEvent[] {
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line) => JSON.parse(line) as EngineEvent);
}

/** @throws AssertionError that shows what the engine objected to. */
export function expectSuccess(reported: Reported): void {
    const errors = reported.events.flatMap(({ diagnosticEvent: said }) =>
        said?.severity === "error" ? [said.message.trimEnd()] : [],
    );
    const objections = [...errors, ...violationsOf(reported), reported.result.stderr];
    expect(reported.result.exitCode, objections.join("\n")).to.equal(0);
}

/** URNs of the resources on which the engine began a step of the kind, sorted. */
export function urnsOf({ events }: Reported, op: string): string[] {
    const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    return steps.flatMap((step) => (step.op === op ? [step.urn] : [])).sort();
}

/** What the packs refuse, each as its policy's name and its message; advice isn't among it. */
export function violationsOf({ events }: Reported): string[] {
    return events.flatMap(({ policyEvent }) =>
        policyEvent?.enforcementLevel === "mandatory" ? [`${policyEvent.policyName}: ${policyEvent.message}`] : [],
    );
}

/** Names of the policy packs that judged. */
export function packsOf({ events }: Reported): string[] {
    const packs = events.flatMap(({ summaryEvent }) => Object.keys(summaryEvent?.PolicyPacks ?? {}));
    return packs.map((pack) => pack.split("|")[0] ?? pack);
}
