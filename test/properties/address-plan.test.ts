import { expect } from "chai";
import fc from "fast-check";
import { planHub, planSpoke } from "../../components/network/address-plan";
import { blocks, bounds, numberOf } from "./arbitraries";

/** Azure's least sizes, as prefix lengths. */
const leastHub = {
    firewall: 26,
    firewallManagement: 26,
    bastion: 26,
    gateway: 27,
    resolverInbound: 28,
    resolverOutbound: 28,
    applianceInside: 28,
    applianceOutside: 28,
    privateEndpoints: 27,
};
const leastSpoke = {
    userPools: 24,
    systemPool: 26,
    ingress: 26,
    privateEndpoints: 27,
    loadBalancers: 28,
    apiServer: 28,
    jumpHost: 29,
};

const kinds = {
    hub: { plan: planHub, spaces: blocks(8, 23), tooSmall: blocks(24, 32), least: leastHub },
    spoke: { plan: planSpoke, spaces: blocks(8, 22), tooSmall: blocks(23, 32), least: leastSpoke },
};

for (const [kind, { plan, spaces, tooSmall, least }] of Object.entries(kinds)) {
    describe(`Address plan of a ${kind}`, () => {
        it("puts every subnet into the address space, aligned to its size", () => {
            fc.assert(
                fc.property(spaces, (space) => {
                    const outer = bounds(space);
                    for (const subnet of Object.values<string>(plan(space).subnets)) {
                        const { first, last } = bounds(subnet);
                        expect(first).to.be.within(outer.first, outer.last);
                        expect(last).to.be.within(outer.first, outer.last);
                        expect(first % (last - first + 1)).to.equal(0);
                    }
                }),
            );
        });

        it("lets no two subnets share an address", () => {
            fc.assert(
                fc.property(spaces, (space) => {
                    const subnets = Object.values<string>(plan(space).subnets).map(bounds);
                    subnets.sort((a, b) => a.first - b.first);
                    for (const [index, { first }] of subnets.entries()) {
                        expect(first).to.be.greaterThan(subnets[index - 1]?.last ?? -1);
                    }
                }),
            );
        });

        it("gives every subnet the size that Azure asks for", () => {
            fc.assert(
                fc.property(spaces, (space) => {
                    const subnets: Record<string, string> = plan(space).subnets;
                    expect(Object.keys(subnets)).to.have.members(Object.keys(least));
                    for (const [name, prefix] of Object.entries(least)) {
                        expect(Number(subnets[name].split("/")[1]), name).to.be.at.most(prefix);
                    }
                }),
            );
        });

        it("keeps plans of spaces apart that are apart", () => {
            fc.assert(
                fc.property(spaces, spaces, (one, other) => {
                    const [a, b] = [bounds(one), bounds(other)];
                    fc.pre(a.last < b.first || b.last < a.first);
                    for (const mine of Object.values<string>(plan(one).subnets).map(bounds)) {
                        for (const theirs of Object.values<string>(plan(other).subnets).map(bounds)) {
                            expect(mine.last < theirs.first || theirs.last < mine.first).to.equal(true);
                        }
                    }
                }),
            );
        });

        it("refuses a space that is too small, and says what is needed", () => {
            fc.assert(
                fc.property(tooSmall, (space) => {
                    expect(() => plan(space)).to.throw(RangeError, /is too small: a \/2[23] or larger is needed/);
                }),
            );
        });
    });
}

describe("Addresses that are known before anything exists", () => {
    it("expect the firewall at the fifth address of its subnet, wherever that subnet starts", () => {
        fc.assert(
            fc.property(blocks(8, 23), (space) => {
                const { firewallAddress, subnets } = planHub(space);
                expect(numberOf(firewallAddress)).to.equal(bounds(subnets.firewall).first + 4);
            }),
        );
    });

    it("expect the cluster's load balancer at the last address that Azure leaves free", () => {
        fc.assert(
            fc.property(blocks(8, 22), (space) => {
                const { loadBalancerAddress, subnets } = planSpoke(space);
                expect(numberOf(loadBalancerAddress)).to.equal(bounds(subnets.loadBalancers).last - 1);
            }),
        );
    });
});
