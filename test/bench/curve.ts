import * as path from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { ProgramProject } from "../sandbox/testing/program-project";
import { measure } from "./measure";
import { platformOfSpokes, sizes } from "./spokes";

/** What a preview with the pack takes, by the number of spokes. */
export interface Point {
    readonly spokes: number;
    readonly resources: number;
    readonly seconds: number;
    readonly millisecondsPerResource: number;
    readonly peakMegabytes: number;
    readonly kilobytesPerResource: number;
}

/** Previews platforms of more and more spokes. */
export async function measureCurve(root: string): Promise<Point[]> {
    const project = new ProgramProject(path.join(root, "curve"));
    for (const spokes of sizes) {
        project.addStack(stackOf(spokes), "dev", platformOfSpokes(spokes));
    }
    const sandbox = await Sandbox.start({ root: path.join(root, "curve-sandbox"), projectDir: project.directory });
    try {
        const points: Point[] = [];
        for (const spokes of sizes) {
            process.stderr.write(`curve: ${spokes} spokes\n`);
            await preview(sandbox, spokes);
            let resources = 0;
            const { seconds, peakMegabytes } = await measure(async () => {
                resources = await preview(sandbox, spokes);
            });
            points.push({
                spokes,
                resources,
                seconds,
                millisecondsPerResource: (seconds * 1000) / resources,
                peakMegabytes,
                kilobytesPerResource: (peakMegabytes * 1024) / resources,
            });
        }
        return points;
    } finally {
        await sandbox.stop();
    }
}

function stackOf(spokes: number): string {
    return `spokes-${spokes}`;
}

/** How many resources it shows. */
async function preview(sandbox: Sandbox, spokes: number): Promise<number> {
    const { exitCode, stdout, stderr } = await sandbox.run([
        "preview",
        "--stack",
        stackOf(spokes),
        "--non-interactive",
    ]);
    const created = /\+ (\d+) to create/.exec(stdout)?.[1];
    if (exitCode !== 0 || created === undefined) {
        throw new Error(`A platform of ${spokes} spokes failed with exit code ${exitCode}:\n${stdout}\n${stderr}`);
    }
    return Number(created);
}
