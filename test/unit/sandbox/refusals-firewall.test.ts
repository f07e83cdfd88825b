import { expect } from "chai";
import { network, Builder } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";
import type { Properties } from "../../sandbox/provider/values";

/** Each refusal stands beside the nearest thing that is accepted. */
describe("the simulated Azure, for firewalls and Bastion,", () => {
    let simulation: Simulation;
    let build: Builder;
    const westeurope = { location: "westeurope" };
    const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
    });
    afterEach(() => simulation.stop());

    const policy = (tier: string, more: Properties = {}) =>
        build.make("network:FirewallPolicy", {
            firewallPolicyName: "policy",
            location: "westeurope",
            sku: { tier },
            ...more,
        });
    const firewallInputs = (tier: string, more: Properties = {}, subnet = "AzureFirewallSubnet"): Properties => ({
        ...westeurope,
        azureFirewallName: "afw",
        sku: { name: "AZFW_VNet", tier },
        firewallPolicy: { id: network("firewallPolicies/policy") },
        ipConfigurations: [
            {
                name: "ip",
                subnet: { id: subnetId(subnet) },
                publicIPAddress: { id: network("publicIPAddresses/pip") },
            },
        ],
        ...more,
    });
    const firewall = async (tier: string, subnet = "AzureFirewallSubnet", more: Properties = {}) => {
        await build.subnet("vnet", subnet, "10.0.0.0/26");
        await build.publicAddress("pip");
        return build.make("network:AzureFirewall", firewallInputs(tier, more, subnet));
    };

    const rules = (...list: Properties[]) =>
        build.make("network:FirewallPolicyRuleCollectionGroup", {
            firewallPolicyName: "policy",
            ruleCollectionGroupName: "group",
            priority: 100,
            ruleCollections: [
                {
                    ruleCollectionType: "FirewallPolicyFilterRuleCollection",
                    name: "c",
                    priority: 100,
                    rules: list,
                },
            ],
        });

    const ipGroup = (...ipAddresses: string[]) =>
        build.make("network:IpGroup", { ...westeurope, ipGroupsName: "nodes", ipAddresses });
    const ruleFrom = (id: string) => rules({ ruleType: "NetworkRule", name: "rule", sourceIpGroups: [id] });

    it("refuses Premium features in a Standard policy", async () => {
        const intrusionDetection = { mode: "Deny" };
        await refuses(
            policy("Standard", { intrusionDetection }),
            "FirewallPolicyHigherTierOnlyProperties",
            "Intrusion Detection",
        );
        await policy("Premium", { intrusionDetection });
    });

    it("refuses Premium features in the rules of a Standard policy", async () => {
        await policy("Standard");
        const rule = { ruleType: "ApplicationRule", name: "urls", targetUrls: ["contoso.com/a"] };
        await refuses(rules(rule), "FirewallPolicyHigherTierOnlyProperties", "targetUrls");
    });

    it("refuses names in network rules without DNS proxy", async () => {
        await policy("Standard");
        const rule = { ruleType: "NetworkRule", name: "ntp", destinationFqdns: ["ntp.ubuntu.com"] };
        await refuses(rules(rule), "FirewallPolicyNetworkRuleFqdnRequiresDnsProxy");
    });

    it("refuses a policy of a higher tier than the firewall", async () => {
        await policy("Premium");
        await refuses(firewall("Standard"), "AzureFirewallPolicyTierMismatch", "Premium");
    });

    it("refuses a firewall outside of its reserved subnet", async () => {
        await policy("Standard");
        await refuses(firewall("Standard", "firewalls"), "AzureFirewallSubnetNameInvalid", "AzureFirewallSubnet");
    });

    it("refuses a firewall with classic rules beside its policy, or on an address in use", async () => {
        await policy("Standard");
        const classic = { networkRuleCollections: [{ name: "c", priority: 100, rules: [] }] };
        await refuses(firewall("Standard", undefined, classic), "AzureFirewallRulesAndPolicyConflict");
        const { id } = await build.publicAddress("pip-nat");
        const nat = (natGatewayName: string) =>
            build.make("network:NatGateway", {
                ...westeurope,
                natGatewayName,
                sku: { name: "Standard" },
                publicIpAddresses: [{ id }],
            });
        await nat("ng");
        await refuses(nat("second"), "PublicIPAddressInUse", "natGateways/ng");
        const taken = [{ name: "ip", subnet: { id: subnetId("AzureFirewallSubnet") }, publicIPAddress: { id } }];
        const onTaken = build.make("network:AzureFirewall", firewallInputs("Standard", { ipConfigurations: taken }));
        await refuses(onTaken, "PublicIPAddressInUse", "natGateways/ng");
        await build.make("network:AzureFirewall", firewallInputs("Standard"));
    });

    it("refuses two rule collection groups of one priority", async () => {
        await policy("Standard");
        await rules();
        const second = { firewallPolicyName: "policy", ruleCollectionGroupName: "second", ruleCollections: [] };
        const group = (priority: number) =>
            build.make("network:FirewallPolicyRuleCollectionGroup", { ...second, priority });
        await refuses(group(100), "FirewallPolicyRuleCollectionGroupPriorityConflict", "group");
        await group(200);
    });

    it("refuses a Bastion outside of its reserved subnet", async () => {
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

    describe("refuses TLS inspection", () => {
        const secret = "https://kv.vault.azure.net/secrets/ca/0123456789abcdef0123456789abcdef";
        const authority = (keyVaultSecretId: string | undefined) => ({
            transportSecurity: { certificateAuthority: { name: "ca", keyVaultSecretId } },
        });
        const identity = async () => {
            const { id } = await build.make("managedidentity:UserAssignedIdentity", {
                ...westeurope,
                resourceName: "afwp",
            });
            return { identity: { type: "UserAssigned", userAssignedIdentities: [id] } };
        };

        it("with a certificate that the policy can't read", async () => {
            const code = "FirewallPolicyTransportSecurityInvalid";
            await refuses(policy("Premium", authority(secret)), code, "user-assigned identity");
            const own = await identity();
            await refuses(policy("Premium", { ...authority("ca"), ...own }), code, "'ca'");
            await refuses(policy("Premium", { ...authority(undefined), ...own }), code, "keyVaultSecretId");
            await policy("Premium", { ...authority(secret), ...own });
        });

        it("by a rule whose policy has no certificate authority", async () => {
            const inspected = { ruleType: "ApplicationRule", name: "inspected", terminateTLS: true };
            await policy("Premium");
            await refuses(rules(inspected), "FirewallPolicyTransportSecurityNotConfigured", "inspected");
            await rules({ ...inspected, terminateTLS: false });
        });
    });

    it("refuses private ranges that are none", async () => {
        const snat = (...privateRanges: string[]) => policy("Standard", { snat: { privateRanges } });
        await refuses(snat("10.0.0.0/8", "10.0.0/8"), "FirewallPolicyInvalidSnatPrivateRange", "10.0.0/8");
        await refuses(snat("10.0.0.1/8"), "FirewallPolicyInvalidSnatPrivateRange");
        await snat("IANAPrivateRanges", "203.0.113.0/24", "198.51.100.7");
    });

    describe("refuses a firewall without a way to be managed", () => {
        const onTunnel = async (tier = "Standard") => {
            await policy(tier);
            const hop = { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.200.4" };
            const routeTable = { id: (await build.routeTable("rt", tier === "Basic" ? undefined : hop)).id };
            await build.subnet("vnet", "AzureFirewallSubnet", "10.0.0.0/26", { routeTable });
            await build.publicAddress("pip");
            return (more?: Properties) => build.make("network:AzureFirewall", firewallInputs(tier, more));
        };
        const management = async (routeTable?: Properties) => {
            const more = routeTable ? { routeTable } : {};
            const { id } = await build.subnet("vnet", "AzureFirewallManagementSubnet", "10.0.0.64/26", more);
            const address = await build.publicAddress("pip-management");
            return {
                managementIpConfiguration: {
                    name: "management",
                    subnet: { id },
                    publicIPAddress: { id: address.id },
                },
            };
        };

        it("because its default route goes to an appliance", async () => {
            const create = await onTunnel();
            await refuses(create(), "AzureFirewallManagementIpConfigurationRequired", "forced tunnelling");
            await create(await management());
        });

        it("because it is of tier Basic", async () => {
            const create = await onTunnel("Basic");
            await refuses(create(), "AzureFirewallManagementIpConfigurationRequired", "Basic");
            await create(await management());
        });

        it("because its management is tunnelled too", async () => {
            const create = await onTunnel();
            const more = await management({ id: network("routeTables/rt") });
            await refuses(create(more), "AzureFirewallManagementSubnetInvalidDefaultRoute", "VirtualAppliance");
        });
    });

    describe("refuses an IP group", () => {
        it("with members that are no addresses", async () => {
            await refuses(ipGroup("10.0.0.0/24", "nodes"), "IpGroupInvalidIpAddress", "nodes");
            await refuses(ipGroup("10.0.0.0/24-10.0.1.0/24"), "IpGroupInvalidIpAddress");
            await ipGroup("10.0.0.0/24", "10.0.1.4", "10.0.2.4-10.0.2.9");
        });

        it("in a rule before it exists, and its deletion as long as the rule is there", async () => {
            await policy("Standard");
            await refuses(ruleFrom(network("ipGroups/nodes")), "InvalidResourceReference", "sourceIpGroups");
            const { id } = await ipGroup("10.0.0.0/24");
            const collection = await ruleFrom(id);
            const remove = (type: string, of: string) => simulation.azure.delete(`azure-native:${type}`, of);
            await refuses(remove("network:IpGroup", id), "IpGroupInUse", "ruleCollectionGroups/group");
            await remove("network:FirewallPolicyRuleCollectionGroup", collection.id);
            await remove("network:IpGroup", id);
        });
    });

    it("says who uses an IP group and a policy", async () => {
        const { id } = await ipGroup("10.0.0.0/24");
        const { id: policyId } = await policy("Standard");
        const collection = await ruleFrom(id);
        const { id: firewallId } = await firewall("Standard");
        const read = await simulation.azure.read("azure-native:network:IpGroup", id);
        expect(read?.outputs["firewallPolicies"]).to.deep.equal([{ id: policyId }]);
        expect(read?.outputs["firewalls"]).to.deep.equal([{ id: firewallId }]);
        const owner = await simulation.azure.read("azure-native:network:FirewallPolicy", policyId);
        expect(owner?.outputs).to.deep.include({
            firewalls: [{ id: firewallId }],
            ruleCollectionGroups: [{ id: collection.id }],
        });
    });

    it("refuses DDoS protection without a plan, and the deletion of a plan in use", async () => {
        const protect = (name: string, more: Properties) =>
            build.virtualNetwork(name, "10.1.0.0/16", { enableDdosProtection: true, ...more });
        await refuses(protect("spoke", {}), "DdosProtectionPlanRequired", "spoke");
        const { id } = await build.make("network:DdosProtectionPlan", {
            ...westeurope,
            ddosProtectionPlanName: "ddos",
        });
        const spoke = await protect("spoke", { ddosProtectionPlan: { id } });
        const read = await simulation.azure.read("azure-native:network:DdosProtectionPlan", id);
        expect(read?.outputs["virtualNetworks"]).to.deep.equal([{ id: spoke.id }]);
        const remove = () => simulation.azure.delete("azure-native:network:DdosProtectionPlan", id);
        await refuses(remove(), "DdosProtectionPlanInUse", "virtualNetworks/spoke");
        await simulation.azure.delete("azure-native:network:VirtualNetwork", spoke.id);
        await remove();
    });
});
