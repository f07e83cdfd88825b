import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { ProgramProject } from "../sandbox/testing/program-project";

const MISTAKES = {
    "hub/firewal": { tier: "Premium" },
    "spokes/platform/addressSpace": "10.101.0.0/33",
    "spokes/platform/cluster/apiAccess": { mode: "privateLink", authorizedRanges: ["198.51.100.0/24"] },
    "spokes/lonely": { addressSpace: "10.102.0.0/33", machineLearning: {} },
};

/** Where each of the mistakes is, as a person finds it in the stack file. */
const PLACES = [
    "secure-aks-ml:hub.firewal",
    "secure-aks-ml:spokes.platform.addressSpace",
    "secure-aks-ml:spokes.platform.cluster.apiAccess.authorizedRanges",
    "secure-aks-ml:spokes.lonely.addressSpace",
    "secure-aks-ml:spokes.lonely.machineLearning",
];

describe("A stack with mistakes in its configuration", function () {
    this.timeout(60_000);
    let root: string;
    let sandbox: Sandbox;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-mistakes-"));
        const project = new ProgramProject(join(root, "project"));
        project.addStack("mistaken", "dev", MISTAKES);
        sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });

    for (const [command, ...options] of [["preview"], ["up", "--yes", "--skip-preview"]]) {
        it(`ends ${command} with every mistake in it, and without a stack trace`, async () => {
            const args = [command ?? "", ...options, "--stack", "mistaken", "--non-interactive"];
            const { exitCode, stdout, stderr } = await sandbox.run(args);
            const output = stdout + stderr;
            expect(exitCode, output).to.not.equal(0);
            expect(output).to.contain(`The configuration of stack "mistaken" has ${PLACES.length} problems`);
            for (const place of PLACES) {
                const entry = output.slice(output.indexOf(`${place}\n`));
                expect(entry, place).to.match(/^\S+\n\s+found: {3}\S.*\n\s+allowed: \S.*\n\s+remedy: {2}\S/);
            }
            expect(output).to.not.match(/^\s*at .+:\d+/m);
        });
    }

    it("makes nothing", async () => {
        const { stdout } = await sandbox.run(["stack", "export", "--stack", "mistaken"]);
        const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } };
        // The engine registers the stack itself before the program runs.
        const types = (deployment.resources ?? []).map(({ type }) => type);
        expect(types.filter((type) => type !== "pulumi:pulumi:Stack")).to.deep.equal([]);
        expect(sandbox.cloud.resources().filter(({ urn }) => urn !== "")).to.deep.equal([]);
    });
});
