import { expect } from "chai";
import { problemsOf, type Change } from "./sound-config";

const cluster = "spokes/platform/cluster";
const path = "spokes.platform.cluster";
const learning = "spokes/platform/machineLearning";
const pool = { minCount: 1, maxCount: 3 };
const gpu = { ...pool, vmSize: "Standard_NC24ads_A100_v4" };
const vaultId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-keys";
const keyId = `https://kv-keys.vault.azure.net/keys/etcd/${"0".repeat(32)}`;
const ranges = ["198.51.100.0/24"];

const userPools = (pools: Record<string, object>): Change => [`${cluster}/userPools`, pools];
const tenantPools = (pools: Record<string, object>): Change => [`${cluster}/tenantPools`, pools];
const instanceType = (nodeSelector: Record<string, string>) => ({
    requests: { cpu: "1", memory: "1Gi" },
    limits: { cpu: "2", memory: "2Gi" },
    nodeSelector,
});

/** Where a problem is reported, and a word of what is said about it. */
type Case = readonly [changes: readonly Change[], where: string, words: RegExp];

const refused: Record<string, Record<string, Case>> = {
    "API server and etcd": {
        "a closed vault that a private link's API server can't reach": [
            [[`${cluster}/apiAccess`, { mode: "privateLink", etcdKey: { mode: "privateVault", keyId, vaultId } }]],
            `${path}.apiAccess.etcdKey.mode`,
            /publicVault/,
        ],
        "a key that is made in the spoke's closed vault for a public API server": [
            [[`${cluster}/apiAccess`, { mode: "public", authorizedRanges: ranges, etcdKey: { mode: "ownVault" } }]],
            `${path}.apiAccess.etcdKey.mode`,
            /publicVault/,
        ],
        "a key without its version": [
            [
                [
                    `${cluster}/apiAccess`,
                    {
                        mode: "vnetIntegration",
                        etcdKey: { mode: "privateVault", keyId: "https://kv-keys.vault.azure.net/keys/etcd", vaultId },
                    },
                ],
            ],
            `${path}.apiAccess.etcdKey.keyId`,
            /with its version/,
        ],
        "a key of another vault": [
            [
                [
                    `${cluster}/apiAccess`,
                    {
                        mode: "vnetIntegration",
                        etcdKey: { mode: "privateVault", keyId, vaultId: vaultId.replace("kv-keys", "kv-other") },
                    },
                ],
            ],
            `${path}.apiAccess.etcdKey.vaultId`,
            /"kv-other", while the key is in "kv-keys"/,
        ],
        "authorized ranges on a private API server inside the network": [
            [[`${cluster}/apiAccess`, { mode: "vnetIntegration", authorizedRanges: ranges }]],
            `${path}.apiAccess.authorizedRanges`,
            /unknown key/,
        ],
        "more ranges than an API server inside the network takes": [
            [[`${cluster}/apiAccess`, { mode: "vnetIntegrationPublic", authorizedRanges: many(2000) }]],
            `${path}.apiAccess.authorizedRanges`,
            /at most 1999: Azure takes 2000/,
        ],
    },
    "tier, upgrades and maintenance": {
        "long-term support without the Premium tier": [
            [[`${cluster}/longTermSupport`, true]],
            `${path}.longTermSupport`,
            /Premium/,
        ],
        "cost analysis with the Free tier": [
            [
                [`${cluster}/tier`, "Free"],
                [`${cluster}/costAnalysis`, true],
            ],
            `${path}.costAnalysis`,
            /Standard and Premium/,
        ],
        "two opinions on node images": [
            [[`${cluster}/upgrades`, { cluster: "node-image", nodeOs: "SecurityPatch" }]],
            `${path}.upgrades.nodeOs`,
            /NodeImage/,
        ],
        "a version that is none": [
            [[`${cluster}/upgrades`, { kubernetesVersion: "33" }]],
            `${path}.upgrades.kubernetesVersion`,
            /1\.33/,
        ],
        "two upgrades of the same nodes at once": [
            [[`${cluster}/maintenance`, { nodeImages: { day: "Friday", startHour: 23, durationHours: 10 } }]],
            `${path}.maintenance.nodeImages`,
            /overlaps clusterUpgrades/,
        ],
        "a window that Azure finds too short": [
            [[`${cluster}/maintenance`, { releases: { day: "Friday", startHour: 23, durationHours: 3 } }]],
            `${path}.maintenance.releases.durationHours`,
            /at least 4/,
        ],
        "a freeze that ends before it starts": [
            [[`${cluster}/maintenance`, { freezes: [{ start: "2026-12-31", end: "2026-12-20" }] }]],
            `${path}.maintenance.freezes[0]`,
            /Swap them/,
        ],
        "a date that YAML made something else of": [
            [[`${cluster}/maintenance`, { freezes: [{ start: "2026-12-20 00:00:00 +0000 UTC", end: "2026-12-31" }] }]],
            `${path}.maintenance.freezes[0].start`,
            /in quotes/,
        ],
    },
    pools: {
        "Windows nodes under Cilium": [
            [userPools({ win: { ...pool, os: "Windows2022" } })],
            `${path}.userPools.win.os`,
            /dataplane\.mode to azure/,
        ],
        "a long name for a Windows pool": [
            [[`${cluster}/dataplane`, { mode: "azure" }], userPools({ windows: { ...pool, os: "Windows2022" } })],
            `${path}.userPools.windows`,
            /at most 6 characters/,
        ],
        "a system pool on Windows": [
            [[`${cluster}/systemPool`, { ...pool, os: "Windows2022" }]],
            `${path}.systemPool.os`,
            /one of "AzureLinux", "Ubuntu"/,
        ],
        "a system pool that Azure may take back": [
            [[`${cluster}/systemPool`, { ...pool, spot: true }]],
            `${path}.systemPool.spot`,
            /unknown key/,
        ],
        "drivers for GPUs that aren't there": [
            [userPools({ user: { ...pool, gpuDriver: "None" } })],
            `${path}.userPools.user.gpuDriver`,
            /Standard_N/,
        ],
        "a verified boot with drivers that aren't signed": [
            [userPools({ gpu: { ...gpu, os: "Ubuntu", trustedLaunch: true } })],
            `${path}.userPools.gpu.trustedLaunch`,
            /aren't signed/,
        ],
        "a verified boot of FIPS images": [
            [[`${cluster}/fips`, true], userPools({ user: { ...pool, trustedLaunch: true } })],
            `${path}.userPools.user.trustedLaunch`,
            /FIPS/,
        ],
        "an ephemeral disk larger than the node's own storage": [
            [userPools({ user: { ...pool, vmSize: "Standard_D4ds_v5", osDiskSizeGB: 151 } })],
            `${path}.userPools.user.osDiskSizeGB`,
            /at most 150/,
        ],
        "an ephemeral disk on a size without storage": [
            [userPools({ user: { ...pool, vmSize: "Standard_D4s_v5" } })],
            `${path}.userPools.user.osDiskSizeGB`,
            /osDiskType Managed/,
        ],
        "ephemeral disks that outlive their node": [
            [userPools({ user: { ...pool, scaleDownMode: "Deallocate" } })],
            `${path}.userPools.user.scaleDownMode`,
            /ephemeral OS disks/,
        ],
        "a surge that is no number": [
            [userPools({ user: { ...pool, maxSurge: "150%" } })],
            `${path}.userPools.user.maxSurge`,
            /33%/,
        ],
        "a label that AKS keeps to itself": [
            [userPools({ user: { ...pool, labels: { "kubernetes.azure.com/mode": "user" } } })],
            `${path}.userPools.user.labels["kubernetes.azure.com/mode"]`,
            /AKS keeps to itself/,
        ],
    },
    tenants: {
        "two tenants at one place": [
            [tenantPools({ teama: { ...pool, place: 1 }, teamb: { ...pool, place: 1 } })],
            `${path}.tenantPools.teamb.place`,
            /Take another, for example 0/,
        ],
        "a ninth place": [
            [tenantPools({ teama: { ...pool, place: 8 } })],
            `${path}.tenantPools.teama.place`,
            /at most 7/,
        ],
        "a tenant without a place": [
            [tenantPools({ teama: pool })],
            `${path}.tenantPools.teama.place`,
            /eight subnets/,
        ],
        "a tenant that is called like a user pool": [
            [tenantPools({ user: { ...pool, place: 1 } })],
            `${path}.tenantPools.user`,
            /a name of its own/,
        ],
        "two host names of one name": [
            [
                tenantPools({
                    teama: {
                        ...pool,
                        place: 1,
                        allowedEgress: Array.from({ length: 2 }, () => ({
                            name: "hub",
                            fqdns: ["a.contoso.com"],
                            reason: "Needed by the team",
                        })),
                    },
                }),
            ],
            `${path}.tenantPools.teama.allowedEgress`,
            /every name stands once/,
        ],
    },
    rooms: {
        "a tenant's nodes that don't fit its subnet": [
            [
                ["spokes/platform/addressSpace", "10.101.0.0/22"],
                tenantPools({ teama: { minCount: 1, maxCount: 24, place: 1, maxSurge: "4" } }),
            ],
            `${path}.tenantPools.teama`,
            /at most 27 nodes/,
        ],
        "tenants' nodes that their pods' range doesn't serve": [
            [
                [`${cluster}/podCidr`, "100.64.0.0/19"],
                [`${cluster}/systemPool`, { minCount: 1, maxCount: 4, maxSurge: "1" }],
                userPools({ user: { minCount: 0, maxCount: 10, maxSurge: "10%" } }),
                tenantPools({ teama: { minCount: 1, maxCount: 16, place: 1, maxSurge: "1" } }),
            ],
            `${path}.podCidr`,
            /for 33 nodes/,
        ],
        "a system pool without an address for the API server's endpoint": [
            [
                ["spokes/platform/addressSpace", "10.101.0.0/22"],
                [`${cluster}/systemPool`, { minCount: 3, maxCount: 54, maxSurge: "5" }],
            ],
            `${path}.systemPool`,
            /at most 58 nodes/,
        ],
        "more nodes than Azure allows in one cluster": [
            [
                ["spokes/platform/addressSpace", "10.128.0.0/12"],
                [`${cluster}/podCidr`, "10.0.0.0/11"],
                ["hub/addressSpace", "192.168.0.0/23"],
                userPools(
                    Object.fromEntries(
                        ["a", "b", "c", "d", "e"].map((name) => [name, { minCount: 0, maxCount: 1000 }]),
                    ),
                ),
            ],
            path,
            /at most 5000 nodes/,
        ],
    },
    "pools for jobs": {
        "an instance type that selects spot nodes alone": [
            [
                userPools({ user: pool, cheap: { ...pool, spot: true } }),
                [learning, { instanceTypes: { cheap: instanceType({ agentpool: "cheap" }) } }],
            ],
            "spokes.platform.machineLearning.instanceTypes.cheap.nodeSelector",
            /selects cheap alone/,
        ],
        "an instance type that selects nodes with another taint": [
            [
                userPools({ gpu: { ...gpu, taints: ["sku=gpu:NoSchedule"] } }),
                [learning, { instanceTypes: { gpu: instanceType({ agentpool: "gpu" }) } }],
            ],
            "spokes.platform.machineLearning.instanceTypes.gpu.nodeSelector",
            /ml\.azure\.com/,
        ],
    },
};

