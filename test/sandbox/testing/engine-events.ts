import type { PulumiResult, Sandbox } from "../sandbox";

/** What the engine reports while it works: one line of JSON each. Only what tests ask about is typed. */
export interface EngineEvent {
    /** The engine begins a step. */
    readonly resourcePreEvent?: { readonly metadata: Step };
    /** A policy is violated. */
    readonly policyEvent?: { readonly policyName: string; readonly enforcementLevel: string; readonly message: string };
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

/** URNs of the resources on which the engine began a step of the kind, in its order. */
export function urnsOf({ events }: Reported, op: string): string[] {
    return events.flatMap(({ resourcePreEvent: step }) => (step?.metadata.op === op ? [step.metadata.urn] : []));
}

/** Violations of whatever level, each as its policy's name and its message. */
export function violationsOf({ events }: Reported): string[] {
    return events.flatMap(({ policyEvent }) =>
        policyEvent ? [`${policyEvent.policyName} (${policyEvent.enforcementLevel}): ${policyEvent.message}`] : [],
    );
}

/** Names of the policy packs that judged. */
export function packsOf({ events }: Reported): string[] {
    const packs = events.flatMap(({ summaryEvent }) => Object.keys(summaryEvent?.PolicyPacks ?? {}));
    return packs.map((pack) => pack.split("|")[0] ?? pack);
}
