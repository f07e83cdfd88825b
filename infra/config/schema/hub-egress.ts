import { z } from "zod";

/** Everything that leaves a spoke goes through one of these. */
export const hubEgressSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({
            mode: z.literal("firewall"),
            tier: z.enum(["Standard", "Premium"]).default("Standard").describe("Premium adds intrusion detection."),
            publicAddresses: z.int().min(1).max(250).default(1).describe("Each adds 2,496 SNAT ports."),
        }),
    ])
    .default({ mode: "firewall", tier: "Standard", publicAddresses: 1 })
    .describe("The only way out.");

export type HubEgressConfig = z.output<typeof hubEgressSchema>;
