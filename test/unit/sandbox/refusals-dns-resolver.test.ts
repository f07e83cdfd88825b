import { expect } from "chai";
import { valueAt } from "../../sandbox/provider/values";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

/** Each refusal stands beside the nearest thing that is accepted. */
describe("the simulated Azure, for DNS Private Resolver,", () => {
    let simulation: Simulation;
    let build: Builder;
    const westeurope = { location: "westeurope" };
    const northeurope = { location: "northeurope" };
    const delegations = [{ name: "resolver", serviceName: "Microsoft.Network/dnsResolvers" }];
    const inHub = (subnet: string) => ({ id: network(`virtualNetworks/hub/subnets/${subnet}`) });
    const outboundId = network("dnsResolvers/dnspr/outboundEndpoints/out");

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("hub", "10.0.0.0/16");
        await build.subnet("hub", "in", "10.0.0.0/28", { delegations });
        await build.subnet("hub", "out", "10.0.0.16/28", { delegations });
    });
    afterEach(() => simulation.stop());

    const resolver = (more: Properties = {}) =>
        build.make("dnsresolver:DnsResolver", {
            ...westeurope,
            dnsResolverName: "dnspr",
            virtualNetwork: { id: network("virtualNetworks/hub") },
            ...more,
        });
    const inbound = (configuration: Properties = {}, more: Properties = {}) =>
        build.make("dnsresolver:InboundEndpoint", {
            ...westeurope,
            dnsResolverName: "dnspr",
            inboundEndpointName: "in",
            ipConfigurations: [{ subnet: inHub("in"), ...configuration }],
            ...more,
        });
    const outbound = (more: Properties = {}) =>
        build.make("dnsresolver:OutboundEndpoint", {
            ...westeurope,
            dnsResolverName: "dnspr",
            outboundEndpointName: "out",
            subnet: inHub("out"),
            ...more,
        });
    const ruleset = (more: Properties = {}) =>
        build.make("dnsresolver:DnsForwardingRuleset", {
            ...westeurope,
            dnsForwardingRulesetName: "rules",
            dnsResolverOutboundEndpoints: [{ id: outboundId }],
            ...more,
        });
    const rule = (domainName: string, more: Properties = {}) =>
        build.make("dnsresolver:ForwardingRule", {
            dnsForwardingRulesetName: "rules",
            forwardingRuleName: "contoso",
            domainName,
            targetDnsServers: [{ ipAddress: "192.168.0.53" }],
            ...more,
        });
    const link = (virtualNetworkName: string, more: Properties = {}) =>
        build.make("dnsresolver:PrivateResolverVirtualNetworkLink", {
            dnsForwardingRulesetName: "rules",
            virtualNetworkLinkName: "link",
            virtualNetwork: { id: network(`virtualNetworks/${virtualNetworkName}`) },
            ...more,
        });

    it("refuses a second resolver in a network", async () => {
        expect((await resolver()).outputs["dnsResolverState"]).to.equal("Connected");
        await refuses(resolver({ dnsResolverName: "second" }), "Conflict", "already has a DNS resolver");
    });

    it("refuses a resolver in another region than its network, or in an encrypted one", async () => {
        await refuses(resolver(northeurope), "InvalidRegion", "northeurope", "westeurope");
        const encryption = { enabled: true, enforcement: "AllowUnencrypted" };
        await build.virtualNetwork("encrypted", "10.1.0.0/16", { encryption });
        const virtualNetwork = { id: network("virtualNetworks/encrypted") };
        await refuses(resolver({ virtualNetwork }), "BadRequest", "encryption");
        await resolver({ location: "West Europe" });
    });

    describe("with a resolver", () => {
        beforeEach(() => resolver());

        it("refuses an endpoint whose subnet isn't delegated, or is too small, too large or elsewhere", async () => {
            const at = async (name: string, range: string, more: Properties) => {
                await build.subnet("hub", name, range, more);
                return inbound({ subnet: inHub(name) });
            };
            await refuses(at("plain", "10.0.1.0/28", {}), "SubnetMissingRequiredDelegation", "dnsResolvers");
            await refuses(at("small", "10.0.1.32/29", { delegations }), "BadRequest", "/29");
            await refuses(at("large", "10.0.2.0/23", { delegations }), "BadRequest", "/23");
            await build.virtualNetwork("spoke", "10.1.0.0/16");
            const subnet = await build.subnet("spoke", "in", "10.1.0.0/28", { delegations });
            await refuses(inbound({ subnet: { id: subnet.id } }), "BadRequest", "virtual network of its DNS resolver");
            await refuses(inbound({}, northeurope), "InvalidRegion");
            await at("largest", "10.0.4.0/24", { delegations });
        });

        it("refuses a subnet to a second endpoint", async () => {
            await inbound();
            await refuses(outbound({ subnet: inHub("in") }), "BadRequest", "in use by", "inboundEndpoints/in");
            await outbound();
        });

        it("refuses addresses that the subnet can't give", async () => {
            const fixed = (privateIpAddress?: string) => ({ privateIpAllocationMethod: "Static", privateIpAddress });
            await refuses(inbound(fixed()), "BadRequest", "Static needs");
            await refuses(inbound(fixed("10.0.0.3")), "BadRequest", "10.0.0.3");
            await refuses(inbound(fixed("10.0.0.20")), "BadRequest", "10.0.0.20");
            await refuses(inbound({ privateIpAddress: "10.0.0.4" }), "BadRequest", "Static");
            const two = [{ subnet: inHub("in") }, { subnet: inHub("out") }];
            await refuses(inbound({}, { ipConfigurations: two }), "BadRequest", "needs one");
            const { outputs } = await inbound(fixed("10.0.0.4"));
            expect(valueAt(outputs, "ipConfigurations[].privateIpAddress")).to.equal("10.0.0.4");
        });

        it("gives an inbound endpoint an address of its subnet", async () => {
            const { outputs } = await inbound();
            expect(valueAt(outputs, "ipConfigurations[].privateIpAddress")).to.match(/^10\.0\.0\.([4-9]|1[0-4])$/);
            expect(valueAt(outputs, "ipConfigurations[].privateIpAllocationMethod")).to.equal("Dynamic");
        });

        it("refuses a ruleset without an outbound endpoint of its region", async () => {
            await refuses(ruleset(), "InvalidResourceReference", "outboundEndpoints/out");
            await outbound();
            await refuses(ruleset({ dnsResolverOutboundEndpoints: [] }), "BadRequest", "found none");
            await refuses(ruleset(northeurope), "InvalidRegion");
            await ruleset();
        });
    });

    describe("with a ruleset", () => {
        beforeEach(async () => {
            await resolver();
            await outbound();
            await ruleset();
        });

        it("refuses a rule without a final dot, for a domain that has one, or with servers that are none", async () => {
            await refuses(rule("contoso.internal"), "BadRequest", "'contoso.internal.'");
            const servers = (...addresses: string[]) => ({
                targetDnsServers: addresses.map((ipAddress) => ({ ipAddress })),
            });
            await refuses(rule("contoso.internal.", servers()), "BadRequest", "0 of them");
            await refuses(rule("contoso.internal.", servers("dc1")), "BadRequest", "dc1");
            await refuses(rule("contoso.internal.", servers("168.63.129.16")), "BadRequest", "168.63.129.16");
            const { outputs } = await rule("contoso.internal.");
            expect(outputs["forwardingRuleState"]).to.equal("Enabled");
            expect(valueAt(outputs, "targetDnsServers[]")).to.deep.equal({ ipAddress: "192.168.0.53", port: 53 });
            const again = { forwardingRuleName: "again" };
            await refuses(rule("Contoso.Internal.", again), "Conflict", "contoso");
            await rule(".", again);
        });

        it("refuses a link to a network of another region, or to one that is linked", async () => {
            await build.virtualNetwork("north", "10.1.0.0/16", northeurope);
            await refuses(link("north"), "InvalidRegion", "northeurope");
            await link("hub");
            await ruleset({ dnsForwardingRulesetName: "second" });
            await refuses(link("hub", { dnsForwardingRulesetName: "second" }), "Conflict", "already linked");
        });

        it("refuses to delete what is in use, and lets a linked network go", async () => {
            const remove = (type: string, name: string) =>
                simulation.azure.delete(`azure-native:${type}`, network(name));
            const spoke = await build.virtualNetwork("spoke", "10.1.0.0/16");
            const linked = await link("spoke");
            await refuses(remove("dnsresolver:DnsResolver", "dnsResolvers/dnspr"), "CannotDeleteResource");
            const endpoint = "dnsResolvers/dnspr/outboundEndpoints/out";
            await refuses(remove("dnsresolver:OutboundEndpoint", endpoint), "OutboundEndpointInUse", "rules");
            const rules = "dnsForwardingRulesets/rules";
            await refuses(remove("dnsresolver:DnsForwardingRuleset", rules), "CannotDeleteResource", "link");
            await refuses(remove("network:Subnet", "virtualNetworks/hub/subnets/out"), "InUseSubnetCannotBeDeleted");
            await simulation.azure.delete("azure-native:network:VirtualNetwork", spoke.id);
            await simulation.azure.delete("azure-native:dnsresolver:PrivateResolverVirtualNetworkLink", linked.id);
            await remove("dnsresolver:DnsForwardingRuleset", rules);
            await remove("dnsresolver:OutboundEndpoint", endpoint);
            await remove("dnsresolver:DnsResolver", "dnsResolvers/dnspr");
        });
    });
});
