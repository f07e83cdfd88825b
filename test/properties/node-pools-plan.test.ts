import { expect } from "chai";
import fc from "fast-check";
import {
    gpuTaint,
    mostNodes,
    poolSettings,
    taintsOf,
    tenantPool,
    trustedLaunchObstacle,
    type NodePool,
    type PoolDefaults,
} from "../../components/cluster/node-pools-plan";

const sizes = ["Standard_D4ds_v5", "Standard_NC24ads_A100_v4", "Standard_D4pds_v5", "Standard_E8-4ds_v5"] as const;
const word = fc.stringMatching(/^[a-z]{1,8}$/);
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

const pools: fc.Arbitrary<NodePool> = fc.record({
    vmSize: fc.constantFrom(...sizes),
    minCount: fc.nat(10),
    maxCount: fc.integer({ min: 10, max: 1000 }),
    os: fc.constantFrom("AzureLinux", "Ubuntu", "Windows2022"),
    osDiskSizeGB: fc.integer({ min: 30, max: 2048 }),
    osDiskType: fc.constantFrom("Ephemeral", "Managed"),
    labels: fc.dictionary(word, word),
    taints: optional(fc.uniqueArray(fc.constantFrom("a=b:NoSchedule", "ml.azure.com/amlarc-workload=true:NoExecute"))),
    trustedLaunch: optional(fc.boolean()),
    zones: optional(fc.subarray(["1", "2", "3"])),
    maxPods: fc.integer({ min: 10, max: 250 }),
    maxSurge: fc.oneof(
        fc.integer({ min: 1, max: 999 }).map(String),
        fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
    ),
    scaleDownMode: fc.constantFrom("Delete", "Deallocate"),
    spot: fc.boolean(),
    gpuDriver: optional(fc.constantFrom("Install", "None")),
});

const defaults: fc.Arbitrary<PoolDefaults> = fc.record({
    zones: fc.subarray(["1", "2", "3"]),
    encryptionAtHost: fc.boolean(),
    fips: fc.boolean(),
    gpuTaint: fc.constant(gpuTaint),
    kubernetesVersion: optional(fc.constant("1.33")),
});

const spotMark = "kubernetes.azure.com/scalesetpriority";

describe("Settings of a node pool", () => {
    it("scale between the pool's two counts, and start at the lower one", () => {
        each((settings, pool) => {
            expect(settings).to.deep.include({
                enableAutoScaling: true,
                count: pool.minCount,
                minCount: pool.minCount,
                maxCount: pool.maxCount,
            });
        });
    });

    it("keep nodes off the Internet and Linux nodes closed to SSH", () => {
        each((settings, { os }) => {
            expect(settings.enableNodePublicIP).to.equal(false);
            expect(settings.securityProfile.sshAccess).to.equal(os === "Windows2022" ? undefined : "Disabled");
        });
    });

    it("start nodes with a verified boot where Azure can and nobody says otherwise", () => {
        each((settings, pool, { fips }) => {
            const expected = pool.trustedLaunch ?? trustedLaunchObstacle(pool, fips) === undefined;
            expect(settings.securityProfile).to.include({ enableSecureBoot: expected, enableVTPM: expected });
        });
    });

    it("take what they were given as they were given it", () => {
        each((settings, pool, common) => {
            expect(settings).to.deep.include({
                vmSize: pool.vmSize,
                osDiskSizeGB: pool.osDiskSizeGB,
                osDiskType: pool.osDiskType,
                osSKU: pool.os,
                osType: pool.os === "Windows2022" ? "Windows" : "Linux",
                availabilityZones: pool.zones ?? common.zones,
                maxPods: pool.maxPods,
                scaleDownMode: pool.scaleDownMode,
                enableEncryptionAtHost: common.encryptionAtHost,
                enableFIPS: common.fips,
                orchestratorVersion: common.kubernetesVersion,
            });
            expect(settings.nodeLabels).to.include(pool.labels);
            expect(settings.nodeTaints).to.include.members([...(pool.taints ?? [])]);
        });
    });

    it("mark spot nodes, let Azure delete them, and never surge them", () => {
        each((settings, { spot, maxSurge }) => {
            const marked = { ...settings.nodeLabels }[spotMark] === "spot";
            expect(marked).to.equal(spot);
            expect(settings.nodeTaints.includes(`${spotMark}=spot:NoSchedule`)).to.equal(spot);
            expect({ ...settings, labels: undefined }).to.deep.include(
                spot
                    ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
                    : { upgradeSettings: { maxSurge } },
            );
            expect("upgradeSettings" in settings).to.equal(!spot);
        });
    });

    it("keep others off nodes with GPUs unless told how, and say who installs drivers there alone", () => {
        each((settings, pool) => {
            const gpu = pool.vmSize === "Standard_NC24ads_A100_v4";
            expect(settings.nodeTaints.includes(gpuTaint)).to.equal(gpu && pool.taints === undefined);
            expect(settings.gpuProfile).to.deep.equal(gpu ? { driver: pool.gpuDriver ?? "Install" } : undefined);
        });
    });

    it("know what trusted launch can't have", () => {
        const linux = { os: "AzureLinux", vmSize: "Standard_D4ds_v5" } as NodePool;
        const gpu = { ...linux, vmSize: "Standard_NC24ads_A100_v4" };
        expect(trustedLaunchObstacle(linux, false)).to.equal(undefined);
        expect(trustedLaunchObstacle(linux, true)).to.be.a("string");
        expect(trustedLaunchObstacle({ ...linux, vmSize: "Standard_D4pds_v5" }, false)).to.be.a("string");
        expect(trustedLaunchObstacle({ ...linux, os: "Windows2022" }, false)).to.be.a("string");
        expect(trustedLaunchObstacle(gpu, false)).to.equal(undefined);
        expect(trustedLaunchObstacle({ ...gpu, os: "Ubuntu" }, false)).to.be.a("string");
        expect(trustedLaunchObstacle({ ...gpu, os: "Ubuntu", gpuDriver: "None" }, false)).to.equal(undefined);
    });

    function each(
        check: (settings: ReturnType<typeof poolSettings>, pool: NodePool, defaults: PoolDefaults) => void,
    ): void {
        fc.assert(fc.property(pools, defaults, (pool, common) => check(poolSettings(pool, common), pool, common)));
    }
});

describe("A tenant's pool", () => {
    it("bears the tenant's label and taint whatever else it has", () => {
        fc.assert(
            fc.property(pools, word, (pool, tenant) => {
                const own = tenantPool(tenant, pool);
                expect(own.labels).to.deep.equal({ ...pool.labels, tenant });
                expect(taintsOf(own, gpuTaint)).to.include.members([
                    `tenant=${tenant}:NoSchedule`,
                    ...(pool.taints ?? []),
                ]);
            }),
        );
    });
});

describe("The most nodes of a pool", () => {
    it("are its maximum and what an upgrade adds, shares rounded up", () => {
        const most = (maxCount: number, maxSurge: string, spot = false) => mostNodes({ maxCount, maxSurge, spot });
        expect(most(10, "33%")).to.equal(14);
        expect(most(1, "1%")).to.equal(2);
        expect(most(10, "3")).to.equal(13);
        expect(most(10, "33%", true)).to.equal(10);
    });

    it("never are fewer than its maximum", () => {
        fc.assert(
            fc.property(pools, (pool) => {
                expect(mostNodes(pool)).to.be.at.least(pool.maxCount);
            }),
        );
    });
});
