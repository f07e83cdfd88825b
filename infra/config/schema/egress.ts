import { z } from "zod";
import { parseCidr } from "../../../components/network/cidr";
import { distinct, kubernetesName } from "./values";

const fqdn = z
    .string()
    .regex(
        /^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,63}$/,
        "a host name such as api.contoso.com, or *.contoso.com for its sub-domains",
    );

const port = z
    .string()
    .refine((text) => isPortRange(text), 'a port or a range of them, in quotes: "1433" or "8000-8080"')
    .describe('A port or a range: "1433" or "8000-8080".');

const destination = z
    .string()
    .refine(
        (text) => isServiceTag(text) || isNarrowBlock(text),
        "a block of addresses (/8 or narrower) such as 203.0.113.0/24, or a service tag such as Sql.WestEurope; not Internet, AzureCloud, VirtualNetwork or Storage, which are open to strangers",
    )
    .describe("A block of addresses or a service tag.");

const networkRule = z.strictObject({
    destinations: distinct(destination).min(1),
    protocol: z.enum(["TCP", "UDP"]).default("TCP"),
    ports: distinct(port).min(1),
});

/** Pools whose nodes a destination is for: `tenants` are all those that have a subnet of their own. */
export const egressPools = ["system", "user", "tenants"] as const;

export const allowedEgressEntry = z
    .strictObject({
        name: kubernetesName("Ends up in the rule's name."),
        fqdns: z.array(fqdn).default([]).describe("Host names that are reached over HTTPS."),
        network: z.array(networkRule).default([]).describe("What is reached by address, because it isn't HTTPS."),
        pools: distinct(z.enum(egressPools))
            .min(1)
            .default(["user"])
            .describe("Whose nodes may. Default: those of user pools, where workloads run."),
        inspect: z
            .boolean()
            .default(true)
            .describe("Whether a firewall that inspects TLS does so here. False where clients pin certificates."),
        reason: z.string().min(10).describe("Why; kept as the rule's description."),
    })
    .refine(({ fqdns, network }) => fqdns.length + network.length > 0, "host names in fqdns, or an entry in network");

export const allowedEgressSchema = z
    .array(allowedEgressEntry)
    .refine(
        (entries) => new Set(entries.map(({ name }) => name)).size === entries.length,
        "a list in which every name stands once: rules are told apart by it",
    )
    .default([]);

export type AllowedEgress = z.output<typeof allowedEgressEntry>;

/** Service tags that stand for everybody's machines or data, and so allow data to leave to strangers. */
const openTags = /^(Internet|AzureCloud|VirtualNetwork|Storage)(\.|$)/i;

function isServiceTag(text: string): boolean {
    return /^[A-Z][A-Za-z0-9]+(\.[A-Za-z0-9]+)?$/.test(text) && !openTags.test(text);
}

function isNarrowBlock(text: string): boolean {
    try {
        return parseCidr(text).prefix >= 8;
    } catch {
        return false;
    }
}

function isPortRange(text: string): boolean {
    const [first, last = first] = text.split("-").map((part) => (/^[1-9]\d{0,4}$/.test(part) ? Number(part) : NaN));
    return text.split("-").length <= 2 && first <= last && last <= 65535;
}
