import { expect } from "chai";
import fc from "fast-check";
import { addressAt, blockAt, contains, firstUsableAddress, overlaps, parseCidr } from "../../components/network/cidr";
import { blocks, bounds, dotted, numberOf } from "./arbitraries";

describe("CIDR arithmetic", () => {
    it("reads a block's bounds and prefix", () => {
        fc.assert(
            fc.property(blocks(0, 32), (text) => {
                const { first, last } = bounds(text);
                expect(parseCidr(text)).to.deep.equal({
                    text,
                    first: BigInt(first),
                    last: BigInt(last),
                    prefix: Number(text.split("/")[1]),
                });
            }),
        );
    });

    it("writes a block as it reads it", () => {
        fc.assert(
            fc.property(blocks(0, 32), (text) => {
                const { first, prefix } = parseCidr(text);
                expect(blockAt(first, prefix).text).to.equal(text);
            }),
        );
    });

    it("refuses host bits, and says which network was meant", () => {
        fc.assert(
            fc.property(blocks(1, 31), fc.nat(), (text, random) => {
                const [, prefix] = text.split("/");
                const { first, last } = bounds(text);
                const address = first + 1 + (random % (last - first));
                expect(() => parseCidr(`${dotted(address)}/${prefix}`)).to.throw(RangeError, dotted(first));
            }),
        );
    });

    it("refuses whatever is no IPv4 block", () => {
        const nearly = fc.constantFrom("", "/", "10.0.0.0", "10.0.0/24", "10.0.0.0/33", "10.0.0.0/-1", "256.0.0.0/8");
        const foreign = fc.constantFrom(
            "2001:db8::/32",
            "10.0.0.0/24 ",
            "010.0.0.0/24",
            "10.0.0.0/8/8",
            "0x0a.0.0.0/8",
        );
        fc.assert(
            fc.property(fc.oneof(nearly, foreign, fc.string()), (text) => {
                fc.pre(!/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(text) || nearlyBlock(text));
                expect(() => parseCidr(text)).to.throw(RangeError);
            }),
        );
    });

    it("decides overlap by whether the two have an address in common", () => {
        fc.assert(
            fc.property(blocks(0, 32), blocks(0, 32), (one, other) => {
                const [a, b] = [bounds(one), bounds(other)];
                // Aligned blocks are nested or apart.
                const nested = (inner: typeof a, outer: typeof a) =>
                    outer.first <= inner.first && inner.last <= outer.last;
                expect(overlaps(parseCidr(one), parseCidr(other))).to.equal(nested(a, b) || nested(b, a));
                expect(contains(parseCidr(one), parseCidr(other))).to.equal(nested(b, a));
            }),
        );
    });

    it("overlaps with itself and with its halves, not with its neighbour", () => {
        fc.assert(
            fc.property(blocks(1, 31), (text) => {
                const block = parseCidr(text);
                const half = blockAt(block.first, block.prefix + 1);
                const otherHalf = blockAt(half.last + 1n, block.prefix + 1);
                expect(overlaps(block, block) && overlaps(block, half) && contains(block, otherHalf)).to.equal(true);
                expect(overlaps(half, otherHalf) || contains(half, block)).to.equal(false);
            }),
        );
    });

    it("counts addresses from the network's own, and no further than its last", () => {
        fc.assert(
            fc.property(blocks(8, 29), fc.nat(7), (text, index) => {
                const block = parseCidr(text);
                expect(numberOf(addressAt(block, index))).to.equal(bounds(text).first + index);
                expect(() => addressAt(block, 2 ** (32 - block.prefix))).to.throw(RangeError);
            }),
        );
    });

    it("leaves Azure its first four addresses", () => {
        fc.assert(
            fc.property(blocks(0, 29), (text) => {
                expect(numberOf(firstUsableAddress(parseCidr(text)))).to.equal(bounds(text).first + 4);
            }),
        );
    });
});

/** Of the right form, but with a number that is out of range or written in another base. */
function nearlyBlock(text: string): boolean {
    const numbers = text.split(/[./]/);
    return numbers.some((part, index) => /^0\d/.test(part) || Number(part) > (index === 4 ? 32 : 255));
}
