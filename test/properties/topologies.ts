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
        .oneof(plannedStacks(), explicitStacks(), attachedStacks())
        .map((stack) => read(stack).settings)
        .filter((settings) => settings !== undefined);
}

const sshKey = `ssh-ed25519 ${"A".repeat(68)}`;

const subscription = (last: number) => `00000000-0000-0000-0000-${String(last).padStart(12, "0")}`;

const poolName = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/);
const nodePool = fc
    .record(
        {
            minCount: fc.integer({ min: 1, max: 3 }),
            maxCount: fc.integer({ min: 3, max: 8 }),
            disk: fc.constantFrom({ osDiskSizeGB: 30 }, { osDiskSizeGB: 2048, osDiskType: "Managed" }),
        },
        { requiredKeys: ["minCount", "maxCount"] },
    )
    .map(({ disk, ...pool }) => ({ ...pool, ...disk }));

const vault = `/subscriptions/${subscription(11)}/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certificates`;
const secretId = (name: string) => `https://kv-certificates.vault.azure.net/secrets/${name}`;
const etcdKey = { keyId: `https://kv-certificates.vault.azure.net/keys/etcd/${"0".repeat(32)}`, vaultId: vault };

const ranges = fc
    .integer({ min: 1, max: 190 })
    .map((count) => Array.from({ length: count }, (_, index) => `198.51.${index}.0/24`));
const apiAccess = fc.oneof(
    fc.constantFrom(
        { mode: "privateLink" },
        { mode: "vnetIntegration" },
        { mode: "privateLink", etcdKey: { mode: "publicVault", ...etcdKey } },
        { mode: "vnetIntegration", etcdKey: { mode: "ownVault" } },
        { mode: "vnetIntegration", etcdKey: { mode: "privateVault", ...etcdKey } },
    ),
    fc.record({ mode: fc.constantFrom("public", "vnetIntegrationPublic"), authorizedRanges: ranges }),
);

