import { asPulumiConfig, stackFile } from "../support/stack-files";

/** Numbers of spokes at which platforms are measured. */
export const sizes: readonly number[] = [1, 10, 30, 100];

/** Settings of a platform of that many spokes, up to 1,023, each with its subnets, groups, routes and peerings. */
export function platformOfSpokes(spokes: number): Record<string, unknown> {
    return {
        addresses: { supernet: "10.0.0.0/8", slots: 1024 },
        hub: {},
        spokes: Object.fromEntries(
            Array.from({ length: spokes }, (_, index) => [`spoke${index + 1}`, { slot: index + 1 }]),
        ),
    };
}

/** The same as Pulumi hands it to a program, with the dev stack's names and groups. */
export function configOfSpokes(spokes: number): Record<string, string> {
    const own = Object.entries(platformOfSpokes(spokes)).map(([key, value]) => [`secure-aks-ml:${key}`, value]);
    return asPulumiConfig({ ...stackFile("dev").config, ...Object.fromEntries(own) });
}
