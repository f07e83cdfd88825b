import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { armType, inGroup, lastSegment } from "./arm-id";
import type { Rule, ServiceTypes } from "./resource-type";

/** Alert rules of Azure Monitor, and whom they call */

function refused(id: string, reason: string): ArmError {
    return new ArmError("BadRequest", `Alert rule '${lastSegment(id)}': ${reason}.`);
}

const shortNameIsShort: Rule = ({ inputs }) => {
    const name = stringAt(inputs, "groupShortName");
    if (name === undefined || (name.length >= 1 && name.length <= 12)) return undefined;
    const message = `groupShortName '${name}' has ${name.length} characters; allowed are 1 to 12.`;
    return new ArmError("InvalidActionGroupShortName", message);
};

const receiversAreNamedOnce: Rule = ({ id, inputs }) => {
    const names = Object.entries(inputs)
        .filter(([property]) => property.endsWith("Receivers"))
        .flatMap(([property]) => stringsAt(inputs, `${property}[].name`));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return undefined;
    const message = `Action group '${lastSegment(id)}' has two receivers of the name '${twice}'.`;
    return new ArmError("DuplicateReceiverName", message);
};

const severityFits: Rule = ({ id, inputs }) => {
    const severity = inputs["severity"];
    if (typeof severity !== "number" || [0, 1, 2, 3, 4].includes(severity)) return undefined;
    return refused(id, `severity is ${severity}; allowed are 0 (critical) to 4 (verbose)`);
};

/** Log and metric alerts look at a resource; action groups and activity logs are of the whole of Azure. */
const isGlobal: Rule = ({ id, inputs }) => {
    const location = stringAt(inputs, "location");
    if (location === undefined || location.toLowerCase() === "global") return undefined;
    return new ArmError(
        "LocationNotAvailableForResourceType",
        `'${lastSegment(id)}' must be in location global, not ${location}.`,
    );
};

/** Minutes of an ISO 8601 duration such as `PT5M`, `PT1H` or `P1D`. */
function minutes(text: string | undefined): number | undefined {
    const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text ?? "");
    if (!parts || text === undefined || !/\d/.test(text)) return undefined;
    const [days, hours, rest] = parts.slice(1).map((part) => Number(part ?? 0));
    return (days ?? 0) * 1440 + (hours ?? 0) * 60 + (rest ?? 0);
}

function timesFit(frequencies: readonly number[], windows: readonly number[]): Rule {
    return ({ id, inputs }) => {
        const times: number[] = [];
        for (const [property, allowed] of [
            ["evaluationFrequency", frequencies],
            ["windowSize", windows],
        ] as const) {
            const text = stringAt(inputs, property);
            if (text === undefined) continue;
            const time = minutes(text);
            if (time === undefined || !allowed.includes(time))
                return refused(id, `${property} is '${text}'; allowed are ${allowed.join(", ")} minutes, as PT5M`);
            times.push(time);
        }
        const [frequency, window] = times;
        if (frequency === undefined || window === undefined || frequency <= window) return undefined;
        return refused(id, "evaluationFrequency is above windowSize, so that data would be left out");
    };
}

const criteriaAreGiven: Rule = ({ id, inputs }) => {
    const criteria = valueAt(inputs, "criteria");
    if (
        criteria === UNKNOWN ||
        valueAt(criteria, "odataType") === "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"
    )
        return undefined;
    const all = valueAt(criteria, "allOf");
    if (all === UNKNOWN || (Array.isArray(all) && all.length > 0)) return undefined;
    return refused(id, "criteria.allOf has no criterion");
};

const criteriaFitScopes: Rule = ({ id, inputs }) => {
    const scopes = valuesAt(inputs, "scopes[]");
    const kind = stringAt(inputs, "criteria.odataType");
    if (scopes.length === 0) return refused(id, "scopes are empty");
    if (kind === "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria" && scopes.length > 1)
        return refused(id, "SingleResourceMultipleMetricCriteria takes one scope");
    if (
        scopes.length < 2 ||
        (inputs["targetResourceType"] !== undefined && inputs["targetResourceRegion"] !== undefined)
    )
        return undefined;
    return refused(id, "several scopes need targetResourceType and targetResourceRegion");
};

/** A query's rows are counted, or a column of them measured. */
const queriesAreMeasured: Rule = ({ id, inputs }) => {
    for (const condition of itemsAt(inputs, "criteria.allOf")) {
        if (condition["query"] === undefined && condition["metricName"] === undefined)
            return refused(id, "a criterion has no query");
        const aggregation = stringAt(condition, "timeAggregation");
        if (aggregation === undefined || aggregation === "Count" || condition["metricMeasureColumn"] !== undefined)
            continue;
        return refused(id, `timeAggregation ${aggregation} needs metricMeasureColumn`);
    }
    return undefined;
};

const periodsFit: Rule = ({ id, inputs }) => {
    for (const condition of itemsAt(inputs, "criteria.allOf")) {
        const needed = valueAt(condition, "failingPeriods.minFailingPeriodsToAlert");
        const looked = valueAt(condition, "failingPeriods.numberOfEvaluationPeriods");
        if (typeof needed !== "number" || typeof looked !== "number" || needed <= looked) continue;
        return refused(id, `minFailingPeriodsToAlert ${needed} is above numberOfEvaluationPeriods ${looked}`);
    }
    return undefined;
};

