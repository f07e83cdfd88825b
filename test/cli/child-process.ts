import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";

import { progress } from "./progress";

export interface RunOptions {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Milliseconds after which the process and its children are killed. Default: no bound. */
    readonly timeoutMs?: number;
    /** Says every 15 seconds that this is still running. Default: silent. */
    readonly heartbeat?: string;
}

const heartbeatMs = 15_000;
const shownLines = 5;
const interruptions: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a program to its end and returns what it printed on stdout. The program and all its children end with this
 * process when a signal interrupts it, and when the time is up.
 *
 * @throws {Error} if it can't be started, takes too long or fails; the message holds the last lines of its output.
 */
export async function runToEnd(
    program: string,
    args: readonly string[],
    options: RunOptions,
): Promise<{ output: string }> {
    const child = spawn(program, args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ["ignore", "pipe", "pipe"],
        // A process group of its own is what can be killed as a whole. Windows kills by parentage instead.
        detached: process.platform !== "win32",
    });
    const stdout: Buffer[] = [];
    const everything: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
        stdout.push(chunk);
        everything.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => everything.push(chunk));

    const forget = onInterruption(() => killTree(child));
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 1000);
    const beat = options.heartbeat
        ? setInterval(() => progress(`${options.heartbeat} (${seconds()} s so far)`), heartbeatMs)
        : undefined;
    let timedOut = false;
    const bound = options.timeoutMs
        ? setTimeout(() => {
              timedOut = true;
              killTree(child);
          }, options.timeoutMs)
        : undefined;
    try {
        const failure = await endOf(child);
        if (timedOut) {
            throw new Error(`stopped because it took longer than ${seconds()} s`);
        }
        if (failure) {
            throw new Error(`${failure}${lastLines(Buffer.concat(everything).toString())}`);
        }
        return { output: Buffer.concat(stdout).toString() };
    } finally {
        forget();
        clearInterval(beat);
        clearTimeout(bound);
    }
}

/**
 * Has `cleanUp` run when a signal interrupts this process; the signal then takes its usual effect.
 * @returns a function that takes it back.
 */
export function onInterruption(cleanUp: () => void): () => void {
    const handler = (signal: NodeJS.Signals) => {
        forget();
        cleanUp();
        // Another listener has already been told, and decides for itself.
        if (process.listenerCount(signal) === 0) {
            process.kill(process.pid, signal);
        }
    };
    const forget = () => interruptions.forEach((signal) => process.removeListener(signal, handler));
    interruptions.forEach((signal) => process.on(signal, handler));
    return forget;
}

/** The reason of a failure, or undefined after success. */
function endOf(child: ChildProcess): Promise<string | undefined> {
    return new Promise((resolve) => {
        child.on("error", (error: NodeJS.ErrnoException) =>
            resolve(error.code === "ENOENT" ? `${child.spawnfile} is not on PATH` : error.message),
        );
        child.on("close", (code, signal) => {
            if (code === 0) {
                resolve(undefined);
            } else {
                resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`);
            }
        });
    });
}

function killTree(child: ChildProcess): void {
    if (child.pid === undefined) {
        return;
    }
    if (process.platform === "win32") {
        spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
        return;
    }
    try {
        process.kill(-child.pid, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}

function lastLines(output: string): string {
    const lines = output.split("\n").filter((line) => line.trim() !== "");
    return lines
        .slice(-shownLines)
        .map((line) => `\n      ${line}`)
        .join("");
}
