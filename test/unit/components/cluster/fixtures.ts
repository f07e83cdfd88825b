import * as network from "@pulumi/azure-native/network";
import type { ApiAccess } from "../../../../components/cluster/api-access";
import { Cluster, type ClusterArgs } from "../../../../components/cluster/cluster";
import type { NodePool } from "../../../../components/cluster/node-pools-plan";
import { only, type Registration } from "../../../support/capture";
import { placement, tenantId } from "../fixtures";

export const pool: NodePool = {
    vmSize: "Standard_D4ds_v5",
    minCount: 1,
    maxCount: 3,
    os: "AzureLinux",
    osDiskSizeGB: 128,
    osDiskType: "Ephemeral",
    labels: {},
    maxPods: 110,
    maxSurge: "33%",
    scaleDownMode: "Delete",
    spot: false,
};

export const privateLink: ApiAccess = { mode: "privateLink", privateDnsZoneId: "/zones/api" };

const window = { day: "Saturday", startHour: 0, durationHours: 4 } as const;

const args: Omit<ClusterArgs, "foundation" | "apiAccess"> = {
    tenantId,
    adminGroupIds: ["group-1", "group-2"],
    network: {
        id: "/networks/learn",
        systemPoolSubnetId: "/subnets/system-pool",
        userPoolSubnetId: "/subnets/user-pools",
        loadBalancerSubnetId: "/subnets/load-balancers",
        podCidr: "100.64.0.0/16",
        serviceCidr: "100.65.0.0/16",
        dnsServiceIp: "100.65.0.10",
        dataplane: { mode: "cilium", observability: false, policies: "kubernetes" },
    },
    systemPool: pool,
    userPools: { cpu: pool, gpu: { ...pool, taints: ["ml.azure.com/amlarc-workload=true:NoSchedule"] } },
    pools: { zones: ["1", "2", "3"], encryptionAtHost: true, fips: false, gpuTaint: "sku=gpu:NoSchedule" },
    tier: "Standard",
    longTermSupport: false,
    costAnalysis: true,
    upgrades: { cluster: "stable", nodeOs: "NodeImage" },
    maintenance: { utcOffset: "+00:00", releases: window, clusterUpgrades: window, nodeImages: window, freezes: [] },
    autoscaler: {
        expander: "least-waste",
        scanIntervalSeconds: 10,
        newPodScaleUpDelaySeconds: 0,
        maxNodeProvisionMinutes: 15,
        scaleDownDelayAfterAddMinutes: 10,
        scaleDownUnneededMinutes: 10,
        scaleDownUtilizationThreshold: 0.5,
        maxGracefulTerminationSeconds: 600,
        balanceSimilarNodeGroups: false,
        skipNodesWithLocalStorage: true,
        skipNodesWithSystemPods: true,
    },
    keda: false,
    verticalPodAutoscaler: false,
    lockNodeResourceGroup: true,
    registryId: "/registries/cr",
    defenderWorkspaceId: "/workspaces/log",
    ...placement,
};

/** A program that makes one cluster, `learn`, behind a route table. */
export function clusterProgram(apiAccess: ApiAccess, changes: Partial<ClusterArgs> = {}): () => void {
    return () => {
        const route = new network.RouteTable("rt", { resourceGroupName: "rg-test" });
        new Cluster("learn", { ...args, apiAccess, foundation: [route], ...changes });
    };
}

export const clusterNetwork = args.network;
export const poolDefaults = args.pools;

export function managedCluster(registrations: readonly Registration[]): Registration {
    return only(registrations, "azure-native:containerservice:ManagedCluster");
}

export function agentPool(registrations: readonly Registration[], name: string): Registration {
    return only(registrations, "azure-native:containerservice:AgentPool", `np-learn-${name}`);
}
