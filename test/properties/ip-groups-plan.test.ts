import { expect } from "chai";
import fc from "fast-check";
import {
    mostGroups,
    mostPrefixes,
    planEgress,
    sourcesOf,
    type EgressNeed,
} from "../../components/network/ip-groups-plan";
import { needs } from "./egress-arbitraries";

const rule = {
    kind: "application",
    name: "aks",
    why: "Nodes need it.",
    source: "a page",
    fqdnTags: ["AzureKubernetesService"],
    protocols: [],
    inspect: false,
} as const;

describe("The allow-list of all spokes", () => {
    it("opens each rule to those who need it and to nobody else", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const plan = planEgress(all);
                const opened = plan.rules.flatMap((shared) => pairs([shared.rule], sourcesOf(plan, shared)));
                const asked = all.flatMap(({ rules, sources }) => pairs(rules, sources));
                expect(new Set(opened)).to.deep.equal(new Set(asked));
            }),
        );
    });

    it("has each rule once, and no two of one name, even over several regions", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const names = planEgress(all).rules.map((shared) => shared.rule.name);
                expect(new Set(names)).to.have.property("size", names.length);
            }),
        );
    });

    it("makes a group of every set of nodes that needs something, of its own subnets, and of no other", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const needy = all.filter(({ rules }) => rules.length > 0);
                expect(planEgress(all).groups).to.deep.equal(
                    Object.fromEntries(needy.map(({ group, sources }) => [group, sources])),
                );
            }),
        );
    });

    it("leaves a group as it is when another spoke comes or goes", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const { groups } = planEgress(all);
                expect(groups).to.deep.include(planEgress(all.slice(1)).groups);
            }),
        );
    });

    it("changes nothing of what it was given", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const before = structuredClone(all);
                planEgress(all);
                expect(all).to.deep.equal(before);
            }),
        );
    });

    it("refuses more groups, and more prefixes in one, than Azure takes", () => {
        const many = (count: number): EgressNeed[] =>
            Array.from({ length: count }, (_, index) => ({
                group: `g${index}`,
                sources: ["10.0.0.0/24"],
                rules: [rule],
            }));
        expect(() => planEgress(many(mostGroups))).not.to.throw();
        expect(() => planEgress(many(mostGroups + 1))).to.throw(RangeError, "601 IP groups");
        const sources = Array.from({ length: mostPrefixes + 1 }, (_, index) => `10.${index >> 8}.${index % 256}.0/24`);
        expect(() => planEgress([{ group: "wide", sources, rules: [rule] }])).to.throw(RangeError, "5001 prefixes");
    });
});

function pairs(rules: EgressNeed["rules"], sources: readonly string[]): string[] {
    return rules.flatMap((each) => sources.map((source) => `${source} ${JSON.stringify(each)}`));
}
