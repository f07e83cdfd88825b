import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { compilePolicyPack, startOf } from "../sandbox/policy-pack";
import { Sandbox } from "../sandbox/sandbox";
import { measureCurve, type Point } from "./curve";
import { writeDefaultStyle } from "./default-style";
import { growthExponent, measureEvaluation, type Evaluation } from "./evaluation";
import { measure, median, type Measurement } from "./measure";
import { measurePlanning, type Planning } from "./planning";

/**
 * `npm run bench [-- --rounds 5 --json bench.json]`: seconds and memory of previews, all in one run on one machine.
 * Every scenario is measured once in each round, between two runs of the empty program: a machine that is slower for some
 * minutes then is so for both.
 */

interface Scenario {
    readonly name: string;
    readonly sandbox: Sandbox;
    readonly args: readonly string[];
}

interface Result {
    readonly scenario: string;
    /** Median over the rounds. */
    readonly seconds: number;
    readonly peakMegabytes: number;
    /** Median over the rounds of the seconds in relation to the empty program just before and after. */
    readonly ratio: number;
}

/** Stacks whose previews show what the pack costs: 146 and 434 resources. */
const packStacks = ["dev", "prod"] as const;
const withEmptyPack = (stack: string) => `${stack} with an empty pack`;
const withPack = (stack: string) => `${stack} with the pack`;
const defaultStyleName = "prod in the default style, with a pack in TypeScript";

const repository = path.resolve(__dirname, "..", "..");

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, json: { type: "string" } } });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) {
        throw new Error(`--rounds: found "${values.rounds}", allowed is a whole number from 1. Example: --rounds 5`);
    }
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "secure-aks-ml-bench-"));
    const all = await scenarios(root);
    try {
        const [empty, ...others] = all;
        const results = await runAll(empty, others, rounds);
        print(results, rounds);
        const curve = await measureCurve(root);
        printCurve(curve);
        const evaluation = await measureEvaluation();
        printEvaluation(evaluation);
        const planning = measurePlanning();
        printPlanning(planning);
        if (values.json) {
            const growth = growthOfGraphRules(evaluation);
            const all = { rounds, node: process.version, results, packRatios: packRatios(results), curve };
            fs.writeFileSync(
                values.json,
                JSON.stringify({ ...all, evaluation, growth, planning }, undefined, 2) + "\n",
            );
        }
    } finally {
        await Promise.all(all.map(({ sandbox }) => sandbox.stop()));
        fs.rmSync(root, { recursive: true, force: true });
    }
}

async function scenarios(root: string): Promise<Scenario[]> {
    const pack = path.join(repository, "policies");
    compilePolicyPack(pack);
    const plain = writeDefaultStyle(repository, path.join(root, "default-style"));
    const start = (name: string, projectDir: string) => Sandbox.start({ root: path.join(root, name), projectDir });
    const [empty, own, defaultStyle] = await Promise.all([
        start("empty", path.join(__dirname, "programs", "empty")),
        start("own", repository),
        start("plain", plain.project),
    ]);
    const emptyPack = startOf(path.join(__dirname, "programs", "empty-pack"));
    const preview = (name: string, sandbox: Sandbox, stack: string, ...more: string[]): Scenario => ({
        name,
        sandbox,
        args: ["preview", "--stack", stack, ...more],
    });
    return [
        preview("empty program", empty, "dev", "--no-policy"),
        ...packStacks.flatMap((stack) => [
            preview(`${stack} without the pack`, own, stack, "--no-policy"),
            preview(withEmptyPack(stack), own, stack, "--policy-pack", emptyPack),
            preview(withPack(stack), own, stack),
            preview(`${stack} with the pack as a folder`, own, stack, "--policy-pack", pack, ...settingsOf(stack)),
        ]),
        preview(defaultStyleName, defaultStyle, "prod", "--policy-pack", plain.policyPack),
    ];
}

function settingsOf(stack: string): string[] {
    return ["--policy-pack-config", path.join(repository, "stacks", `policy.${stack}.json`)];
}

async function runAll(empty: Scenario, others: readonly Scenario[], rounds: number): Promise<Result[]> {
    // The first round fills caches (and makes the stacks), and isn't counted.
    await runRound(empty, others, "warming up");
    const measured: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
        measured.push(await runRound(empty, others, `round ${round} of ${rounds}`));
    }
    const floors = measured.flatMap((round) => round.floors);
    return [
        { scenario: empty.name, ...medians(floors), ratio: 1 },
        ...others.map(({ name }, index) => ({
            scenario: name,
            ...medians(measured.map((round) => round.others[index])),
            ratio: median(measured.map((round) => ratioIn(round, index))),
        })),
    ];
}

