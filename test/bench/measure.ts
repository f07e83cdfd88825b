import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What one run of a command took. */
export interface Measurement {
    readonly seconds: number;
    /** Highest sum over all processes that the command started, in MB; sampled, so that a short peak may be missed. */
    readonly peakMegabytes: number;
}

const sampleEveryMs = 250;

/** Times `work`, and watches the memory of every process below this one that runs meanwhile. */
export async function measure(work: () => Promise<void>): Promise<Measurement> {
    let peakKilobytes = 0;
    let running = true;
    const watch = async () => {
        while (running) {
            const started = await descendants(process.pid);
            peakKilobytes = Math.max(
                peakKilobytes,
                started.reduce((sum, { kilobytes }) => sum + kilobytes, 0),
            );
            await new Promise((resolve) => setTimeout(resolve, sampleEveryMs));
        }
    };
    const watching = watch();
    const start = process.hrtime.bigint();
    try {
        await work();
    } finally {
        running = false;
    }
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    await watching;
    return { seconds, peakMegabytes: peakKilobytes / 1024 };
}

export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

interface Process {
    readonly pid: number;
    readonly parent: number;
    readonly kilobytes: number;
}

async function descendants(root: number): Promise<Process[]> {
    const all = await listProcesses();
    const children = (parent: number): Process[] =>
        all.filter((entry) => entry.parent === parent).flatMap((entry) => [entry, ...children(entry.pid)]);
    return children(root);
}

async function listProcesses(): Promise<Process[]> {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,rss="]);
    return stdout
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/).map(Number))
        .map(([pid, parent, kilobytes]) => ({ pid, parent, kilobytes }));
}
