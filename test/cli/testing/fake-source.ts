import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { CliSource } from "../provide-cli";

/** The version that fake CLIs report. */
export const fakeVersion = "9.9.9";

/** Writes both programs as shell scripts; `pulumi` answers every call with the version. */
export function writeFakeCli(directory: string, version: string = fakeVersion): void {
    fs.mkdirSync(path.join(directory, "bin"), { recursive: true });
    for (const program of ["pulumi", "pulumi-language-nodejs"]) {
        fs.writeFileSync(path.join(directory, "bin", program), `#!/bin/sh\necho v${version}\n`, { mode: 0o755 });
    }
}

/** A source that works; each use adds its id to the file `journal`. */
export function workingSource(id: string, journal: string, version?: string): CliSource {
    return {
        id,
        activity: `fetching ${id}`,
        remedy: `mend ${id}`,
        supply: async (directory) => {
            fs.appendFileSync(journal, `${id}\n`);
            writeFakeCli(directory, version);
        },
    };
}

/** A source that fails for the given reason; each use adds its id to the file `journal`. */
export function failingSource(id: string, journal: string, reason: string): CliSource {
    return {
        ...workingSource(id, journal),
        supply: async () => {
            fs.appendFileSync(journal, `${id}\n`);
            throw new Error(reason);
        },
    };
}

/** A source that leaves a half-written `pulumi` for `ms` milliseconds before it completes. */
export function slowSource(id: string, journal: string, ms: number): CliSource {
    const source = workingSource(id, journal);
    return {
        ...source,
        supply: async (directory) => {
            fs.mkdirSync(path.join(directory, "bin"));
            fs.writeFileSync(path.join(directory, "bin", "pulumi"), "half of it", { mode: 0o755 });
            await delay(ms);
            await source.supply(directory);
        },
    };
}
