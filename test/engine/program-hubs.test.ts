import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sandbox } from "../sandbox/sandbox";
import { expectSuccess, report, violationsOf } from "../sandbox/testing/engine-events";
import { ProgramProject } from "../sandbox/testing/program-project";

const owner = "/subscriptions/00000000-0000-0000-0000-0000000000c0/resourceGroups/rg-hub/providers/Microsoft.Network";
const key = "a-key-that-nobody-may-read";

/** `dev` makes a plain hub; here are those with ways to other sites, and one that others run. */
describe("The hub of the program", function () {
    this.timeout(300_000);
    let root: string;
    let sandbox: Sandbox;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "program-hubs-"));
        const project = new ProgramProject(join(root, "project"));
        project.addStack("vpn", "dev", {
            onPremises: ["192.168.0.0/16"],
            "hub/gateway": {
                mode: "vpn",
                bgp: {},
                connections: {
                    headquarters: { peer: "203.0.113.10", bgp: { asn: 65010, peerAddress: "192.168.0.1" } },
                },
                pointToSite: { clientAddresses: ["172.20.0.0/24"] },
            },
            "hub/dns": { mode: "resolver", forwarding: { "corp.contoso.com": ["192.168.0.10"] } },
        });
        project.addStack("circuit", "dev", {
            "hub/gateway": {
                mode: "expressRoute",
                connections: {
                    primary: {
                        circuitId:
                            "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-circuits/providers/Microsoft.Network/expressRouteCircuits/erc",
                    },
                },
            },
            "hub/bastion": { mode: "none" },
            "hub/dns": { mode: "azure" },
        });
        project.addStack("joined", "dev", {
            hub: undefined,
            existingHub: {
                networkId: `${owner}/virtualNetworks/vnet-hub`,
                addressSpaces: ["10.100.0.0/22"],
                nextHop: "10.100.0.4",
                dnsServers: ["10.100.0.4"],
                gatewayTransit: true,
                privateDnsZoneIds: {
                    "privatelink.vaultcore.azure.net": `${owner}/privateDnsZones/privatelink.vaultcore.azure.net`,
                },
            },
        });
        project.addStack("misled", "joined", {});
        // The pack can't see the firewall of others: whoever enforces it says which address is one.
        const trust = readFileSync(join(project.stackFolder, "policy.byo-hub.json"), "utf8");
        writeFileSync(join(project.stackFolder, "policy.joined.json"), trust.replaceAll("10.130.0.4", "10.100.0.4"));
        sandbox = await Sandbox.start({ root: join(root, "sandbox"), projectDir: project.directory });
    });
    after(async () => {
        await sandbox.stop();
        rmSync(root, { recursive: true });
    });

    /** Everything that a stack goes through, under the pack. */
    async function liveThrough(stack: string, afterUp: () => void = () => undefined): Promise<void> {
        expectSuccess(await report(sandbox, "preview", "--stack", stack));
        expectSuccess(await report(sandbox, "up", "--stack", stack));
        afterUp();
        expectSuccess(await report(sandbox, "preview", "--stack", stack, "--expect-no-changes"));
        expectSuccess(await report(sandbox, "destroy", "--stack", stack));
    }
    const made = (type: string) => sandbox.cloud.view().ofType(type);

    it("has a VPN gateway and a resolver, and shows the key of a tunnel to nobody", async () => {
        const path = "secure-aks-ml:gatewayKeys.headquarters";
        const set = await sandbox.run(["config", "set", "--stack", "vpn", "--secret", "--path", path, key]);
        expect(set.exitCode).to.equal(0);
        const shown = await sandbox.run(["preview", "--stack", "vpn", "--diff", "--non-interactive"]);
        expect(shown.stdout + shown.stderr)
            .to.contain("sharedKey")
            .and.not.to.contain(key);
        await liveThrough("vpn", () => {
            expect(made("network:VirtualNetworkGatewayConnection")).to.have.length(1);
            expect(made("dnsresolver:ForwardingRule")).to.have.length(1);
        });
    });

    it("has an ExpressRoute gateway, no Bastion, and spokes that ask Azure's DNS", async () => {
        await liveThrough("circuit", () => {
            expect(made("network:VirtualNetworkGatewayConnection")).to.have.length(1);
            expect(made("network:BastionHost")).to.have.length(0);
        });
    });

    it("is one that others run, of which nothing is made but peerings and links", async () => {
        await liveThrough("joined", () => {
            const there = sandbox.cloud
                .view()
                .holders(`${owner}/virtualNetworks/vnet-hub`)
                .map(({ type }) => type);
            expect(new Set(there)).to.deep.equal(
                new Set(["network:VirtualNetworkPeering", "privatedns:VirtualNetworkLink"]),
            );
        });
    });

    it("is refused by the pack where nobody has said that the next hop is a firewall", async () => {
        const misled = await report(sandbox, "preview", "--stack", "misled");
        expect(misled.result.exitCode).not.to.equal(0);
        expect(violationsOf(misled).map((violation) => violation.split(":")[0])).to.include("egress-through-firewall");
    });
});
