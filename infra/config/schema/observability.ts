import { z } from "zod";

export const observabilitySchema = z
    .strictObject({
        logRetentionInDays: z.int().min(30).max(730).default(90).describe("How long logs are kept."),
    })
    .prefault({})
    .describe("Logs, metrics, alerts and costs.");

export type ObservabilityConfig = z.output<typeof observabilitySchema>;
