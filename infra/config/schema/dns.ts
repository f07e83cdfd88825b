import { z } from "zod";
import { address, distinct, hostName } from "./values";

export const dnsSchema = z
    .discriminatedUnion("mode", [
        z.strictObject({ mode: z.literal("firewall") }),
        z.strictObject({ mode: z.literal("azure") }),
        z.strictObject({
            mode: z.literal("resolver"),
            forwarding: z
                .record(
                    hostName("A domain of other sites, with what is under it."),
                    distinct(address("A DNS server that knows the domain.")).min(1).max(6),
                )
                .default({})
                .describe("DNS servers of other sites, by domain."),
        }),
    ])
    .describe(
        "Who answers the spokes' DNS queries. firewall: its proxy. azure: Azure's own DNS, spoke by spoke. resolver: a DNS Private Resolver, which other sites can ask too, and which asks theirs; the firewall's proxy stays in front of it, so that rules by host name and log see every query. Default: firewall, or azure where there is none.",
    );

export type DnsConfig = z.output<typeof dnsSchema>;
