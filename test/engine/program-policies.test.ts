import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { ProgramProject, REPOSITORY } from "../sandbox/testing/program-project";

/** The program as somebody changed it: its web application firewall only watches. */
const WEAKENED = `
import * as pulumi from "@pulumi/pulumi";

pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (type !== "azure-native:network:WebApplicationFirewallPolicy") return undefined;
    const policySettings = pulumi.output(props["policySettings"]).apply((chosen) => ({ ...chosen, mode: "Detection" }));
    return { props: { ...props, policySettings }, opts };
});
require(${JSON.stringify(join(REPOSITORY, "infra"))});
`;

describe("The program with a weakened web application firewall", function () {
    this.timeout(60_000);
    let root: string;
    let sandbox: Sandbox;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-weakened-"));
        const program = join(root, "program");
        mkdirSync(program);
        writeFileSync(join(program, "index.ts"), WEAKENED);
        writeFileSync(join(program, "package.json"), JSON.stringify({ name: "weakened", main: "index.ts" }));
        writeFileSync(join(program, "tsconfig.run.json"), readFileSync(join(REPOSITORY, "tsconfig.run.json")));
        symlinkSync(join(REPOSITORY, "node_modules"), join(program, "node_modules"), "junction");
        const project = new ProgramProject(join(root, "project"), program);
        sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });

    it("is stopped in preview by the mandatory rules, which say what to do", async () => {
        const { exitCode, stdout } = await sandbox.run(["preview", "--non-interactive"]);
        expect(exitCode, stdout).to.not.equal(0);
        expect(refusals(stdout)).to.have.members(["waf-prevention", "waf-on-public-gateway"]);
        expect(stdout).to.contain('found "Detection". Set policySettings.mode to "Prevention".');
    });

    it("is stopped in up before its firewall policy exists", async () => {
        const { exitCode, stdout } = await sandbox.run(["up", "--yes", "--skip-preview", "--non-interactive"]);
        expect(exitCode, stdout).to.not.equal(0);
        expect(refusals(stdout)).to.include("waf-prevention");
        const types = sandbox.cloud.resources().map(({ type }) => type);
        expect(types).to.not.include("network:WebApplicationFirewallPolicy");
        expect(types).to.not.include("network:ApplicationGateway");
    });

    it("passes with --no-policy", async () => {
        const { exitCode, stdout } = await sandbox.run(["preview", "--no-policy", "--non-interactive"]);
        expect(exitCode, stdout).to.equal(0);
        expect(stdout).to.not.contain("Policies:");
    });
});

/** Names of the rules that Pulumi shows as mandatory violations. */
function refusals(output: string): string[] {
    return [...output.matchAll(/\[mandatory\] \[severity: \w+\]\s+(\S+)/g)].map((match) => match[1] ?? "");
}
