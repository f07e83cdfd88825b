import { expect } from "chai";
import { valueAt } from "../../sandbox/provider/values";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, gatewayAddress, network } from "./fixtures";
import { refusal, refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

/** Each refusal stands beside the nearest thing that is accepted. */
describe("the simulated Azure, for gateways,", () => {
    let simulation: Simulation;
    let build: Builder;
    const zones = ["1", "2", "3"];
    const westeurope = { location: "westeurope" };

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "GatewaySubnet", "10.0.0.0/27");
    });
    afterEach(() => simulation.stop());

    /** A gateway on addresses that a test makes itself. */
    const gateway = (addresses: string[], more: Properties = {}) =>
        build.make("network:VirtualNetworkGateway", {
            ...westeurope,
            virtualNetworkGatewayName: "vgw",
            gatewayType: "Vpn",
            sku: { name: "VpnGw1AZ" },
            ipConfigurations: addresses.map((name) =>
                gatewayAddress("vnet", network(`publicIPAddresses/${name}`), name),
            ),
            ...more,
        });

    describe("refuses a virtual network gateway", () => {
        beforeEach(async () => {
            for (const name of ["a", "b", "c"]) await build.publicAddress(name, { zones });
        });

        it("outside of GatewaySubnet", async () => {
            const subnet = await build.subnet("vnet", "gateways", "10.0.1.0/24");
            const publicIPAddress = { id: network("publicIPAddresses/a") };
            const ipConfigurations = [{ name: "ip", subnet: { id: subnet.id }, publicIPAddress }];
            await refuses(gateway([], { ipConfigurations }), "GatewaySubnetNameInvalid", "GatewaySubnet");
            await gateway(["a"]);
        });

        it("with a SKU of the other type, or one that is retired", async () => {
            await refuses(gateway(["a"], { sku: { name: "ErGw1AZ" } }), "InvalidGatewaySize", "ErGw1AZ");
            const express = (name: string) => gateway(["a"], { gatewayType: "ExpressRoute", sku: { name } });
            await refuses(express("VpnGw1AZ"), "InvalidGatewaySize");
            await refuses(gateway(["a"], { vpnType: "PolicyBased" }), "InvalidGatewaySize", "PolicyBased");
            await refuses(gateway(["a"], { sku: { name: "VpnGw1" } }), "NonAzSkusNotAllowedForVPNGateway");
            await express("ErGw1AZ");
        });

        it("of SKU Basic with what Basic lacks", async () => {
            const basic = (more: Properties) => gateway(["a"], { sku: { name: "Basic" }, ...more });
            await refuses(basic({ enableBgp: true }), "GatewaySkuDoesNotSupportFeature", "BGP");
            await refuses(
                basic({ vpnClientConfiguration: { vpnClientProtocols: ["OpenVPN"] } }),
                "GatewaySkuDoesNotSupportFeature",
                "OpenVPN",
            );
            await basic({ enableBgp: false });
        });

        it("without an address, with one that has no zones, or with one in use", async () => {
            const bare = gatewayAddress("vnet", "");
            await refuses(
                gateway([], { ipConfigurations: [{ name: "ip", subnet: bare["subnet"] }] }),
                "VirtualNetworkGatewayPublicIpRequired",
            );
            await build.publicAddress("regional");
            await refuses(gateway(["regional"]), "VmssVpnGatewayPublicIpsMustHaveZonesConfigured", "regional");
            await build.make("network:NatGateway", {
                ...westeurope,
                natGatewayName: "ng",
                sku: { name: "Standard" },
                publicIpAddresses: [{ id: network("publicIPAddresses/a") }],
            });
            await refuses(gateway(["a"]), "PublicIPAddressInUse", "natGateways/ng");
            const both = { activeActive: true };
            await refuses(gateway(["b", "b"], both), "PublicIPAddressInUse", "another of its own");
            await gateway(["b", "c"], both);
        });

        it("with another number of addresses than its mode has", async () => {
            const code = "VirtualNetworkGatewayIpConfigurationCountInvalid";
            await refuses(gateway(["a", "b"]), code, "needs 1");
            await refuses(gateway(["a"], { activeActive: true }), code, "needs 2");
            const clients = {
                vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: ["172.16.0.0/24"] } },
            };
            await refuses(gateway(["a", "b"], { activeActive: true, ...clients }), code, "needs 3");
            await gateway(["a", "b", "c"], { activeActive: true, ...clients });
        });

        it("with point-to-site that nobody could use", async () => {
            const clients = (more: Properties, top: Properties = {}) =>
                gateway(["a"], {
                    vpnClientConfiguration: {
                        vpnClientAddressPool: { addressPrefixes: ["172.16.0.0/24"] },
                        vpnClientProtocols: ["OpenVPN"],
                        ...more,
                    },
                    ...top,
                });
            const pool = (...addressPrefixes: string[]) => ({ vpnClientAddressPool: { addressPrefixes } });
            await refuses(clients(pool()), "VpnClientAddressPoolInvalid", "no address pool");
            await refuses(clients(pool("10.0.9.0/24")), "VpnClientAddressPoolInvalid", "10.0.0.0/16");
            const certificate = { vpnAuthenticationTypes: ["Certificate"] };
            await refuses(clients(certificate), "VpnClientRootCertificateRequired");
            const express = { gatewayType: "ExpressRoute", sku: { name: "ErGw1AZ" } };
            await refuses(clients({}, express), "VpnClientConfigurationNotSupported");
            const aadTenant = "https://login.microsoftonline.com/tenant/";
            const entra = { vpnAuthenticationTypes: ["AAD"], aadTenant };
            await refuses(clients(entra), "VpnClientAadAuthenticationIncomplete", "aadAudience, aadIssuer");
            const complete = { ...entra, aadAudience: "audience", aadIssuer: "https://sts.windows.net/tenant/" };
            const mixed = { ...complete, vpnClientProtocols: ["OpenVPN", "IkeV2"] };
            await refuses(clients(mixed), "VpnClientAadAuthenticationRequiresOpenVpn", "IkeV2");
            await clients(complete);
        });

        it("beside another one of its type", async () => {
            await gateway(["a"]);
            const second = { virtualNetworkGatewayName: "second" };
            await refuses(gateway(["b"], second), "VirtualNetworkGatewayOfTypeExists", "vgw");
            await gateway(["b"], { ...second, gatewayType: "ExpressRoute", sku: { name: "ErGw1AZ" } });
        });

        it("whose table has got a default route since", async () => {
            const routeTable = { id: (await build.routeTable("rt")).id };
            await build.virtualNetwork("other", "10.1.0.0/16");
            await build.subnet("other", "GatewaySubnet", "10.1.0.0/27", { routeTable });
            const stored = simulation.cloud.get(routeTable.id);
            const routes = [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "Internet" }];
            if (stored) simulation.cloud.put({ ...stored, inputs: { ...stored.inputs, routes } });
            const ipConfigurations = [gatewayAddress("other", network("publicIPAddresses/a"))];
            await refuses(gateway([], { ipConfigurations }), "GatewaySubnetDefaultRouteNotAllowed", "Internet");
        });
    });

    it("gives an active-active gateway the addresses that BGP speaks from", async () => {
        const address = await build.publicAddress("a", { zones });
        await build.publicAddress("b", { zones });
        const { id, outputs } = await gateway(["a", "b"], { activeActive: true, enableBgp: true });
        expect(valueAt(outputs, "bgpSettings.asn")).to.equal(65515);
        expect(valueAt(outputs, "bgpSettings.bgpPeeringAddress")).to.equal("10.0.0.4,10.0.0.5");
        expect(valueAt(outputs, "bgpSettings.bgpPeeringAddresses[]")).to.deep.include({
            ipconfigurationId: `${id}/ipConfigurations/a`,
            defaultBgpIpAddresses: ["10.0.0.4"],
            tunnelIpAddresses: [address.outputs["ipAddress"]],
        });
    });

    it("gives a single gateway the last address of its subnet, and an ExpressRoute gateway none", async () => {
        const { outputs } = await build.vpnGateway("vnet");
        expect(valueAt(outputs, "bgpSettings.bgpPeeringAddress")).to.equal("10.0.0.30");
        expect(outputs).to.include({ activeActive: false, vpnType: "RouteBased" });
        const express = { gatewayType: "ExpressRoute", sku: { name: "ErGw1AZ" } };
        expect((await build.vpnGateway("vnet", express, "ergw")).outputs).not.to.have.property("bgpSettings");
    });

    it("refuses a site without one address or without ranges", async () => {
        const site = (more: Properties) =>
            build.make("network:LocalNetworkGateway", { ...westeurope, localNetworkGatewayName: "lgw", ...more });
        const ranges = { localNetworkAddressSpace: { addressPrefixes: ["192.168.0.0/16"] } };
        await refuses(site(ranges), "LocalNetworkGatewayIpAddressOrFqdnRequired", "neither");
        const address = { gatewayIpAddress: "203.0.113.7" };
        await refuses(
            site({ ...ranges, ...address, fqdn: "vpn.contoso.com" }),
            "LocalNetworkGatewayIpAddressOrFqdnRequired",
        );
        await refuses(site(address), "LocalNetworkGatewayAddressSpaceInvalid", "neither");
        const wrong = { localNetworkAddressSpace: { addressPrefixes: ["192.168/16"] } };
        await refuses(site({ ...address, ...wrong }), "LocalNetworkGatewayAddressSpaceInvalid", "192.168/16");
        await site({ ...address, ...ranges });
    });

    describe("refuses a connection", () => {
        let vpn: Properties;
        let site: Properties;
        const policy = {
            dhGroup: "DHGroup14",
            ikeEncryption: "AES256",
            ikeIntegrity: "SHA256",
            ipsecEncryption: "GCMAES256",
            ipsecIntegrity: "GCMAES256",
            pfsGroup: "PFS2048",
            saDataSizeKilobytes: 102400000,
            saLifeTimeSeconds: 3600,
        };
        const connect = (more: Properties) =>
            build.make("network:VirtualNetworkGatewayConnection", {
                ...westeurope,
                virtualNetworkGatewayConnectionName: "con",
                connectionType: "IPsec",
                virtualNetworkGateway1: vpn,
                localNetworkGateway2: site,
                sharedKey: "secret",
                ...more,
            });
        const circuit = () =>
            build.make("network:ExpressRouteCircuit", {
                ...westeurope,
                circuitName: "erc",
                sku: { name: "Standard_MeteredData", tier: "Standard", family: "MeteredData" },
                serviceProviderProperties: {
                    serviceProviderName: "Equinix",
                    peeringLocation: "Amsterdam",
                    bandwidthInMbps: 200,
                },
            });

        beforeEach(async () => {
            vpn = { id: (await build.vpnGateway("vnet")).id };
            const { id } = await build.make("network:LocalNetworkGateway", {
                ...westeurope,
                localNetworkGatewayName: "lgw",
                gatewayIpAddress: "203.0.113.7",
                localNetworkAddressSpace: { addressPrefixes: ["192.168.0.0/16"] },
            });
            site = { id };
        });

        it("without its other end, key or circuit", async () => {
            const code = "VirtualNetworkGatewayConnectionIncomplete";
            await refuses(connect({ sharedKey: undefined }), code, "sharedKey");
            await refuses(connect({ localNetworkGateway2: undefined }), code, "localNetworkGateway2");
            await refuses(connect({ connectionType: "ExpressRoute" }), code, "peer");
            const none = { id: network("localNetworkGateways/none") };
            await refuses(
                connect({ localNetworkGateway2: none }),
                "InvalidResourceReference",
                "localNetworkGateway2.id",
            );
            expect((await connect({})).outputs).to.include({
                connectionStatus: "Unknown",
                connectionProtocol: "IKEv2",
            });
        });

        it("of another type than its gateway, or to a circuit of strangers", async () => {
            const express = { connectionType: "ExpressRoute", peer: { id: (await circuit()).id } };
            await refuses(connect(express), "VirtualNetworkGatewayConnectionTypeMismatch", "ExpressRoute");
            const gateway = await build.vpnGateway(
                "vnet",
                { gatewayType: "ExpressRoute", sku: { name: "ErGw1AZ" } },
                "ergw",
            );
            const theirs =
                "/subscriptions/other/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/erc";
            const virtualNetworkGateway1 = { id: gateway.id };
            await build.plan("network:VirtualNetworkGatewayConnection", "con", {
                virtualNetworkGatewayConnectionName: "con",
                ...express,
                peer: { id: theirs },
                authorizationKey: "key",
                virtualNetworkGateway1,
            });
            const foreign = { ...express, peer: { id: theirs }, virtualNetworkGateway1 };
            const planned = build.plan("network:VirtualNetworkGatewayConnection", "con", {
                virtualNetworkGatewayConnectionName: "con",
                ...foreign,
            });
            await refuses(planned, "ExpressRouteCircuitAuthorizationKeyRequired");
            await connect({ ...express, virtualNetworkGateway1 });
        });

        it("with a policy that is incomplete or contradicts itself", async () => {
            const incomplete = { ...policy, pfsGroup: undefined };
            expect(await refusal(connect({ ipsecPolicies: [incomplete] }))).to.contain("ipsecPolicies[0].pfsGroup");
            const mixed = [{ ...policy, ipsecIntegrity: "SHA256" }];
            await refuses(connect({ ipsecPolicies: mixed }), "IpsecPolicyInvalid", "GCMAES256");
            await refuses(
                connect({ ipsecPolicies: [{ ...policy, saLifeTimeSeconds: 60 }] }),
                "IpsecPolicyInvalid",
                "300",
            );
            await refuses(connect({ ipsecPolicies: [policy, policy] }), "IpsecPolicyInvalid", "found 2");
            const selectors = { usePolicyBasedTrafficSelectors: true };
            await refuses(connect(selectors), "PolicyBasedTrafficSelectorsRequireIpsecPolicy");
            await connect({ ipsecPolicies: [policy], ...selectors });
        });

        it("with a policy on a gateway of SKU Basic", async () => {
            await build.virtualNetwork("small", "10.1.0.0/16");
            await build.subnet("small", "GatewaySubnet", "10.1.0.0/27");
            const basic = await build.vpnGateway("small", { sku: { name: "Basic" } }, "basic");
            const virtualNetworkGateway1 = { id: basic.id };
            await refuses(connect({ virtualNetworkGateway1, ipsecPolicies: [policy] }), "IpsecPolicyInvalid", "Basic");
            await connect({ virtualNetworkGateway1 });
        });

        it("with BGP that an end doesn't speak", async () => {
            await refuses(connect({ enableBgp: true }), "ConnectionBgpNotSupportedByGateway", "vgw", "lgw");
            await connect({ enableBgp: false });
        });

        it("the loss of its gateway or site", async () => {
            const connection = await connect({});
            const remove = (type: string, id: unknown) => simulation.azure.delete(`azure-native:${type}`, String(id));
            await refuses(
                remove("network:VirtualNetworkGateway", vpn["id"]),
                "VirtualNetworkGatewayInUse",
                "connections/con",
            );
            await refuses(remove("network:LocalNetworkGateway", site["id"]), "LocalNetworkGatewayInUse");
            await remove("network:VirtualNetworkGatewayConnection", connection.id);
            await remove("network:VirtualNetworkGateway", vpn["id"]);
            await remove("network:LocalNetworkGateway", site["id"]);
        });
    });

    describe("refuses an ExpressRoute circuit", () => {
        const provider = { serviceProviderName: "Equinix", peeringLocation: "Amsterdam", bandwidthInMbps: 200 };
        const inputs = (more: Properties = {}) => ({
            resourceGroupName: "rg",
            ...westeurope,
            circuitName: "erc",
            sku: { name: "Standard_MeteredData", tier: "Standard", family: "MeteredData" },
            serviceProviderProperties: provider,
            ...more,
        });
        const circuit = (more?: Properties) => build.make("network:ExpressRouteCircuit", inputs(more));

        it("without a source, with a SKU of two minds, or with less bandwidth than before", async () => {
            await refuses(
                circuit({ serviceProviderProperties: undefined }),
                "ExpressRouteCircuitSourceInvalid",
                "neither",
            );
            const sku = { name: "Premium_MeteredData", tier: "Standard", family: "MeteredData" };
            await refuses(circuit({ sku }), "ExpressRouteCircuitSkuNameInvalid", "Standard_MeteredData");
            const created = await circuit();
            expect(created.outputs["serviceKey"]).to.match(/^[0-9a-f-]{36}$/);
            expect(created.outputs["serviceProviderProvisioningState"]).to.equal("NotProvisioned");
            const narrow = inputs({ serviceProviderProperties: { ...provider, bandwidthInMbps: 50 } });
            const update = simulation.azure.update("azure-native:network:ExpressRouteCircuit", "it", created, narrow);
            await refuses(update, "CannotReduceCircuitBandwidth", "200 to 50");
        });

        it("a peering on other ranges than links, or on a VLAN in use", async () => {
            await circuit();
            const peering = (peeringName: string, more: Properties = {}) =>
                build.make("network:ExpressRouteCircuitPeering", {
                    circuitName: "erc",
                    peeringName,
                    peeringType: peeringName,
                    vlanId: 100,
                    peerASN: 65010,
                    primaryPeerAddressPrefix: "192.168.10.0/30",
                    secondaryPeerAddressPrefix: "192.168.10.4/30",
                    ...more,
                });
            const wide = { primaryPeerAddressPrefix: "192.168.10.0/29" };
            await refuses(peering("AzurePrivatePeering", wide), "ExpressRouteCircuitPeeringPrefixInvalid", "/30");
            expect((await peering("AzurePrivatePeering")).outputs["azureASN"]).to.equal(12076);
            await refuses(peering("MicrosoftPeering"), "ExpressRouteCircuitPeeringVlanInUse", "AzurePrivatePeering");
            const { outputs } = await build.make("network:ExpressRouteCircuitAuthorization", {
                circuitName: "erc",
                authorizationName: "spoke",
            });
            expect(outputs["authorizationUseStatus"]).to.equal("Available");
        });
    });
});
