import { expect } from "chai";
import fc from "fast-check";
import {
    freeSlots,
    hubSlot,
    rangesOf,
    widthFor,
    type AddressPool,
    type SlotRequest,
} from "../../components/network/address-planner";
import { planSpoke } from "../../components/network/address-plan";
import { parseCidr } from "../../components/network/cidr";
import { plannedSpoke } from "../../infra/address-plan";
import { blocks, bounds } from "./arbitraries";

/** Pools with room for the smallest spoke in every slot. */
const pools = fc
    .record({ bits: fc.integer({ min: 1, max: 10 }), sharedOverlays: fc.boolean() })
    .chain(({ bits, sharedOverlays }) =>
        fc.record({
            supernet: blocks(8, Math.min(22 - bits, 14)),
            slots: fc.constant(2 ** bits),
            pods: fc.constant("100.64.0.0/11"),
            services: fc.constant("100.96.0.0/11"),
            sharedOverlays: fc.constant(sharedOverlays),
        }),
    );

/** A pool and spokes in it that don't collide: each takes the slot that is drawn, if that is still free. */
const layouts = pools.chain((pool) =>
    fc.record({
        pool: fc.constant(pool),
        spokes: fc
            .array(fc.record({ slot: fc.nat(pool.slots - 1), exponent: fc.integer({ min: 0, max: 3 }) }), {
                maxLength: 40,
            })
            .map((drawn) => withoutCollisions(pool, drawn)),
    }),
);

function withoutCollisions(pool: AddressPool, drawn: readonly { slot: number; exponent: number }[]): SlotRequest[] {
    const taken = new Set([hubSlot.slot]);
    return drawn.flatMap(({ slot, exponent }) => {
        const width = 2 ** exponent;
        const first = slot - (slot % width);
        const all = Array.from({ length: width }, (_, at) => first + at);
        if (first + width > pool.slots || all.some((at) => taken.has(at))) return [];
        all.forEach((at) => taken.add(at));
        return [{ slot: first, width }];
    });
}

const overlapping = (texts: readonly string[]): boolean => {
    const sorted = texts.map(bounds).sort((a, b) => a.first - b.first);
    return sorted.some(({ first }, index) => first <= (sorted[index - 1]?.last ?? -1));
};

describe("Slots of a supernet", () => {
    it("never overlap each other or the hub, and lie inside", () => {
        fc.assert(
            fc.property(layouts, ({ pool, spokes }) => {
                const spaces = [hubSlot, ...spokes].map((request) => rangesOf(pool, request).addressSpace);
                const outer = bounds(pool.supernet);
                for (const { first, last } of spaces.map(bounds)) {
                    expect(first).to.be.at.least(outer.first);
                    expect(last).to.be.at.most(outer.last);
                }
                expect(overlapping(spaces)).to.equal(false);
            }),
        );
    });

    it("have overlays of their own, unless the pool says that they share them", () => {
        fc.assert(
            fc.property(layouts, ({ pool, spokes }) => {
                const ranges = spokes.map((request) => rangesOf(pool, request));
                for (const key of ["podCidr", "serviceCidr"] as const) {
                    const texts = ranges.map((range) => range[key]);
                    if (pool.sharedOverlays) {
                        expect(new Set(texts).size).to.be.at.most(1);
                    } else {
                        expect(overlapping(texts)).to.equal(false);
                    }
                }
                expect(
                    overlapping([...new Set(ranges.flatMap((range) => [range.podCidr, range.serviceCidr]))]),
                ).to.equal(false);
            }),
        );
    });

    it("grow in proportion to their width", () => {
        fc.assert(
            fc.property(layouts, ({ pool, spokes }) => {
                for (const request of spokes) {
                    const { first, last } = bounds(rangesOf(pool, request).addressSpace);
                    const whole = bounds(pool.supernet);
                    expect((last - first + 1) * pool.slots).to.equal((whole.last - whole.first + 1) * request.width);
                }
            }),
        );
    });

    it("are offered while they are free, and only then", () => {
        fc.assert(
            fc.property(layouts, blocks(8, 28), ({ pool, spokes }, avoided) => {
                const block = parseCidr(avoided);
                for (const slot of freeSlots(pool, spokes, [block])) {
                    const space = rangesOf(pool, { slot, width: 1 }).addressSpace;
                    const others = [hubSlot, ...spokes].map((request) => rangesOf(pool, request).addressSpace);
                    expect(overlapping([space, avoided])).to.equal(false);
                    expect(overlapping([space, ...others])).to.equal(false);
                }
            }),
        );
    });

    it("are refused outside the pool, and off the multiples of their width", () => {
        fc.assert(
            fc.property(
                pools,
                fc.integer({ min: 0, max: 5000 }),
                fc.integer({ min: 1, max: 4 }),
                (pool, slot, exponent) => {
                    const width = 2 ** exponent;
                    const sound = slot % width === 0 && slot + width <= pool.slots;
                    fc.pre(!sound);
                    expect(() => rangesOf(pool, { slot, width })).to.throw(RangeError, /^slot \d+ is/);
                },
            ),
        );
    });
});

