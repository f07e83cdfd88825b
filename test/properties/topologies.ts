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

const sshKey = `ssh-ed25519 ${"A".repeat(68)}`;

const subscription = (last: number) => `00000000-0000-0000-0000-${String(last).padStart(12, "0")}`;

const poolName = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/);
const nodePool = fc.record(
    {
        minCount: fc.integer({ min: 1, max: 3 }),
        maxCount: fc.integer({ min: 3, max: 8 }),
        osDiskSizeGB: fc.constantFrom(30, 128, 2048),
        trustedLaunch: fc.boolean(),
    },
    { requiredKeys: ["minCount", "maxCount"] },
);

const ranges = fc
    .integer({ min: 1, max: 190 })
    .map((count) => Array.from({ length: count }, (_, index) => `198.51.${index}.0/24`));
const apiAccess = fc.oneof(
    fc.constantFrom(
        { mode: "privateLink" },
        { mode: "vnetIntegration" },
        { mode: "vnetIntegration", etcdKey: { mode: "ownVault" } },
    ),
    fc.record({ mode: fc.constantFrom("public", "vnetIntegrationPublic"), authorizedRanges: ranges }),
);

const linuxPool = fc.record({ pool: nodePool, os: fc.constantFrom("AzureLinux", "Ubuntu"), spot: fc.boolean() });
const userPools = fc.dictionary(
    poolName,
    linuxPool.map(({ pool, os, spot }) => ({ ...pool, os, spot })),
    { minKeys: 1, maxKeys: 3 },
);
const tenantPools = fc
    .uniqueArray(fc.nat(7), { maxLength: 2 })
    .chain((places) =>
        fc
            .tuple(...places.map(() => nodePool))
            .map((pools) =>
                Object.fromEntries(pools.map((pool, index) => [`tenant${index}`, { ...pool, place: places[index] }])),
            ),
    );

const clusterParts = {
    apiAccess,
    tier: fc.constantFrom("Free", "Standard", "Premium"),
    systemPool: nodePool,
    userPools,
    tenantPools,
    defender: fc.boolean(),
    encryptionAtHost: fc.boolean(),
    monitoring: fc.record({ containerLogs: fc.boolean(), prometheus: fc.boolean() }),
    backup: fc.record({ enabled: fc.boolean() }),
};
const cluster = fc.oneof(
    { weight: 3, arbitrary: fc.record(clusterParts, { requiredKeys: [] }) },
    fc.record(clusterParts, { requiredKeys: [] }).map((parts) => ({
        ...parts,
        dataplane: { mode: "azure" },
        userPools: { win: { os: "Windows2022", minCount: 0, maxCount: 2 }, linux: { minCount: 1, maxCount: 2 } },
    })),
);

const vault = `/subscriptions/${subscription(11)}/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certificates`;
const sites = fc.uniqueArray(shortName, { minLength: 1, maxLength: 3 }).map((names) =>
    Object.fromEntries(
        names.map((name) => [
            name,
            {
                hostNames: [`${name}.contoso.com`],
                certificate: { secretId: `https://kv-certificates.vault.azure.net/secrets/${name}`, vaultId: vault },
            },
        ]),
    ),
);
const ingress = fc.oneof(
    fc.constantFrom({ mode: "none" }, { mode: "containers" }),
    fc.record({ mode: fc.constantFrom("public", "private"), sites }),
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
    ingress,
    machineLearning: fc.constant({}),
    storageAccounts,
    jumpHost: fc.constant({ sshPublicKey: sshKey }),
    subscriptionId: fc.constantFrom(subscription(11), subscription(12)),
    location: fc.constantFrom("westeurope", "northeurope"),
    zones: fc.subarray(["1", "2", "3"]),
};

const stackParts = {
    observability: fc.record({
        privateLink: fc.boolean(),
        flowLogs: fc.record({ enabled: fc.boolean() }),
        alerts: fc.constantFrom({}, { emails: ["platform@contoso.com"] }),
    }),
    protection: fc.record({ locks: fc.boolean(), protect: fc.boolean() }),
    environment: fc.constantFrom("dev", "staging", "prod"),
    workload: shortName,
    zones: fc.subarray(["1", "2", "3"]),
};

const circuitId = `/subscriptions/${subscription(11)}/resourceGroups/rg-circuits/providers/Microsoft.Network/expressRouteCircuits/erc`;

/** @param nextHop An address in the hub, for whoever runs the appliance there. */
const hubParts = (nextHop: string) => ({
    egress: fc.oneof(
        fc.record({
            mode: fc.constant("firewall"),
            tier: fc.constantFrom("Standard", "Premium"),
            publicAddresses: fc.integer({ min: 1, max: 4 }),
        }),
        fc.constantFrom(
            {
                mode: "appliance",
                image: { publisher: "p", offer: "o", sku: "s", version: "1.0.0" },
                adminSshKey: sshKey,
            },
            { mode: "address", nextHop, publicAddresses: ["203.0.113.10"] },
        ),
    ),
    gateway: fc.constantFrom(
        { mode: "none" },
        { mode: "vpn", pointToSite: { clientAddresses: ["172.20.0.0/24"] } },
        {
            mode: "vpn",
            activeActive: false,
            pointToSite: { clientAddresses: ["172.20.0.0/24"] },
            inspectInbound: false,
        },
        { mode: "expressRoute", connections: { primary: { circuitId } } },
    ),
    dns: fc.constantFrom(
        { mode: "firewall" },
        { mode: "azure" },
        { mode: "resolver", forwarding: { "corp.contoso.com": ["192.168.0.10"] } },
    ),
    bastion: fc.constantFrom({ mode: "standard" }, { mode: "premium" }, { mode: "none" }),
});

/** Addresses from a supernet; spokes name slots of their own. */
function plannedStacks(): fc.Arbitrary<Record<string, unknown>> {
    const spokes = fc.dictionary(shortName, fc.record(spokeParts, { requiredKeys: [] }), { minKeys: 1, maxKeys: 3 });
    return fc
        .record({ ...stackParts, hub: fc.record(hubParts("10.64.1.68"), { requiredKeys: [] }), spokes })
        .map((stack) => ({
            ...stack,
            addresses: { supernet: "10.64.0.0/12", slots: 16 },
            onPremises: ["192.168.0.0/16"],
            spokes: numbered(stack.spokes, (spoke, index) => ({ ...spoke, slot: index + 1 })),
        }));
}

/** Addresses that a person chose. */
function explicitStacks(): fc.Arbitrary<Record<string, unknown>> {
    const spokes = fc.dictionary(shortName, fc.record(spokeParts, { requiredKeys: [] }), { minKeys: 1, maxKeys: 3 });
    const hub = fc
        .record(hubParts("10.0.1.68"), { requiredKeys: [] })
        .map((parts) => ({ addressSpace: "10.0.0.0/23", ...parts }));
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
