import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ExpressRouteGateway } from "../../../../components/network/express-route-gateway";
import { gatewaySubnet } from "../../../../components/network/gateway";
import { VpnGateway, type VpnGatewayArgs } from "../../../../components/network/vpn-gateway";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement, tenantId } from "../fixtures";

const policy = {
    ikeEncryption: "GCMAES256",
    ikeIntegrity: "SHA384",
    dhGroup: "ECP384",
    ipsecEncryption: "GCMAES256",
    pfsGroup: "ECP384",
    lifetimeSeconds: 27_000,
    lifetimeKilobytes: 102_400_000,
};
const gatewayType = "azure-native:network:VirtualNetworkGateway";
const connectionType = "azure-native:network:VirtualNetworkGatewayConnection";
const localType = "azure-native:network:LocalNetworkGateway";
const addressType = "azure-native:network:PublicIPAddress";
/** How the SDK marks a secret on the wire. */
const secretSignature = "4dabf18193072939515e22adb298388d";

function site(changes: Partial<VpnGatewayArgs["connections"][string]> = {}): VpnGatewayArgs["connections"][string] {
    return {
        peer: "203.0.113.10",
        networks: ["192.168.0.0/16"],
        sharedKey: pulumi.secret("a-long-pre-shared-key"),
        policy,
        dpdTimeoutSeconds: 45,
        initiator: "both",
        ...changes,
    };
}

function vpn(changes: () => Partial<VpnGatewayArgs> = () => ({}), outputs = {}): Promise<Registration[]> {
    return capture(
        () =>
            void new VpnGateway("hub", {
                subnetId: "/subnets/GatewaySubnet",
                zones: ["1", "2", "3"],
                sku: "VpnGw2AZ",
                activeActive: true,
                connections: {},
                ...placement,
                ...changes(),
            }),
        { outputs },
    );
}

const addressNames = (registered: Registration[]) =>
    registered.filter(({ type }) => type === addressType).map(({ name }) => name);

