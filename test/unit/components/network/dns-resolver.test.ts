import { expect } from "chai";
import { planHub } from "../../../../components/network/address-plan";
import { dnsServersOf } from "../../../../components/network/dns-plan";
import { DnsResolver } from "../../../../components/network/dns-resolver";
import { resolverInboundRules } from "../../../../components/network/nsg-rules";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement } from "../fixtures";

const type = (name: string) => `azure-native:dnsresolver:${name}`;

describe("DnsResolver", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(
            () =>
                void new DnsResolver("hub", {
                    networkId: "/networks/hub",
                    inboundSubnetId: "/subnets/in",
                    outboundSubnetId: "/subnets/out",
                    address: "10.100.1.4",
                    forwarding: {
                        "corp.contoso.com": ["192.168.0.10", "192.168.0.11"],
                        "contoso.local": ["192.168.0.10"],
                    },
                    ...placement,
                }),
        );
    });

    it("is asked at a fixed address, which others are set up with", () => {
        expect(only(registered, type("DnsResolver")).inputs["virtualNetwork"]).to.deep.equal({ id: "/networks/hub" });
        expect(only(registered, type("InboundEndpoint")).inputs["ipConfigurations"]).to.deep.equal([
            {
                privateIpAddress: "10.100.1.4",
                privateIpAllocationMethod: "Static",
                subnet: { id: "/subnets/in" },
            },
        ]);
    });

    it("asks from a subnet of its own, once the way in is there", () => {
        const outbound = only(registered, type("OutboundEndpoint"));
        expect(outbound.inputs["subnet"]).to.deep.equal({ id: "/subnets/out" });
        expect(outbound.dependencies).to.contain(`${type("InboundEndpoint")}::in-hub`);
    });

    it("asks other sites' servers for their domains, each written with its final dot", () => {
        const rules = registered.filter((entry) => entry.type === type("ForwardingRule"));
        const server = (ipAddress: string) => ({ ipAddress, port: 53 });
        expect(rules.map(({ inputs }) => [inputs["domainName"], inputs["targetDnsServers"]])).to.have.deep.members([
            ["corp.contoso.com.", [server("192.168.0.10"), server("192.168.0.11")]],
            ["contoso.local.", [server("192.168.0.10")]],
        ]);
        for (const { inputs } of rules) {
            expect(inputs["forwardingRuleName"]).to.match(/^[a-zA-Z0-9_-]+$/);
            expect(inputs["forwardingRuleState"]).to.equal("Enabled");
        }
    });

    it("follows these rules for queries of its own network, where it is asked", () => {
        expect(only(registered, type("DnsForwardingRuleset")).inputs["dnsResolverOutboundEndpoints"]).to.deep.equal([
            { id: idOf("dnsresolver:OutboundEndpoint", "out-hub") },
        ]);
        expect(only(registered, type("PrivateResolverVirtualNetworkLink")).inputs["virtualNetwork"]).to.deep.equal({
            id: "/networks/hub",
        });
    });
});

describe("Security rules of a resolver's way in", () => {
    it("let DNS in from this network, its peers and other sites, and nothing else from anywhere", () => {
        const rules = resolverInboundRules("10.100.1.0/28");
        expect(
            rules.map(({ access, direction, sources, destinations, ports }) => [
                `${access} ${direction}`,
                sources,
                destinations,
                ports,
            ]),
        ).to.deep.equal([
            ["Allow Inbound", ["VirtualNetwork"], ["10.100.1.0/28"], ["53"]],
            ["Deny Inbound", ["*"], ["*"], ["*"]],
        ]);
    });
});

describe("Who asks whom for names", () => {
    const plan = planHub("10.100.0.0/23");
    const [firewall, resolver] = ["10.100.0.4", "10.100.1.4"];
    const forwarding = {};

    it("is the firewall wherever there is one, with the resolver behind it", () => {
        expect(dnsServersOf({ mode: "firewall" }, plan, true)).to.deep.equal({ spokes: [firewall] });
        expect(dnsServersOf({ mode: "resolver", forwarding }, plan, true)).to.deep.equal({
            spokes: [firewall],
            firewall: [resolver],
        });
    });

    it("is the resolver itself where there is no firewall, and Azure where there is neither", () => {
        expect(dnsServersOf({ mode: "resolver", forwarding }, plan, false)).to.deep.equal({ spokes: [resolver] });
        expect(dnsServersOf({ mode: "azure" }, plan, true)).to.deep.equal({ spokes: [] });
    });
});
