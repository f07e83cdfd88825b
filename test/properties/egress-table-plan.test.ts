import { expect } from "chai";
import fc from "fast-check";
import { egressTable, type EgressRow } from "../../components/network/egress-table-plan";
import { firewallRule } from "../../components/network/firewall-rules";
import { planEgress, type EgressPlan } from "../../components/network/ip-groups-plan";
import { needs } from "./egress-arbitraries";

const protocolNames: Readonly<Record<string, string>> = { Https: "HTTPS", Http: "HTTP" };

describe("The list of what may leave", () => {
    it("says the same as the firewall's rules: from where, to where, on which port, and why", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const plan = planEgress(all);
                const listed = egressTable(plan).filter(({ rule }) => rule !== "aks");
                expect(new Set(listed.flatMap(flowsOfRow))).to.deep.equal(new Set(flowsOfFirewall(plan)));
            }),
        );
    });

    it("writes out what tags of Azure Firewall stand for, over TLS and for the same nodes", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const plan = planEgress(all);
                const listed = egressTable(plan).filter(({ rule }) => rule === "aks");
                const nodes = Object.values(plan.groups).flat();
                expect(listed.length > 0).to.equal(nodes.length > 0);
                for (const { destination, sources, protocol, port } of listed) {
                    expect(destination).to.match(/^(\*\.)?([a-z0-9-]+\.)+(com|net)$/);
                    expect([protocol, port]).to.deep.equal(["HTTPS", "443"]);
                    expect(new Set(sources)).to.deep.equal(new Set(nodes));
                }
            }),
        );
    });

    it("has no line without a reason and a source, nor for nodes that need nothing", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const needy = new Set(all.filter(({ rules }) => rules.length > 0).flatMap(({ sources }) => sources));
                for (const { rule, why, source, sources } of egressTable(planEgress(all))) {
                    expect(why.trim(), rule).to.have.length.at.least(10);
                    expect(source, rule).not.to.equal("");
                    expect(sources, rule).not.to.have.length(0);
                    expect([...needy], rule).to.include.members([...sources]);
                }
            }),
        );
    });

    it("refuses a tag that nobody wrote out", () => {
        const rule = { kind: "application", name: "updates", why: "Nodes need it.", source: "a page" } as const;
        const tagged = { ...rule, fqdnTags: ["WindowsUpdate"], protocols: [], inspect: false };
        const plan = planEgress([{ group: "a", sources: ["10.0.0.0/24"], rules: [tagged] }]);
        expect(() => egressTable(plan)).to.throw(RangeError, "WindowsUpdate");
    });
});

function flowsOfRow({ sources, destination, protocol, port, why, source }: EgressRow): string[] {
    return sources.map((from) => [from, destination, protocol, port, `${why} Source: ${source}.`].join(" | "));
}

/** The same, read from what the firewall is told. */
function flowsOfFirewall(plan: EgressPlan): string[] {
    const options = { groupIds: plan.groups, inspects: false };
    return plan.rules.flatMap((shared) => {
        const rule = firewallRule(shared, options);
        const sources = rule.sourceIpGroups.flat();
        const targets =
            rule.ruleType === "NetworkRule"
                ? pairs(
                      [...(rule.destinationAddresses ?? []), ...(rule.destinationFqdns ?? [])],
                      rule.destinationPorts.map((port) => [rule.ipProtocols[0], port].join(" | ")),
                  )
                : pairs(
                      rule.targetFqdns ?? [],
                      rule.protocols.map(({ protocolType, port }) => `${protocolNames[protocolType]} | ${port}`),
                  );
        return sources.flatMap((from) => targets.map((target) => [from, target, rule.description].join(" | ")));
    });
}

function pairs(destinations: readonly string[], ports: readonly string[]): string[] {
    return destinations.flatMap((destination) => ports.map((port) => `${destination} | ${port}`));
}
