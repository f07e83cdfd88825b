/** A pool of nodes, as configuration describes it. */
export interface NodePool {
    /** Azure VM size; it needs a temporary or cache disk of at least `osDiskSizeGB`, because OS disks are ephemeral. */
    readonly vmSize: string;
    /** Nodes, 1 to 1000 (0 to 1000 for a user pool). */
    readonly minCount: number;
    readonly maxCount: number;
    /** GB. */
    readonly osDiskSizeGB: number;
    readonly labels: Readonly<Record<string, string>>;
    /** `key=value:Effect`. */
    readonly taints: readonly string[];
    /** Secure boot and a virtual TPM; takes a generation 2 size and drivers that are signed. */
    readonly trustedLaunch: boolean;
}

export interface PoolDefaults {
    /** Availability zones. Empty where the region has none. */
    readonly zones: readonly string[];
    /** Needs the subscription feature `Microsoft.Compute/EncryptionAtHost`. */
    readonly encryptionAtHost: boolean;
}

/** Kubernetes evicts and surges nodes by this taint: only the cluster's own add-ons stand it. */
export const systemTaint = "CriticalAddonsOnly=true:NoSchedule";

/** What a pool has whether it is declared inside the cluster or as a resource of its own. */
export function poolSettings(pool: NodePool, { zones, encryptionAtHost }: PoolDefaults) {
    return {
        vmSize: pool.vmSize,
        enableAutoScaling: true,
        count: pool.minCount,
        minCount: pool.minCount,
        maxCount: pool.maxCount,
        maxPods: 110,
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        osSKU: "AzureLinux",
        osDiskType: "Ephemeral",
        osDiskSizeGB: pool.osDiskSizeGB,
        availabilityZones: [...zones],
        enableNodePublicIP: false,
        enableEncryptionAtHost: encryptionAtHost,
        securityProfile: {
            sshAccess: "Disabled",
            enableSecureBoot: pool.trustedLaunch,
            enableVTPM: pool.trustedLaunch,
        },
        nodeLabels: { ...pool.labels },
        nodeTaints: [...pool.taints],
        upgradeSettings: { maxSurge: "33%" },
    };
}
