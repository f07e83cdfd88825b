import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { expectSuccess, report, violationsOf } from "../sandbox/testing/engine-events";
import { ProgramProject } from "../sandbox/testing/program-project";

const ACCESS = "spokes/platform/cluster/apiAccess";

/** `dev` goes through a private link; here are the other ways to an API server. */
describe("The API server of the program", function () {
    this.timeout(180_000);
    let root: string;
    let sandbox: Sandbox;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-api-access-"));
        const project = new ProgramProject(join(root, "project"));
        project.addStack("public", "dev", { [ACCESS]: { mode: "public", authorizedRanges: ["203.0.113.0/28"] } });
        project.addStack("wide", "dev", { [ACCESS]: { mode: "public", authorizedRanges: ["203.0.0.0/16"] } });
        project.addStack("integrated", "dev", { [ACCESS]: { mode: "vnetIntegration" } });
        project.addStack("both", "dev", {
            [ACCESS]: {
                mode: "vnetIntegrationPublic",
                authorizedRanges: ["203.0.113.0/28"],
                etcdKey: { mode: "ownVault" },
            },
        });
        sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });

    function accessProfile(): unknown {
        const [cluster] = sandbox.cloud.view().ofType("containerservice:ManagedCluster");
        return cluster?.outputs["apiServerAccessProfile"];
    }

    it("admits administrators and the firewall's address, which no preview knows, and no one else", async () => {
        expectSuccess(await report(sandbox, "preview", "--stack", "public"));
        expectSuccess(await report(sandbox, "up", "--stack", "public"));
        const [address] = sandbox.cloud
            .view()
            .ofType("network:PublicIPAddress")
            .filter(({ id }) => id.includes("pip-hub-"))
            .map(({ outputs }) => outputs["ipAddress"]);
        expect(accessProfile()).to.deep.include({ authorizedIPRanges: [`${String(address)}/32`, "203.0.113.0/28"] });
        expectSuccess(await report(sandbox, "destroy", "--stack", "public"));
    });

    it("is refused by the pack where a range of administrators is wide", async () => {
        const refused = await report(sandbox, "preview", "--stack", "wide");
        expect(refused.result.exitCode).not.to.equal(0);
        expect(violationsOf(refused).map((violation) => violation.split(":")[0])).to.deep.equal([
            "aks-authorized-ranges",
        ]);
    });

    it("stands in the cluster's own network where it is integrated", async () => {
        expectSuccess(await report(sandbox, "preview", "--stack", "integrated"));
        expectSuccess(await report(sandbox, "up", "--stack", "integrated"));
        expect(accessProfile()).to.deep.include({ enablePrivateCluster: true, enableVnetIntegration: true });
        expectSuccess(await report(sandbox, "destroy", "--stack", "integrated"));
    });

    it("stands in the network with a public door beside it, and reads its etcd key in the closed vault", async () => {
        expectSuccess(await report(sandbox, "preview", "--stack", "both"));
        expectSuccess(await report(sandbox, "up", "--stack", "both"));
        expect(accessProfile()).to.deep.include({ enablePrivateCluster: false, enableVnetIntegration: true });
        const [cluster] = sandbox.cloud.view().ofType("containerservice:ManagedCluster");
        const [key] = sandbox.cloud.view().ofType("keyvault:Key");
        expect(cluster.outputs["securityProfile"]).to.have.nested.property(
            "azureKeyVaultKms.keyId",
            key.outputs["keyUriWithVersion"],
        );
        expectSuccess(await report(sandbox, "destroy", "--stack", "both"));
    });
});
