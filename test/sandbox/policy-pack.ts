import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Compiles the policy pack if its output is missing or older than its sources. Progress and the compiler's messages go
 * to stderr, so that stdout stays Pulumi's.
 * @throws Error if the sources don't compile.
 */
export function compilePolicyPack(folder: string): void {
    if (newest(join(folder, "bin"), ".js") >= newest(join(folder, "src"), ".ts")) return;
    process.stderr.write("Compiling the policy pack.\n");
    const compiler = require.resolve("typescript/lib/tsc.js");
    const { status } = spawnSync(process.execPath, [compiler, "--project", folder], {
        stdio: ["ignore", process.stderr, process.stderr],
    });
    if (status !== 0) throw new Error(`The policy pack in ${folder} does not compile. Mend it, or use --no-policy.`);
}

/**
 * What Pulumi is to start: the pack's executable, which needs neither the language host nor its proxy. Windows starts no
 * scripts; there it is the folder, as for a pack that an organization enforces.
 */
export function startOf(folder: string): string {
    return process.platform === "win32" ? folder : join(folder, "guardrails");
}

/** Time of the newest file, or -1 for an absent or empty folder. */
function newest(folder: string, extension: string): number {
    if (!existsSync(folder)) return -1;
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(extension));
    return Math.max(-1, ...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
