import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, clusterInputs, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const POOL = "azure-native:containerservice:AgentPool";
const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);
const profile = (more: Properties = {}) => ({
    networkProfile: { ...(clusterInputs("")["networkProfile"] as Properties), ...more },
});
const windows = { osType: "Windows", osSKU: "Windows2022", agentPoolName: "win" };
const account = { windowsProfile: { adminUsername: "azureuser" } };
const spot = { scaleSetPriority: "Spot" };

interface Case {
    readonly good?: Properties;
    readonly bad: Properties;
    readonly code?: string;
    readonly word: string;
    /** Arguments of the cluster; `badCluster` replaces them for the refusal. */
    readonly cluster?: Properties;
    readonly badCluster?: Properties;
}

const CASES: Readonly<Record<string, Case>> = {
    "a name in capitals": { bad: { agentPoolName: "User-Pool" }, word: "User-Pool" },
    "a Windows pool's name of 7 characters": {
        bad: { ...windows, agentPoolName: "windows" },
        good: windows,
        cluster: account,
        code: "WindowsAgentPoolNameTooLong",
        word: "6 characters",
    },
    "a Windows pool without an administrator on the cluster": {
        bad: windows,
        good: windows,
        cluster: account,
        badCluster: {},
        code: "WindowsProfileMissing",
        word: "windowsProfile",
    },
    "a Windows pool without Azure CNI": {
        bad: windows,
        good: windows,
        cluster: account,
        badCluster: { ...account, ...profile({ networkPlugin: "none", networkPluginMode: undefined }) },
        code: "AzureCNIOnlyForWindows",
        word: "Azure-CNI",
    },
    "a Windows pool on Cilium": {
        bad: windows,
        good: windows,
        cluster: account,
        badCluster: { ...account, ...profile({ networkDataplane: "cilium", networkPolicy: "cilium" }) },
        word: "networkDataplane cilium",
    },
    "a Windows pool of mode System": {
        bad: { ...windows, mode: "System" },
        good: windows,
        cluster: account,
        code: "SystemPoolMustBeLinux",
        word: "Linux",
    },
    "Windows images on Linux": {
        bad: { osSKU: "Windows2019" },
        good: { osSKU: "AzureLinux" },
        code: "InvalidOSSKU",
        word: "Windows2019",
    },
    "Linux images on Windows": {
        bad: { ...windows, osSKU: "Ubuntu" },
        good: { ...windows, osSKU: "Windows2019" },
        cluster: account,
        code: "InvalidOSSKU",
        word: "Ubuntu",
    },
    "a Spot pool of mode System": {
        bad: { ...spot, mode: "System" },
        good: spot,
        code: "SystemPoolMustBeRegular",
        word: "Spot",
    },
    "a Spot pool that surges": {
        bad: { ...spot, upgradeSettings: { maxSurge: "33%" } },
        good: spot,
        word: "can't set maxSurge",
    },
    "a Spot pool's price of 0": {
        bad: { ...spot, spotMaxPrice: 0 },
        good: { ...spot, spotMaxPrice: -1 },
        word: "spotMaxPrice",
    },
    "an eviction policy without Spot": {
        bad: { scaleSetEvictionPolicy: "Delete" },
        good: { ...spot, scaleSetEvictionPolicy: "Deallocate" },
        word: "scaleSetPriority Spot",
    },
    "auto-scaling without limits": {
        bad: { enableAutoScaling: true },
        good: { enableAutoScaling: true, minCount: 1, maxCount: 3 },
        word: "minCount and maxCount",
    },
    "limits without auto-scaling": { bad: { minCount: 1, maxCount: 3 }, word: "enableAutoScaling isn't true" },
    "a lower limit above the upper": {
        bad: { enableAutoScaling: true, minCount: 4, maxCount: 3 },
        good: { enableAutoScaling: true, minCount: 0, maxCount: 3 },
        word: "minCount 4 above maxCount 3",
    },
    "1001 nodes": { bad: { count: 1001 }, good: { count: 1000 }, code: "AgentPoolMaxCountExceeded", word: "1001" },
    "no node in a system pool": {
        bad: { mode: "System", count: 0 },
        good: { mode: "User", count: 0 },
        word: "needs a node",
    },
    "9 pods per node": { bad: { maxPods: 9 }, good: { maxPods: 10 }, code: "InsufficientMaxPods", word: "maxPods 9" },
    "251 pods per node": {
        bad: { maxPods: 251 },
        good: { maxPods: 250 },
        code: "MaxPodsLimitExceeded",
        word: "maxPods 251",
    },
    "a subnet for pods beside an overlay": {
        bad: { podSubnetID: subnetId("pods") },
        good: { podSubnetID: subnetId("pods") },
        cluster: profile({ networkPluginMode: undefined, podCidr: undefined }),
        badCluster: {},
        word: "overlay",
    },
    "pods in the subnet of the nodes": {
        bad: { podSubnetID: subnetId("nodes") },
        good: { podSubnetID: subnetId("pods") },
        cluster: profile({ networkPluginMode: undefined, podCidr: undefined }),
        word: "beside",
    },
    "an allocation mode without a subnet for pods": {
        bad: { podIPAllocationMode: "StaticBlock" },
        word: "podSubnetID",
    },
    "a zone by its name": {
        bad: { availabilityZones: ["westeurope-1"] },
        good: { availabilityZones: ["1", "2", "3"] },
        code: "InvalidAvailabilityZoneFormat",
        word: "westeurope-1",
    },
    "a disk of 8 GB": { bad: { osDiskSizeGB: 8 }, good: { osDiskSizeGB: 128 }, word: "30 to 2048" },
    "an ephemeral disk on a size without local storage": {
        bad: { osDiskType: "Ephemeral", vmSize: "Standard_D4s_v5" },
        good: { osDiskType: "Ephemeral", vmSize: "Standard_D4ds_v5" },
        word: "Standard_D4s_v5",
    },
    "an ephemeral disk larger than the local one": {
        bad: { osDiskType: "Ephemeral", vmSize: "Standard_D2ds_v5", osDiskSizeGB: 128 },
        good: { osDiskType: "Ephemeral", vmSize: "Standard_D2ds_v5", osDiskSizeGB: 60 },
        word: "75 GB",
    },
    "parts of a GPU on a size without one": {
        bad: { gpuInstanceProfile: "MIG1g", vmSize: "Standard_D4s_v5" },
        good: { gpuInstanceProfile: "MIG1g", vmSize: "Standard_NC24ads_A100_v4" },
        word: "no GPU",
    },
    "a version ahead of the cluster's": {
        bad: { orchestratorVersion: "1.34" },
        good: { orchestratorVersion: "1.32" },
        cluster: { kubernetesVersion: "1.33" },
        code: "NodePoolMcVersionIncompatible",
        word: "newer",
    },
    "public addresses behind a firewall": {
        bad: { enableNodePublicIP: true },
        good: { enableNodePublicIP: false },
        code: "UDRWithNodePublicIPNotAllowed",
        word: "public IPs",
    },
    "nodes in another network": {
        bad: { vnetSubnetID: network("virtualNetworks/other/subnets/nodes") },
        word: "one virtual network",
    },
};

