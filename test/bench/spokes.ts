/** Numbers of spokes at which platforms are measured. */
export const sizes: readonly number[] = [1, 10, 30, 100];

/** Settings of a platform of that many spokes, each with its subnets, groups, routes and peerings. */
export function platformOfSpokes(spokes: number): Record<string, unknown> {
    return {
        addresses: { supernet: "10.0.0.0/8", slots: 128 },
        hub: {},
        spokes: Object.fromEntries(
            Array.from({ length: spokes }, (_, index) => [`spoke${index + 1}`, { slot: index + 1 }]),
        ),
    };
}
