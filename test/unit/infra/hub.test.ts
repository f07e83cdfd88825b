import { expect } from "chai";
import { askersOfZones } from "../../../infra/private-zones";
import type { Settings } from "../../../infra/config/load";
import { allDependencies, only, type Registration } from "../../support/capture";
import { firewallRules } from "../../support/firewall-rules";
import { capturePlatform, soundSettings } from "../../support/platform";
import { changed, publicIngress, type Change } from "../config/sound-config";

const owner = "/subscriptions/00000000-0000-0000-0000-0000000000c0/resourceGroups/rg-hub/providers/Microsoft.Network";
const existingHub = {
    networkId: `${owner}/virtualNetworks/vnet-hub`,
    addressSpaces: ["10.100.0.0/23"],
    nextHop: "10.100.0.4",
};
const networkType = "azure-native:network:VirtualNetwork";
const peeringType = "azure-native:network:VirtualNetworkPeering";

const settingsOf = (...changes: Change[]): Settings => soundSettings(changed(...changes));
const platformOf = (...changes: Change[]): Promise<Registration[]> => capturePlatform(settingsOf(...changes), false);
const dnsServersOf = (registered: Registration[], network: string) =>
    only(registered, networkType, network).inputs["dhcpOptions"];

describe("A hub with a gateway and a resolver", function () {
    this.timeout(240_000);
    let registered: Registration[];
    before(async () => {
        registered = await platformOf(
            ["onPremises", ["192.168.0.0/16"]],
            ["gatewayKeys", { headquarters: "a-long-pre-shared-key" }],
            [
                "hub/gateway",
                {
                    mode: "vpn",
                    connections: { headquarters: { peer: "203.0.113.10" } },
                    pointToSite: { clientAddresses: ["172.20.0.0/24"] },
                },
            ],
            ["hub/dns", { mode: "resolver", forwarding: { "corp.contoso.com": ["192.168.0.10"] } }],
            ["hub/bastion", { mode: "none" }],
        );
    });

    it("offers the gateway to spokes, which take it up when it and the hub's side stand", () => {
        const [hubSide, spokeSide] = ["peer-hub-to-platform-contoso-dev", "peer-platform-contoso-dev-to-hub"].map(
            (name) => only(registered, peeringType, name),
        );
        expect(hubSide.inputs["allowGatewayTransit"]).to.equal(true);
        expect(spokeSide.inputs["useRemoteGateways"]).to.equal(true);
        expect(spokeSide.dependencies).to.include.members([
            "azure-native:network:VirtualNetworkGateway::vgw-hub-contoso-dev",
            `${peeringType}::peer-hub-to-platform-contoso-dev`,
        ]);
    });

    it("leads visitors of spokes through the firewall, which lets them reach private endpoints alone", () => {
        expect(only(registered, "azure-native:network:Route").inputs).to.deep.include({
            routeTableName: "rt-gateway-hub-contoso-dev",
            routeName: "to-platform",
            addressPrefix: "10.101.0.0/16",
            nextHopType: "VirtualAppliance",
            nextHopIpAddress: "10.100.0.4",
        });
        const visitors = firewallRules(registered).find(({ name }) => name === "other-sites-to-private-endpoints");
        expect(visitors).to.deep.include({
            sources: ["192.168.0.0/16", "172.20.0.0/24"],
            destinationAddresses: ["10.101.208.0/20", "10.101.192.0/20", "10.101.248.0/22"],
            destinationPorts: ["443"],
        });
    });

    it("leaves the firewall its own way to the Internet, whatever other sites announce", () => {
        expect(
            only(registered, "azure-native:network:RouteTable", "rt-firewall-hub-contoso-dev").inputs,
        ).to.deep.include({
            disableBgpRoutePropagation: false,
            routes: [{ name: "default-to-internet", addressPrefix: "0.0.0.0/0", nextHopType: "Internet" }],
        });
    });

    it("makes a site's networks those of onPremises, and signs single machines in to its tenant", () => {
        expect(only(registered, "azure-native:network:LocalNetworkGateway").inputs).to.have.deep.property(
            "localNetworkAddressSpace",
            { addressPrefixes: ["192.168.0.0/16"] },
        );
        expect(only(registered, "azure-native:network:VirtualNetworkGateway").inputs).to.have.nested.property(
            "vpnClientConfiguration.aadIssuer",
            "https://sts.windows.net/00000000-0000-0000-0000-000000000002/",
        );
    });

    it("answers spokes by the firewall's proxy, which asks the resolver", () => {
        expect(dnsServersOf(registered, "vnet-platform-contoso-dev")).to.deep.equal({ dnsServers: ["10.100.0.4"] });
        expect(only(registered, "azure-native:network:FirewallPolicy").inputs["dnsSettings"]).to.deep.equal({
            enableProxy: true,
            servers: ["10.100.1.4"],
        });
    });

    it("gives the resolver two delegated subnets with security groups", () => {
        for (const [name, addressPrefix] of [
            ["snet-dns-inbound", "10.100.1.0/28"],
            ["snet-dns-outbound", "10.100.1.16/28"],
        ]) {
            const { inputs } = only(registered, "azure-native:network:Subnet", `snet-hub-contoso-dev-${name}`);
            expect(inputs).to.deep.include({
                addressPrefix,
                delegations: [{ name: "delegation", serviceName: "Microsoft.Network/dnsResolvers" }],
            });
            expect(inputs).to.have.nested.property("networkSecurityGroup.id");
        }
    });

    it("makes clusters when names resolve", () => {
        const cluster = only(registered, "azure-native:containerservice:ManagedCluster");
        expect([...allDependencies(registered, cluster)]).to.include.members([
            "azure-native:dnsresolver:InboundEndpoint::in-hub-contoso-dev",
            "azure-native:dnsresolver:PrivateResolverVirtualNetworkLink::dnsfrs-hub-contoso-dev-hub",
        ]);
    });

    it("has no Bastion where operators come through the gateway", () => {
        expect(
            registered.filter(({ type, name }) => type.includes("Bastion") || name.includes("Bastion")),
        ).to.deep.equal([]);
    });
});