const FIXED: Readonly<Record<string, { before: Properties; after: Properties; word: string; cluster?: Properties }>> = {
    zones: {
        before: { availabilityZones: ["1"] },
        after: { availabilityZones: ["1", "2"] },
        word: "availabilityZones",
    },
    "pods per node": { before: { maxPods: 110 }, after: { maxPods: 30 }, word: "maxPods" },
    "disk type": { before: { osDiskType: "Managed" }, after: { osDiskType: "Ephemeral" }, word: "osDiskType" },
    "encryption at the host": {
        before: { enableEncryptionAtHost: false },
        after: { enableEncryptionAtHost: true },
        word: "enableEncryptionAtHost",
    },
    subnet: { before: {}, after: { vnetSubnetID: subnetId("more") }, word: "vnetSubnetID" },
    "FIPS mode under Windows": {
        before: { ...windows, enableFIPS: false },
        after: { ...windows, enableFIPS: true },
        word: "enableFIPS",
        cluster: account,
    },
};

describe("the simulated AKS, for a pool of nodes,", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        const routeTable = { routeTable: { id: network("routeTables/rt") } };
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.virtualNetwork("other", "10.9.0.0/16");
        await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
        for (const [index, name] of ["nodes", "pods", "more"].entries())
            await build.subnet("vnet", name, `10.0.${index}.0/24`, routeTable);
        await build.subnet("other", "nodes", "10.9.0.0/24", routeTable);
    });
    afterEach(() => simulation.stop());

    const inputs = (more: Properties) => ({
        resourceGroupName: "rg",
        resourceName: "aks",
        agentPoolName: "user",
        vnetSubnetID: subnetId("nodes"),
        vmSize: "Standard_D4ds_v5",
        ...more,
    });
    const pool = (more: Properties) => build.make("containerservice:AgentPool", inputs(more));
    const cluster = (more: Properties = {}) => build.cluster(subnetId("nodes"), more);

    for (const [what, { good = {}, bad, code = "InvalidParameter", word, ...of }] of Object.entries(CASES)) {
        it(`refuses ${what}`, async () => {
            const unfit = await cluster(of.badCluster ?? of.cluster);
            await refuses(pool(bad), code, word);
            if (of.badCluster) {
                await simulation.azure.delete("azure-native:containerservice:ManagedCluster", unfit.id);
                await cluster(of.cluster);
            }
            await pool(good);
        });
    }

    for (const [what, { before, after, word, cluster: of }] of Object.entries(FIXED)) {
        it(`refuses to change its ${what} in place`, async () => {
            await cluster(of);
            const created = await pool(before);
            const update = (more: Properties) => simulation.azure.update(POOL, "it", created, inputs(more));
            await refuses(update(after), "PropertyChangeNotAllowed", word);
            await update(before);
        });
    }

    it("refuses what it refuses inside of a cluster's own body too", async () => {
        const system = { name: "system", mode: "System", count: 1, vnetSubnetID: subnetId("nodes") };
        const gpu = { ...system, name: "gpu", mode: "User", maxPods: 300 };
        await refuses(cluster({ agentPoolProfiles: [system, gpu] }), "MaxPodsLimitExceeded", "'gpu'");
    });

    it("changes FIPS, secure boot and the virtual TPM of Linux nodes in place", async () => {
        await cluster();
        const settings = (on: boolean) => ({
            enableFIPS: on,
            securityProfile: { enableSecureBoot: on, enableVTPM: on },
        });
        const created = await pool(settings(false));
        const outputs = await simulation.azure.update(POOL, "it", created, inputs(settings(true)));
        expect(outputs["enableFIPS"]).to.equal(true);
        expect(outputs["nodeImageVersion"]).to.contain("fips");
    });

    it("taints and labels Spot nodes", async () => {
        await cluster();
        const { outputs } = await pool({ ...spot, nodeTaints: ["sku=gpu:NoSchedule"], nodeLabels: { team: "ml" } });
        expect(outputs).to.deep.include({
            nodeTaints: ["sku=gpu:NoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
            nodeLabels: { team: "ml", "kubernetes.azure.com/scalesetpriority": "spot" },
            scaleSetEvictionPolicy: "Delete",
            spotMaxPrice: -1,
        });
    });

    it("takes its version from the cluster and its image from the system", async () => {
        await cluster({ ...account, kubernetesVersion: "1.33" });
        const { outputs } = await pool({ ...windows, agentPoolName: "win22" });
        expect(outputs["currentOrchestratorVersion"]).to.equal("1.33");
        expect(outputs["nodeImageVersion"]).to.match(/^AKSWindows-2022-containerd-/);
    });
});
