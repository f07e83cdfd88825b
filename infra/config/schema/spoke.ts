import { z } from "zod";
import { clusterSchema } from "./cluster";
import { allowedEgressSchema } from "./egress";
import { ingressSchema } from "./ingress";
import { jumpHostSchema } from "./jump-host";
import { machineLearningSchema } from "./machine-learning";
import { privateEndpointsSchema, storageAccountsSchema } from "./private-services";
import { cidr, guid, region, zones } from "./values";

const spokeName = z
    .string()
    .regex(
        /^(?!(hub|shared)$)[a-z][a-z0-9]{1,9}$/,
        "2 to 10 lower-case letters and digits, the first a letter; not hub or shared, which are taken",
    );

export const spokeSchema = z.strictObject({
    addressSpace: cidr("A /22 or larger. Default: the slot's share of addresses.supernet.").optional(),
    slot: z
        .int()
        .min(1)
        .max(4095)
        .optional()
        .describe("Place in addresses.supernet. Takes a number of its own, so that other spokes never move it."),
    width: z
        .int()
        .min(1)
        .max(2048)
        .refine((width) => Number.isInteger(Math.log2(width)), "a power of two")
        .optional()
        .describe(
            "How many slots it takes; slot is a multiple of it. Default: the fewest that hold its nodes, pods and private endpoints. Write it down before raising maxCount in a spoke that stands: a wider one is a new network.",
        ),
    subscriptionId: guid("Subscription to deploy it to. Default: the stack's.").optional(),
    location: region("Azure region. Default: the stack's.").optional(),
    zones: zones.optional().describe("Availability zones to use. Default: the stack's."),
    cluster: clusterSchema.optional(),
    ingress: ingressSchema,
    machineLearning: machineLearningSchema.optional(),
    storageAccounts: storageAccountsSchema,
    privateEndpoints: privateEndpointsSchema,
    jumpHost: jumpHostSchema.optional(),
    allowedEgress: allowedEgressSchema.describe("What its nodes may reach besides what the features need."),
});

export const spokesSchema = z
    .record(spokeName, spokeSchema)
    .refine((spokes) => Object.keys(spokes).length > 0, "at least one spoke")
    .describe("Networks behind the hub, by name.");

export type SpokeConfig = z.output<typeof spokeSchema>;
