import * as fs from "node:fs";
import * as path from "node:path";

import { onInterruption, runToEnd } from "./child-process";
import { withLock } from "./lock";
import { progress } from "./progress";
import type { PulumiCli } from "./pulumi-cli";

/** One way to obtain the CLI. */
export interface CliSource {
    /**
     * Names the source and everything that its result depends on besides the version, as a file name. A cached CLI of
     * another id is not used: a changed source reaches everybody.
     */
    readonly id: string;
    /** What is tried, for a progress line: "downloading". */
    readonly activity: string;
    /** What a person can do to make this source work, as an imperative sentence part. */
    readonly remedy: string;
    /**
     * Fills `directory`, which is new and empty and is thrown away on failure, with `bin/pulumi` and
     * `bin/pulumi-language-nodejs`. Rejects with an error whose message is a reason fit for a person.
     */
    supply(directory: string): Promise<void>;
}

export interface CliRequest {
    /** Version without a leading "v". */
    readonly version: string;
    /** PULUMI_HOME to provide it in. */
    readonly home: string;
    /** Tried in this order. */
    readonly sources: readonly CliSource[];
}

/** No source could supply the CLI. The message names each reason and remedy. */
export class CliUnavailableError extends Error {
    override readonly name = "CliUnavailableError";
}

/**
 * Provides the CLI from `<home>/versions/<version>`, the directory that the npm package `pulumi` and the Automation API
 * use too. What is not there is supplied into a directory of its own, checked, and moved there as a whole: a half-written
 * file never has the final name. Processes that want the same at the same time wait for the first.
 *
 * @throws {CliUnavailableError} if no source works.
 */
export async function provideCli(request: CliRequest): Promise<PulumiCli> {
    const cached = findCli(request);
    if (cached) {
        return cached;
    }
    createHome(request);
    return withLock(
        path.join(request.home, "provide.lock"),
        () => progress(`another process is providing the Pulumi CLI ${request.version}: waiting for it`),
        async () => findCli(request) ?? supplyCli(request),
    );
}

function createHome({ version, home }: CliRequest): void {
    try {
        fs.mkdirSync(home, { recursive: true });
        fs.accessSync(home, fs.constants.W_OK);
    } catch (error) {
        throw new CliUnavailableError(
            `The Pulumi CLI ${version} can't be stored in ${home}: ${messageOf(error)}. ` +
                "Make that folder writable, or set XDG_CACHE_HOME (LOCALAPPDATA on Windows) to one that is.",
        );
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

const executableSuffix = process.platform === "win32" ? ".exe" : "";

/** The path of a program in the `bin` of a CLI directory, with the platform's suffix. */
export function programPath(directory: string, program: "pulumi" | "pulumi-language-nodejs"): string {
    return path.join(directory, "bin", program + executableSuffix);
}

function versionDirectory({ home, version }: CliRequest): string {
    return path.join(home, "versions", version);
}

/** Present in a complete directory alone, and it says who supplied it: a real and a stand-in host never mix. */
function markerPath(directory: string, source: CliSource): string {
    return path.join(directory, `supplied-by-${source.id}`);
}

function findCli(request: CliRequest): PulumiCli | undefined {
    const directory = versionDirectory(request);
    const complete =
        request.sources.some((source) => fs.existsSync(markerPath(directory, source))) &&
        fs.existsSync(programPath(directory, "pulumi")) &&
        fs.existsSync(programPath(directory, "pulumi-language-nodejs"));
    return complete
        ? {
              version: request.version,
              home: request.home,
              bin: path.join(directory, "bin"),
              executable: programPath(directory, "pulumi"),
          }
        : undefined;
}

async function supplyCli(request: CliRequest): Promise<PulumiCli> {
    removeLeftovers(request.home);
    const failures: string[] = [];
    for (const source of request.sources) {
        try {
            progress(`${source.activity} the Pulumi CLI ${request.version}`);
            await supplyFrom(source, request);
        } catch (error) {
            const reason = messageOf(error);
            progress(`${source.activity} did not work: ${reason}`);
            failures.push(`${source.activity}: ${reason}\n    Remedy: ${source.remedy}.`);
        }
        // Looked up even after a failure: another process may have been faster, and then its result is as good.
        const provided = findCli(request);
        if (provided) {
            progress(`the Pulumi CLI ${request.version} is in ${provided.bin}`);
            return provided;
        }
    }
    throw new CliUnavailableError(
        [
            `The Pulumi CLI ${request.version} is not in ${versionDirectory(request)} and could not be obtained.`,
            ...failures.map((failure) => `  - ${failure}`),
            "One of the remedies is enough. Then run the command again.",
        ].join("\n"),
    );
}

const incomingPrefix = "incoming-";

/** What interrupted runs have left. Only the holder of the lock supplies, so nobody is at work there. */
function removeLeftovers(home: string): void {
    for (const entry of fs.readdirSync(home)) {
        if (entry.startsWith(incomingPrefix)) {
            fs.rmSync(path.join(home, entry), { recursive: true, force: true });
        }
    }
}

async function supplyFrom(source: CliSource, request: CliRequest): Promise<void> {
    const workspace = fs.mkdtempSync(path.join(request.home, incomingPrefix));
    const removeWorkspace = () => fs.rmSync(workspace, { recursive: true, force: true });
    const forget = onInterruption(removeWorkspace);
    try {
        const incoming = path.join(workspace, "cli");
        fs.mkdirSync(incoming);
        await source.supply(incoming);
        await checkVersion(incoming, request.version, workspace);
        flushFiles(path.join(incoming, "bin"));
        fs.writeFileSync(markerPath(incoming, source), "");
        moveIntoPlace(incoming, versionDirectory(request), path.join(workspace, "replaced"));
    } finally {
        forget();
        removeWorkspace();
    }
}

const versionCheckMs = 60_000;

async function checkVersion(directory: string, version: string, home: string): Promise<void> {
    if (!fs.existsSync(programPath(directory, "pulumi-language-nodejs"))) {
        throw new Error("the result has no pulumi-language-nodejs");
    }
    const { output } = await runToEnd(programPath(directory, "pulumi"), ["version"], {
        env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
        timeoutMs: versionCheckMs,
    });
    // Released executables print "v3.259.0", those built from modules "3.259.0".
    if (output.trim().replace(/^v/, "") !== version) {
        throw new Error(`the result says that its version is "${output.trim()}", not "${version}"`);
    }
}

/** Without it a power failure soon after the move could leave empty files under the final name. */
function flushFiles(directory: string): void {
    for (const name of fs.readdirSync(directory)) {
        const file = fs.openSync(path.join(directory, name), "r+");
        fs.fsyncSync(file);
        fs.closeSync(file);
    }
}

function moveIntoPlace(incoming: string, target: string, replaced: string): void {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (fs.existsSync(target)) {
        fs.renameSync(target, replaced);
    }
    fs.renameSync(incoming, target);
}
