import * as fs from "node:fs";
import * as path from "node:path";

import { cliHome } from "./cache-folder";
import { buildSource } from "./build-source";
import { downloadSource } from "./download-source";
import { CliUnavailableError, provideCli } from "./provide-cli";

/** The pinned Pulumi CLI, ready to run. All paths are absolute. */
export interface PulumiCli {
    /** Version without a leading "v": that of the npm package `pulumi`. */
    readonly version: string;
    /** The value for PULUMI_HOME. It is this project's own: `~/.pulumi` is never read or written. */
    readonly home: string;
    /** Directory that holds `pulumi` and `pulumi-language-nodejs`, to be put in front of PATH. */
    readonly bin: string;
    /** The `pulumi` executable in `bin`. */
    readonly executable: string;
}

/**
 * Provides the Pulumi CLI in the version of the npm package `pulumi`: from the cache folder, else by that package's own
 * download, else built from Pulumi's Go modules. Progress goes to stderr. With the CLI in the cache no process starts.
 *
 * @throws {CliUnavailableError} if none of the ways works; its message says what to install.
 */
export async function pulumiCli(): Promise<PulumiCli> {
    const { wrapper, version } = npmPackage();
    return provideCli({
        version,
        home: cliHome(),
        sources: [downloadSource(wrapper, version), buildSource(path.join(__dirname, "from-source"), version)],
    });
}

function npmPackage(): { wrapper: string; version: string } {
    try {
        const manifest = require.resolve("pulumi/package.json");
        const { version }: { version: string } = JSON.parse(fs.readFileSync(manifest, "utf8"));
        return { wrapper: path.join(path.dirname(manifest), "run.js"), version };
    } catch (error) {
        throw new CliUnavailableError("The npm package pulumi, which pins the CLI, is not installed: run npm ci.", {
            cause: error,
        });
    }
}
