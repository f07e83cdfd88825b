import * as fs from "node:fs";
import * as path from "node:path";

import { runToEnd } from "./child-process";
import type { CliSource } from "./provide-cli";

const downloadMs = 120_000;

/**
 * The download that the npm package `pulumi` does when its own cache is empty: Pulumi's install script, with the engine
 * and the real language hosts.
 *
 * @param wrapper the package's `run.js`.
 * @param timeoutMs bound in milliseconds: a blocked network often answers nothing at all. Default: 120,000.
 */
export function downloadSource(wrapper: string, version: string, timeoutMs: number = downloadMs): CliSource {
    return {
        id: "download",
        activity: "downloading",
        remedy: "let this machine reach https://get.pulumi.com and https://github.com",
        supply: (directory) => download(wrapper, version, directory, timeoutMs),
    };
}

async function download(wrapper: string, version: string, directory: string, timeoutMs: number): Promise<void> {
    // The wrapper and the install script leave files behind when they are stopped: a home and a temporary folder that
    // are thrown away keep those out of everybody's sight.
    const scratch = `${directory}-download`;
    fs.mkdirSync(scratch);
    await runToEnd(process.execPath, [wrapper, "version"], {
        env: {
            ...process.env,
            PULUMI_HOME: scratch,
            PULUMI_VERSION: version,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            TMPDIR: scratch,
            TEMP: scratch,
            TMP: scratch,
        },
        timeoutMs,
        heartbeat: "still downloading",
    });
    // The wrapper ends with the exit code of the CLI that it has downloaded: after success both are there.
    fs.renameSync(path.join(scratch, "versions", version, "bin"), path.join(directory, "bin"));
}
