import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { runToEnd } from "./child-process";
import { progress } from "./progress";
import { programPath } from "./provide-cli";
import type { CliSource } from "./provide-cli";

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const minimumGo = { major: 1, minor: 25 };

/**
 * A build from Pulumi's published Go modules. Pulumi publishes no module for the Node.js language host: a stand-in is
 * built with the engine (`from-source/language-host`).
 *
 * @param sources the Go module that pins the engine and holds the stand-in.
 */
export function buildSource(sources: string, version: string): CliSource {
    return {
        id: `source-${fingerprint(sources)}`,
        activity: "building",
        remedy: `install Go ${minimumGo.major}.${minimumGo.minor} or later (https://go.dev/dl), with a Go module proxy that it can reach`,
        supply: (directory) => build(sources, version, directory),
    };
}

/** Changes with every change of the Go sources, so that a mended stand-in replaces those already built. */
function fingerprint(sources: string): string {
    const hash = createHash("sha256");
    const files = fs
        .readdirSync(sources, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort();
    for (const file of files) {
        hash.update(path.relative(sources, file)).update("\0").update(fs.readFileSync(file)).update("\0");
    }
    return hash.digest("hex").slice(0, 16);
}

async function build(sources: string, version: string, directory: string): Promise<void> {
    await checkGo(sources);
    progress(
        "building the engine from its Go modules: some minutes the first time, seconds with a warm Go build cache",
    );
    await goBuild(sources, version, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", programPath(directory, "pulumi"));
    progress("building a stand-in for pulumi-language-nodejs: Pulumi publishes no module for the real language host");
    await goBuild(sources, version, "./language-host", programPath(directory, "pulumi-language-nodejs"));
}

async function checkGo(sources: string): Promise<void> {
    const { output } = await runToEnd("go", ["env", "GOVERSION"], { cwd: sources, env: goEnvironment() });
    const [, major, minor] = (/^go(\d+)\.(\d+)/.exec(output) ?? []).map(Number);
    const enough = major > minimumGo.major || (major === minimumGo.major && minor >= minimumGo.minor);
    if (!enough) {
        throw new Error(`found ${output.trim()}, need Go ${minimumGo.major}.${minimumGo.minor} or later`);
    }
}

async function goBuild(sources: string, version: string, main: string, output: string): Promise<void> {
    const flags = [
        "-mod=readonly",
        "-buildvcs=false",
        "-trimpath",
        "-ldflags",
        `-s -w -X ${versionVariable}=${version}`,
    ];
    await runToEnd("go", ["build", ...flags, "-o", output, main], {
        cwd: sources,
        env: goEnvironment(),
        heartbeat: "still building",
    });
}

/** A go.work file above the checkout would replace the pinned modules. */
function goEnvironment(): NodeJS.ProcessEnv {
    return { ...process.env, GOWORK: "off" };
}