describe("VpnGateway", () => {
    it("has a public address for each instance that carries traffic, zone-redundant like itself", async () => {
        const registered = await vpn();
        expect(addressNames(registered)).to.deep.equal(["pip-vgw-first-hub", "pip-vgw-second-hub"]);
        expect(only(registered, addressType, "pip-vgw-first-hub").inputs["zones"]).to.deep.equal(["1", "2", "3"]);
        const { inputs } = only(registered, gatewayType);
        expect(inputs).to.deep.include({
            gatewayType: "Vpn",
            vpnType: "RouteBased",
            vpnGatewayGeneration: "Generation2",
            sku: { name: "VpnGw2AZ", tier: "VpnGw2AZ" },
            activeActive: true,
            enableBgp: false,
        });
        expect(inputs).not.to.have.any.keys("bgpSettings", "vpnClientConfiguration");
        expect(inputs["ipConfigurations"]).to.deep.equal(
            ["first", "second"].map((name) => ({
                name,
                privateIPAllocationMethod: "Dynamic",
                publicIPAddress: { id: idOf("network:PublicIPAddress", `pip-vgw-${name}-hub`) },
                subnet: { id: "/subnets/GatewaySubnet" },
            })),
        );
    });

    it("has one address where one instance waits for the other", async () => {
        expect(addressNames(await vpn(() => ({ activeActive: false })))).to.deep.equal(["pip-vgw-first-hub"]);
    });

    it("takes the generation that its smallest SKU belongs to", async () => {
        const { inputs } = only(await vpn(() => ({ sku: "VpnGw1AZ" })), gatewayType);
        expect(inputs["vpnGatewayGeneration"]).to.equal("Generation1");
    });

    it("lets single machines in by Entra alone, over OpenVPN, and with a third address", async () => {
        const audience = "c632b3df-fb67-4d84-bdcf-b95ad541b5c8";
        const pointToSite = { clientAddresses: ["172.20.0.0/24"], tenantId, audience };
        const registered = await vpn(() => ({ pointToSite }));
        expect(addressNames(registered)).to.have.length(3);
        expect(only(registered, gatewayType).inputs["vpnClientConfiguration"]).to.deep.equal({
            vpnClientAddressPool: { addressPrefixes: ["172.20.0.0/24"] },
            vpnClientProtocols: ["OpenVPN"],
            vpnAuthenticationTypes: ["AAD"],
            aadTenant: `https://login.microsoftonline.com/${tenantId}`,
            aadAudience: audience,
            aadIssuer: `https://sts.windows.net/${tenantId}/`,
        });
    });

    it("connects a site with fixed networks, under one strong proposal and a key that stays secret", async () => {
        const registered = await vpn(() => ({ connections: { headquarters: site({ initiator: "azure" }) } }));
        expect(only(registered, localType).inputs).to.deep.equal({
            localNetworkGatewayName: "lgw-headquarters-hub",
            gatewayIpAddress: "203.0.113.10",
            localNetworkAddressSpace: { addressPrefixes: ["192.168.0.0/16"] },
            ...placement,
        });
        const { inputs } = only(registered, connectionType);
        expect(inputs).to.deep.include({
            virtualNetworkGatewayConnectionName: "con-headquarters-hub",
            connectionType: "IPsec",
            connectionProtocol: "IKEv2",
            connectionMode: "InitiatorOnly",
            virtualNetworkGateway1: { id: idOf("network:VirtualNetworkGateway", "vgw-hub") },
            localNetworkGateway2: { id: idOf("network:LocalNetworkGateway", "lgw-headquarters-hub") },
            enableBgp: false,
            dpdTimeoutSeconds: 45,
            ipsecPolicies: [
                {
                    ikeEncryption: "GCMAES256",
                    ikeIntegrity: "SHA384",
                    dhGroup: "ECP384",
                    ipsecEncryption: "GCMAES256",
                    ipsecIntegrity: "GCMAES256",
                    pfsGroup: "ECP384",
                    saLifeTimeSeconds: 27_000,
                    saDataSizeKilobytes: 102_400_000,
                },
            ],
        });
        expect(JSON.stringify(inputs["sharedKey"])).to.contain(secretSignature);
    });

    it("shows the key to no component's inputs", async () => {
        const registered = await vpn(() => ({ connections: { headquarters: site() } }));
        const others = registered.filter(({ type }) => type !== connectionType);
        expect(JSON.stringify(others.map(({ inputs }) => inputs))).not.to.contain("a-long-pre-shared-key");
    });

    it("exchanges routes with a site that has BGP and a host name", async () => {
        const bgp = { asn: 65_010, peerAddress: "192.168.255.1" };
        const connections = () => ({ branch: site({ peer: "vpn.contoso.com", networks: [], bgp }) });
        const registered = await vpn(() => ({ asn: 65_515, connections: connections() }));
        expect(only(registered, gatewayType).inputs).to.deep.include({ enableBgp: true, bgpSettings: { asn: 65_515 } });
        expect(only(registered, connectionType).inputs["enableBgp"]).to.equal(true);
        const { inputs } = only(registered, localType);
        expect(inputs).to.deep.include({
            fqdn: "vpn.contoso.com",
            bgpSettings: { asn: 65_010, bgpPeeringAddress: "192.168.255.1" },
        });
        expect(inputs).not.to.have.any.keys("gatewayIpAddress", "localNetworkAddressSpace");
    });

    it("tells its BGP speakers one by one", async () => {
        let speakers: pulumi.Output<string[]> | undefined;
        const outputs = { [gatewayType]: { bgpSettings: { bgpPeeringAddress: "10.100.0.196,10.100.0.197" } } };
        await capture(
            () => {
                speakers = new VpnGateway("hub", {
                    subnetId: "/subnets/GatewaySubnet",
                    zones: [],
                    sku: "VpnGw1AZ",
                    activeActive: true,
                    asn: 65_515,
                    connections: {},
                    ...placement,
                }).bgpAddresses;
            },
            // What a program sets is echoed with what Azure adds to it.
            { outputs },
        );
        expect(await new Promise((resolve) => speakers?.apply(resolve))).to.deep.equal([
            "10.100.0.196",
            "10.100.0.197",
        ]);
    });
});

