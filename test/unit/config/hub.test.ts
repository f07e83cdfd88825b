import { expect } from "chai";
import { loadSettings, readSettings } from "../../../infra/config/load";
import { capture } from "../../support/capture";
import { soundSettings } from "../../support/platform";
import { changed, problemsOf, type Change } from "./sound-config";

const gateway = "hub/gateway";
const site = { peer: "203.0.113.10" };
const key = "a-long-pre-shared-key";
const onPremises: Change = ["onPremises", ["192.168.0.0/16"]];
const keyed: Change = ["gatewayKeys", { headquarters: key }];
const vpn = (connection: object, more: object = {}): Change => [
    gateway,
    { mode: "vpn", connections: { headquarters: { ...site, ...connection } }, ...more },
];
const clients = (range: string): Change => [gateway, { mode: "vpn", pointToSite: { clientAddresses: [range] } }];

const group = "/subscriptions/00000000-0000-0000-0000-0000000000c0/resourceGroups/rg-hub/providers";
const existing = {
    networkId: `${group}/Microsoft.Network/virtualNetworks/vnet-hub`,
    addressSpaces: ["10.100.0.0/23"],
    nextHop: "10.100.0.4",
};
const noOwnHub: Change = ["hub", undefined];
const zoneId = (zone: string) => `${group}/Microsoft.Network/privateDnsZones/${zone}`;
const publicApi: Change = [
    "spokes/platform/cluster/apiAccess",
    { mode: "public", authorizedRanges: ["198.51.100.0/24"] },
];

describe("Configuration of gateways, what is wrong", () => {
    const wrong: Record<string, [Change[], path: string, found: string]> = {
        "a VPN connection without a key": [[onPremises, vpn({})], "gatewayKeys.headquarters", "nothing"],
        "a key of no connection": [
            [onPremises, vpn({}), ["gatewayKeys", { headquarters: key, old: key }]],
            "gatewayKeys.old",
            "a key of no connection",
        ],
        "a key that is too short, without showing it": [
            [onPremises, vpn({}), ["gatewayKeys", { headquarters: "short" }]],
            "gatewayKeys.headquarters",
            "a value that is kept secret",
        ],
        "a site of which nobody knows what is behind it": [
            [keyed, vpn({})],
            "hub.gateway.connections.headquarters.networks",
            "nothing, without BGP and without onPremises",
        ],
        "a site's network that the platform's ranges aren't kept apart from": [
            [keyed, onPremises, vpn({ networks: ["172.16.0.0/24"] })],
            "hub.gateway.connections.headquarters.networks[0]",
            '"172.16.0.0/24", which onPremises doesn\'t hold',
        ],
        "a site's network that is none": [
            [keyed, onPremises, vpn({ networks: ["192.168.0.1/24"] })],
            "hub.gateway.connections.headquarters.networks[0]",
            '"192.168.0.1/24" has host bits set; its network is 192.168.0.0/24',
        ],
        "BGP with a gateway that has none": [
            [keyed, vpn({ bgp: { asn: 65_010, peerAddress: "192.168.0.1" } })],
            "hub.gateway.connections.headquarters.bgp",
            "BGP with a gateway that has none",
        ],
        "a site with the gateway's own AS number": [
            [keyed, vpn({ bgp: { asn: 65_001, peerAddress: "192.168.0.1" } }, { bgp: { asn: 65_001 } })],
            "hub.gateway.connections.headquarters.bgp.asn",
            "65001",
        ],
        "a site with Azure's AS number": [
            [keyed, vpn({ bgp: { asn: 65_515, peerAddress: "192.168.0.1" } }, { bgp: { asn: 65_001 } })],
            "hub.gateway.connections.headquarters.bgp.asn",
            "65515",
        ],
        "an AS number that nobody may have": [
            [keyed, vpn({ bgp: { asn: 64_500, peerAddress: "192.168.0.1" } }, { bgp: {} })],
            "hub.gateway.connections.headquarters.bgp.asn",
            "64500",
        ],
        "a BGP speaker in the tunnel": [
            [keyed, vpn({ bgp: { asn: 65_010, peerAddress: "169.254.21.1" } }, { bgp: {} })],
            "hub.gateway.connections.headquarters.bgp.peerAddress",
            '"169.254.21.1"',
        ],
        "a peer that is neither address nor host name": [
            [keyed, onPremises, vpn({ peer: "https://vpn.contoso.com" })],
            "hub.gateway.connections.headquarters.peer",
            '"https://vpn.contoso.com"',
        ],
        "clients in the hub's range": [
            [clients("10.100.1.0/24")],
            "hub.gateway.pointToSite.clientAddresses[0]",
            '"10.100.1.0/24", which overlaps hub.addressSpace (10.100.0.0/23)',
        ],
        "clients in a spoke's range": [
            [clients("10.0.0.0/8"), ["hub/addressSpace", "172.16.0.0/23"]],
            "hub.gateway.pointToSite.clientAddresses[0]",
            '"10.0.0.0/8", which overlaps spokes.platform.addressSpace (10.101.0.0/16)',
        ],
        "clients in the pods' range": [
            [clients("100.64.0.0/24")],
            "hub.gateway.pointToSite.clientAddresses[0]",
            '"100.64.0.0/24", which overlaps spokes.platform.cluster.podCidr (100.64.0.0/16)',
        ],
        "clients in another site's range": [
            [onPremises, clients("192.168.7.0/24")],
            "hub.gateway.pointToSite.clientAddresses[0]",
            '"192.168.7.0/24", which overlaps onPremises[0] (192.168.0.0/16)',
        ],
        "FastPath on a gateway that has none": [
            [
                [
                    gateway,
                    {
                        mode: "expressRoute",
                        connections: {
                            one: {
                                circuitId: `${group}/Microsoft.Network/expressRouteCircuits/erc`,
                                fastPath: true,
                            },
                        },
                    },
                ],
            ],
            "hub.gateway.connections.one.fastPath",
            "true, with a gateway of SKU ErGw1AZ",
        ],
    };
    for (const [name, [changes, path, found]] of Object.entries(wrong)) {
        it(`reports ${name}`, () => {
            const problems = problemsOf(...changes);
            expect(problems.map((problem) => [problem.path, problem.found])).to.deep.equal([[path, found]]);
            expect(problems[0].allowed).not.to.equal("");
            expect(problems[0].remedy).not.to.equal("");
        });
    }
});

