import { z } from "zod";
import { tenantPlaces } from "../../../components/network/address-plan";
import { allowedEgressEntry } from "./egress";
import { zones } from "./values";

/** What pools of every kind can say. */
const anyPool = {
    vmSize: z
        .string()
        .regex(/^Standard_\w+$/, "an Azure VM size such as Standard_D4ds_v5")
        .default("Standard_D4ds_v5")
        .describe("An ephemeral OS disk takes a temporary or cache disk of at least osDiskSizeGB."),
    minCount: z.int().min(0).max(1000).describe("Nodes at least."),
    maxCount: z.int().min(1).max(1000).describe("Nodes at most."),
    osDiskSizeGB: z.int().min(30).max(2048).default(128),
    osDiskType: z
        .enum(["Ephemeral", "Managed"])
        .default("Ephemeral")
        .describe("Ephemeral: on the node itself, faster and without a price. Managed: for sizes without such a disk."),
    labels: z
        .record(
            z
                .string()
                .regex(
                    /^(?!kubernetes\.azure\.com\/)([a-z0-9][a-z0-9.-]*\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
                    "a label such as team or contoso.com/team; not kubernetes.azure.com/..., which AKS keeps to itself",
                ),
            z.string(),
        )
        .default({})
        .describe("Labels of the nodes."),
    trustedLaunch: z
        .boolean()
        .optional()
        .describe(
            "Secure boot and a virtual TPM; takes a generation 2 size and drivers that are signed. Default: on, except for Windows, Arm, FIPS, and GPU drivers that AKS installs on Ubuntu.",
        ),
    zones: zones.optional().describe("Availability zones of this pool. Default: the spoke's."),
    maxPods: z.int().min(10).max(250).default(110).describe("Pods of a node at most."),
    maxSurge: z
        .string()
        .regex(/^([1-9]\d{0,2}|[1-9]\d?%|100%)$/, "a number of nodes such as 2, or a share such as 33%")
        .default("33%")
        .describe("Nodes that an upgrade adds for its time. Spot pools have none."),
    scaleDownMode: z
        .enum(["Delete", "Deallocate"])
        .default("Delete")
        .describe("Deallocate: nodes that were there before start faster; takes managed OS disks, which are paid for."),
};

const workloadPool = z.strictObject({
    ...anyPool,
    os: z
        .enum(["AzureLinux", "Ubuntu", "Windows2022"])
        .default("AzureLinux")
        .describe("Windows takes dataplane azure and a pool name of at most 6 characters."),
    taints: z
        .array(z.string().regex(/^[\w./-]+=[\w.-]*:(NoSchedule|PreferNoSchedule|NoExecute)$/, "key=value:Effect"))
        .optional()
        .describe(
            "Default: none; for a size with GPUs sku=gpu:NoSchedule, or beside Azure Machine Learning the taint that its jobs stand.",
        ),
    spot: z
        .boolean()
        .default(false)
        .describe("Spare capacity, cheap, that Azure takes back at any time. Labelled and tainted as AKS does it."),
    gpuDriver: z
        .enum(["Install", "None"])
        .optional()
        .describe("For sizes with GPUs. None: you install the driver yourself. Default: Install."),
});

export const systemPoolSchema = z
    .strictObject({ ...anyPool, os: z.enum(["AzureLinux", "Ubuntu"]).default("AzureLinux") })
    .prefault({ minCount: 3, maxCount: 5 })
    .describe("The cluster's own add-ons run here, and nothing else.");

const poolName = z
    .string()
    .regex(
        /^(?!system$)[a-z][a-z0-9]{0,11}$/,
        "1 to 12 lower-case letters and digits, the first a letter; not system, which systemPool has",
    );

export const userPoolsSchema = z
    .record(poolName, workloadPool)
    .refine((pools) => Object.keys(pools).length > 0, "at least one pool: the system pool takes no workloads")
    .default({ user: workloadPool.parse({ minCount: 1, maxCount: 10 }) })
    .describe("Pools for workloads, by name.");

const tenantPool = workloadPool.extend({
    place: z
        .int()
        .min(0)
        .max(tenantPlaces - 1)
        .describe("Which of the spoke's eight subnets for tenants it takes; can't be changed while nodes stand there."),
    allowedEgress: z
        .array(allowedEgressEntry)
        .refine(
            (entries) => new Set(entries.map(({ name }) => name)).size === entries.length,
            "a list in which every name stands once: rules are told apart by it",
        )
        .default([])
        .describe(
            "What this tenant's nodes alone may reach, besides what the features need; their pools is without effect.",
        ),
});

export const tenantPoolsSchema = z
    .record(poolName, tenantPool)
    .default({})
    .describe(
        "Pools that one tenant each has for itself, by name: own subnet, own rules on the firewall, and nodes that other tenants' nodes don't reach. Pods are kept apart by network policies alone.",
    );

export type WorkloadPoolConfig = z.output<typeof workloadPool>;
export type SystemPoolConfig = z.output<typeof systemPoolSchema>;
export type TenantPoolConfig = z.output<typeof tenantPool>;
