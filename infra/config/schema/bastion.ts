import { z } from "zod";

export const bastionSchema = z
    .strictObject({
        sku: z.enum(["Standard", "Premium"]).default("Standard").describe("Premium adds session recording."),
    })
    .prefault({})
    .describe("The operators' way in.");

export type BastionConfig = z.output<typeof bastionSchema>;
