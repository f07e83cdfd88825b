import { z } from "zod";

/**
 * Everything that a stack can say, in `stacks/Pulumi.<stack>.yaml` under `secure-aks-ml:`.
 * Strict: a key that isn't here is an error. Descriptions reach editors through `stacks/stack.schema.json`.
 */

const guid = (description: string) =>
    z
        .string()
        .regex(
            /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
            "a GUID such as 3f2b8c1e-5a77-4a0e-9d61-0c9e5f1b7a24",
        )
        .describe(description);

const cidr = (description: string) =>
    z
        .string()
        .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "an IPv4 block such as 10.0.0.0/16")
        .describe(description);

const hostName = (description: string) =>
    z
        .string()
        .regex(
            /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
            "a host name such as apps.contoso.com",
        )
        .describe(description);

const kubernetesName = (description: string) =>
    z
        .string()
        .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "1 to 63 lower-case letters, digits and hyphens")
        .describe(description);

const cpu = z
    .string()
    .regex(/^([1-9]\d*m?|(?!0+\.0+$)\d+\.\d+)$/, 'CPUs above zero such as "2" or "500m"')
    .describe('CPUs, in quotes: "2" or "500m".');
const memory = z
    .string()
    .regex(/^[1-9]\d*(Ki|Mi|Gi|Ti)$/, "an amount of memory such as 8Gi")
    .describe("Memory, for example 8Gi.");

/** A list in which nothing stands twice: Azure refuses the second of two that are the same. */
const distinct = <Item extends z.ZodType>(item: Item) =>
    z
        .array(item)
        .refine((items) => new Set(items).size === items.length, "a list in which everything stands once")
        .meta({ uniqueItems: true });

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

const cluster = z
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
        podCidr: cidr("Overlay range of the pods, private; each node takes a /24 of it.").default("100.64.0.0/16"),
        serviceCidr: cidr("Range of Kubernetes services, private; a /13 or smaller.").default("100.65.0.0/16"),
        encryptionAtHost: z
            .boolean()
            .default(true)
            .describe("Needs the subscription feature Microsoft.Compute/EncryptionAtHost."),
        defender: z.boolean().default(true).describe("Microsoft Defender for Containers."),
    })
    .describe("A private AKS cluster with a registry and a key vault beside it.");

const ingress = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("none") }),
        z.strictObject({
            mode: z.literal("public"),
            hostName: hostName("The name that clients ask for."),
            certificateSecretId: z
                .string()
                .regex(
                    /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/secrets\/[A-Za-z0-9-]+$/,
                    "https://<vault>.vault.azure.net/secrets/<name>, without a version",
                )
                .describe("The certificate's secret in Key Vault; without a version, so that renewals are picked up."),
            certificateVaultId: z
                .string()
                .regex(
                    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/i,
                    "the resource id of a key vault",
                )
                .describe("That vault; the gateway is given the right to read its secrets."),
            backendHostName: hostName("Name on the backend's certificate. Default: hostName.").optional(),
            probePath: z
                .string()
                .regex(/^\//, "a path that begins with /")
                .default("/healthz")
                .describe("Answers 200 while the backend is well."),
            capacity: z
                .strictObject({ min: z.int().min(0).max(125), max: z.int().min(2).max(125) })
                .default({ min: 2, max: 10 })
                .describe("Instances."),
        }),
    ])
    .default({ mode: "none" })
    .describe("How clients come in: through Application Gateway with a web application firewall, or not at all.");

const instanceType = z.strictObject({
    requests: z.strictObject({ cpu, memory }),
    limits: z.strictObject({
        cpu,
        memory,
        gpu: z.int().min(1).max(16).optional().describe("NVIDIA GPUs, whole ones."),
    }),
    nodeSelector: z
        .record(z.string(), z.string())
        .default({ "kubernetes.azure.com/mode": "user" })
        .describe("Labels of the nodes that it may run on."),
});

