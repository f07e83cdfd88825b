/** What nodes run. */
export type NodeOs = "AzureLinux" | "Ubuntu" | "Windows2022";

/** A pool of nodes, as configuration describes it. */
export interface NodePool {
    /** Azure VM size; an ephemeral OS disk takes a temporary or cache disk of at least `osDiskSizeGB`. */
    readonly vmSize: string;
    /** Nodes, 1 to 1000 (0 to 1000 for a user pool). */
    readonly minCount: number;
    readonly maxCount: number;
    readonly os: NodeOs;
    /** GB. */
    readonly osDiskSizeGB: number;
    /** An ephemeral disk is faster and costs nothing, and is gone with the node. */
    readonly osDiskType: "Ephemeral" | "Managed";
    readonly labels: Readonly<Record<string, string>>;
    /** `key=value:Effect`. Default: {@link PoolDefaults.gpuTaint} for a size with GPUs, none for others. */
    readonly taints?: readonly string[];
    /** Secure boot and a virtual TPM. Default: wherever Azure can, see {@link trustedLaunchOf}. */
    readonly trustedLaunch?: boolean;
    /** Availability zones. Default: the cluster's. */
    readonly zones?: readonly string[];
    /** Pods of a node, 10 to 250. */
    readonly maxPods: number;
    /** Nodes that an upgrade adds for its time: a number such as `2`, or a share of the pool such as `33%`. */
    readonly maxSurge: string;
    /** What becomes of nodes that are no longer needed. Those that are deallocated start faster, and their disks are paid for. */
    readonly scaleDownMode: "Delete" | "Deallocate";
    /** Spare capacity that Azure takes back at any time, for at most the regular price. */
    readonly spot: boolean;
    /** Who installs the drivers of GPUs: AKS, or nobody but yourself. Default: AKS. */
    readonly gpuDriver?: "Install" | "None";
}

/** What all pools of a cluster have in common. */
export interface PoolDefaults {
    /** Availability zones. Empty where the region has none. */
    readonly zones: readonly string[];
    /** Needs the subscription feature `Microsoft.Compute/EncryptionAtHost`. */
    readonly encryptionAtHost: boolean;
    /** Node images whose cryptography is validated after FIPS 140. */
    readonly fips: boolean;
    /** Keeps pods that need no GPU off the nodes that have some. */
    readonly gpuTaint: string;
    /** Kubernetes version of the nodes. Default: the control plane's. */
    readonly kubernetesVersion?: string;
}

/** Kubernetes evicts and surges nodes by this taint: only the cluster's own add-ons stand it. */
export const systemTaint = "CriticalAddonsOnly=true:NoSchedule";

/** The usual taint of nodes with GPUs. */
export const gpuTaint = "sku=gpu:NoSchedule";

/** The taint that jobs of Azure Machine Learning stand, and next to nothing else does. */
export const machineLearningTaint = "ml.azure.com/amlarc-workload=true:NoSchedule";

/** What AKS marks spot nodes with; written out, so that what Azure adds is no change. */
const spotLabel = { "kubernetes.azure.com/scalesetpriority": "spot" };
const spotTaint = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";

/** Sizes with GPUs are those of the N families. */
export function hasGpu({ vmSize }: Pick<NodePool, "vmSize">): boolean {
    return /^Standard_N/i.test(vmSize);
}

/**
 * GB of storage on the node itself that an ephemeral OS disk may take, for the general and memory-optimised families of
 * versions 4 and 5; undefined for sizes that aren't known here. From "Ddsv5 sizes series" and its siblings.
 */
export function localStorageOf({ vmSize }: Pick<NodePool, "vmSize">): number | undefined {
    const [, cpus, features] = /^Standard_[DE](\d+)(?:-\d+)?([a-z]*)_v[45]$/i.exec(vmSize) ?? [];
    if (cpus === undefined) {
        return undefined;
    }
    return /d/i.test(features) ? Number(cpus) * 37.5 : 0;
}

export function isWindows({ os }: Pick<NodePool, "os">): boolean {
    return os.startsWith("Windows");
}

