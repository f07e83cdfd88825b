import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { pulumiCli } from "../cli/pulumi-cli";
import type { PulumiCli } from "../cli/pulumi-cli";
import { isRunning } from "../cli/testing/is-running";

const buildMs = 20 * 60_000;

/** One program; the variable TINY_ACT chooses how it ends. */
const program = `
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
console.log("printed to stdout");
console.error("printed to stderr");
new pulumi.ComponentResource("tiny:index:Thing", "thing");
const act = process.env.TINY_ACT;
if (act === "throw") { throw new Error("thrown on purpose"); }
if (act === "exit") { process.exit(7); }
if (act === "hang") { console.log("pid=" + process.pid); setInterval(() => undefined, 1000); }
export const secret = config.requireSecret("secret");
export const nodeArguments = process.execArgv;
`;

const pack = `
const { PolicyPack } = require("@pulumi/policy");
const pulumi = require("@pulumi/pulumi");
new PolicyPack("tiny-pack", { policies: [{
    name: "no-things", description: "Things are forbidden.", enforcementLevel: "mandatory",
    validateResource: (args, report) => {
        if (args.type === "tiny:index:Thing") {
            report("seen in " + pulumi.getProject() + "/" + pulumi.getStack() + ", preview: " + pulumi.runtime.isDryRun());
        }
    },
}] });
`;

describe("The provided Pulumi CLI", () => {
    let cli: PulumiCli;
    let folder: string;
    let environment: NodeJS.ProcessEnv;

    before(async function () {
        this.timeout(buildMs);
        cli = await pulumiCli();
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-cli-"));
        environment = {
            ...process.env,
            PATH: cli.bin + path.delimiter + process.env.PATH,
            PULUMI_HOME: cli.home,
            PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        writeProject();
        expect(pulumi("stack", "init", "dev").status).to.equal(0);
        expect(pulumi("config", "set", "--secret", "secret", "the secret").status).to.equal(0);
    });

    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    function writeProject(): void {
        const compilerOptions = { target: "ES2022", module: "nodenext", moduleResolution: "nodenext", noCheck: true };
        const files: Record<string, string> = {
            "Pulumi.yaml": [
                "name: tiny",
                "runtime:",
                "  name: nodejs",
                "  options:",
                "    tsconfig: tsconfig.run.json",
                "    nodeargs: --stack-trace-limit=7 --title 'two words'",
            ].join("\n"),
            "package.json": JSON.stringify({ name: "tiny", main: "index.ts" }),
            "tsconfig.run.json": JSON.stringify({ compilerOptions }),
            "index.ts": program,
            "pack/PulumiPolicy.yaml": "runtime: nodejs\nversion: 0.0.1\n",
            "pack/package.json": JSON.stringify({ name: "tiny-pack", version: "0.0.1", main: "index.js" }),
            "pack/index.js": pack,
        };
        for (const name of ["state", "pack"]) {
            fs.mkdirSync(path.join(folder, name));
        }
        for (const [name, text] of Object.entries(files)) {
            fs.writeFileSync(path.join(folder, name), text);
        }
        fs.symlinkSync(path.resolve(__dirname, "../../node_modules"), path.join(folder, "node_modules"), "junction");
    }

    function pulumi(...args: string[]): { status: number | null; output: string } {
        const result = spawnSync(cli.executable, ["--non-interactive", "--color=never", ...args], {
            cwd: folder,
            env: environment,
            encoding: "utf8",
        });
        return { status: result.status, output: result.stdout + result.stderr };
    }

    /** A preview of the program that ends in the given way. */
    function previewThat(act: string): { status: number | null; output: string } {
        environment.TINY_ACT = act;
        try {
            return pulumi("preview");
        } finally {
            delete environment.TINY_ACT;
        }
    }

    it("has the version of the npm package", () => {
        const { version } = JSON.parse(fs.readFileSync(require.resolve("pulumi/package.json"), "utf8"));
        expect(version).to.equal("3.259.0");
        expect(cli.version).to.equal(version);
        expect(pulumi("version").output.trim()).to.match(/^v?3\.259\.0$/);
    });

    it("is not in the person's own Pulumi home", () => {
        expect(cli.home).not.to.include(".pulumi");
        expect(path.relative(cli.home, cli.executable)).to.match(/^versions.3\.259\.0.bin.pulumi/);
    });

    it("is found again without a process started", async () => {
        const started = Date.now();
        expect(await pulumiCli()).to.deep.equal(cli);
        expect(Date.now() - started).to.be.lessThan(200);
    });

    it("previews a TypeScript program, shows what it prints and hides its secrets", () => {
        const { status, output } = pulumi("preview");
        expect(status, output).to.equal(0);
        expect(output).to.include("printed to stdout").and.to.include("printed to stderr");
        expect(output).to.match(/secret *: \[secret\]/);
        expect(output).to.include("+ 2 to create");
    });

    it("passes nodeargs and configuration on", () => {
        expect(pulumi("up", "--yes", "--skip-preview").status).to.equal(0);
        const outputs = pulumi("stack", "output", "--json", "--show-secrets").output;
        expect(JSON.parse(outputs)).to.deep.equal({
            secret: "the secret",
            nodeArguments: ["--stack-trace-limit=7", "--title", "two words"],
        });
    });

    it("shows the error of a program that throws, once", () => {
        const { status, output } = previewThat("throw");
        expect(status).not.to.equal(0);
        const diagnostics = output.slice(output.indexOf("Diagnostics:"));
        expect(diagnostics.match(/thrown on purpose/g)).to.have.lengthOf(1);
        expect(diagnostics).not.to.include("exit code");
    });

    it("names the exit code of a program that ends itself", () => {
        const { status, output } = previewThat("exit");
        expect(status).not.to.equal(0);
        expect(output).to.include("exit code: 7");
    });

    it("lets a compiled policy pack fail the preview, and tells it project, stack and phase", () => {
        const { status, output } = pulumi("preview", "--policy-pack", path.join(folder, "pack"));
        expect(status).not.to.equal(0);
        expect(output).to.include("no-things").and.to.include("seen in tiny/dev, preview: true");
    });

    it("leaves no program running when the engine dies", async () => {
        const engine = spawn(cli.executable, ["preview", "--non-interactive"], {
            cwd: folder,
            env: { ...environment, TINY_ACT: "hang" },
            stdio: ["ignore", "pipe", "ignore"],
        });
        let output = "";
        engine.stdout.on("data", (chunk) => (output += chunk));
        const pid = () => Number(/pid=(\d+)/.exec(output)?.[1]);
        while (!pid()) {
            await delay(50);
        }
        engine.kill("SIGKILL");
        await once(engine, "exit");
        while (isRunning(pid())) {
            await delay(50);
        }
    });
});
