import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { expectSuccess, report, urnsOf } from "../sandbox/testing/engine-events";
import type { Reported } from "../sandbox/testing/engine-events";
import { ProgramProject } from "../sandbox/testing/program-project";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const CODE = "OverconstrainedAllocationRequest";
const MESSAGE = "Create or update VMSS failed. Allocation failed.";

describe("An update in which Azure fails to make the cluster", function () {
    this.timeout(120_000);
    let root: string;
    let sandbox: Sandbox;
    let first: Reported;
    let second: Reported;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-faults-"));
        const project = new ProgramProject(join(root, "project"));
        sandbox = await Sandbox.start({
            root: join(root, "sandbox"),
            projectDir: project.directory,
            faults: [{ type: CLUSTER, operation: "create", code: CODE, message: MESSAGE }],
        });
        first = await report(sandbox, "up");
        second = await report(sandbox, "up");
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });

    it("ends with Azure's own words", () => {
        expect(first.result.exitCode).to.not.equal(0);
        expect(first.result.stdout).to.contain(CODE).and.to.contain(MESSAGE);
    });

    it("is completed by the next one, which makes nothing that exists already", async () => {
        expectSuccess(second);
        const begun = urnsOf(first, "create");
        const failed = begun.filter((urn) => urn.includes(CLUSTER));
        expect(failed).to.have.lengthOf(1);
        const again = urnsOf(second, "create").filter((urn) => begun.includes(urn));
        expect(again.filter((urn) => urn.split("::")[2]?.includes("azure-native:"))).to.deep.equal(failed);
        expectSuccess(await report(sandbox, "preview", "--expect-no-changes"));
    });
});