/** Sizes with Arm processors have a `p` among their features, such as `Standard_D4pds_v5`. */
export function isArm({ vmSize }: Pick<NodePool, "vmSize">): boolean {
    return /^Standard_[A-Z]+[\d-]+[a-z]*p[a-z]*(_|$)/.test(vmSize);
}

/** Why a pool can't have trusted launch; undefined where it can. From "Trusted Launch for AKS: limitations". */
export function trustedLaunchObstacle(pool: NodePool, fips: boolean): string | undefined {
    if (isWindows(pool)) {
        return "Windows nodes";
    }
    if (isArm(pool)) {
        return "an Arm size";
    }
    if (fips) {
        return "a FIPS image";
    }
    return pool.os === "Ubuntu" && hasGpu(pool) && pool.gpuDriver !== "None"
        ? "drivers that AKS installs on Ubuntu, which aren't signed"
        : undefined;
}

function trustedLaunchOf(pool: NodePool, fips: boolean): boolean {
    return pool.trustedLaunch ?? trustedLaunchObstacle(pool, fips) === undefined;
}

/** Labels that pods can select a pool's nodes by, besides those that Kubernetes gives. */
export function labelsOf({ labels, spot }: NodePool): Record<string, string> {
    return { ...labels, ...(spot ? spotLabel : {}) };
}

/** Taints that a pod must stand to run on a pool's nodes. */
export function taintsOf(pool: NodePool, gpuTaintOfCluster: string): string[] {
    const own = pool.taints ?? (hasGpu(pool) ? [gpuTaintOfCluster] : []);
    return [...new Set([...own, ...(pool.spot ? [spotTaint] : [])])];
}

/** The pool that a tenant has for itself: pods without the tenant's toleration stay away. */
export function tenantPool(tenant: string, pool: NodePool): NodePool {
    return {
        ...pool,
        labels: { ...pool.labels, tenant },
        taints: [`tenant=${tenant}:NoSchedule`, ...(pool.taints ?? [])],
    };
}

/** Nodes of a pool at most, those that an upgrade adds for its time included. */
export function mostNodes({ maxCount, maxSurge, spot }: Pick<NodePool, "maxCount" | "maxSurge" | "spot">): number {
    if (spot) {
        return maxCount;
    }
    const surge = Number.parseInt(maxSurge, 10);
    return maxCount + (maxSurge.endsWith("%") ? Math.ceil((maxCount * surge) / 100) : surge);
}

/** What a pool has whether it is declared inside the cluster or as a resource of its own. */
export function poolSettings(pool: NodePool, defaults: PoolDefaults) {
    const trustedLaunch = trustedLaunchOf(pool, defaults.fips);
    return {
        vmSize: pool.vmSize,
        orchestratorVersion: defaults.kubernetesVersion,
        enableAutoScaling: true,
        count: pool.minCount,
        minCount: pool.minCount,
        maxCount: pool.maxCount,
        maxPods: pool.maxPods,
        type: "VirtualMachineScaleSets",
        osType: isWindows(pool) ? "Windows" : "Linux",
        osSKU: pool.os,
        osDiskType: pool.osDiskType,
        osDiskSizeGB: pool.osDiskSizeGB,
        availabilityZones: [...(pool.zones ?? defaults.zones)],
        enableNodePublicIP: false,
        enableEncryptionAtHost: defaults.encryptionAtHost,
        enableFIPS: defaults.fips,
        scaleDownMode: pool.scaleDownMode,
        securityProfile: {
            // Windows nodes have no SSH service that AKS could switch off.
            sshAccess: isWindows(pool) ? undefined : "Disabled",
            enableSecureBoot: trustedLaunch,
            enableVTPM: trustedLaunch,
        },
        gpuProfile: hasGpu(pool) ? { driver: pool.gpuDriver ?? "Install" } : undefined,
        nodeLabels: labelsOf(pool),
        nodeTaints: taintsOf(pool, defaults.gpuTaint),
        ...(pool.spot
            ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
            : // Azure refuses a surge for spot nodes: they are replaced where they stand.
              { upgradeSettings: { maxSurge: pool.maxSurge } }),
    };
}