const linuxPool = fc.record(
    {
        pool: nodePool,
        os: fc.constantFrom("AzureLinux", "Ubuntu"),
        spot: fc.boolean(),
        vmSize: fc.constantFrom("Standard_NC24ads_A100_v4", "Standard_E8ds_v5", "Standard_D4pds_v5"),
        maxPods: fc.integer({ min: 10, max: 250 }),
    },
    { requiredKeys: ["pool", "os"] },
);
const userPools = fc.dictionary(
    poolName,
    linuxPool.map(({ pool, ...more }) => ({ ...pool, ...more })),
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
    fips: fc.boolean(),
    lockNodeResourceGroup: fc.boolean(),
    upgrades: fc.constantFrom({ kubernetesVersion: "1.33", cluster: "none" }, { cluster: "node-image" }),
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

const sites = fc.uniqueArray(shortName, { minLength: 1, maxLength: 3 }).map((names) =>
    Object.fromEntries(
        names.map((name) => [
            name,
            {
                hostNames: [`${name}.contoso.com`],
                certificate: { secretId: secretId(name), vaultId: vault },
            },
        ]),
    ),
);
const firewall = fc.constantFrom(
    {},
    {
        ruleSet: "CRS 3.2",
        overrides: { "942440": { group: "REQUEST-942-APPLICATION-ATTACK-SQLI", action: "Log", reason: "r" } },
    },
    {
        exclusions: { tokens: { variable: "RequestArgKeys", selector: "token", reason: "r" } },
        customRules: { crowd: { mode: "rateLimit", priority: 1, requests: 100 } },
    },
);
const backends = { legacy: { addresses: ["legacy.corp.contoso.com"], hostName: "legacy.contoso.com" } };
const ingress = fc.oneof(
    fc.constantFrom({ mode: "none" }, { mode: "containers" }, { mode: "containers", frontends: ["apps", "apis"] }),
    fc.record(
        {
            mode: fc.constantFrom("public", "private"),
            sites,
            backends: fc.constant(backends),
            firewall,
            capacity: fc.constantFrom({ min: 0, max: 2 }, { min: 2, max: 125 }),
        },
        { requiredKeys: ["mode", "sites"] },
    ),
    fc.record({ mode: fc.constant("public"), sites, networkIsolation: fc.boolean() }),
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

const anySpoke = {
    privateEndpoints: fc.constant({
        database: {
            targetId: `/subscriptions/${subscription(11)}/resourceGroups/rg-data/providers/Microsoft.Sql/servers/sql`,
            group: "sqlServer",
        },
    }),
    allowedEgress: fc.constant([
        { name: "partner", fqdns: ["api.partner.com"], reason: "Orders are placed there." },
        {
            name: "time",
            network: [{ destinations: ["198.51.100.0/24"], protocol: "UDP", ports: ["123"] }],
            pools: ["system", "user", "tenants"],
            reason: "Clocks of the machines.",
        },
    ]),
    storageAccounts,
    jumpHost: fc.constant({ sshPublicKey: sshKey }),
    subscriptionId: fc.constantFrom(subscription(11), subscription(12)),
    location: fc.constantFrom("westeurope", "northeurope"),
    zones: fc.subarray(["1", "2", "3"]),
};

/** What stands beside a cluster alone. */
const spoke = fc.oneof(fc.record(anySpoke, { requiredKeys: [] }), {
    weight: 3,
    arbitrary: fc.record(
        {
            ...anySpoke,
            cluster,
            ingress,
            machineLearning: fc.constantFrom(
                {},
                { trustedAccess: "service", inference: { hostName: "scoring.contoso.com", tlsSecret: "scoring" } },
                {
                    instanceTypes: {
                        small: { requests: { cpu: "1", memory: "4Gi" }, limits: { cpu: "2", memory: "8Gi" } },
                    },
                },
            ),
        },
        { requiredKeys: ["cluster"] },
    ),
});

const stackParts = {
    observability: fc.record({
        privateLink: fc.boolean(),
        flowLogs: fc.record({ enabled: fc.boolean() }),
        alerts: fc.constantFrom({}, { emails: ["platform@contoso.com"] }),
        grafana: fc.constantFrom(
            undefined,
            ...[false, true].map((publicAccess) => ({ adminGroups: [subscription(5)], publicAccess })),
        ),
        budget: fc.constantFrom(undefined, {
            monthlyAmount: 1000,
            startMonth: "2026-12",
            emails: ["platform@contoso.com"],
            scope: "subscription",
        }),
    }),
    protection: fc.record({
        locks: fc.boolean(),
        protect: fc.boolean(),
        ddos: fc.constantFrom({ mode: "none" }, { mode: "create" }),
    }),
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
        fc.constantFrom<object>(
            {
                mode: "firewall",
                tier: "Premium",
                inspection: { certificateSecretId: secretId("authority"), certificateVaultId: vault },
            },
            { mode: "firewall", forcedTunnelling: { egressAddresses: ["203.0.113.20"] } },
            {
                mode: "appliance",
                image: { publisher: "p", offer: "o", sku: "s", version: "1.0.0" },
                adminSshKey: sshKey,
                bootstrap: "#cloud-config",
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
    const spokes = fc.dictionary(shortName, spoke, { minKeys: 1, maxKeys: 3 });
    return fc
        .record({ ...stackParts, hub: fc.record(hubParts("10.64.1.68"), { requiredKeys: [] }), spokes })
        .map((stack) => ({
            ...stack,
            addresses: { supernet: "10.64.0.0/12", slots: 16 },
            onPremises: ["192.168.0.0/16"],
            spokes: numbered(stack.spokes, (spoke, index) => ({ ...spoke, slot: index + 1 })),
        }));
}

/** A hub that others run, and spokes that attach to it. */
function attachedStacks(): fc.Arbitrary<Record<string, unknown>> {
    const owner = `/subscriptions/${subscription(13)}/resourceGroups/rg-hub/providers/Microsoft.Network`;
    const existingHub = fc.record(
        {
            networkId: fc.constant(`${owner}/virtualNetworks/vnet-hub`),
            addressSpaces: fc.constant(["10.0.0.0/23"]),
            nextHop: fc.constant("10.0.0.4"),
            egressAddresses: fc.constant(["203.0.113.10"]),
            dnsServers: fc.constantFrom([], ["10.0.0.4"]),
            bastionSubnet: fc.constant("10.0.0.128/26"),
            gatewayTransit: fc.boolean(),
            peering: fc.constantFrom("both", "spokeSideOnly"),
            linkPrivateDnsZones: fc.boolean(),
        },
        { requiredKeys: ["networkId", "addressSpaces", "nextHop"] },
    );
    return explicitStacks().chain(({ hub: _, ...stack }) => existingHub.map((hub) => ({ ...stack, existingHub: hub })));
}

/** Addresses that a person chose. */
function explicitStacks(): fc.Arbitrary<Record<string, unknown>> {
    const spokes = fc.dictionary(shortName, spoke, { minKeys: 1, maxKeys: 3 });
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