describe("Configuration of the hub, what is wrong", () => {
    const wrong: Record<string, [Change[], path: string, found: string]> = {
        "an existing hub beside one of its own": [
            [["existingHub", existing]],
            "existingHub",
            "an existing hub beside settings of hub",
        ],
        "a hub that nobody can come in by": [
            [["hub/bastion", { mode: "none" }]],
            "hub.bastion.mode",
            '"none", in a hub without a gateway',
        ],
        "a next hop outside of the existing hub": [
            [noOwnHub, ["existingHub", { ...existing, nextHop: "10.200.0.4" }]],
            "existingHub.nextHop",
            '"10.200.0.4", which is outside of 10.100.0.0/23',
        ],
        "a Bastion subnet outside of the existing hub": [
            [noOwnHub, ["existingHub", { ...existing, bastionSubnet: "10.200.0.0/26" }]],
            "existingHub.bastionSubnet",
            '"10.200.0.0/26", which is outside of 10.100.0.0/23',
        ],
        "a public API server that its own nodes couldn't reach": [
            [noOwnHub, ["existingHub", existing], publicApi],
            "existingHub.egressAddresses",
            "nothing, while the API server of spoke platform is public",
        ],
        "the id of another zone": [
            [["hub/privateDnsZoneIds", { "privatelink.azurecr.io": zoneId("azurecr.io") }]],
            'hub.privateDnsZoneIds["privatelink.azurecr.io"]',
            'the id of a zone called "azurecr.io"',
        ],
        "a domain of private endpoints that is asked for elsewhere": [
            [["hub/dns", { mode: "resolver", forwarding: { "privatelink.azurecr.io": ["192.168.0.10"] } }]],
            "hub.dns.forwarding.privatelink.azurecr.io",
            "a domain in privatelink.azurecr.io, which the platform's private zones answer for",
        ],
        "a forwarded domain without a server": [
            [["hub/dns", { mode: "resolver", forwarding: { "corp.contoso.com": [] } }]],
            'hub.dns.forwarding["corp.contoso.com"]',
            "[]",
        ],
        "the whole of DNS forwarded to other sites": [
            [["hub/dns", { mode: "resolver", forwarding: { ".": ["192.168.0.10"] } }]],
            'hub.dns.forwarding["."]',
            'the name "."',
        ],
        "a tier of Bastion without tunnels": [[["hub/bastion", { mode: "basic" }]], "hub.bastion.mode", '"basic"'],
    };
    for (const [name, [changes, path, found]] of Object.entries(wrong)) {
        it(`reports ${name}`, () => {
            expect(problemsOf(...changes).map((problem) => [problem.path, problem.found])).to.deep.equal([
                [path, found],
            ]);
        });
    }
});

