import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Sandbox } from "../../sandbox/sandbox";

const PROGRAM = `
import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";

const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-test", location: "westeurope" });
const vnet = new network.VirtualNetwork("vnet", {
    resourceGroupName: group.name,
    virtualNetworkName: "vnet-test",
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
});
const subnet = new network.Subnet("subnet", {
    resourceGroupName: group.name,
    virtualNetworkName: vnet.name,
    subnetName: "snet-test",
    addressPrefix: "10.0.0.0/24",
});
export const subnetId = subnet.id;
`;
const SUBSCRIPTION = "00000000-0000-0000-0000-0000000000cc";
const SUBNET = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-test/providers/Microsoft.Network/virtualNetworks/vnet-test/subnets/snet-test`;
const REPOSITORY = resolve(__dirname, "..", "..", "..");

describe("the sandbox, with the real Pulumi engine", function () {
    this.timeout(180_000);
    let folder: string;
    let stackFile: string;
    const root = () => join(folder, ".sandbox");

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "sandbox-"));
        const project = "name: test\nruntime: { name: nodejs, options: { tsconfig: tsconfig.run.json } }\n";
        writeFileSync(join(folder, "Pulumi.yaml"), project);
        writeFileSync(join(folder, "package.json"), '{ "name": "test", "main": "index.ts" }');
        writeFileSync(join(folder, "tsconfig.run.json"), readFileSync(join(REPOSITORY, "tsconfig.run.json")));
        stackFile = join(folder, "Pulumi.dev.yaml");
        writeFileSync(stackFile, `config: { "azure-native:subscriptionId": ${SUBSCRIPTION} }\n`);
        writeFileSync(join(folder, "index.ts"), PROGRAM);
        symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
        mkdirSync(root());
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("previews, deploys, finds no changes, refreshes, exports and destroys, and leaves the project as it is", async () => {
        const sandbox = await Sandbox.start({ root: root(), projectDir: folder });
        const run = async (...args: string[]) => {
            const result = await sandbox.run([...args, "--non-interactive"]);
            expect(result.exitCode, `${args.join(" ")}\n${result.stdout}${result.stderr}`).to.equal(0);
            return result.stdout;
        };
        expect(await run("preview", "--no-policy"))
            .to.contain("[unknown]")
            .and.to.contain("4 to create");
        expect(sandbox.cloud.get(SUBNET)).to.equal(undefined);
        expect(await run("up", "--yes", "--skip-preview", "--no-policy")).to.contain(SUBNET);
        expect(sandbox.cloud.get(SUBNET)?.inputs).to.include({ addressPrefix: "10.0.0.0/24" });
        await run("preview", "--no-policy", "--expect-no-changes");
        await run("refresh", "--yes", "--expect-no-changes");
        expect(await run("stack", "output", "subnetId")).to.contain(SUBNET);
        expect(await run("stack", "export")).to.contain('"azure-native:network:Subnet"');
        await run("destroy", "--yes", "--skip-preview");
        expect(sandbox.cloud.resources()).to.deep.equal([]);
        await sandbox.stop();
        expect(readFileSync(stackFile, "utf8")).to.not.contain("encryptionsalt");
    });

    it("leaves half a deployment when told to fail, and a later run completes it", async () => {
        const type = "azure-native:network:Subnet";
        const fault = {
            type,
            operation: "create",
            code: "InternalServerError",
            message: "An error occurred.",
        } as const;
        const failing = await Sandbox.start({ root: root(), projectDir: folder, faults: [fault] });
        const up = ["up", "--yes", "--skip-preview", "--no-policy", "--non-interactive"];
        const failed = await failing.run(up);
        await failing.stop();
        expect(failed.exitCode).to.not.equal(0);
        expect(failed.stdout + failed.stderr).to.contain('Code="InternalServerError" Message="An error occurred."');
        const sandbox = await Sandbox.start({ root: root(), projectDir: folder });
        expect(sandbox.cloud.resources().map(({ type: name }) => name)).to.deep.equal([
            "resources:ResourceGroup",
            "network:VirtualNetwork",
        ]);
        const completed = await sandbox.run(up);
        expect(completed.exitCode, completed.stderr).to.equal(0);
        expect(completed.stdout).to.contain("1 created").and.to.contain("3 unchanged");
        await sandbox.stop();
    });
});
