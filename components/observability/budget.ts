import * as consumption from "@pulumi/azure-native/consumption";
import type * as pulumi from "@pulumi/pulumi";

export interface BudgetArgs {
    subscriptionId: string;
    /** In the subscription's currency. */
    monthlyAmount: number;
    /** First month, as `2026-01`. Azure takes the current month or a later one, and no change afterwards. */
    startMonth: string;
    /** Percent of the amount that has been spent. At most four: Azure takes five notifications, one is the forecast's. */
    thresholds: readonly number[];
    /** Percent of the amount that a forecast says will be spent. */
    forecast: number;
    emails: readonly string[];
    /** Counts only what carries all of these tags; two at least, as Azure demands. Default: the whole subscription. */
    tags?: Readonly<Record<string, string>>;
}

/** Makes a budget: it warns, and stops nothing. */
export function budget(name: string, args: BudgetArgs, opts: pulumi.CustomResourceOptions): void {
    const common = { enabled: true, operator: "GreaterThanOrEqualTo", contactEmails: [...args.emails] };
    const spent = args.thresholds.map(
        (threshold) => [`spent-${threshold}`, { ...common, threshold, thresholdType: "Actual" }] as const,
    );
    new consumption.Budget(
        `budget-${name}`,
        {
            budgetName: `budget-${name}`,
            scope: `/subscriptions/${args.subscriptionId}`,
            category: "Cost",
            amount: args.monthlyAmount,
            timeGrain: "Monthly",
            timePeriod: { startDate: `${args.startMonth}-01T00:00:00Z` },
            filter: args.tags && {
                and: Object.entries(args.tags).map(([tag, value]) => ({
                    tags: { name: tag, operator: "In", values: [value] },
                })),
            },
            notifications: {
                ...Object.fromEntries(spent),
                [`forecast-${args.forecast}`]: { ...common, threshold: args.forecast, thresholdType: "Forecasted" },
            },
        },
        opts,
    );
}
