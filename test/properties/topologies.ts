import fc from "fast-check";
import type { Settings } from "../../infra/config/load";
import { readSettings } from "../../infra/config/load";
import { asPulumiConfig } from "../support/stack-files";
import { shortName } from "./arbitraries";

/**
 * Whole stacks as a person could write them: every union of the schema in each of its modes, sizes at their limits, any
 * number of spokes. What the configuration's own checks refuse is left out, so all of these are accepted ones.
 */
export function topologies(): fc.Arbitrary<Settings> {
    return fc
        .oneof(plannedStacks(), explicitStacks())
        .map((stack) => read(stack).settings)
        .filter((settings) => settings !== undefined);
}

const subscription = (last: number) => `00000000-0000-0000-0000-${String(last).padStart(12, "0")}`;

const nodePool = fc.record(
    {
        minCount: fc.integer({ min: 1, max: 3 }),
        maxCount: fc.integer({ min: 3, max: 8 }),
        osDiskSizeGB: fc.constantFrom(30, 128, 2048),
        trustedLaunch: fc.boolean(),
    },
    { requiredKeys: ["minCount", "maxCount"] },
);

const apiAccess = fc.oneof(
    fc.constantFrom({ mode: "privateLink" }, { mode: "vnetIntegration" }),
    fc
        .integer({ min: 1, max: 190 })
        .map((count) => Array.from({ length: count }, (_, index) => `198.51.${index}.0/24`))
        .map((authorizedRanges) => ({ mode: "public", authorizedRanges })),
);

const cluster = fc.record(
    {
        apiAccess,
        tier: fc.constantFrom("Free", "Standard", "Premium"),
        systemPool: nodePool,
        userPools: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/), nodePool, {
            minKeys: 1,
            maxKeys: 3,
        }),
        defender: fc.boolean(),
        encryptionAtHost: fc.boolean(),
    },
    { requiredKeys: [] },
);

const storageAccounts = fc.dictionary(
    shortName,
    fc.boolean().chain((hierarchicalNamespace) =>
        fc.record({
            hierarchicalNamespace: fc.constant(hierarchicalNamespace),
            services: fc.uniqueArray(
                fc.constantFrom("blob", "file", "queue", "table", ...(hierarchicalNamespace ? ["dfs"] : [])),
                { minLength: 1 },
            ),
        }),
    ),
    { maxKeys: 2 },
);

const spokeParts = {
    cluster,
    machineLearning: fc.constant({}),
    storageAccounts,
    jumpHost: fc.constant({ sshPublicKey: `ssh-ed25519 ${"A".repeat(68)}` }),
    subscriptionId: fc.constantFrom(subscription(11), subscription(12)),
    location: fc.constantFrom("westeurope", "northeurope"),
    zones: fc.subarray(["1", "2", "3"]),
};

const stackParts = {
    environment: fc.constantFrom("dev", "staging", "prod"),
    workload: shortName,
    zones: fc.subarray(["1", "2", "3"]),
};

const hubParts = {
    egress: fc.record({
        mode: fc.constant("firewall"),
        tier: fc.constantFrom("Standard", "Premium"),
        publicAddresses: fc.integer({ min: 1, max: 4 }),
    }),
};

/** Addresses from a supernet; spokes name slots of their own. */
function plannedStacks(): fc.Arbitrary<Record<string, unknown>> {
    const spokes = fc.dictionary(shortName, fc.record(spokeParts, { requiredKeys: [] }), { minKeys: 1, maxKeys: 3 });
    return fc.record({ ...stackParts, hub: fc.record(hubParts, { requiredKeys: [] }), spokes }).map((stack) => ({
        ...stack,
        addresses: { supernet: "10.64.0.0/12", slots: 16 },
        onPremises: ["192.168.0.0/16"],
        spokes: numbered(stack.spokes, (spoke, index) => ({ ...spoke, slot: index + 1 })),
    }));
}

/** Addresses that a person chose. */
function explicitStacks(): fc.Arbitrary<Record<string, unknown>> {
    const spokes = fc.dictionary(shortName, fc.record(spokeParts, { requiredKeys: [] }), { minKeys: 1, maxKeys: 3 });
    const hub = fc.record(hubParts, { requiredKeys: [] }).map((parts) => ({ addressSpace: "10.0.0.0/23", ...parts }));
    return fc
        .record({ ...stackParts, hub, spokes, prefix: fc.integer({ min: 16, max: 22 }) })
        .map(({ prefix, ...stack }) => ({
            ...stack,
            spokes: numbered(stack.spokes, (spoke, index) => ({
                ...spoke,
                addressSpace: `10.${index + 1}.0.0/${prefix}`,
            })),
        }));
}

function numbered<Entry>(entries: Readonly<Record<string, Entry>>, change: (entry: Entry, index: number) => unknown) {
    return Object.fromEntries(Object.entries(entries).map(([name, entry], index) => [name, change(entry, index)]));
}

function read(stack: Record<string, unknown>): ReturnType<typeof readSettings> {
    const own = {
        location: "westeurope",
        tenantId: subscription(2),
        groups: { clusterAdmins: [subscription(3)], dataScientists: [subscription(4)] },
        ...stack,
    };
    return readSettings(
        asPulumiConfig({
            "azure-native:subscriptionId": subscription(11),
            ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`secure-aks-ml:${key}`, value])),
        }),
    );
}