describe("Configuration of the hub, what is right", () => {
    const right: Record<string, Change[]> = {
        "a site behind which is what onPremises says": [onPremises, keyed, vpn({})],
        "a site that tells its networks by BGP": [
            keyed,
            vpn({ bgp: { asn: 65_010, peerAddress: "192.168.0.1" } }, { bgp: {} }),
        ],
        "a circuit without a key": [
            [
                gateway,
                {
                    mode: "expressRoute",
                    connections: { one: { circuitId: `${group}/Microsoft.Network/expressRouteCircuits/erc` } },
                },
            ],
        ],
        "no Bastion behind a gateway": [clients("172.20.0.0/24"), ["hub/bastion", { mode: "none" }]],
        "a public API server behind an existing hub whose addresses are known": [
            noOwnHub,
            ["existingHub", { ...existing, egressAddresses: ["203.0.113.5"] }],
            publicApi,
        ],
    };
    for (const [name, changes] of Object.entries(right)) {
        it(`accepts ${name}`, () => {
            expect(problemsOf(...changes)).to.deep.equal([]);
        });
    }

    it("has a hub of its own by default, without a gateway and with Bastion's tunnels", () => {
        const { hub } = soundSettings(changed());
        expect(hub?.gateway).to.deep.equal({ mode: "none" });
        expect(hub?.bastion).to.deep.equal({ mode: "standard", scaleUnits: 2, copyPaste: true, clients: [] });
        expect(soundSettings(changed(noOwnHub, ["existingHub", existing]))).to.have.property("hub", undefined);
    });

    it("proposes strong cryptography unless it is told otherwise", () => {
        const settings = soundSettings(changed(onPremises, keyed, vpn({})));
        const chosen = settings.hub?.gateway;
        expect(chosen?.mode === "vpn" && chosen.connections["headquarters"].policy).to.deep.equal({
            ikeEncryption: "GCMAES256",
            ikeIntegrity: "SHA384",
            dhGroup: "ECP384",
            ipsecEncryption: "GCMAES256",
            pfsGroup: "ECP384",
            lifetimeSeconds: 27_000,
            lifetimeKilobytes: 102_400_000,
        });
    });
});

describe("Keys of gateways in a stack file", () => {
    const config = changed(onPremises, keyed, vpn({}));
    const secretKeys = "PULUMI_CONFIG_SECRET_KEYS";
    const before = process.env[secretKeys];
    afterEach(() => {
        if (before === undefined) {
            delete process.env[secretKeys];
        } else {
            process.env[secretKeys] = before;
        }
    });
    /** What the program says where Pulumi tells that these keys are encrypted. */
    async function complaint(encrypted: string[]): Promise<string> {
        process.env[secretKeys] = JSON.stringify(encrypted);
        let message = "";
        await capture(
            () => {
                try {
                    loadSettings();
                } catch (error) {
                    message = (error as Error).message;
                }
            },
            { config },
        );
        return message;
    }

    it("are refused where they stand there as they are, without being shown", async () => {
        const message = await complaint([]);
        expect(message).to.contain("keys that are not encrypted").and.to.contain("pulumi config set --secret");
        expect(message).not.to.contain(key);
    });

    it("are taken where Pulumi encrypts them", async () => {
        expect(await complaint(["secure-aks-ml:gatewayKeys"])).to.equal("");
        expect(await complaint(["secure-aks-ml:config:gatewayKeys"])).to.equal("");
    });

    it("reach the program by the connection's name", () => {
        expect(readSettings(config).settings?.gatewayKeys).to.deep.equal({ headquarters: key });
    });
});
