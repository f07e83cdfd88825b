import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { Sandbox } from "../sandbox/sandbox";
import { expectSuccess, report } from "../sandbox/testing/engine-events";
import { ProgramProject } from "../sandbox/testing/program-project";

/** A spoke with one instance type of its own, besides the default one. */
const OBJECTS = [
    "amlarc.azureml.com/v1alpha1 InstanceType cpu-small",
    "amlarc.azureml.com/v1alpha1 InstanceType defaultinstancetype",
    "v1 Namespace azureml-jobs",
];

interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
}

describe("The Kubernetes objects of the program", function () {
    this.timeout(120_000);
    let root: string;
    let project: ProgramProject;
    let sandbox: Sandbox;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-kubernetes-"));
        project = new ProgramProject(join(root, "project"));
        project.addStack("rendered", "dev", { kubernetesObjects: { mode: "render", directory: "manifests" } });
        project.addStack("applied", "dev", { workload: "other", kubernetesObjects: { mode: "apply" } });
        sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });

    async function up(stack: string): Promise<void> {
        expectSuccess(await report(sandbox, "up", "--stack", stack, "--no-policy"));
    }

    it("become YAML files where they are rendered, and no cluster is asked", async () => {
        await up("rendered");
        const folder = join(project.directory, "manifests", "1-manifest");
        const manifests = readdirSync(folder).map(
            (file) => parse(readFileSync(join(folder, file), "utf8")) as Manifest,
        );
        const described = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
        expect(described).to.have.members(OBJECTS);
        expect(objectsOf(/^https:/)).to.deep.equal([]);
    });

    it("are stored by the API server where they are applied, and go with the stack", async () => {
        await up("applied");
        expect(objectsOf(/^https:\/\/[\w.-]+\.azmk8s\.io/)).to.have.members(OBJECTS);
        expect(existsSync(join(project.directory, "rendered"))).to.equal(false);
        expectSuccess(await report(sandbox, "preview", "--stack", "applied", "--no-policy", "--expect-no-changes"));
        expectSuccess(await report(sandbox, "destroy", "--stack", "applied"));
        expect(objectsOf(/^https:/)).to.deep.equal([]);
    });

    function objectsOf(cluster: RegExp): string[] {
        const objects = sandbox.cloud.kubernetesObjects().filter((object) => cluster.test(object.cluster));
        return objects.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`);
    }
});
