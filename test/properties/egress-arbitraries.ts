import fc from "fast-check";
import { egressRules, type AdditionalEgress, type EgressFeatures } from "../../components/network/egress-rules";
import type { EgressNeed } from "../../components/network/ip-groups-plan";
import { blocks, region } from "./arbitraries";

/** Features that bring rules of their own. */
export const switches = [
    "publicApiServer",
    "timeServer",
    "ubuntuPatches",
    "windows",
    "gpu",
    "azurePolicy",
    "defender",
    "containerInsights",
    "prometheus",
    "extensions",
    "machineLearning",
] as const;
export type Switch = (typeof switches)[number];

export const off = Object.fromEntries([...switches, "privateMonitoring"].map((name) => [name, false])) as Record<
    Switch | "privateMonitoring",
    boolean
>;

const host = fc.stringMatching(/^(\*\.)?[a-z]{1,8}\.contoso\.com$/);

export const additional: fc.Arbitrary<AdditionalEgress[]> = fc.uniqueArray(
    fc.record({
        name: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
        fqdns: fc.array(host, { maxLength: 3 }),
        network: fc.array(
            fc.record({
                protocol: fc.constantFrom("TCP" as const, "UDP" as const),
                destinations: fc.array(blocks(8, 32), { minLength: 1, maxLength: 3 }),
                ports: fc.array(fc.constantFrom("1433", "8000-8080", "22"), { minLength: 1, maxLength: 2 }),
            }),
            { maxLength: 2 },
        ),
        inspect: fc.boolean(),
        reason: fc.string({ maxLength: 40 }).map((why) => `because of ${why}`),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
);

const switched = fc.record(
    Object.fromEntries([...switches, "privateMonitoring"].map((name) => [name, fc.boolean()])) as Record<
        Switch | "privateMonitoring",
        fc.Arbitrary<boolean>
    >,
);

export const features: fc.Arbitrary<EgressFeatures> = fc
    .tuple(
        region,
        switched,
        fc.uniqueArray(fc.constantFrom("github.com", "dev.azure.com", "git.contoso.com"), { maxLength: 2 }),
        additional,
    )
    .map(([location, on, gitHosts, more]) => ({ location, ...on, gitHosts, additional: more }));

/** What the pools of several spokes need; `additional` holds for all of them. A pool may need nothing. */
export const needs: fc.Arbitrary<EgressNeed[]> = fc
    .tuple(
        additional,
        fc.boolean(),
        fc.array(fc.tuple(features, fc.boolean(), fc.uniqueArray(blocks(21, 24), { minLength: 1, maxLength: 2 })), {
            maxLength: 5,
        }),
    )
    .map(([more, privateMonitoring, pools]) =>
        pools.map(([drawn, needsNothing, sources], index) => ({
            group: `spoke${index}-user`,
            sources,
            // A private link scope serves all networks, or none.
            rules: needsNothing ? [] : egressRules({ ...drawn, privateMonitoring, additional: more }),
        })),
    );
