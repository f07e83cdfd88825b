import { isProperties, stringAt, valueAt, valuesAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { lastSegment } from "./arm-id";
import type { Resource, ResourceType, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Consumption and Microsoft.CostManagement: budgets of a subscription or a resource group */

function refused({ id }: Resource, reason: string): ArmError {
    return new ArmError("400", `Budget '${lastSegment(id)}': ${reason}.`);
}

const scopeFits: Rule = (budget) => {
    const scope = stringAt(budget.inputs, "scope");
    if (scope === undefined) return undefined;
    const known =
        /^\/?(subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?|providers\/Microsoft\.(Management|Billing)\/.+)\/?$/i;
    return known.test(scope) ? undefined : refused(budget, `scope '${scope}' is no subscription or resource group`);
};

const amountIsPositive: Rule = (budget) => {
    const amount = budget.inputs["amount"];
    if (typeof amount !== "number" || amount > 0) return undefined;
    return refused(budget, `amount is ${amount}; it must be above 0`);
};

/** "Start date must be the first of a month, on or after 1 June 2017"; the end comes after it. */
const periodFits: Rule = (budget, _cloud, before) => {
    const start = stringAt(budget.inputs, "timePeriod.startDate");
    const end = stringAt(budget.inputs, "timePeriod.endDate");
    if (start === undefined) return undefined;
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(T00:00:00(\.0+)?(Z|\+00:00)?)?$/.exec(start) ?? [];
    if (day !== "01") return refused(budget, `timePeriod.startDate '${start}' must be the first day of a month`);
    if (`${year}-${month}` < "2017-06") return refused(budget, `timePeriod.startDate '${start}' is before June 2017`);
    if (end !== undefined && Date.parse(end) <= Date.parse(start))
        return refused(budget, `timePeriod.endDate '${end}' is not after its start`);
    const fixed = stringAt(before?.inputs, "timePeriod.startDate");
    if (fixed === undefined || Date.parse(fixed) === Date.parse(start)) return undefined;
    return refused(budget, `timePeriod.startDate can't be changed (it is '${fixed}')`);
};

const grainExists: Rule = (budget) => {
    const grain = stringAt(budget.inputs, "timeGrain");
    const known = [
        "Monthly",
        "Quarterly",
        "Annually",
        "BillingMonth",
        "BillingQuarter",
        "BillingAnnual",
        "Last7Days",
        "Last30Days",
    ];
    if (grain === undefined || known.includes(grain)) return undefined;
    return refused(budget, `timeGrain '${grain}' doesn't exist; allowed are ${known.join(", ")}`);
};

const MOST_NOTIFICATIONS = 5;
const MOST_CONTACTS = 50;

const notificationsFit: Rule = (budget) => {
    const notifications = budget.inputs["notifications"];
    if (!isProperties(notifications)) return undefined;
    const all = Object.entries(notifications);
    if (all.length > MOST_NOTIFICATIONS)
        return refused(budget, `${all.length} notifications are given; allowed are up to ${MOST_NOTIFICATIONS}`);
    for (const [name, notification] of all) {
        const threshold = valueAt(notification, "threshold");
        if (typeof threshold === "number" && !(threshold >= 0 && threshold <= 1000))
            return refused(budget, `threshold of '${name}' is ${threshold}; allowed are 0 to 1000 percent`);
        const emails = valuesAt(notification, "contactEmails[]");
        if (emails.length > MOST_CONTACTS)
            return refused(budget, `'${name}' has ${emails.length} contacts; allowed are up to ${MOST_CONTACTS}`);
        const others =
            valuesAt(notification, "contactGroups[]").length + valuesAt(notification, "contactRoles[]").length;
        if (emails.length + others === 0)
            return refused(budget, `'${name}' needs a contact: an e-mail, a group or a role`);
    }
    return undefined;
};

function budget(provider: string): ResourceType {
    return {
        id: `{scope}/providers/${provider}/budgets/{budgetName}`,
        rules: [scopeFits, amountIsPositive, periodFits, grainExists, notificationsFit],
        computed: () => ({ currentSpend: { amount: 0, unit: "EUR" } }),
    };
}

export const consumption: ServiceTypes = { Budget: budget("Microsoft.Consumption") };
export const costManagement: ServiceTypes = { Budget: budget("Microsoft.CostManagement") };
