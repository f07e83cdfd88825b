import { z } from "zod";
import { distinct, guid } from "./values";

/** Settings whose default depends on the environment are left open here; `infra/defaults.ts` closes them. */
const inProd = (what: string) => z.boolean().optional().describe(`${what} Default: on in prod, else off.`);

export const email = z.email("an e-mail address such as platform@contoso.com");

export const flowLogsSchema = z
    .strictObject({
        enabled: inProd("Flow logs of every network, kept in storage of their own; paid for by volume."),
        retentionInDays: z.int().min(1).max(365).default(90).describe("How long storage keeps them."),
        trafficAnalytics: z
            .boolean()
            .default(false)
            .describe("Summaries in the log workspace, every ten minutes; paid for by volume a second time."),
        networkWatcher: z
            .enum(["existing", "create"])
            .default("existing")
            .describe(
                "existing: NetworkWatcher_<region> in NetworkWatcherRG, which Azure makes with the first network of a region. " +
                    "create: for subscriptions that have opted out of that; a region takes one alone.",
            ),
    })
    .prefault({})
    .describe("Who talked to whom, accepted or denied.");

export const alertsSchema = z
    .strictObject({
        emails: distinct(email)
            .default([])
            .describe("Who is told. Default: nobody, and no alert is made; with one, a few cents per alert a month."),
        deniedEgress: z
            .int()
            .min(1)
            .default(100)
            .describe("Connections that the firewall denies within 15 minutes; more of them alert."),
        blockedRequests: z
            .int()
            .min(1)
            .default(200)
            .describe("Requests that a web application firewall blocks within 15 minutes; more of them alert."),
    })
    .prefault({})
    .describe("What operators are told of by e-mail.");

export const grafanaSchema = z
    .strictObject({
        adminGroups: distinct(guid("Object id of an Entra group.")).min(1).describe("Administer dashboards."),
        viewerGroups: distinct(guid("Object id of an Entra group.")).default([]).describe("See dashboards."),
        publicAccess: z
            .boolean()
            .default(false)
            .describe(
                "Whether it can be reached from the Internet, behind Entra sign-in; else in private networks alone.",
            ),
    })
    .describe("Azure Managed Grafana over the clusters' metrics. Default: none; paid for by hour and active user.");

export const budgetSchema = z
    .strictObject({
        monthlyAmount: z.int().min(1).describe("In the subscription's currency."),
        startMonth: z
            .string()
            .regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'a month such as "2026-01"')
            .describe("First month: the current one or a later one when the budget is made; never changed afterwards."),
        scope: z
            .enum(["platform", "subscription"])
            .default("platform")
            .describe("platform: what carries the tags workload and environment of this stack."),
        thresholds: distinct(z.int().min(1).max(1000))
            .min(1)
            .max(4)
            .default([50, 80, 100])
            .describe("Percent of the amount at which e-mails are sent."),
        forecast: z.int().min(1).max(1000).default(110).describe("Percent that a forecast must reach for an e-mail."),
        emails: distinct(email).default([]).describe("Default: those of observability.alerts."),
    })
    .describe("A budget that warns, and stops nothing. Free of charge. Default: none.");

export const observabilitySchema = z
    .strictObject({
        logRetentionInDays: z.int().min(30).max(730).default(90).describe("How long logs are kept."),
        dailyQuotaInGb: z
            .int()
            .min(1)
            .optional()
            .describe("Gigabytes a day after which no more logs are taken, audit logs included. Default: no limit."),
        privateLink: z
            .boolean()
            .default(false)
            .describe(
                "Agents and people reach Azure Monitor through a private endpoint alone. Paid for by hour. It takes over " +
                    "Azure Monitor's names in every network that asks the platform's zones: one per set of networks.",
            ),
        flowLogs: flowLogsSchema,
        alerts: alertsSchema,
        grafana: grafanaSchema.optional(),
        budget: budgetSchema.optional(),
    })
    .prefault({})
    .describe("Logs, metrics, alerts and costs.");

export type ObservabilityConfig = z.output<typeof observabilitySchema>;
export type BudgetConfig = z.output<typeof budgetSchema>;
