import { expect } from "chai";
import fc from "fast-check";
import type { Prefix } from "../../policies/src/graph/address-set";
import {
    AddressSet,
    EVERYTHING,
    EVERYWHERE,
    parsePrefix,
    parseRange,
    showAddress,
} from "../../policies/src/graph/address-set";
import type { FilterRule, Flow } from "../../policies/src/graph/packet-filter";
import { judge, passages, telltalePorts } from "../../policies/src/graph/packet-filter";
import type { RouteOrigin, SpaceRoute } from "../../policies/src/graph/route-space";
import { divideByRoute } from "../../policies/src/graph/route-space";

/** A world of 32 addresses, 10.0.0.0/27: small enough to try each. */
const WORLD = Array.from({ length: 32 }, (_, index) => BigInt(10 * 2 ** 24 + index));

const prefixes: fc.Arbitrary<Prefix> = fc
    .record({ host: fc.integer({ min: 0, max: 31 }), length: fc.integer({ min: 27, max: 32 }) })
    .map(({ host, length }) => parsePrefix(`10.0.0.${host}/${length}`) as Prefix);

const sets = fc.array(prefixes, { maxLength: 4 }).map((all) => AddressSet.of(all));

const membersOf = (set: AddressSet) => WORLD.filter((place) => set.has(place));

describe("A set of addresses", () => {
    it("is what its members are, one by one", () => {
        fc.assert(
            fc.property(sets, sets, (a, b) => {
                expect(membersOf(a.and(b))).to.deep.equal(WORLD.filter((place) => a.has(place) && b.has(place)));
                expect(membersOf(a.or(b))).to.deep.equal(WORLD.filter((place) => a.has(place) || b.has(place)));
                expect(membersOf(a.minus(b))).to.deep.equal(WORLD.filter((place) => a.has(place) && !b.has(place)));
                expect(a.covers(b)).to.equal(membersOf(b).every((place) => a.has(place)));
            }),
        );
    });

    it("is written back as it was read, in both families", () => {
        for (const text of ["10.0.0.0/8", "0.0.0.0/0", "10.1.2.3", "::/0", "fd00:1::/64", "2001:db8::1"]) {
            expect(AddressSet.parse([text]).shown()).to.equal(text);
        }
        expect(AddressSet.parse(["10.0.0.0/25", "10.0.0.128/25"]).shown()).to.equal("10.0.0.0/24");
        expect(AddressSet.parse(["10.0.0.1-10.0.0.6"]).shown()).to.equal("10.0.0.1-10.0.0.6");
    });

    it("keeps names apart from each other and from every address", () => {
        const [storage, gateway] = [AddressSet.named("Storage"), AddressSet.named("GatewayManager")];
        expect(storage.and(gateway).empty).to.equal(true);
        expect(EVERYWHERE.and(storage).empty).to.equal(true);
        expect(EVERYTHING.minus(storage).covers(gateway.or(EVERYWHERE))).to.equal(true);
        expect(EVERYTHING.minus(storage).covers(storage)).to.equal(false);
        expect(AddressSet.named("STORAGE").shown()).to.equal("storage");
    });

    it("reads nothing from what is no address", () => {
        for (const text of ["", "*", "Internet", "10.0.0.0/33", "10.0.0", "10.0.0.9-10.0.0.1", "1-2-3"]) {
            expect(parseRange(text), text).to.equal(undefined);
        }
        expect(EVERYWHERE.minus(EVERYWHERE).empty).to.equal(true);
        expect(showAddress((parsePrefix("10.0.0.77/24") as Prefix).first)).to.equal("10.0.0.0");
    });
});

interface Drawn extends SpaceRoute {
    readonly id: number;
}

const routeLists: fc.Arbitrary<Drawn[]> = fc
    .array(
        fc.record({ prefix: prefixes, origin: fc.constantFrom<RouteOrigin>("user", "learned", "network", "default") }),
        { maxLength: 12 },
    )
    .map((all) => {
        const keys = all.map(({ prefix, origin }) => `${prefix.first}/${prefix.length} ${origin}`);
        return all.filter((_, index) => keys.indexOf(keys[index] ?? "") === index).map((r, id) => ({ ...r, id }));
    });

/** Azure's choice for one address, straight from its documentation. */
function chosen(routes: readonly Drawn[], place: bigint): Drawn | undefined {
    const covering = routes.filter(({ prefix }) => prefix.first <= place && place <= prefix.last);
    const own = covering.some(({ origin }) => origin === "network");
    const order: RouteOrigin[] = ["user", "learned", "network", "default"];
    return covering
        .filter(({ origin }) => !(own && origin === "learned"))
        .sort((a, b) => b.prefix.length - a.prefix.length || order.indexOf(a.origin) - order.indexOf(b.origin))[0];
}

