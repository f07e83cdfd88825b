import { z } from "zod";
import { addressesSchema } from "./addresses";
import { allowedEgressSchema } from "./egress";
import { environmentSchema } from "./environment";
import { gatewayKeysSchema } from "./gateway";
import { existingHubSchema, hubSchema } from "./hub";
import { observabilitySchema } from "./observability";
import { protectionSchema } from "./protection";
import { spokesSchema } from "./spoke";
import { cidr, distinct, guid, region, zones } from "./values";

/**
 * Everything that a stack can say, in `stacks/Pulumi.<stack>.yaml` under `secure-aks-ml:`.
 * Strict: a key that isn't here is an error. Descriptions reach editors through `stacks/stack.schema.json`.
 */
export const configSchema = z.strictObject({
    workload: z
        .string()
        .regex(/^[a-z][a-z0-9]{1,9}$/, "2 to 10 lower-case letters and digits, the first a letter")
        .describe("Short name of the platform; begins or ends every resource's name."),
    environment: environmentSchema,
    location: region("Azure region."),
    tenantId: guid("The Entra tenant of operators and data scientists."),
    groups: z.strictObject({
        clusterAdmins: distinct(guid("Object id of an Entra group.")).min(1).describe("Administer clusters."),
        dataScientists: distinct(guid("Object id of an Entra group."))
            .default([])
            .describe("Submit jobs and deploy models; change no infrastructure."),
    }),
    zones: zones.default(["1", "2", "3"]).describe("Availability zones to use. Empty for a region without any."),
    addresses: addressesSchema.optional(),
    onPremises: distinct(cidr("A network behind the gateway."))
        .default([])
        .describe("Networks of other sites, which no range of the platform may overlap."),
    hub: hubSchema.optional(),
    gatewayKeys: gatewayKeysSchema,
    existingHub: existingHubSchema.optional(),
    spokes: spokesSchema,
    observability: observabilitySchema,
    protection: protectionSchema,
    allowedEgress: allowedEgressSchema.describe("What nodes of every spoke may reach besides what the features need."),
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
