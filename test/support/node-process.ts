import { spawnSync } from "node:child_process";

/**
 * Runs a script in a Node process of its own, in which nothing is loaded yet, and returns what it hands to `report`.
 * @throws Error with what the process printed, if the script fails.
 */
export function reportOf<Report>(script: string, folder: string): Report {
    const reporting = "const report = (value) => { process.stderr.write(JSON.stringify(value)); process.exit(); };";
    const { status, stderr } = spawnSync(process.execPath, ["-e", `${reporting}\n${script}`], {
        cwd: folder,
        encoding: "utf8",
    });
    if (status !== 0) {
        throw new Error(stderr);
    }
    return JSON.parse(stderr) as Report;
}
