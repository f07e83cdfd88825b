import { expect } from "chai";
import { readSettings, type Settings } from "../../../infra/config/load";
import { deploy } from "../../support/deploy";
import { changed } from "../config/sound-config";

const target =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-others/providers/Microsoft.KeyVault/vaults/kv-others";
const key = `ssh-ed25519 ${"A".repeat(68)}`;

describe("What a spoke has besides a cluster", function () {
    this.timeout(240_000);
    let ids: string[];
    before(async () => {
        const cloud = await deploy(
            settingsWith({
                addressSpace: "10.102.0.0/20",
                subscriptionId: "00000000-0000-0000-0000-000000000009",
                storageAccounts: { lake: { services: ["blob", "dfs"], hierarchicalNamespace: true } },
                privateEndpoints: { secrets: { group: "vault", targetId: target } },
                jumpHost: { sshPublicKey: key },
            }),
        );
        ids = cloud.resources().map(({ id }) => id);
    });
    const names = (type: string) =>
        ids.filter((id) => id.includes(`/${type}/`)).map((id) => id.split(`/${type}/`)[1].split("/")[0]);

    it("is reached by private endpoints whose names resolve", () => {
        const endpoints = new Set(names("privateEndpoints"));
        expect([...endpoints].filter((name) => name.includes("-data-"))).to.have.members([
            "pep-st-data-lake-contoso-dev-blob",
            "pep-st-data-lake-contoso-dev-dfs",
            "pep-data-secrets-contoso-dev",
        ]);
        expect(names("privateDnsZones")).to.include.members([
            "privatelink.blob.core.windows.net",
            "privatelink.dfs.core.windows.net",
            "privatelink.vaultcore.azure.net",
        ]);
    });

    it("stands in the spoke's own subscription, the hub's side of its peering in the hub's", () => {
        const own = ids.filter((id) => id.toLowerCase().includes("rg-data-"));
        expect(own).not.to.be.empty;
        for (const id of own) {
            expect(id).to.match(/^\/subscriptions\/00000000-0000-0000-0000-000000000009\//);
        }
        const peerings = ids.filter((id) => id.includes("virtualNetworkPeerings") && id.includes("data"));
        expect(peerings.map((id) => id.split("/")[2]).sort()).to.deep.equal([
            "00000000-0000-0000-0000-000000000001",
            "00000000-0000-0000-0000-000000000009",
        ]);
    });

    it("is a jump host in a subnet of its own", () => {
        expect(names("virtualMachines")).to.contain("vm-jump-data-contoso-dev");
        expect(ids.filter((id) => id.endsWith("/subnets/snet-jump-host"))).to.have.length(1);
    });
});

function settingsWith(data: unknown): Settings {
    const { settings, problems } = readSettings(changed(["spokes/data", data]));
    expect(problems).to.deep.equal([]);
    return settings!;
}
