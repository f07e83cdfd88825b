import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { expectSuccess, report, urnsOf, type Reported } from "../sandbox/testing/engine-events";
import { ProgramProject } from "../sandbox/testing/program-project";

describe("Adding a spoke to prod", function () {
    this.timeout(600_000);
    let root: string;
    let sandbox: Sandbox;
    let planned: string[];
    let preview: Reported;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-add-spoke-"));
        const project = new ProgramProject(join(root, "project"));
        sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
        const up = await report(sandbox, "up", "--stack", "prod");
        expectSuccess(up);
        planned = urnsOf(up, "create").map(shortName);
        project.addStack("prod", "prod", {
            "spokes/added": {
                addressSpace: "10.114.0.0/16",
                cluster: { userPools: { user: { minCount: 3, maxCount: 20 } } },
            },
        });
        preview = await report(sandbox, "preview", "--stack", "prod");
        expectSuccess(preview);
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });
    const names = (operation: string) => urnsOf(preview, operation).map(shortName);

    it("replaces and deletes nothing", () => {
        for (const operation of ["replace", "create-replacement", "delete-replaced", "delete"]) {
            expect(names(operation), operation).to.deep.equal([]);
        }
    });

    it("changes the firewall's rules, and nothing else that stands", () => {
        expect(names("update").filter(isAzure)).to.have.members([
            "azure-native:network:FirewallPolicyRuleCollectionGroup::rcg-hub-contoso-prod",
        ]);
    });

    it("makes the spoke's own resources, its route from the gateway, its IP groups, its DNS link and its locks", () => {
        const created = names("create");
        expect(created.filter((name) => !isInside(name))).to.have.members([
            "azure-native:authorization:ManagementLockByScope::lock-added-backups",
            "azure-native:authorization:ManagementLockByScope::lock-added-registry",
            "azure-native:authorization:ManagementLockByScope::lock-added-vault",
            "azure-native:network:IpGroup::ipg-added-system-hub-contoso-prod",
            "azure-native:network:IpGroup::ipg-added-user-hub-contoso-prod",
            "azure-native:network:Route::rt-gateway-hub-contoso-prod-to-added",
            "azure-native:privatedns:VirtualNetworkLink::privatelink.westeurope.azmk8s.io-added",
        ]);
        const peering = "azure-native:network:VirtualNetworkPeering";
        expect(created.filter((name) => name.startsWith(peering))).to.have.members([
            `${peering}::peer-hub-to-added-contoso-prod`,
            `${peering}::peer-added-contoso-prod-to-hub`,
        ]);
    });

    it("makes what the same spoke is made of in any platform", () => {
        const inside = (spoke: string) => (name: string) => name.replaceAll(spoke, "*");
        const added = names("create").filter(isInside).map(inside("added"));
        const apps = planned.filter((name) => name.includes("apps-contoso-prod")).map(inside("apps"));
        // The spoke for applications differs by its gateway alone.
        expect(added.filter((name) => !apps.includes(name))).to.deep.equal([]);
    });
});

/** Resources that are in the new spoke's own groups bear its name. */
function isInside(name: string): boolean {
    return name.includes("added-contoso-prod");
}

function isAzure(name: string): boolean {
    return name.startsWith("azure-native:");
}

function shortName(urn: string): string {
    const [, , types, name] = urn.split("::");
    return `${types.split("$").at(-1)}::${name}`;
}
