import { z } from "zod";
import { cidr, distinct } from "./values";

const host = {
    scaleUnits: z.int().min(2).max(50).default(2).describe("Each serves 20 RDP or 40 SSH sessions."),
    copyPaste: z.boolean().default(true).describe("Whether browser sessions may copy and paste."),
    clients: distinct(cidr("Where operators come from."))
        .default([])
        .describe("Who may reach it. Default: the Internet; everybody signs in to Entra first."),
};

export const bastionSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("none") }),
        z.strictObject({ mode: z.literal("standard"), ...host }),
        z.strictObject({
            mode: z.literal("premium"),
            ...host,
            sessionRecording: z
                .boolean()
                .default(false)
                .describe(
                    "Sessions in browsers are recorded, to a storage account that is set in the portal. Whether tunnels of native clients work beside it is unconfirmed.",
                ),
        }),
    ])
    .prefault({ mode: "standard" })
    .describe("The operators' way in. none: they come through the gateway.");

export type BastionConfig = z.output<typeof bastionSchema>;
