import { z } from "zod";
import { backupSchema, monitoringSchema } from "./monitoring";
import { cidr } from "./values";

const nodePool = z.strictObject({
    vmSize: z
        .string()
        .regex(/^Standard_\w+$/, "an Azure VM size such as Standard_D4ds_v5")
        .default("Standard_D4ds_v5")
        .describe("Needs a temporary or cache disk of at least osDiskSizeGB: OS disks are ephemeral."),
    minCount: z.int().min(0).max(1000).describe("Nodes at least."),
    maxCount: z.int().min(1).max(1000).describe("Nodes at most."),
    osDiskSizeGB: z.int().min(30).max(2048).default(128),
    labels: z.record(z.string(), z.string()).default({}).describe("Labels of the nodes."),
    taints: z
        .array(z.string().regex(/^[\w./-]+=[\w.-]*:(NoSchedule|PreferNoSchedule|NoExecute)$/, "key=value:Effect"))
        .default([]),
    trustedLaunch: z
        .boolean()
        .default(true)
        .describe("Secure boot and a virtual TPM; takes a generation 2 size and drivers that are signed."),
});

const apiAccess = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("privateLink") }),
        z.strictObject({ mode: z.literal("vnetIntegration") }),
        z.strictObject({
            mode: z.literal("public"),
            authorizedRanges: z
                .array(cidr("Network of administrators."))
                .min(1)
                .describe("Who may reach the API server; the firewall's own addresses are added."),
        }),
    ])
    .default({ mode: "privateLink" })
    .describe("How the API server is reached. Azure takes authorized ranges on public API servers alone.");

export const clusterSchema = z
    .strictObject({
        apiAccess,
        tier: z.enum(["Free", "Standard", "Premium"]).default("Standard").describe("Free has no uptime agreement."),
        systemPool: nodePool.omit({ taints: true }).prefault({ minCount: 3, maxCount: 5 }),
        userPools: z
            .record(
                z
                    .string()
                    .regex(
                        /^(?!system$)[a-z][a-z0-9]{0,11}$/,
                        "1 to 12 lower-case letters and digits, the first a letter; not system, which systemPool has",
                    ),
                nodePool,
            )
            .refine((pools) => Object.keys(pools).length > 0, "at least one pool: the system pool takes no workloads")
            .default({ user: nodePool.parse({ minCount: 1, maxCount: 10 }) })
            .describe("Pools for workloads, by name."),
        podCidr: cidr(
            "Overlay range of the pods, private; each node takes a /24 of it. Default: the slot's share of addresses.pods, or 100.64.0.0/16.",
        ).optional(),
        serviceCidr: cidr(
            "Range of Kubernetes services, private; a /13 or smaller. Default: the slot's share of addresses.services, or 100.65.0.0/16.",
        ).optional(),
        encryptionAtHost: z
            .boolean()
            .default(true)
            .describe("Needs the subscription feature Microsoft.Compute/EncryptionAtHost."),
        defender: z.boolean().default(true).describe("Microsoft Defender for Containers."),
        monitoring: monitoringSchema,
        backup: backupSchema,
    })
    .describe("A private AKS cluster with a registry and a key vault beside it.");

export type ClusterConfig = z.output<typeof clusterSchema>;
