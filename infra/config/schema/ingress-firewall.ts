import { z } from "zod";
import { cidr, distinct } from "./values";

/** Azure's longest tag: that is where reasons are kept. */
const reason = z.string().min(1).max(256).describe("Why; kept as a tag of the policy.");
const ruleId = z.string().regex(/^\d{6,10}$/, "the number of a managed rule such as 942440, in quotes");
const ruleGroup = z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{1,79}$/, "the name of a group of managed rules such as SQLI")
    .describe("For example SQLI; in CRS 3.2 REQUEST-942-APPLICATION-ATTACK-SQLI.");

const exclusion = z.strictObject({
    variable: z
        .enum([
            "RequestHeaderKeys",
            "RequestHeaderValues",
            "RequestCookieKeys",
            "RequestCookieValues",
            "RequestArgKeys",
            "RequestArgValues",
        ])
        .describe("Part of a request."),
    operator: z
        .enum(["Equals", "StartsWith", "EndsWith", "Contains"])
        .default("Equals")
        .describe("How selector is compared with a name."),
    selector: z.string().min(1).max(128).describe("Name of the header, cookie or argument."),
    rules: z
        .strictObject({ group: ruleGroup, ids: distinct(ruleId).min(1).describe("Rules of that group.") })
        .optional()
        .describe("Rules that leave it alone. Default: all."),
    reason,
});

const override = z.strictObject({
    group: ruleGroup,
    action: z.enum(["Disabled", "Log", "Block", "AnomalyScoring"]).describe("What the rule does instead."),
    reason,
});

const ofEveryRule = {
    priority: z.int().min(1).max(100).describe("Lower ones first; each has its own."),
    path: z
        .string()
        .regex(/^\//, "a path that begins with /")
        .describe("Beginning of the paths that it is for. Default: all.")
        .optional(),
};
const block = z
    .enum(["listed", "others"])
    .default("others")
    .describe("Whom it blocks: those that are listed, or everybody else.");

const rateLimit = z.strictObject({
    mode: z.literal("rateLimit"),
    ...ofEveryRule,
    requests: z.int().min(1).max(5000).describe("Requests that are let through."),
    minutes: z.literal([1, 5]).default(1).describe("In which time."),
    per: z.enum(["client", "country"]).default("client").describe("Whose requests are counted together."),
});
const countries = z.strictObject({
    mode: z.literal("countries"),
    ...ofEveryRule,
    countries: distinct(z.string().regex(/^[A-Z]{2}$/, "a country's two letters such as DE")).min(1),
    block,
});
const addresses = z.strictObject({
    mode: z.literal("addresses"),
    ...ofEveryRule,
    ranges: distinct(cidr("A network of clients.")).min(1).max(600),
    block,
});

const named = <Rule extends z.ZodType>(rule: Rule) =>
    z
        .record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "letters and digits, the first a letter"), rule)
        .default({})
        .describe("Rules of one's own, by name. All of them block; none lets requests past the managed rules.");

const common = {
    exclusions: z
        .record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "lower-case letters, digits and hyphens"), exclusion)
        .default({})
        .describe("Parts of requests that managed rules leave alone, by a short name."),
    overrides: z.record(ruleId, override).default({}).describe("Managed rules that do something else, by number."),
    body: z
        .strictObject({
            maxKB: z.int().min(8).max(2000).default(128).describe("Largest body of a request without a file."),
            inspectKB: z.int().min(8).max(2000).default(128).describe("How much of a body is looked at."),
            uploadMB: z.int().min(1).max(4000).default(100).describe("Largest file."),
        })
        .prefault({})
        .describe("Sizes above which requests are blocked."),
};

/** The firewall of an application gateway; it always blocks, and always knows bots. */
export const firewallSchema = z
    .strictObject({
        ruleSet: z
            .enum(["DRS 2.2", "DRS 2.1", "CRS 3.2"])
            .default("DRS 2.2")
            .describe("Microsoft's default rule set, or the older Core Rule Set of OWASP."),
        ...common,
        customRules: named(z.discriminatedUnion("mode", [rateLimit, countries, addresses])),
    })
    .describe("The web application firewall. It always blocks, and bot rules are always on.");

/**
 * The firewall of Application Gateway for Containers: it has no choice of rule sets. Whether Azure limits rates there is
 * not said the same way everywhere, so there is no setting for it.
 */
export const containersFirewallSchema = z
    .strictObject({ ...common, customRules: named(z.discriminatedUnion("mode", [countries, addresses])) })
    .describe("The web application firewall, with Microsoft's default rule set 2.1. It always blocks.");

export type FirewallConfig = z.output<typeof firewallSchema>;
export type ContainersFirewallConfig = z.output<typeof containersFirewallSchema>;
