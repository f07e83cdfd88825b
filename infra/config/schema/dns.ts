import { z } from "zod";

export const dnsSchema = z
    .discriminatedUnion("mode", [z.strictObject({ mode: z.literal("firewall") })])
    .default({ mode: "firewall" })
    .describe("Who answers the spokes' DNS queries.");

export type DnsConfig = z.output<typeof dnsSchema>;