describe("Addresses divided by route", () => {
    it("follow the route that Azure picks for each of them", () => {
        fc.assert(
            fc.property(routeLists, (routes) => {
                const parts = divideByRoute(routes);
                for (const place of WORLD) {
                    const own = parts.filter(({ addresses }) => addresses.first <= place && place <= addresses.last);
                    expect(own.map(({ route }) => route.id)).to.deep.equal(
                        [chosen(routes, place)].flatMap((route) => route?.id ?? []),
                    );
                }
            }),
            { numRuns: 500 },
        );
    });
});

const rules: fc.Arbitrary<FilterRule[]> = fc
    .array(
        fc.record({
            allow: fc.boolean(),
            protocol: fc.constantFrom("*" as const, "tcp" as const, "udp" as const),
            sources: sets,
            destinations: sets,
            ports: fc.constantFrom(
                [{ first: 0, last: 65535 }],
                [{ first: 22, last: 22 }],
                [
                    { first: 10, last: 30 },
                    { first: 80, last: 80 },
                ],
            ),
        }),
        { maxLength: 6 },
    )
    .chain((all) =>
        fc
            .shuffledSubarray(
                all.map((_, index) => index),
                { minLength: all.length },
            )
            .map((order) => all.map((rule, index) => ({ ...rule, name: `r${index}`, priority: order[index] ?? 0 }))),
    );

const flows: fc.Arbitrary<Flow> = fc.record({
    sources: sets,
    destinations: sets,
    protocol: fc.constantFrom("tcp" as const, "udp" as const),
    port: fc.constantFrom(22, 23, 80, 443),
});

/** The rule that decides for one packet. */
function decides(all: readonly FilterRule[], from: bigint, to: bigint, { protocol, port }: Flow) {
    return all
        .filter((rule) => rule.protocol === "*" || rule.protocol === protocol)
        .filter((rule) => rule.ports.some(({ first, last }) => first <= port && port <= last))
        .filter((rule) => rule.sources.has(from) && rule.destinations.has(to))
        .sort((a, b) => a.priority - b.priority)[0];
}

describe("A security group", () => {
    it("lets through what the first matching rule of each packet allows, and names that rule", () => {
        fc.assert(
            fc.property(rules, flows, (all, flow) => {
                const passed = passages(all, flow);
                for (const from of membersOf(flow.sources)) {
                    for (const to of membersOf(flow.destinations)) {
                        const own = passed.filter(
                            ({ sources, destinations }) => sources.has(from) && destinations.has(to),
                        );
                        const rule = decides(all, from, to, flow);
                        expect(own.map((passage) => passage.rule.name)).to.deep.equal(rule?.allow ? [rule.name] : []);
                    }
                }
            }),
        );
    });

    it("lets through or refuses each packet of a range of ports once, as it does on that port alone", () => {
        const ranges = fc.tuple(fc.integer({ min: 20, max: 32 }), fc.integer({ min: 0, max: 8 }));
        fc.assert(
            fc.property(rules, flows, ranges, (all, { port: _, ...flow }, [first, more]) => {
                const { passed, refused } = judge(all, { ...flow, ports: { first, last: first + more } });
                for (let port = first; port <= first + more; port++) {
                    for (const from of membersOf(flow.sources)) {
                        for (const to of membersOf(flow.destinations)) {
                            const own = [...passed, ...refused].filter(
                                ({ sources, destinations, ports }) =>
                                    sources.has(from) &&
                                    destinations.has(to) &&
                                    ports.first <= port &&
                                    port <= ports.last,
                            );
                            const rule = decides(all, from, to, { ...flow, port });
                            expect(own.map((part) => part.rule?.name)).to.deep.equal([rule?.name]);
                            expect(passed.some((part) => part === own[0])).to.equal(rule?.allow === true);
                        }
                    }
                }
            }),
            { numRuns: 40 },
        );
    });

    it("decides alike for all ports between two telltale ones", () => {
        fc.assert(
            fc.property(rules, flows, (all, flow) => {
                const ports = telltalePorts(all);
                const before = Math.max(...ports.filter((port) => port <= flow.port));
                const names = (port: number) => passages(all, { ...flow, port }).map(({ rule }) => rule.name);
                expect(names(flow.port)).to.deep.equal(names(before));
            }),
        );
    });
});