for (const [title, cases] of Object.entries(refused)) {
    describe(`Configuration of clusters: ${title}`, () => {
        for (const [name, [changes, where, words]] of Object.entries(cases)) {
            it(`refuses ${name}, once and with a remedy`, () => {
                const problems = problemsOf(...changes);
                expect(problems.map((problem) => problem.path)).to.deep.equal([where]);
                const [{ found, allowed, remedy }] = problems;
                expect([found, allowed, remedy].join(" | ")).to.match(words);
                expect(remedy).not.to.equal("");
            });
        }
    });
}

describe("Configuration of clusters: what is accepted", () => {
    const accepted: Record<string, readonly Change[]> = {
        "a key in the spoke's own vault, inside the network": [
            [`${cluster}/apiAccess`, { mode: "vnetIntegration", etcdKey: { mode: "ownVault" } }],
        ],
        "a key in an open vault, whatever the API server": [
            [
                `${cluster}/apiAccess`,
                { mode: "public", authorizedRanges: ranges, etcdKey: { mode: "publicVault", keyId, vaultId } },
            ],
        ],
        "as many ranges as an API server inside the network takes": [
            [`${cluster}/apiAccess`, { mode: "vnetIntegrationPublic", authorizedRanges: many(1999) }],
        ],
        "Windows nodes on Azure's own dataplane": [
            [`${cluster}/dataplane`, { mode: "azure" }],
            userPools({ win: { ...pool, os: "Windows2022" } }),
        ],
        "a GPU pool beside Azure Machine Learning, whose default taint jobs stand": [
            userPools({ gpu }),
            [learning, { instanceTypes: { gpu: instanceType({ agentpool: "gpu" }) } }],
        ],
        "managed disks that outlive their node": [
            userPools({ user: { ...pool, scaleDownMode: "Deallocate", osDiskType: "Managed" } }),
        ],
        "eight tenants": [
            tenantPools(Object.fromEntries([..."abcdefgh"].map((name, place) => [`team${name}`, { ...pool, place }]))),
        ],
        "windows that touch": [
            [
                `${cluster}/maintenance`,
                {
                    clusterUpgrades: { day: "Friday", startHour: 20, durationHours: 8 },
                    nodeImages: { day: "Saturday", startHour: 4, durationHours: 8 },
                },
            ],
        ],
    };
    for (const [name, changes] of Object.entries(accepted)) {
        it(`accepts ${name}`, () => {
            expect(problemsOf(...changes)).to.deep.equal([]);
        });
    }
});

function many(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `198.${18 + (index >> 8)}.${index & 255}.0/24`);
}
