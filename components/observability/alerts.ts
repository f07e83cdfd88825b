import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import type { MetricRule, QueryRule } from "./alert-rules-plan";

/** Makes the group of those who are told. */
export function actionGroup(
    name: string,
    emails: readonly string[],
    placement: Placement,
    opts: pulumi.CustomResourceOptions = {},
): monitor.ActionGroup {
    return new monitor.ActionGroup(
        `ag-${name}`,
        {
            actionGroupName: `ag-${name}`,
            // Stands in every message; 12 characters at most.
            groupShortName: "platform",
            enabled: true,
            emailReceivers: emails.map((emailAddress) => ({
                name: emailAddress,
                emailAddress,
                useCommonAlertSchema: true,
            })),
            ...placementOf(placement),
            location: "global",
        },
        opts,
    );
}

export interface AlertsArgs extends Placement {
    actionGroupId: pulumi.Input<string>;
    /** What is watched, by a short name. */
    watched: Record<string, { id: pulumi.Input<string>; rules: readonly MetricRule[] }>;
    /** Default: none. */
    queries?: { logWorkspaceId: pulumi.Input<string>; rules: readonly QueryRule[] };
}

/** Alerts, beside what they watch: Azure takes metric alerts in the subscription of their target alone. */
export class Alerts extends pulumi.ComponentResource {
    constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Alerts", name, {}, opts);
        for (const [what, { id, rules }] of Object.entries(args.watched)) {
            for (const rule of rules) {
                this.metricAlert(`${what}-${rule.name}-${name}`, rule, id, args);
            }
        }
        for (const rule of args.queries?.rules ?? []) {
            this.queryAlert(`${rule.name}-${name}`, rule, args.queries?.logWorkspaceId ?? "", args);
        }
        this.registerOutputs();
    }

    private metricAlert(name: string, rule: MetricRule, id: pulumi.Input<string>, args: AlertsArgs): void {
        new monitor.MetricAlert(
            `alert-${name}`,
            {
                ruleName: `alert-${name}`,
                description: rule.description,
                enabled: true,
                severity: rule.severity,
                scopes: [id],
                evaluationFrequency: rule.window === "PT5M" ? "PT1M" : "PT5M",
                windowSize: rule.window,
                autoMitigate: true,
                criteria: {
                    odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                    allOf: [
                        {
                            criterionType: "StaticThresholdCriterion",
                            name: rule.name,
                            metricNamespace: rule.namespace,
                            metricName: rule.metric,
                            timeAggregation: rule.aggregation,
                            operator: rule.operator,
                            threshold: rule.threshold,
                            dimensions: rule.dimension && [
                                {
                                    name: rule.dimension.name,
                                    operator: "Include",
                                    values: [...rule.dimension.values],
                                },
                            ],
                            // Some metrics come into being with the first thing that they count.
                            skipMetricValidation: true,
                        },
                    ],
                },
                actions: [{ actionGroupId: args.actionGroupId }],
                ...placementOf(args),
                location: "global",
            },
            { parent: this },
        );
    }

    private queryAlert(name: string, rule: QueryRule, logWorkspaceId: pulumi.Input<string>, args: AlertsArgs): void {
        new monitor.ScheduledQueryRule(
            `alert-${name}`,
            {
                ruleName: `alert-${name}`,
                displayName: `alert-${name}`,
                description: rule.description,
                enabled: true,
                kind: "LogAlert",
                severity: rule.severity,
                scopes: [logWorkspaceId],
                evaluationFrequency: "PT15M",
                windowSize: "PT15M",
                autoMitigate: true,
                // The tables are made by the first record.
                skipQueryValidation: true,
                criteria: {
                    allOf: [
                        {
                            query: rule.query,
                            timeAggregation: "Count",
                            operator: "GreaterThan",
                            threshold: rule.threshold,
                            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
                        },
                    ],
                },
                actions: { actionGroups: [args.actionGroupId] },
                ...placementOf(args),
            },
            { parent: this },
        );
    }
}
