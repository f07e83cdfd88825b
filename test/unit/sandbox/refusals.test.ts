import { expect } from "chai";
import { network, Builder } from "./fixtures";
import { refusal, refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";
import { addExisting } from "../../sandbox/existing";
import { UNKNOWN } from "../../sandbox/provider/values";
import type { Properties, Value } from "../../sandbox/provider/values";

/** Each refusal stands beside the nearest thing that is accepted. */
describe("the simulated Azure refuses what Azure refuses:", () => {
    let simulation: Simulation;
    let build: Builder;
    const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
    });
    afterEach(() => simulation.stop());

    describe("properties and parents", () => {
        it("a missing required property, at the top and nested", async () => {
            expect(await refusal(build.make("containerregistry:Registry", { registryName: "registry" }))).to.contain(
                "'sku'",
            );
            const group = { networkSecurityGroupName: "nsg", securityRules: [{ name: "rule", access: "Allow" }] };
            expect(await refusal(build.make("network:NetworkSecurityGroup", group))).to.contain(
                "securityRules[0].direction",
            );
            expect(await refusal(build.make("network:VirtualNetwork", { virtualNetworkName: "v" }))).to.contain(
                "addressSpace",
            );
        });

        it("a resource group or parent that doesn't exist", async () => {
            await refuses(
                build.make("network:RouteTable", {
                    resourceGroupName: "none",
                    routeTableName: "rt",
                    location: "westeurope",
                }),
                "ResourceGroupNotFound",
                "'none'",
            );
            await refuses(
                build.subnet("nowhere", "snet", "10.0.0.0/24"),
                "ParentResourceNotFound",
                "virtualNetworks/nowhere",
            );
        });

        it("a reference to something that doesn't exist", async () => {
            const routeTable = { id: network("routeTables/none") };
            await refuses(
                build.subnet("vnet", "snet", "10.0.0.0/24", { routeTable }),
                "InvalidResourceReference",
                "routeTable.id",
            );
        });

        it("a second resource of the same id", async () => {
            await build.subnet("vnet", "snet", "10.0.0.0/24");
            await refuses(build.subnet("VNET", "Snet", "10.0.1.0/24"), "Conflict", "already existing");
        });

        it("a name that is taken in all of Azure", async () => {
            await build.registry("registry", "Premium");
            await build.group("other");
            await refuses(build.registry("registry", "Premium", { resourceGroupName: "other" }), "AlreadyInUse");
        });

        it("a location for a global service", async () => {
            const zone = { privateZoneName: "privatelink.azurecr.io", location: "westeurope" };
            await refuses(build.make("privatedns:PrivateZone", zone), "LocationNotAvailableForResourceType", "global");
            await build.make("privatedns:PrivateZone", { ...zone, location: "global" });
        });
    });

    describe("subnets", () => {
        it("one outside of its network", async () => {
            await refuses(build.subnet("vnet", "snet", "10.1.0.0/24"), "NetcfgSubnetRangeOutsideVnet", "10.0.0.0/16");
        });

        it("one that overlaps a sibling, also when both are inline", async () => {
            await build.subnet("vnet", "first", "10.0.0.0/24");
            await refuses(build.subnet("vnet", "second", "10.0.0.128/25"), "NetcfgSubnetRangesOverlap", "first");
            await build.subnet("vnet", "third", "10.0.1.0/24");
            const subnets = ["10.9.0.0/24", "10.9.0.0/25"].map((addressPrefix, index) => ({
                name: `s${index}`,
                addressPrefix,
            }));
            await refuses(build.virtualNetwork("inline", "10.9.0.0/16", { subnets }), "NetcfgSubnetRangesOverlap");
        });

        it("reserved ones below their minimum size", async () => {
            await refuses(build.subnet("vnet", "AzureFirewallSubnet", "10.0.0.0/27"), "NetcfgInvalidSubnet", "/26");
            await refuses(build.subnet("vnet", "AzureBastionSubnet", "10.0.0.0/27"), "NetcfgInvalidSubnet", "/26");
            await refuses(build.subnet("vnet", "GatewaySubnet", "10.0.0.0/28"), "NetcfgInvalidSubnet", "/27");
            await build.subnet("vnet", "AzureFirewallSubnet", "10.0.0.0/26");
        });

        it("ranges that are none, or too small for Azure", async () => {
            await refuses(build.subnet("vnet", "snet", "10.0.0/24"), "NetcfgInvalidSubnet");
            await refuses(build.subnet("vnet", "snet", "10.0.0.0/30"), "NetcfgInvalidSubnet", "/29");
        });

        it("a security group on the gateway's or firewall's subnet", async () => {
            await build.make("network:NetworkSecurityGroup", {
                networkSecurityGroupName: "nsg",
                location: "westeurope",
            });
            const networkSecurityGroup = { id: network("networkSecurityGroups/nsg") };
            await refuses(
                build.subnet("vnet", "GatewaySubnet", "10.0.0.0/27", { networkSecurityGroup }),
                "NetworkSecurityGroupNotAllowedOnGatewaySubnet",
            );
        });

        it("a default route on the gateway's subnet, from either side", async () => {
            const defaultRoute = { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.1.4" };
            const routeTable = { id: (await build.routeTable("rt", defaultRoute)).id };
            const subnet = (more: Properties) => build.subnet("vnet", "GatewaySubnet", "10.0.0.0/27", more);
            await refuses(subnet({ routeTable }), "GatewaySubnetDefaultRouteNotAllowed", "VirtualAppliance");
            const spokes = { id: (await build.routeTable("spokes")).id };
            await subnet({ routeTable: spokes });
            const route = (addressPrefix: string) =>
                build.make("network:Route", {
                    routeTableName: "spokes",
                    routeName: "r",
                    addressPrefix,
                    ...defaultRoute,
                });
            await refuses(route("0.0.0.0/0"), "GatewaySubnetDefaultRouteNotAllowed");
            await route("10.1.0.0/16");
        });

        it("a security group with two rules of one priority", async () => {
            const rule = { priority: 100, direction: "Inbound", access: "Allow", protocol: "*" };
            const securityRules = [
                { name: "one", ...rule },
                { name: "two", ...rule },
            ];
            await refuses(
                build.make("network:NetworkSecurityGroup", {
                    networkSecurityGroupName: "nsg",
                    location: "westeurope",
                    securityRules,
                }),
                "SecurityRuleConflict",
                "one and two",
            );
        });

        it("a route to an appliance without an address", async () => {
            await refuses(build.routeTable("rt", { nextHopType: "VirtualAppliance" }), "RouteNextHopIpAddressRequired");
        });
    });

    describe("peerings", () => {
        const peer = (name: string, remote: string, more: Properties = {}) =>
            build.make("network:VirtualNetworkPeering", {
                virtualNetworkName: "vnet",
                virtualNetworkPeeringName: name,
                remoteVirtualNetwork: { id: network(`virtualNetworks/${remote}`) },
                ...more,
            });

        it("one towards a missing network", async () => {
            await refuses(peer("p", "none"), "InvalidResourceReference", "virtualNetworks/none");
        });

        it("one of overlapping networks", async () => {
            await build.virtualNetwork("twin", "10.0.128.0/17");
            await refuses(peer("p", "twin"), "VnetAddressSpacesOverlap", "10.0.0.0/16");
        });

        it("one that overlaps a network peered already", async () => {
            await build.virtualNetwork("a", "10.1.0.0/16");
            await build.virtualNetwork("b", "10.1.1.0/24");
            await peer("to-a", "a");
            await refuses(peer("to-b", "b"), "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet");
        });

        describe("to a hub with a gateway", () => {
            const hub = async (name: string, range: string, transit: boolean | undefined) => {
                await build.virtualNetwork(name, `${range}/16`);
                await build.subnet(name, "GatewaySubnet", `${range}/27`);
                await build.vpnGateway(name, {}, `vgw-${name}`);
                if (transit === undefined) return;
                await build.make("network:VirtualNetworkPeering", {
                    virtualNetworkName: name,
                    virtualNetworkPeeringName: "back",
                    remoteVirtualNetwork: { id: network("virtualNetworks/vnet") },
                    allowGatewayTransit: transit,
                });
            };
            const use = (name: string, more: Properties = {}) =>
                peer(`to-${name}`, name, { useRemoteGateways: true, ...more });

            it("the use of gateways that aren't there, and of a second one", async () => {
                await build.virtualNetwork("empty", "10.9.0.0/16");
                await refuses(use("empty"), "RemoteVnetHasNoGateways");
                await hub("hub", "10.1.0.0", true);
                await hub("hub2", "10.2.0.0", true);
                await use("hub");
                await refuses(use("hub2"), "OnlyOnePeeringCanUseRemoteGateway", "to-hub");
            });

            it("the use of a gateway that the hub doesn't offer, or not yet", async () => {
                await hub("hub", "10.1.0.0", undefined);
                await refuses(use("hub"), "RemotePeeringDoesNotAllowGatewayTransit", "no peering back");
                await hub("closed", "10.2.0.0", false);
                await refuses(use("closed"), "RemotePeeringDoesNotAllowGatewayTransit", "AllowGatewayTransit");
            });

            it("nothing of a network that is known by its id alone, but a side that is seen to be closed", async () => {
                addExisting([{ id: network("virtualNetworks/others") }], simulation.cloud);
                const back = (allowGatewayTransit: boolean) =>
                    build.make("network:VirtualNetworkPeering", {
                        virtualNetworkName: "others",
                        virtualNetworkPeeringName: "back",
                        remoteVirtualNetwork: { id: network("virtualNetworks/vnet") },
                        allowGatewayTransit,
                    });
                await back(false);
                await refuses(use("others"), "RemotePeeringDoesNotAllowGatewayTransit", "AllowGatewayTransit");
                addExisting([{ id: network("virtualNetworks/strangers") }], simulation.cloud);
                await use("strangers");
            });

            it("a peering that offers and uses a gateway", async () => {
                await hub("hub", "10.1.0.0", true);
                const both = use("hub", { allowGatewayTransit: true });
                await refuses(both, "AllowGatewayTransitAndUseRemoteGatewaysConflict");
                await use("hub");
            });

            it("its use in a preview only when both sides are known", async () => {
                await hub("hub", "10.1.0.0", undefined);
                const inputs = { virtualNetworkPeeringName: "p", allowGatewayTransit: true };
                const back = (virtualNetworkName: string, id: Value) =>
                    build.plan("network:VirtualNetworkPeering", "back", {
                        ...inputs,
                        virtualNetworkName,
                        remoteVirtualNetwork: { id },
                    });
                const plan = () =>
                    build.plan("network:VirtualNetworkPeering", "to-hub", {
                        virtualNetworkName: "vnet",
                        virtualNetworkPeeringName: "to-hub",
                        useRemoteGateways: true,
                        remoteVirtualNetwork: { id: network("virtualNetworks/hub") },
                    });
                await refuses(plan(), "RemotePeeringDoesNotAllowGatewayTransit");
                await back("hub", UNKNOWN);
                await plan();
            });
        });
    });

    describe("private endpoints", () => {
        beforeEach(() => build.subnet("vnet", "pep", "10.0.0.0/24"));

        it("a group id that the target doesn't have", async () => {
            const { id } = await build.registry("registry", "Premium");
            await refuses(
                build.endpoint(subnetId("pep"), id, ["azurecr"]),
                "InvalidValuesForRequestParameters",
                "registry",
            );
            await refuses(build.endpoint(subnetId("pep"), id, ["registry", "registry"]), "OnlyOneGroupIdPermitted");
            await build.endpoint(subnetId("pep"), id, ["registry"]);
        });

        it("a registry below Premium", async () => {
            const { id } = await build.registry("registry", "Standard");
            await refuses(build.endpoint(subnetId("pep"), id, ["registry"]), "PrivateEndpointNotSupported", "Premium");
            await refuses(
                build.registry("closed", "Basic", { publicNetworkAccess: "Disabled" }),
                "FeatureNotSupportedBySku",
            );
        });
    });
});
