import { expect } from "chai";
import { hubEgressSchema } from "../../../infra/config/schema/hub-egress";
import { deploy } from "../../support/deploy";
import { soundSettings } from "../../support/platform";
import { stackConfig } from "../../support/stack-files";

const vault =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certificates";

/** With the next hop that the spokes' routes name. */
const waysOut: Record<string, { nextHop: string; egress: object }> = {
    "Azure Firewall": { nextHop: "10.100.0.4", egress: { mode: "firewall", publicAddresses: 2 } },
    "Azure Firewall that looks into TLS": {
        nextHop: "10.100.0.4",
        egress: {
            mode: "firewall",
            tier: "Premium",
            snat: { privateRanges: ["203.0.113.0/24"] },
            inspection: {
                certificateSecretId: "https://kv-certificates.vault.azure.net/secrets/authority",
                certificateVaultId: vault,
            },
        },
    },
    "Azure Firewall with forced tunnelling": {
        nextHop: "10.100.0.4",
        egress: { mode: "firewall", forcedTunnelling: { egressAddresses: ["198.51.100.7"] } },
    },
    "a pair of appliances": {
        nextHop: "10.100.1.62",
        egress: {
            mode: "appliance",
            image: { publisher: "contoso", offer: "firewall", sku: "byol", version: "1.2.3" },
            adminSshKey: "ssh-ed25519 AAAA",
            bootstrap: "#cloud-config",
        },
    },
    "a given address": {
        nextHop: "10.100.1.4",
        egress: { mode: "address", nextHop: "10.100.1.4", publicAddresses: ["203.0.113.10"] },
    },
};

describe("The platform's way out", function () {
    this.timeout(120_000);
    const settings = soundSettings(stackConfig("dev"));
    const hub = settings.hub!;

    for (const [what, { nextHop, egress }] of Object.entries(waysOut)) {
        it(`may be ${what}, which Azure as the sandbox knows it accepts`, async () => {
            const cloud = await deploy({ ...settings, hub: { ...hub, egress: hubEgressSchema.parse(egress) } });
            const table = cloud.resources().find(({ id }) => id.endsWith("/rt-platform-contoso-dev"));
            expect(table?.inputs).to.have.nested.property("routes[0].nextHopIpAddress", nextHop);
        });
    }
});