describe("ExpressRouteGateway", () => {
    const circuitId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/erc";
    const build = (
        address: "own" | "azure",
        connections: () => ConstructorParameters<typeof ExpressRouteGateway>[1]["connections"] = () => ({}),
    ) =>
        capture(
            () =>
                void new ExpressRouteGateway("hub", {
                    subnetId: "/subnets/GatewaySubnet",
                    zones: ["1"],
                    sku: "ErGw3AZ",
                    publicAddress: address,
                    connections: connections(),
                    ...placement,
                }),
        );

    it("is connected with circuits, by a secret key where another subscription holds one", async () => {
        const circuit = { circuitId, routingWeight: 10, fastPath: true };
        const registered = await build("own", () => ({
            own: circuit,
            foreign: { ...circuit, authorizationKey: pulumi.secret("authorization") },
        }));
        expect(only(registered, gatewayType).inputs).to.deep.include({
            gatewayType: "ExpressRoute",
            sku: { name: "ErGw3AZ", tier: "ErGw3AZ" },
        });
        const own = only(registered, connectionType, "con-own-hub").inputs;
        expect(own).to.deep.include({
            connectionType: "ExpressRoute",
            virtualNetworkGateway1: { id: idOf("network:VirtualNetworkGateway", "ergw-hub") },
            peer: { id: circuitId },
            routingWeight: 10,
            expressRouteGatewayBypass: true,
        });
        expect(own).not.to.have.property("authorizationKey");
        const foreign = only(registered, connectionType, "con-foreign-hub").inputs;
        expect(JSON.stringify(foreign["authorizationKey"])).to.contain(secretSignature);
    });

    it("has an address of its own, or leaves that to Azure", async () => {
        expect(addressNames(await build("own"))).to.deep.equal(["pip-ergw-hub"]);
        expect(addressNames(await build("azure"))).to.deep.equal([]);
    });
});

describe("The gateway's subnet", () => {
    it("takes learned routes and no security group, and sends visitors of each spoke to the firewall", async () => {
        let spec: ReturnType<typeof gatewaySubnet> | undefined;
        const registered = await capture(() => {
            spec = gatewaySubnet(
                "hub",
                {
                    addressPrefix: "10.100.0.192/26",
                    nextHop: "10.100.0.4",
                    inspected: { platform: "10.101.0.0/16", learning: "10.102.0.0/16" },
                },
                placement,
                {},
            );
        });
        expect(spec).to.include({ name: "GatewaySubnet", addressPrefix: "10.100.0.192/26" });
        expect(spec).not.to.have.property("networkSecurityGroup");
        const toFirewall = { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.100.0.4" };
        const table = only(registered, "azure-native:network:RouteTable");
        expect(table.inputs).to.include({ disableBgpRoutePropagation: false }).and.not.to.have.property("routes");
        const routes = registered.filter(({ type }) => type === "azure-native:network:Route");
        expect(routes.map(({ inputs }) => inputs)).to.deep.equal(
            [
                { routeName: "to-platform", addressPrefix: "10.101.0.0/16" },
                { routeName: "to-learning", addressPrefix: "10.102.0.0/16" },
            ].map((route) => ({ ...route, ...toFirewall, routeTableName: table.name, resourceGroupName: "rg-test" })),
        );
        // One after the other.
        expect(routes[1].dependencies).to.include(`azure-native:network:Route::${routes[0].name}`);
    });
});
