import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import { setTimeout as delay } from "node:timers/promises";

import { onInterruption } from "./child-process";

const pollMs = 250;
const refreshMs = 5_000;
/** A holder that has not refreshed its lock for so long is gone, or its machine sleeps. */
const staleMs = 30_000;

interface Holder {
    readonly host: string;
    readonly pid: number;
    readonly token: string;
}

/**
 * Runs `work` while holding a lock file, so that processes which want the same thing do it once. A holder that died is
 * noticed at once on the same machine, and after 30 seconds from another one that shares the folder.
 *
 * In a rare race two processes can hold the lock: it saves work, and `work` must be correct without it.
 *
 * @param onWait is called once if somebody else holds the lock.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
    const holder: Holder = { host: os.hostname(), pid: process.pid, token: randomUUID() };
    for (let waited = false; !acquire(file, holder);) {
        if (isStale(file)) {
            fs.rmSync(file, { force: true });
            continue;
        }
        if (!waited) {
            waited = true;
            onWait();
        }
        await delay(pollMs);
    }

    const release = () => releaseIfOwn(file, holder);
    const forget = onInterruption(release);
    const refresh = setInterval(() => touch(file), refreshMs);
    try {
        return await work();
    } finally {
        clearInterval(refresh);
        forget();
        release();
    }
}

function acquire(file: string, holder: Holder): boolean {
    try {
        fs.writeFileSync(file, JSON.stringify(holder), { flag: "wx" });
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

function isStale(file: string): boolean {
    const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const holder = readHolder(file);
    return age > staleMs || (holder?.host === os.hostname() && !isAlive(holder.pid));
}

/** Undefined if the lock is gone, or so new that its content is not written yet. */
function readHolder(file: string): Holder | undefined {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as Holder;
    } catch {
        return undefined;
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
}

function touch(file: string): void {
    try {
        fs.utimesSync(file, new Date(), new Date());
    } catch {
        // Taken away as stale: the work goes on, see above.
    }
}

function releaseIfOwn(file: string, holder: Holder): void {
    if (readHolder(file)?.token === holder.token) {
        fs.rmSync(file, { force: true });
    }
}
