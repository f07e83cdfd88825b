import { z } from "zod";

export const dnsSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("firewall") }),
        z.strictObject({ mode: z.literal("azure") }),
    ])
    .default({ mode: "firewall" })
    .describe("Who answers the spokes' DNS queries. firewall: Azure Firewall in the hub. azure: Azure's own DNS.");

export type DnsConfig = z.output<typeof dnsSchema>;
