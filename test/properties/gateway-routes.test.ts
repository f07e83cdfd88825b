import { expect } from "chai";
import fc from "fast-check";
import { gatewayRoutes } from "../../components/network/gateway-routes";
import { addressIn, blocks, bounds, numberOf, shortName } from "./arbitraries";

const spokes = fc.dictionary(shortName, blocks(8, 22), { minKeys: 1 });

/** The next hop of the longest route that an address matches: what Azure does. */
function hopOf(address: string, routes: ReturnType<typeof gatewayRoutes>): string | undefined {
    const inside = ({ addressPrefix }: { addressPrefix: string }) => {
        const { first, last } = bounds(addressPrefix);
        return first <= numberOf(address) && numberOf(address) <= last;
    };
    const length = (route: { addressPrefix: string }) => Number(route.addressPrefix.split("/")[1]);
    return routes.filter(inside).sort((a, b) => length(b) - length(a))[0]?.nextHopIpAddress;
}

describe("Routes of the gateway's subnet", () => {
    it("lead every address of every spoke to the firewall", () => {
        const cases = spokes.chain((spaces) =>
            fc.tuple(fc.constant(spaces), fc.constantFrom(...Object.values(spaces)).chain(addressIn)),
        );
        fc.assert(
            fc.property(cases, ([spaces, address]) => {
                expect(hopOf(address, gatewayRoutes(spaces, "10.0.0.4"))).to.equal("10.0.0.4");
            }),
        );
    });

    it("lead nothing else anywhere, and least of all everything", () => {
        fc.assert(
            fc.property(spokes, (spaces) => {
                const routes = gatewayRoutes(spaces, "10.0.0.4");
                expect(routes.map(({ addressPrefix }) => addressPrefix)).to.have.members(Object.values(spaces));
                expect(new Set(routes.map(({ name }) => name)).size).to.equal(routes.length);
            }),
        );
    });
});
