import { z } from "zod";

export const gatewaySchema = z
    .discriminatedUnion("mode", [z.strictObject({ mode: z.literal("none") })])
    .default({ mode: "none" })
    .describe("The way to other sites.");

export type GatewayConfig = z.output<typeof gatewaySchema>;