describe("The public address of a VPN gateway", function () {
    this.timeout(240_000);
    const addressIn = async (location: string) =>
        only(
            await platformOf(
                ["zones", []],
                ["location", location],
                [
                    "hub/gateway",
                    { mode: "vpn", activeActive: false, pointToSite: { clientAddresses: ["172.20.0.0/24"] } },
                ],
            ),
            "azure-native:network:PublicIPAddress",
            "pip-vgw-first-hub-contoso-dev",
        ).inputs["zones"];

    it("stands in every zone of a region that has some, although nothing else does", async () => {
        expect(await addressIn("westeurope")).to.deep.equal(["1", "2", "3"]);
    });

    it("has no zones in a region without any", async () => {
        expect(await addressIn("ukwest")).to.deep.equal([]);
    });
});

describe("A hub with a gateway that isn't inspected", function () {
    this.timeout(240_000);
    it("has no routes to spokes in the gateway's subnet, and no rule for visitors", async () => {
        const registered = await platformOf(
            ["onPremises", ["192.168.0.0/16"]],
            ["hub/gateway", { mode: "expressRoute", inspectInbound: false }],
        );
        expect(registered.filter(({ type }) => type === "azure-native:network:Route")).to.deep.equal([]);
        expect(JSON.stringify(registered.map((entry) => entry.inputs))).not.to.contain("other-sites");
    });
});

describe("Bastion of a hub", function () {
    this.timeout(240_000);
    it("records sessions, keeps clipboards apart and lets named networks in, where it is told to", async () => {
        const registered = await platformOf([
            "hub/bastion",
            { mode: "premium", sessionRecording: true, copyPaste: false, scaleUnits: 4, clients: ["198.51.100.0/24"] },
        ]);
        expect(only(registered, "azure-native:network:BastionHost").inputs).to.deep.include({
            sku: { name: "Premium" },
            scaleUnits: 4,
            enableSessionRecording: true,
            disableCopyPaste: true,
            enableKerberos: false,
        });
        const rules = only(registered, "azure-native:network:NetworkSecurityGroup", "nsg-bas-hub-contoso-dev").inputs[
            "securityRules"
        ] as Record<string, unknown>[];
        expect(rules.find(({ name }) => name === "AllowClients")).to.include({
            sourceAddressPrefix: "198.51.100.0/24",
        });
        expect(
            only(registered, "azure-native:monitor:DiagnosticSetting", "logs-bas-hub-contoso-dev").inputs,
        ).to.have.deep.property("logs", [{ category: "BastionAuditLogs", enabled: true }]);
    });
});

