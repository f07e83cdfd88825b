import { z } from "zod";
import { apiAccessSchema } from "./api-access";
import { maintenanceSchema } from "./maintenance";
import { backupSchema, monitoringSchema } from "./monitoring";
import { systemPoolSchema, tenantPoolsSchema, userPoolsSchema } from "./node-pools";
import { cidr, resourceId } from "./values";

const dataplane = z
    .discriminatedUnion("mode", [
        z.strictObject({
            mode: z.literal("cilium"),
            observability: z
                .boolean()
                .default(false)
                .describe("Flow logs and metrics of pods; paid for by node (Advanced Container Networking Services)."),
            policies: z
                .enum(["kubernetes", "fqdn", "layer7"])
                .default("kubernetes")
                .describe(
                    "What network policies can speak of: addresses, host names too, or HTTP too; the last two cost.",
                ),
        }),
        z.strictObject({
            mode: z.literal("azure"),
            windows: z
                .strictObject({
                    adminUsername: z
                        .string()
                        .regex(
                            /^(?!(administrator|admin\d?|user\d?|test\d?|root|guest|owner|server|sql|support|sys|backup|console)$)[a-z][a-z0-9]{1,19}$/,
                            "2 to 20 lower-case letters and digits, and none of the names that Azure refuses, such as admin",
                        )
                        .default("azureuser"),
                    gmsa: z
                        .strictObject({
                            dnsServer: z.string().default("").describe("Default: the network's."),
                            rootDomainName: z.string().default("").describe("Default: the network's."),
                        })
                        .optional()
                        .describe("Group managed service accounts. Default: off."),
                    hybridBenefit: z.boolean().default(false).describe("Use your own Windows Server licences."),
                })
                .prefault({}),
        }),
    ])
    .prefault({ mode: "cilium" })
    .describe("What moves packets between pods; can't be changed later. azure, with Calico, is for Windows pools.");

const upgrades = z
    .strictObject({
        kubernetesVersion: z
            .string()
            .regex(/^1\.\d{2}(\.\d{1,2})?$/, "a version such as 1.33 or 1.33.5")
            .optional()
            .describe(
                "Version at creation; what is changed later counts with channel none or node-image alone, because the others move it. Default: Azure's.",
            ),
        cluster: z
            .enum(["stable", "patch", "rapid", "node-image", "none"])
            .default("stable")
            .describe("What Azure upgrades Kubernetes to by itself."),
        nodeOs: z
            .enum(["NodeImage", "SecurityPatch", "None"])
            .default("NodeImage")
            .describe("How nodes get their patches. SecurityPatch is paid for."),
    })
    .prefault({});

const seconds = (most: number) => z.int().min(0).max(most);
const minutes = z.int().min(1).max(1440);

const autoscaler = z
    .strictObject({
        expander: z
            .enum(["least-waste", "most-pods", "priority", "random"])
            .default("least-waste")
            .describe("Which of several pools grows."),
        scanIntervalSeconds: z.int().min(1).max(3600).default(10),
        newPodScaleUpDelaySeconds: seconds(3600).default(0),
        maxNodeProvisionMinutes: minutes.default(15).describe("After that, another pool is tried."),
        scaleDownDelayAfterAddMinutes: minutes.default(10),
        scaleDownUnneededMinutes: minutes.default(10).describe("How long a node is unneeded before it goes."),
        scaleDownUtilizationThreshold: z
            .number()
            .min(0)
            .max(1)
            .default(0.5)
            .describe("Share of a node that is asked for, below which it may go."),
        maxGracefulTerminationSeconds: seconds(86400).default(600).describe("Time for pods to end."),
        balanceSimilarNodeGroups: z.boolean().default(false).describe("For pools that differ in their zone alone."),
        skipNodesWithLocalStorage: z
            .boolean()
            .default(true)
            .describe("Pods with local storage, and so many a job, keep their node."),
        skipNodesWithSystemPods: z.boolean().default(true),
    })
    .prefault({})
    .describe("When nodes come and go.");

export const clusterSchema = z
    .strictObject({
        apiAccess: apiAccessSchema,
        dataplane,
        tier: z.enum(["Free", "Standard", "Premium"]).default("Standard").describe("Free has no uptime agreement."),
        longTermSupport: z
            .boolean()
            .default(false)
            .describe("Two years of support for a Kubernetes version; takes tier Premium."),
        costAnalysis: z
            .boolean()
            .optional()
            .describe("Cost by namespace in the portal. Default: on, where the tier isn't Free."),
        upgrades,
        maintenance: maintenanceSchema,
        autoscaler,
        systemPool: systemPoolSchema,
        userPools: userPoolsSchema,
        tenantPools: tenantPoolsSchema,
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
        fips: z.boolean().default(false).describe("Node images with cryptography after FIPS 140; no trusted launch."),
        diskEncryptionSetId: resourceId(
            "Microsoft.Compute/diskEncryptionSets",
            "a disk encryption set",
            "Your own key for the disks of nodes and volumes; can't be changed later. Default: Azure's keys.",
        ).optional(),
        keda: z.boolean().default(false).describe("Scaling of workloads by events."),
        verticalPodAutoscaler: z.boolean().default(false).describe("Recommends, or sets, what pods ask for."),
        lockNodeResourceGroup: z
            .boolean()
            .default(true)
            .describe("Nobody but AKS changes the resource group of the nodes, whatever their role."),
        defender: z.boolean().default(true).describe("Microsoft Defender for Containers."),
        monitoring: monitoringSchema,
        backup: backupSchema,
    })
    .describe("A private AKS cluster with a registry and a key vault beside it.");

export type ClusterConfig = z.output<typeof clusterSchema>;
