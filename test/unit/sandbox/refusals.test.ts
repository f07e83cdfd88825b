import { expect } from "chai";
import { network, Builder } from "./fixtures";
import { refusal, refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";
import type { Properties } from "../../sandbox/provider/values";

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

    describe("firewall and Bastion", () => {
        const policy = (tier: string, more: Properties = {}) =>
            build.make("network:FirewallPolicy", {
                firewallPolicyName: "policy",
                location: "westeurope",
                sku: { tier },
                ...more,
            });
        const firewall = async (tier: string, subnet = "AzureFirewallSubnet") => {
            await build.subnet("vnet", subnet, "10.0.0.0/26");
            await build.publicAddress("pip");
            return build.make("network:AzureFirewall", {
                azureFirewallName: "afw",
                location: "westeurope",
                sku: { name: "AZFW_VNet", tier },
                firewallPolicy: { id: network("firewallPolicies/policy") },
                ipConfigurations: [
                    {
                        name: "ip",
                        subnet: { id: subnetId(subnet) },
                        publicIPAddress: { id: network("publicIPAddresses/pip") },
                    },
                ],
            });
        };

        it("Premium features in a Standard policy", async () => {
            const intrusionDetection = { mode: "Deny" };
            await refuses(
                policy("Standard", { intrusionDetection }),
                "FirewallPolicyHigherTierOnlyProperties",
                "Intrusion Detection",
            );
            await policy("Premium", { intrusionDetection });
        });

        it("Premium features in the rules of a Standard policy", async () => {
            await policy("Standard");
            const rules = [{ ruleType: "ApplicationRule", name: "urls", targetUrls: ["contoso.com/a"] }];
            await refuses(
                build.make("network:FirewallPolicyRuleCollectionGroup", {
                    firewallPolicyName: "policy",
                    ruleCollectionGroupName: "group",
                    priority: 100,
                    ruleCollections: [
                        { ruleCollectionType: "FirewallPolicyFilterRuleCollection", name: "c", priority: 100, rules },
                    ],
                }),
                "FirewallPolicyHigherTierOnlyProperties",
                "targetUrls",
            );
        });

        it("names in network rules without DNS proxy", async () => {
            await policy("Standard");
            const rules = [{ ruleType: "NetworkRule", name: "ntp", destinationFqdns: ["ntp.ubuntu.com"] }];
            await refuses(
                build.make("network:FirewallPolicyRuleCollectionGroup", {
                    firewallPolicyName: "policy",
                    ruleCollectionGroupName: "group",
                    priority: 100,
                    ruleCollections: [
                        { ruleCollectionType: "FirewallPolicyFilterRuleCollection", name: "c", priority: 100, rules },
                    ],
                }),
                "FirewallPolicyNetworkRuleFqdnRequiresDnsProxy",
            );
        });

        it("a policy of a higher tier than the firewall", async () => {
            await policy("Premium");
            await refuses(firewall("Standard"), "AzureFirewallPolicyTierMismatch", "Premium");
        });

        it("a firewall outside of its reserved subnet", async () => {
            await policy("Standard");
            await refuses(firewall("Standard", "firewalls"), "AzureFirewallSubnetNameInvalid", "AzureFirewallSubnet");
        });

        it("a Bastion outside of its reserved subnet", async () => {
            await build.subnet("vnet", "bastion", "10.0.0.0/26");
            await build.publicAddress("pip");
            const ipConfigurations = [
                {
                    name: "ip",
                    subnet: { id: subnetId("bastion") },
                    publicIPAddress: { id: network("publicIPAddresses/pip") },
                },
            ];
            await refuses(
                build.make("network:BastionHost", { bastionHostName: "bas", location: "westeurope", ipConfigurations }),
                "SubnetNameMustBeAzureBastionSubnet",
            );
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

        it("the use of gateways that aren't there, and of a second one", async () => {
            await build.virtualNetwork("hub", "10.1.0.0/16");
            await refuses(peer("p", "hub", { useRemoteGateways: true }), "RemoteVnetHasNoGateways");
            for (const [name, prefix] of [
                ["hub", "10.1.0.0/27"],
                ["hub2", "10.2.0.0/27"],
            ] as const) {
                if (name === "hub2") await build.virtualNetwork("hub2", "10.2.0.0/16");
                await build.subnet(name, "GatewaySubnet", prefix);
                await build.make("network:VirtualNetworkGateway", {
                    virtualNetworkGatewayName: `vgw-${name}`,
                    location: "westeurope",
                    ipConfigurations: [
                        { name: "ip", subnet: { id: network(`virtualNetworks/${name}/subnets/GatewaySubnet`) } },
                    ],
                });
            }
            await peer("to-hub", "hub", { useRemoteGateways: true });
            await refuses(
                peer("to-hub2", "hub2", { useRemoteGateways: true }),
                "OnlyOnePeeringCanUseRemoteGateway",
                "to-hub",
            );
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