describe("An existing hub", function () {
    this.timeout(240_000);
    const join = (more: object): Change[] => [
        ["hub", undefined],
        ["existingHub", { ...existingHub, ...more }],
    ];

    it("gets the peerings to its spokes, in its own subscription, and nothing else", async () => {
        const registered = await platformOf(...join({ gatewayTransit: true }));
        const there = registered.filter(
            ({ inputs, request }) =>
                request.getProvider().includes("0000000000c0") || inputs["virtualNetworkName"] === "vnet-hub",
        );
        expect(there.map(({ name }) => name)).to.deep.equal(["peer-hub-to-platform-contoso-dev"]);
        expect(there[0].inputs).to.deep.include({ resourceGroupName: "rg-hub", allowGatewayTransit: true });
        expect(there[0].request.getProvider()).to.contain("subscription-00000000-0000-0000-0000-0000000000c0");
        const types = new Set(registered.map(({ type }) => type.split(":").at(-1)));
        expect([...types]).not.to.include.members(["AzureFirewall"]);
        expect([...types]).not.to.include.members(["BastionHost"]);
    });

    it("is left alone where its owners peer from their side", async () => {
        const registered = await platformOf(...join({ peering: "spokeSideOnly" }));
        expect(registered.filter(({ type }) => type === peeringType).map(({ name }) => name)).to.deep.equal([
            "peer-platform-contoso-dev-to-hub",
        ]);
    });

    it("is the next hop of its spokes, and answers their queries", async () => {
        const registered = await platformOf(...join({ dnsServers: ["10.100.1.4"] }));
        expect(dnsServersOf(registered, "vnet-platform-contoso-dev")).to.deep.equal({ dnsServers: ["10.100.1.4"] });
        const { inputs } = only(registered, "azure-native:network:RouteTable", "rt-platform-contoso-dev");
        expect(inputs["routes"]).to.have.deep.nested.property("[0].nextHopIpAddress", "10.100.0.4");
    });
});

describe("Who is linked to private zones", () => {
    const apiZone = "privatelink.westeurope.azmk8s.io";
    const [registryZone, vaultZone] = ["privatelink.azurecr.io", "privatelink.vaultcore.azure.net"];
    const zones = { [registryZone]: `${owner}/privateDnsZones/${registryZone}` };
    const asked = (...changes: Change[]) => askersOfZones(settingsOf(...changes));
    const noHub: Change = ["hub", undefined];
    const onlyItself = { [apiZone]: ["platform"], [registryZone]: ["platform"], [vaultZone]: ["platform"] };

    const cases: Record<string, [Change[], Record<string, string[]>]> = {
        "the hub, and a cluster for its API server": [
            [],
            { [apiZone]: ["hub", "platform"], [registryZone]: ["hub"], [vaultZone]: ["hub"] },
        ],
        "every spoke that asks Azure": [
            [["hub/dns", { mode: "azure" }]],
            {
                [apiZone]: ["hub", "platform"],
                [registryZone]: ["hub", "platform"],
                [vaultZone]: ["hub", "platform"],
            },
        ],
        "spokes alone, where nothing in an existing hub asks": [[noHub, ["existingHub", existingHub]], onlyItself],
        "an existing hub that has servers": [
            [noHub, ["existingHub", { ...existingHub, dnsServers: ["10.100.0.4"] }]],
            { [apiZone]: ["hub", "platform"], [registryZone]: ["hub"], [vaultZone]: ["hub"] },
        ],
        "no hub that its owners alone write to": [
            [noHub, ["existingHub", { ...existingHub, dnsServers: ["10.100.0.4"], peering: "spokeSideOnly" }]],
            { [apiZone]: ["platform"], [registryZone]: [], [vaultZone]: [] },
        ],
        "no existing hub to existing zones, which know it": [
            [noHub, ["existingHub", { ...existingHub, dnsServers: ["10.100.0.4"], privateDnsZoneIds: zones }]],
            { [apiZone]: ["hub", "platform"], [registryZone]: [], [vaultZone]: ["hub"] },
        ],
        "a new hub to existing zones": [
            [["hub/privateDnsZoneIds", zones]],
            { [apiZone]: ["hub", "platform"], [registryZone]: ["hub"], [vaultZone]: ["hub"] },
        ],
        "nobody to existing zones whose owners do that": [
            [
                ["hub/privateDnsZoneIds", zones],
                ["hub/linkPrivateDnsZones", false],
            ],
            { [apiZone]: ["hub", "platform"], [registryZone]: [], [vaultZone]: ["hub"] },
        ],
        "a public gateway for its certificate, which asks Azure whatever its network says": [
            [["spokes/platform/ingress", publicIngress]],
            { [apiZone]: ["hub", "platform"], [registryZone]: ["hub"], [vaultZone]: ["hub", "platform"] },
        ],
        "each spoke in its own region's zone": [
            [["spokes/north", { addressSpace: "10.102.0.0/16", location: "northeurope", cluster: {} }]],
            {
                [apiZone]: ["hub", "platform"],
                "privatelink.northeurope.azmk8s.io": ["hub", "north"],
                [registryZone]: ["hub"],
                [vaultZone]: ["hub"],
            },
        ],
    };
    for (const [name, [changes, expected]] of Object.entries(cases)) {
        it(`is ${name}`, () => {
            expect(asked(...changes)).to.deep.equal(expected);
        });
    }
});
