import { z } from "zod";
import { cpu, hostName, kubernetesName, memory } from "./values";

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

export const machineLearningSchema = z
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
        podSecurity: z
            .enum(["restricted", "baseline", "privileged"])
            .default("baseline")
            .describe(
                "Pod security standard of that namespace; Azure Machine Learning is documented to keep baseline.",
            ),
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

export type MachineLearningConfig = z.output<typeof machineLearningSchema>;
