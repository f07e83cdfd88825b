import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { reportOf } from "../support/node-process";

const PACK = resolve(__dirname, "..", "..", "policies");

describe("The pack as an executable", function () {
    this.timeout(20_000);

    it("prints the port at which it answers, and nothing else, wherever it is started", async () => {
        const child = spawn(join(PACK, "guardrails"), ["127.0.0.1:1"], { cwd: tmpdir() });
        const printed = { stdout: "", stderr: "" };
        child.stderr.on("data", (text) => (printed.stderr += text));
        await new Promise<void>((done) => {
            child.stdout.on("data", (text) => {
                printed.stdout += text;
                done();
            });
            child.on("close", () => done());
        });
        child.kill();
        expect(printed.stdout).to.match(/^\d+\n$/);
        expect(printed.stderr).to.equal("");
    });

    it("says how to compile it where that has not been done", () => {
        const folder = mkdtempSync(join(tmpdir(), "pack-"));
        copyFileSync(join(PACK, "guardrails"), join(folder, "guardrails"));
        const { status, stdout, stderr } = spawnSync(join(folder, "guardrails"), { encoding: "utf8" });
        rmSync(folder, { recursive: true });
        expect(status).to.equal(1);
        expect(stdout).to.equal("");
        expect(stderr).to.equal(`The policy pack in ${folder} is not compiled. Compile it with: npm run build\n`);
    });

    it("starts without the compiler and the resolver of the SDK, which are loaded when they are asked for", () => {
        const { standIns, compiler, resolver } = reportOf<{
            standIns: boolean[];
            compiler: string;
            resolver: string;
        }>(
            `
            require("./bin/start.js");
            const { isProxy } = require("node:util").types;
            const requireAsSdk = require("node:module").createRequire(require.resolve("@pulumi/pulumi"));
            const files = ["typescript", "@npmcli/arborist"].map((name) => requireAsSdk.resolve(name));
            report({
                standIns: files.map((file) => isProxy(require.cache[file].exports)),
                compiler: requireAsSdk("typescript").version,
                resolver: typeof requireAsSdk("@npmcli/arborist").Arborist,
            });`,
            PACK,
        );
        expect(standIns).to.deep.equal([true, true]);
        expect(compiler).to.match(/^5\.\d+\.\d+$/);
        expect(resolver).to.equal("function");
    });
});
