import { z } from "zod";
import { distinct, hostName, kubernetesName } from "./values";

export const storageAccountsSchema = z
    .record(
        z.string().regex(/^[a-z][a-z0-9]{1,9}$/, "2 to 10 lower-case letters and digits, the first a letter"),
        z.strictObject({
            services: distinct(z.enum(["blob", "file", "queue", "table", "dfs"]))
                .min(1)
                .describe("A private endpoint each; dfs takes hierarchicalNamespace."),
            hierarchicalNamespace: z
                .boolean()
                .default(false)
                .describe("Data Lake Storage: a file system of folders. Can't be changed later."),
        }),
    )
    .default({})
    .describe("Storage accounts without a public endpoint, by a short name.");

export const privateEndpointsSchema = z
    .record(
        kubernetesName("Ends up in the endpoint's name."),
        z.strictObject({
            targetId: z
                .string()
                .regex(
                    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+(\/[^/]+\/[^/]+)+$/i,
                    "a resource id",
                )
                .describe("What it leads to."),
            group: z.string().min(1).describe("Which part of the target, for example sqlServer or blob."),
            zones: distinct(hostName("A private DNS zone."))
                .min(1)
                .optional()
                .describe("Zones of its names. Default: those of the group, where they are known."),
        }),
    )
    .default({})
    .describe("Private endpoints to what others run, by name.");

export type PrivateEndpointConfig = z.output<typeof privateEndpointsSchema>[string];
