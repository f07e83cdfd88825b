import { z } from "zod";
import { resourceId } from "./values";

export const protectionSchema = z
    .strictObject({
        locks: z
            .boolean()
            .optional()
            .describe(
                "Azure refuses to delete what holds state (logs, vaults, registries, storage, public addresses), " +
                    "whoever asks. Pulumi removes the locks before the rest. Default: on in prod, else off.",
            ),
        protect: z
            .boolean()
            .optional()
            .describe(
                "Pulumi itself refuses to delete the same; switch it off and update before a destroy. Default: on in prod, else off.",
            ),
        ddos: z
            .discriminatedUnion("mode", [
                z.strictObject({ mode: z.literal("none") }),
                z.strictObject({ mode: z.literal("create") }),
                z.strictObject({
                    mode: z.literal("existing"),
                    planId: resourceId(
                        "Microsoft.Network/ddosProtectionPlans",
                        "a DDoS protection plan",
                        "One plan serves a whole tenant.",
                    ),
                }),
            ])
            .default({ mode: "none" })
            .describe(
                "DDoS Network Protection of the networks with public addresses. create costs about 3,000 USD a month.",
            ),
    })
    .prefault({})
    .describe("What keeps the platform from harm, its operators' included.");

export type ProtectionConfig = z.output<typeof protectionSchema>;
