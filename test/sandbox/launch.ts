import { join, resolve } from "node:path";
import { Sandbox } from "./sandbox";

/**
 * `npm run sandbox -- <pulumi arguments>`: the real Pulumi CLI on simulated providers. Output and exit code are Pulumi's.
 * The state is kept in `.sandbox/`, or in the folder that SANDBOX_ROOT names.
 */
export async function launch(args: readonly string[]): Promise<number> {
    const root = process.env["SANDBOX_ROOT"] ?? join(resolve(__dirname, "..", ".."), ".sandbox");
    const sandbox = await Sandbox.start({ root });
    // Ctrl-C reaches Pulumi too, as it is in the same process group: it ends the operation, and only then this ends.
    process.on("SIGINT", () => undefined);
    try {
        // npm runs scripts in the repository, and tells by INIT_CWD where the person stands.
        const folder = process.env["INIT_CWD"] ?? process.cwd();
        return (await sandbox.run(args, { inherit: true, folder })).exitCode;
    } finally {
        await sandbox.stop();
    }
}

export function main(args: readonly string[]): void {
    launch(args).then(
        (exitCode) => process.exit(exitCode),
        (error: unknown) => {
            process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
            process.exit(1);
        },
    );
}

if (require.main === module) main(process.argv.slice(2));
