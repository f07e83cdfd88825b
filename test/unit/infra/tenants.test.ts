import { expect } from "chai";
import { sourcesOf as subnetsOf } from "../../../components/network/ip-groups-plan";
import { plannedSpoke } from "../../../infra/address-plan";
import { readSettings } from "../../../infra/config/load";
import { plannedEgress } from "../../../infra/egress";
import { changed } from "../config/sound-config";

const reason = "Needed for the tests";
const { settings } = readSettings(
    changed(
        ["allowedEgress", [{ name: "hub", fqdns: ["all.contoso.com"], pools: ["user", "tenants"], reason }]],
        [
            "spokes/platform/cluster/tenantPools",
            {
                teama: {
                    place: 3,
                    minCount: 1,
                    maxCount: 2,
                    allowedEgress: [{ name: "hub", fqdns: ["a.contoso.com"], reason }],
                },
                teamb: { place: 0, minCount: 1, maxCount: 2, vmSize: "Standard_NC24ads_A100_v4" },
            },
        ],
    ),
);
const plan = plannedSpoke({ addressSpace: "10.101.0.0/16", width: 1 }, undefined);
const [teama, teamb] = [plan.tenantSubnets[3], plan.tenantSubnets[0]];
const shared = [plan.subnets.systemPool, plan.subnets.userPools];

describe("What tenants may reach", () => {
    const planned = plannedEgress(settings!, { platform: plan });
    const rules = planned.rules.map((entry) => ({ rule: entry.rule, sources: subnetsOf(planned, entry) }));
    const sourcesOf = (name: string) => rules.filter(({ rule }) => rule.name === name).map(({ sources }) => sources);

    it("is what every node needs, and what the stack lets all tenants reach", () => {
        for (const name of ["aks", "defender"]) {
            expect(sourcesOf(name)).to.deep.equal([[...shared, teama, teamb]]);
        }
        expect(sourcesOf("allowed-hub")).to.deep.equal([[plan.subnets.userPools, teama, teamb]]);
    });

    it("is what they ask for themselves, and nobody else gets it", () => {
        const own = rules.filter(({ rule }) => rule.kind === "application" && rule.fqdns?.includes("a.contoso.com"));
        expect(own.map(({ sources }) => sources)).to.deep.equal([[teama]]);
        expect(sourcesOf("gpu-drivers")).to.deep.equal([[teamb]]);
    });

    it("has rules that the firewall can tell apart, whatever tenants call theirs", () => {
        const names = rules.map(({ rule }) => rule.name);
        expect(new Set(names)).to.have.property("size", names.length);
    });
});
