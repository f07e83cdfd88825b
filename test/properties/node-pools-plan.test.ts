import { expect } from "chai";
import fc from "fast-check";
import { poolSettings, type NodePool, type PoolDefaults } from "../../components/cluster/node-pools-plan";

const pools: fc.Arbitrary<NodePool> = fc.record({
    vmSize: fc.constantFrom("Standard_D4ds_v5", "Standard_NC24ads_A100_v4"),
    minCount: fc.nat(10),
    maxCount: fc.integer({ min: 10, max: 1000 }),
    osDiskSizeGB: fc.integer({ min: 30, max: 2048 }),
    labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/)),
    taints: fc.array(fc.constantFrom("a=b:NoSchedule", "ml.azure.com/amlarc-workload=true:NoExecute")),
    trustedLaunch: fc.boolean(),
});

const defaults: fc.Arbitrary<PoolDefaults> = fc.record({
    zones: fc.subarray(["1", "2", "3"]),
    encryptionAtHost: fc.boolean(),
});

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

    it("keep nodes off the Internet and closed to SSH, and start them with a verified boot unless told otherwise", () => {
        each((settings, { trustedLaunch }) => {
            expect(settings.enableNodePublicIP).to.equal(false);
            expect(settings.securityProfile).to.deep.equal({
                sshAccess: "Disabled",
                enableSecureBoot: trustedLaunch,
                enableVTPM: trustedLaunch,
            });
        });
    });

    it("take size, disk, zones, labels, taints and encryption as they were given", () => {
        each((settings, pool, { zones, encryptionAtHost }) => {
            expect(settings).to.deep.include({
                vmSize: pool.vmSize,
                osDiskSizeGB: pool.osDiskSizeGB,
                osDiskType: "Ephemeral",
                availabilityZones: zones,
                nodeLabels: pool.labels,
                nodeTaints: pool.taints,
                enableEncryptionAtHost: encryptionAtHost,
            });
        });
    });

    function each(
        check: (settings: ReturnType<typeof poolSettings>, pool: NodePool, defaults: PoolDefaults) => void,
    ): void {
        fc.assert(fc.property(pools, defaults, (pool, common) => check(poolSettings(pool, common), pool, common)));
    }
});