interface Round {
    /** The empty program: before each of the others, and after the last. */
    readonly floors: readonly Measurement[];
    readonly others: readonly Measurement[];
}

async function runRound(empty: Scenario, others: readonly Scenario[], title: string): Promise<Round> {
    const run = (scenario: Scenario) => {
        process.stderr.write(`${title}: ${scenario.name}\n`);
        return measure(() => runOnce(scenario));
    };
    const round: { floors: Measurement[]; others: Measurement[] } = { floors: [await run(empty)], others: [] };
    for (const scenario of others) {
        round.others.push(await run(scenario));
        round.floors.push(await run(empty));
    }
    return round;
}

function ratioIn({ floors, others }: Round, index: number): number {
    const floor = (floors[index].seconds + floors[index + 1].seconds) / 2;
    return others[index].seconds / floor;
}

function medians(measurements: readonly Measurement[]): Measurement {
    return {
        seconds: median(measurements.map(({ seconds }) => seconds)),
        peakMegabytes: median(measurements.map(({ peakMegabytes }) => peakMegabytes)),
    };
}

async function runOnce({ name, sandbox, args }: Scenario): Promise<void> {
    const { exitCode, stdout, stderr } = await sandbox.run([...args, "--non-interactive"]);
    if (exitCode !== 0) {
        throw new Error(`"${name}" failed with exit code ${exitCode}:\n${stdout}\n${stderr}`);
    }
}

function print(results: readonly Result[], rounds: number): void {
    console.log(`Medians of ${rounds} rounds, Node ${process.version}, ${os.cpus().length} cores.\n`);
    console.table(
        Object.fromEntries(
            results.map(({ scenario, seconds, peakMegabytes, ratio }) => [
                scenario,
                {
                    seconds: Number(seconds.toFixed(2)),
                    "peak MB": Math.round(peakMegabytes),
                    "times the empty program": Number(ratio.toFixed(2)),
                },
            ]),
        ),
    );
    for (const { stack, ratio } of packRatios(results)) {
        console.log(`${stack}: our pack takes ${ratio.toFixed(2)} times as long as an empty one.`);
    }
    const style = ratioOf(results, defaultStyleName) / ratioOf(results, withPack("prod"));
    console.log(`The default style takes ${style.toFixed(1)} times as long as ours.`);
}

/** With the pack in relation to an empty one. */
function packRatios(results: readonly Result[]): { stack: string; ratio: number }[] {
    return packStacks.map((stack) => ({
        stack,
        ratio: ratioOf(results, withPack(stack)) / ratioOf(results, withEmptyPack(stack)),
    }));
}

function ratioOf(results: readonly Result[], scenario: string): number {
    return results.find((result) => result.scenario === scenario)?.ratio ?? NaN;
}

function printCurve(points: readonly Point[]): void {
    console.log("\nPreviews with the pack, by the number of spokes (one measured run each):\n");
    console.table(
        points.map((point) => ({
            spokes: point.spokes,
            resources: point.resources,
            seconds: Number(point.seconds.toFixed(1)),
            "ms a resource": Number(point.millisecondsPerResource.toFixed(1)),
            "peak MB": Math.round(point.peakMegabytes),
            "KB a resource": Math.round(point.kilobytesPerResource),
        })),
    );
}

function printEvaluation(evaluations: readonly Evaluation[]): void {
    console.log("\nEvaluation alone, in this process (CPU time, medians), by the number of spokes:\n");
    console.table(
        evaluations.map((point) => ({
            spokes: point.spokes,
            resources: point.resources,
            "ms a resource, rules about it": Number(point.millisecondsPerResource.toFixed(2)),
            "ms of graph rules": Math.round(point.graphMilliseconds),
            "ms a resource, all rules": Number(point.totalPerResource.toFixed(2)),
        })),
    );
    const growth = growthOfGraphRules(evaluations).toFixed(2);
    console.log(`Graph rules take time with the number of resources to the power of ${growth}.`);
}

function printPlanning({ spokes, planningSeconds, checkingSeconds }: Planning): void {
    console.log(
        `Addresses of ${spokes} spokes are laid out in ${planningSeconds.toFixed(2)} s, ` +
            `after their settings are checked in ${checkingSeconds.toFixed(2)} s.`,
    );
}

function growthOfGraphRules(evaluations: readonly Evaluation[]): number {
    return growthExponent(
        evaluations.map(({ resources, graphMilliseconds }) => ({ resources, milliseconds: graphMilliseconds })),
    );
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