const machineLearning = z
    .strictObject({
        computeName: z
            .string()
            .regex(/^[a-zA-Z][a-zA-Z0-9-]{1,15}$/, "2 to 16 letters, digits and hyphens, the first a letter")
            .default("kubernetes")
            .describe("The compute target that data scientists name in their jobs."),
        namespace: z
            .string()
            .regex(
                /^(?!(azureml|default|kube-.*)$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
                "1 to 63 lower-case letters, digits and hyphens; not azureml, default or kube-..., which have owners",
            )
            .default("azureml-jobs")
            .describe("Namespace of the jobs."),
        instanceTypes: z
            .record(kubernetesName("What data scientists ask for."), instanceType)
            .default({})
            .describe("Besides defaultinstancetype (1 to 2 CPUs, 4 to 8 GiB, user pools), which can be set here too."),
        inference: z
            .strictObject({
                hostName: hostName("Name of the scoring endpoint's certificate."),
                tlsSecret: kubernetesName("Kubernetes Secret in the namespace azureml with cert.pem and key.pem."),
                highlyAvailable: z.boolean().default(true).describe("Three routers; takes three user nodes."),
            })
            .optional()
            .describe("Serve models from the cluster. Default: training only."),
        trustedAccess: z
            .enum(["create", "service"])
            .default("create")
            .describe(
                "Who makes the workspace's role binding on the cluster: this program, or Azure Machine Learning.",
            ),
        imageBuildCompute: z
            .string()
            .optional()
            .describe("Compute cluster that builds images. Default: none; environments are images in the registry."),
    })
    .describe("An Azure Machine Learning workspace, with the spoke's cluster as its compute.");

export const spokeSchema = z.strictObject({
    addressSpace: cidr("A /21 or larger."),
    cluster: cluster.optional(),
    ingress,
    machineLearning: machineLearning.optional(),
});

export const hubSchema = z.strictObject({
    addressSpace: cidr("A /24 or larger."),
    firewall: z
        .strictObject({
            tier: z.enum(["Standard", "Premium"]).default("Standard").describe("Premium adds intrusion detection."),
            publicAddresses: z.int().min(1).max(250).default(1).describe("Each adds 2,496 SNAT ports."),
        })
        .prefault({}),
});

const additionalEgress = z.strictObject({
    name: kubernetesName("Ends up in the rule's name."),
    fqdns: z
        .array(
            z
                .string()
                .regex(
                    /^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,63}$/,
                    "a host name such as api.contoso.com, or *.contoso.com for its sub-domains",
                ),
        )
        .min(1),
    reason: z.string().min(10).describe("Why; kept as the rule's description."),
});

export const configSchema = z.strictObject({
    workload: z
        .string()
        .regex(/^[a-z][a-z0-9]{1,9}$/, "2 to 10 lower-case letters and digits, the first a letter")
        .describe("Short name of the platform; begins or ends every resource's name."),
    environment: z.enum(["dev", "staging", "prod"]),
    location: z
        .string()
        .regex(/^[a-z]+[0-9]?$/, "an Azure region's short name such as westeurope")
        .describe("Azure region."),
    tenantId: guid("The Entra tenant of operators and data scientists."),
    groups: z.strictObject({
        clusterAdmins: distinct(guid("Object id of an Entra group.")).min(1).describe("Administer clusters."),
        dataScientists: distinct(guid("Object id of an Entra group."))
            .default([])
            .describe("Submit jobs and deploy models; change no infrastructure."),
    }),
    zones: distinct(z.enum(["1", "2", "3"]))
        .default(["1", "2", "3"])
        .describe("Availability zones to use. Empty for a region without any."),
    hub: hubSchema,
    spokes: z
        .record(
            z
                .string()
                .regex(
                    /^(?!hub$)[a-z][a-z0-9]{1,9}$/,
                    "2 to 10 lower-case letters and digits, the first a letter; not hub, which is taken",
                ),
            spokeSchema,
        )
        .refine((spokes) => Object.keys(spokes).length > 0, "at least one spoke")
        .describe("Networks behind the hub, by name."),
    allowedEgress: z
        .array(additionalEgress)
        .refine(
            (entries) => new Set(entries.map(({ name }) => name)).size === entries.length,
            "a list in which every name stands once: rules are told apart by it",
        )
        .default([])
        .describe("Host names that every node may reach besides what the features need."),
    kubernetesObjects: z
        .discriminatedUnion("mode", [
            z.strictObject({ mode: z.literal("apply") }),
            z.strictObject({
                mode: z.literal("render"),
                directory: z.string().min(1).describe("Folder for the YAML files, relative to where Pulumi runs."),
            }),
        ])
        .default({ mode: "render", directory: "rendered" })
        .describe("apply: written to the API server, which Pulumi must reach. render: written as YAML files."),
    tags: z.record(z.string(), z.string()).default({}).describe("Added to the tags of every resource."),
});

export type Config = z.output<typeof configSchema>;
export type SpokeConfig = Config["spokes"][string];
export type ClusterConfig = NonNullable<SpokeConfig["cluster"]>;
export type MachineLearningConfig = NonNullable<SpokeConfig["machineLearning"]>;