describe("A platform's spokes", () => {
    const spokeOf = ({ slot, width }: SlotRequest) => ({ slot, width });

    it("stay where they are when others come, go or change their size", () => {
        fc.assert(
            fc.property(layouts, layouts, ({ pool, spokes }, other) => {
                fc.pre(spokes.length > 0);
                const [first] = spokes;
                const alone = plannedSpoke(spokeOf(first), pool);
                // Whatever else the stack holds: a plan sees its own entry and the pool.
                withoutCollisions(
                    pool,
                    other.spokes.map(({ slot }) => ({ slot, exponent: 0 })),
                ).forEach((request) => plannedSpoke(spokeOf(request), pool));
                expect(plannedSpoke(spokeOf(first), pool)).to.deep.equal(alone);
            }),
        );
    });

    it("are as wide as their nodes, pods and endpoints need, and no wider", () => {
        const pool = { supernet: "10.0.0.0/8", slots: 2048, pods: "100.64.0.0/10", services: "172.24.0.0/13" };
        const rooms = fc.record({
            systemPool: fc.nat(200),
            userPools: fc.nat(2000),
            tenants: fc.dictionary(fc.constantFrom("0", "7"), fc.nat(150)),
            privateEndpoints: fc.nat(300),
            nodes: fc.nat(2000),
        });
        fc.assert(
            fc.property(rooms, (room) => {
                const holds = (width: number) => {
                    const ranges = rangesOf({ ...pool, sharedOverlays: false }, { slot: width, width });
                    const { subnets, tenantSubnets } = planSpoke(ranges.addressSpace);
                    // Azure keeps five of each.
                    const size = (text: string) => 2 ** (32 - parseCidr(text).prefix) - 5;
                    return (
                        room.systemPool <= size(subnets.systemPool) &&
                        room.userPools <= size(subnets.userPools) &&
                        room.privateEndpoints <= size(subnets.privateEndpoints) &&
                        Object.entries(room.tenants).every(([place, nodes]) => nodes <= size(tenantSubnets[+place])) &&
                        room.nodes * 256 <= 2 ** (32 - parseCidr(ranges.podCidr).prefix)
                    );
                };
                const width = widthFor({ ...pool, sharedOverlays: false }, room);
                expect(holds(width)).to.equal(true);
                expect(width > 1 && holds(width / 2)).to.equal(false);
            }),
        );
    });

    it("come by the thousand", () => {
        const pool: AddressPool = {
            supernet: "10.0.0.0/8",
            slots: 1024,
            pods: "100.64.0.0/11",
            services: "100.96.0.0/11",
            sharedOverlays: true,
        };
        const plans = Array.from({ length: 1000 }, (_, index) =>
            plannedSpoke(spokeOf({ slot: index + 1, width: 1 }), pool),
        );
        expect(overlapping(plans.map(({ addressSpace }) => addressSpace))).to.equal(false);
        expect(
            overlapping(plans.flatMap(({ subnets, tenantSubnets }) => [...Object.values(subnets), ...tenantSubnets])),
        ).to.equal(false);
    });
});
