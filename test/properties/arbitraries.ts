import fc from "fast-check";

/** An IPv4 address as a number. */
export type Address = number;

/** Written independently of the code under test: the dotted form of an address. */
export function dotted(address: Address): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** The number of a dotted address. */
export function numberOf(text: string): Address {
    return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** First and last address of `a.b.c.d/n`. */
export function bounds(block: string): { first: Address; last: Address } {
    const [address, prefix] = block.split("/");
    const first = numberOf(address);
    return { first, last: first + 2 ** (32 - Number(prefix)) - 1 };
}

/** Blocks without host bits, anywhere in IPv4, whose prefix length is within the limits. */
export function blocks(shortest: number, longest: number): fc.Arbitrary<string> {
    return fc
        .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: shortest, max: longest }))
        .map(([address, prefix]) => `${dotted(address - (address % 2 ** (32 - prefix)))}/${prefix}`);
}

/** An address of a block. */
export function addressIn(block: string): fc.Arbitrary<string> {
    const { first, last } = bounds(block);
    return fc.integer({ min: first, max: last }).map(dotted);
}

/** Names that configuration takes for workloads and spokes. */
export const shortName = fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/);

export const region = fc.constantFrom("westeurope", "northeurope", "eastus2", "swedencentral");
