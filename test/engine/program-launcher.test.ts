import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { cliHome } from "../cli/cache-folder";
import { Sandbox } from "../sandbox/sandbox";
import { REPOSITORY } from "../sandbox/testing/program-project";
import { stackNames } from "../support/stack-files";

describe("The npm scripts preview and sandbox", function () {
    this.timeout(60_000);
    let root: string;

    before(() => {
        root = mkdtempSync(join(tmpdir(), "program-launcher-"));
    });
    after(() => rmSync(root, { recursive: true }));

    /** Runs a script as a person does who stands in `cwd`. */
    function npmRun(args: string[], cwd = REPOSITORY): { status: number | null; stdout: string; stderr: string } {
        return spawnSync("npm", ["run", "--silent", ...args], {
            cwd,
            env: { ...process.env, SANDBOX_ROOT: join(root, "sandbox") },
            encoding: "utf8",
            // npm is a script of the command interpreter there.
            shell: process.platform === "win32",
        });
    }

    it("preview the dev stack, and leave the stack files alone", () => {
        const before = stackFiles();
        const { status, stdout, stderr } = npmRun(["preview"]);
        expect(status, stdout + stderr).to.equal(0);
        expect(stdout)
            .to.contain("secure-aks-ml-dev")
            .and.to.match(/secure-aks-ml-guardrails@\S+ .*policies/);
        expect(stackFiles()).to.deep.equal(before);
    });

    it("keep no log of the engine", () => {
        const { status, stdout, stderr } = npmRun(["sandbox", "--", "stack", "--stack", "dev"]);
        expect(status, stdout + stderr).to.equal(0);
        expect(statSync(join(cliHome(), "logs")).isFile()).to.equal(true);
    });

    it("leave the policy pack out on request", () => {
        const { status, stdout, stderr } = npmRun(["preview", "--", "dev", "--no-policy"]);
        expect(status, stdout + stderr).to.equal(0);
        expect(stdout)
            .to.match(/\d+ to create/)
            .and.to.not.contain("secure-aks-ml-guardrails");
    });

    it("don't hurt each other where two make the same stack at once", async () => {
        const project = { root: join(root, "shared") };
        const both = await Promise.all([Sandbox.start(project), Sandbox.start(project)]);
        try {
            const results = await Promise.all(both.map((sandbox) => sandbox.run(["stack", "--stack", "dev"])));
            expect(results.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0]);
        } finally {
            await Promise.all(both.map((sandbox) => sandbox.stop()));
        }
    });

    it("list the stacks where a stack doesn't exist", () => {
        const { status, stdout, stderr } = npmRun(["preview", "--", "nope"]);
        expect(status).to.equal(1);
        expect(stdout).to.equal("");
        expect(stderr).to.contain(`There is no stack 'nope'. Stacks: ${stackNames().sort().join(", ")}.`);
        expect(stderr).to.not.match(/^\s*at /m);
    });

    it("take paths from where the person stands", () => {
        const folder = join(root, "elsewhere");
        mkdirSync(folder);
        const run = (...args: string[]) => npmRun(["--prefix", REPOSITORY, "sandbox", "--", ...args], folder);
        const exported = run("stack", "export", "--file", "state.json");
        expect(exported.status, exported.stderr).to.equal(0);
        expect(readdirSync(folder)).to.deep.equal(["state.json"]);
        const pack = relative(folder, join(REPOSITORY, "policies"));
        const analysed = run("policy", "analyze", "--policy-pack", pack, "--file", "state.json");
        expect(analysed.status, analysed.stdout + analysed.stderr).to.equal(0);
    });
});

function stackFiles(): Record<string, string> {
    const folder = join(REPOSITORY, "stacks");
    return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}
