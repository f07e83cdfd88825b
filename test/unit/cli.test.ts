import { expect } from "chai";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { buildSource } from "../cli/build-source";
import { cliHome } from "../cli/cache-folder";
import { downloadSource } from "../cli/download-source";
import { CliUnavailableError, provideCli } from "../cli/provide-cli";
import type { CliSource } from "../cli/provide-cli";
import { failingSource, fakeVersion, workingSource } from "../cli/testing/fake-source";
import { isRunning } from "../cli/testing/is-running";

describe("The provider of the Pulumi CLI", () => {
    let folder: string;
    let home: string;
    let journal: string;
    let said: string;
    const { write } = process.stderr;

    beforeEach(() => {
        said = "";
        process.stderr.write = (text: string | Uint8Array) => {
            said += String(text);
            return true;
        };
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "provide-cli-"));
        home = path.join(folder, "home");
        journal = path.join(folder, "journal");
        fs.writeFileSync(journal, "");
    });

    afterEach(() => {
        process.stderr.write = write;
        fs.rmSync(folder, { recursive: true, force: true });
    });

    const provide = (...sources: CliSource[]) => provideCli({ version: fakeVersion, home, sources });
    const used = () => fs.readFileSync(journal, "utf8").split("\n").filter(Boolean);
    const leftovers = () => fs.readdirSync(home).filter((name) => name !== "versions");

    describe("order of the sources", () => {
        it("takes the first that works and does not ask the others", async () => {
            const cli = await provide(workingSource("first", journal), workingSource("second", journal));

            expect(used()).to.deep.equal(["first"]);
            expect(cli).to.deep.equal({
                version: fakeVersion,
                home,
                bin: path.join(home, "versions", fakeVersion, "bin"),
                executable: path.join(home, "versions", fakeVersion, "bin", "pulumi"),
            });
            expect(fs.readdirSync(cli.bin)).to.deep.equal(["pulumi", "pulumi-language-nodejs"]);
            expect(leftovers()).to.deep.equal([]);
        });

        it("takes the second when the first fails", async () => {
            await provide(failingSource("first", journal, "no network"), workingSource("second", journal));
            expect(used()).to.deep.equal(["first", "second"]);
        });

        it("asks no source when the CLI is in the cache, whoever supplied it", async () => {
            const sources = [failingSource("first", journal, "no network"), workingSource("second", journal)];
            const first = await provide(...sources);
            const second = await provide(...sources);
            expect(used()).to.deep.equal(["first", "second"]);
            expect(second).to.deep.equal(first);
        });

        it("names every reason and every remedy when no source works", async () => {
            const failure = await rejection(
                provide(failingSource("a", journal, "no network"), failingSource("b", journal, "go is not on PATH")),
            );
            expect(failure).to.be.instanceOf(CliUnavailableError);
            expect(failure.message.split("\n")).to.deep.equal([
                `The Pulumi CLI ${fakeVersion} is not in ${home}/versions/${fakeVersion} and could not be obtained.`,
                "  - fetching a: no network",
                "    Remedy: mend a.",
                "  - fetching b: go is not on PATH",
                "    Remedy: mend b.",
                "One of the remedies is enough. Then run the command again.",
            ]);
            expect(leftovers()).to.deep.equal([]);
        });

        it("says what to do when the cache folder can't be made", async () => {
            fs.writeFileSync(home, "a file where the folder should be");
            const failure = await rejection(provide(workingSource("a", journal)));
            expect(failure).to.be.instanceOf(CliUnavailableError);
            expect(failure.message).to.include(home).and.to.include("XDG_CACHE_HOME");
        });
    });

    describe("what counts as a CLI", () => {
        it("refuses a source whose CLI has another version", async () => {
            const failure = await rejection(provide(workingSource("other", journal, "1.0.0")));
            expect(failure.message).to.include(`its version is "v1.0.0", not "${fakeVersion}"`);
            expect(fs.existsSync(path.join(home, "versions"))).to.be.false;
        });

        it("refuses a source that leaves the language host out", async () => {
            const source = workingSource("half", journal);
            const supply = async (directory: string) => {
                await source.supply(directory);
                fs.rmSync(path.join(directory, "bin", "pulumi-language-nodejs"));
            };
            const failure = await rejection(provide({ ...source, supply }));
            expect(failure.message).to.include("has no pulumi-language-nodejs");
        });

        it("replaces a directory that nobody has completed", async () => {
            const bin = path.join(home, "versions", fakeVersion, "bin");
            fs.mkdirSync(bin, { recursive: true });
            fs.writeFileSync(path.join(bin, "pulumi"), "half of it", { mode: 0o755 });
            fs.writeFileSync(path.join(bin, "pulumi-language-nodejs"), "", { mode: 0o755 });

            const cli = await provide(workingSource("whole", journal));
            expect(fs.readFileSync(cli.executable, "utf8")).to.include("echo");
        });

        it("replaces a CLI whose executable was deleted", async () => {
            const { executable } = await provide(workingSource("a", journal));
            fs.rmSync(executable);
            await provide(workingSource("a", journal));
            expect(used()).to.deep.equal(["a", "a"]);
        });

        it("replaces a CLI that a changed source has supplied", async () => {
            await provide(workingSource("source-1", journal));
            await provide(workingSource("source-2", journal));
            await provide(workingSource("source-2", journal));
            expect(used()).to.deep.equal(["source-1", "source-2"]);
            expect(fs.readdirSync(path.join(home, "versions", fakeVersion))).to.include("supplied-by-source-2");
            expect(fs.readdirSync(path.join(home, "versions", fakeVersion))).not.to.include("supplied-by-source-1");
        });
    });

    describe("interruption and concurrency", () => {
        let children: ChildProcess[];
        beforeEach(() => (children = []));
        afterEach(() => children.forEach((child) => child.kill("SIGKILL")));

        function provideInChild(ms: number): { child: ChildProcess; output: () => string; errors: () => string } {
            const script = path.join(__dirname, "..", "cli", "testing", "provide-slowly.ts");
            const args = ["-r", "ts-node/register/transpile-only", script, home, journal, String(ms)];
            const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
            children.push(child);
            const [output, errors] = [child.stdout, child.stderr].map((stream) => {
                const chunks: Buffer[] = [];
                stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
                return () => Buffer.concat(chunks).toString();
            });
            return { child, output, errors };
        }

        const halfWritten = () =>
            fs.existsSync(home) &&
            leftovers().some((name) => fs.existsSync(path.join(home, name, "cli", "bin", "pulumi")));

        it("recovers from a process that was killed in the middle", async () => {
            const { child } = provideInChild(60_000);
            await until(halfWritten);
            child.kill("SIGKILL");
            await once(child, "exit");
            expect(fs.existsSync(path.join(home, "provide.lock"))).to.be.true;

            const started = Date.now();
            const cli = await provide(workingSource("next", journal));
            expect(Date.now() - started).to.be.lessThan(5_000);
            expect(fs.readFileSync(cli.executable, "utf8")).to.include("echo");
            expect(leftovers()).to.deep.equal([]);
        });

        it("leaves nothing behind when it is interrupted from the keyboard", async () => {
            const { child } = provideInChild(60_000);
            await until(halfWritten);
            child.kill("SIGINT");
            const [, signal] = await once(child, "exit");
            expect(signal).to.equal("SIGINT");
            expect(fs.readdirSync(home)).to.deep.equal([]);
        });

        it("does the work once when two processes want the same, and the second says that it waits", async () => {
            const first = provideInChild(2_000);
            await until(halfWritten);
            const second = provideInChild(2_000);
            const codes = await Promise.all([first, second].map(({ child }) => once(child, "close")));

            expect(codes.map(([code]) => code)).to.deep.equal([0, 0]);
            expect(used()).to.deep.equal(["slow"]);
            expect(second.errors()).to.include("waiting");
            expect(second.output()).to.equal(first.output());
            expect(leftovers()).to.deep.equal([]);
        });

        it("takes over the lock of another machine that has not been refreshed for long", async () => {
            const lock = path.join(home, "provide.lock");
            fs.mkdirSync(home);
            fs.writeFileSync(lock, JSON.stringify({ host: "another", pid: process.pid, token: "its own" }));
            const longAgo = new Date(Date.now() - 60_000);
            fs.utimesSync(lock, longAgo, longAgo);
            await provide(workingSource("a", journal));
            expect(leftovers()).to.deep.equal([]);
        });

        it("uses what a faster process has moved into place meanwhile", async () => {
            const source = workingSource("same", journal);
            const supply = async () => {
                const target = path.join(home, "versions", fakeVersion);
                await source.supply(target);
                fs.writeFileSync(path.join(target, "supplied-by-same"), "");
                throw new Error("the directory was taken away");
            };
            const cli = await provide({ ...source, supply });
            expect(fs.existsSync(cli.executable)).to.be.true;
        });
    });

    describe("download", () => {
        function wrapperThat(script: string): string {
            const wrapper = path.join(folder, "run.js");
            fs.writeFileSync(wrapper, `const fs = require("fs"), path = require("path");\n${script}`);
            return wrapper;
        }

        const downloadScript = `
            const bin = path.join(process.env.PULUMI_HOME, "versions", process.env.PULUMI_VERSION, "bin");
            fs.mkdirSync(bin, { recursive: true });
            for (const name of ["pulumi", "pulumi-language-nodejs"]) {
                fs.writeFileSync(path.join(bin, name), "#!/bin/sh\\necho v" + process.env.PULUMI_VERSION, { mode: 0o755 });
            }`;

        it("takes over what the npm package has downloaded", async () => {
            const cli = await provide(downloadSource(wrapperThat(downloadScript), fakeVersion));
            expect(fs.readdirSync(path.dirname(cli.bin))).to.have.members(["bin", "supplied-by-download"]);
            expect(leftovers()).to.deep.equal([]);
        });

        it("does not take a half-written download for a CLI", async () => {
            const wrapper = wrapperThat(`${downloadScript}\nconsole.error("pulumi: fetch failed"); process.exit(1);`);
            const failure = await rejection(provide(downloadSource(wrapper, fakeVersion)));
            expect(failure.message).to.include("exit code 1").and.to.include("pulumi: fetch failed");
            expect(failure.message).to.include("get.pulumi.com");
            expect(fs.readdirSync(home)).to.deep.equal([]);
        });

        it("stops a download that takes too long, with the processes that it has started", async () => {
            const pidFile = path.join(folder, "pid");
            const wrapper = wrapperThat(`
                const { pid } = require("child_process").spawn("sleep", ["60"]);
                fs.writeFileSync(${JSON.stringify(pidFile)}, String(pid));
                setInterval(() => {}, 1000);`);
            const failure = await rejection(provide(downloadSource(wrapper, fakeVersion, 1_000)));
            expect(failure.message).to.include("took longer than 1 s");
            await until(() => !isRunning(Number(fs.readFileSync(pidFile, "utf8"))));
        });
    });

    describe("build", () => {
        it("has another id after a change of the Go sources", () => {
            const sources = path.join(folder, "from-source");
            fs.mkdirSync(path.join(sources, "host"), { recursive: true });
            const main = path.join(sources, "host", "main.go");
            fs.writeFileSync(main, "package main");
            const before = buildSource(sources, fakeVersion).id;

            expect(buildSource(sources, fakeVersion).id).to.equal(before);
            fs.writeFileSync(main, "package main // mended");
            expect(buildSource(sources, fakeVersion).id).not.to.equal(before);
        });

        const goVersions = [
            { installed: undefined, reason: "go is not on PATH" },
            { installed: "go1.24.9", reason: "found go1.24.9, need Go 1.25 or later" },
            { installed: "devel", reason: "found devel, need Go 1.25 or later" },
        ];
        for (const { installed, reason } of goVersions) {
            it(`asks for Go 1.25 or later when ${installed ?? "none"} is on PATH`, async () => {
                const bin = path.join(folder, "go-bin");
                fs.mkdirSync(bin);
                if (installed) {
                    fs.writeFileSync(path.join(bin, "go"), `#!/bin/sh\necho ${installed}\n`, { mode: 0o755 });
                }
                const sources = path.join(folder, "from-source");
                fs.mkdirSync(sources);
                const failure = await withPath(bin, () => rejection(provide(buildSource(sources, fakeVersion))));
                expect(failure.message).to.include(reason).and.to.include("install Go 1.25 or later");
            });
        }

        it("builds the engine and the stand-in, with the version, and says that it is a stand-in", async () => {
            const bin = path.join(folder, "go-bin");
            fs.mkdirSync(bin);
            const go = `#!/bin/sh
                [ "$1" = env ] && { echo go1.25.0; exit; }
                echo "$*" >> '${journal}'
                while [ "$1" != -o ]; do shift; done
                mkdir -p "$(dirname "$2")"
                printf '#!/bin/sh\\necho ${fakeVersion}\\n' > "$2"; chmod +x "$2"\n`;
            fs.writeFileSync(path.join(bin, "go"), go, { mode: 0o755 });
            const sources = path.join(folder, "from-source");
            fs.mkdirSync(sources);

            await withPath(`${bin}:${process.env.PATH}`, () => provide(buildSource(sources, fakeVersion)));
            const [engine, host] = used();
            expect(engine).to.match(/^build .*version\.Version=9\.9\.9 .*\/pulumi\/pkg\/v3\/cmd\/pulumi$/);
            expect(host).to.match(/^build .*version\.Version=9\.9\.9 .*\.\/language-host$/);
            expect(said).to.include("building a stand-in");
        });
    });

    describe("the cache folder", () => {
        const places: [NodeJS.Platform, NodeJS.ProcessEnv, string][] = [
            ["linux", {}, "/people/me/.cache/secure-aks-ml/pulumi"],
            ["linux", { XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/secure-aks-ml/pulumi"],
            ["linux", { XDG_CACHE_HOME: "relative" }, "/people/me/.cache/secure-aks-ml/pulumi"],
            ["darwin", {}, "/people/me/Library/Caches/secure-aks-ml/pulumi"],
            ["win32", { LOCALAPPDATA: "/local" }, "/local/secure-aks-ml/pulumi"],
        ];
        for (const [platform, environment, expected] of places) {
            it(`is ${expected} on ${platform} with ${JSON.stringify(environment)}`, () => {
                expect(cliHome(platform, environment, "/people/me")).to.equal(expected);
            });
        }
    });
});

async function rejection(promise: Promise<unknown>): Promise<Error> {
    try {
        await promise;
    } catch (error) {
        expect(error).to.be.instanceOf(Error);
        return error as Error;
    }
    return expect.fail("expected a rejection");
}

async function until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!condition()) {
        expect(Date.now()).to.be.lessThan(deadline, "waited too long");
        await delay(20);
    }
}

async function withPath<T>(searchPath: string, work: () => Promise<T>): Promise<T> {
    const before = process.env.PATH;
    process.env.PATH = searchPath;
    try {
        return await work();
    } finally {
        process.env.PATH = before;
    }
}