/** An activity's category comes first, and only whole subscriptions, groups and resources are watched. */
const activityIsNamed: Rule = ({ id, inputs }) => {
    if (valueAt(inputs, "condition.allOf") === UNKNOWN) return undefined;
    const fields = itemsAt(inputs, "condition.allOf").map(({ field }) => field);
    if (fields.includes("category") || fields.includes(UNKNOWN)) return undefined;
    return refused(id, "condition.allOf has no criterion for the field 'category'");
};

/** "Prometheus rule groups": one Azure Monitor workspace, and a cluster of it at most. */
const prometheusScopesFit: Rule = ({ id, inputs }) => {
    const scopes = valuesAt(inputs, "scopes[]");
    const types = scopes.map((scope) => (typeof scope === "string" ? armType(scope).toLowerCase() : UNKNOWN));
    const workspaces = types.filter((type) => type === "microsoft.monitor/accounts").length;
    if (types.includes(UNKNOWN)) return undefined;
    if (workspaces !== 1) return refused(id, "scopes need the id of one Azure Monitor workspace");
    const cluster = scopes.find((_scope, index) => types[index] === "microsoft.containerservice/managedclusters");
    const name = stringAt(inputs, "clusterName");
    if (typeof cluster !== "string" || name === undefined || lastSegment(cluster) === name) return undefined;
    return refused(id, `clusterName '${name}' is not the name of the cluster in its scopes, ${lastSegment(cluster)}`);
};

const prometheusRulesFit: Rule = ({ id, inputs }) => {
    const rules = itemsAt(inputs, "rules");
    if (inputs["rules"] !== UNKNOWN && rules.length === 0) return refused(id, "there are no rules");
    if (rules.length > 20) return refused(id, `${rules.length} rules are given; allowed are up to 20`);
    const wrong = rules.find(({ alert, record }) => (alert === undefined) === (record === undefined));
    if (wrong) return refused(id, "each rule has either alert or record");
    const calling = rules.find(
        ({ record, actions }) => record !== undefined && Array.isArray(actions) && actions.length > 0,
    );
    return calling && refused(id, `recording rule '${String(calling["record"])}' can't have actions`);
};

const prometheusIntervalFits: Rule = ({ id, inputs }) => {
    const text = stringAt(inputs, "interval");
    const time = minutes(text);
    if (text === undefined || (time !== undefined && time >= 1 && time <= 15)) return undefined;
    return refused(id, `interval is '${text}'; allowed are PT1M to PT15M`);
};

const METRIC_FREQUENCIES = [1, 5, 15, 30, 60];
const METRIC_WINDOWS = [1, 5, 15, 30, 60, 360, 720, 1440];
const QUERY_FREQUENCIES = [1, 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440];
const QUERY_WINDOWS = [...QUERY_FREQUENCIES, 2880];

export const alerts: ServiceTypes = {
    ActionGroup: {
        id: inGroup("Microsoft.Insights/actionGroups/{actionGroupName}"),
        rules: [shortNameIsShort, receiversAreNamedOnce],
        inUse: "ActionGroupInUse",
    },
    MetricAlert: {
        id: inGroup("Microsoft.Insights/metricAlerts/{ruleName}"),
        rules: [
            isGlobal,
            severityFits,
            criteriaAreGiven,
            criteriaFitScopes,
            timesFit(METRIC_FREQUENCIES, METRIC_WINDOWS),
        ],
        weakReferences: ["scopes[]", "actions[].actionGroupId"],
        computed: () => ({ isMigrated: false }),
    },
    ScheduledQueryRule: {
        id: inGroup("Microsoft.Insights/scheduledQueryRules/{ruleName}"),
        required: ["criteria", "scopes"],
        replaceOn: ["kind"],
        rules: [
            severityFits,
            criteriaAreGiven,
            queriesAreMeasured,
            periodsFit,
            timesFit(QUERY_FREQUENCIES, QUERY_WINDOWS),
        ],
        weakReferences: ["scopes[]", "actions.actionGroups[]"],
        computed: ({ inputs }) => ({
            isLegacyLogAnalyticsRule: false,
            isWorkspaceAlertsStorageConfigured: false,
            kind: inputs["kind"] ?? "LogAlert",
        }),
    },
    ActivityLogAlert: {
        id: inGroup("Microsoft.Insights/activityLogAlerts/{activityLogAlertName}"),
        rules: [isGlobal, activityIsNamed],
        weakReferences: ["scopes[]", "actions.actionGroups[].actionGroupId"],
        computed: ({ inputs }) => ({ enabled: inputs["enabled"] ?? true }),
    },
};

/** Microsoft.AlertsManagement */
export const alertsManagement: ServiceTypes = {
    PrometheusRuleGroup: {
        id: inGroup("Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}"),
        rules: [prometheusScopesFit, prometheusRulesFit, prometheusIntervalFits],
        weakReferences: ["scopes[]", "rules[].actions[].actionGroupId"],
        computed: ({ inputs }) => ({ interval: inputs["interval"] ?? "PT1M", enabled: inputs["enabled"] ?? true }),
    },
};
