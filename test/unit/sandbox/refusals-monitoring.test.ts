import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, network } from "./fixtures";
import { refuses, simulate, SUBSCRIPTION } from "./provider-client";
import type { Simulation } from "./provider-client";

const location = "westeurope";
const provider = (path: string) => `${GROUP}/providers/${path}`;
const log = provider("Microsoft.OperationalInsights/workspaces/log");
const metrics = provider("Microsoft.Monitor/accounts/amw");
const endpoint = provider("Microsoft.Insights/dataCollectionEndpoints/dce");
const vnet = network("virtualNetworks/vnet");
const group = provider("Microsoft.Insights/actionGroups/ag");

interface Case {
    readonly type: string;
    readonly good: Properties;
    readonly bad: Properties;
    readonly code?: string;
    readonly word: string;
}

const setting = (more: Properties, resourceUri = vnet) => ({ resourceUri, name: "logs", workspaceId: log, ...more });
const logs = (...names: string[]) => ({ logs: names.map((category) => ({ category, enabled: true })) });
const actionGroup = (more: Properties) => ({
    actionGroupName: "x",
    groupShortName: "ops",
    enabled: true,
    location: "Global",
    ...more,
});
const criterion = {
    criterionType: "StaticThresholdCriterion",
    name: "c",
    metricName: "m",
    operator: "GreaterThan",
    threshold: 1,
    timeAggregation: "Average",
};
const single = { odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", allOf: [criterion] };
const metricAlert = (more: Properties) => ({
    ruleName: "a",
    location: "global",
    enabled: true,
    severity: 2,
    scopes: [vnet],
    evaluationFrequency: "PT5M",
    windowSize: "PT15M",
    criteria: single,
    actions: [{ actionGroupId: group }],
    ...more,
});
const condition = (more: Properties = {}) => ({
    criteria: {
        allOf: [{ query: "Syslog | count", timeAggregation: "Count", operator: "GreaterThan", threshold: 0, ...more }],
    },
});
const queryAlert = (more: Properties) => ({
    location,
    ruleName: "q",
    scopes: [log],
    severity: 2,
    evaluationFrequency: "PT5M",
    windowSize: "PT15M",
    ...condition(),
    ...more,
});
const activity = (more: Properties) => ({
    location: "global",
    activityLogAlertName: "health",
    scopes: [`/subscriptions/${SUBSCRIPTION}`],
    condition: { allOf: [{ field: "category", equals: "ServiceHealth" }] },
    actions: { actionGroups: [{ actionGroupId: group }] },
    ...more,
});
const ruleGroup = (more: Properties) => ({
    location,
    ruleGroupName: "nodes",
    scopes: [metrics],
    rules: [{ alert: "NodeDown", expression: "up == 0" }],
    ...more,
});
const collection = (more: Properties) => ({
    location,
    dataCollectionRuleName: "dcr",
    dataCollectionEndpointId: endpoint,
    dataSources: { prometheusForwarder: [{ name: "prom", streams: ["Microsoft-PrometheusMetrics"] }] },
    destinations: {
        monitoringAccounts: [{ name: "amw", accountResourceId: metrics }],
        logAnalytics: [{ name: "log", workspaceResourceId: log }],
    },
    dataFlows: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: ["amw"] }],
    ...more,
});
const grafana = (more: Properties) => ({ location, workspaceName: "amg-ops", sku: { name: "Standard" }, ...more });
const table = (more: Properties) => ({ workspaceName: "log", tableName: "ContainerLogV2", ...more });
const workspace = (more: Properties) => ({ location, workspaceName: "log2", ...more });
const notification = (more: Properties = {}) => ({
    enabled: true,
    operator: "GreaterThan",
    threshold: 80,
    contactEmails: ["ops@example.com"],
    ...more,
});
const budget = (more: Properties) => ({
    scope: GROUP,
    budgetName: "monthly",
    category: "Cost",
    amount: 100,
    timeGrain: "Monthly",
    timePeriod: { startDate: "2026-01-01T00:00:00Z" },
    notifications: { eighty: notification() },
    ...more,
});
const several = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_item, index) => [`n${index}`, notification()]));

const of =
    (type: string, inputs: (more: Properties) => Properties, code = "BadRequest") =>
    (word: string, bad: Properties, good: Properties = {}): Case => ({
        type,
        good: inputs(good),
        bad: inputs(bad),
        code,
        word,
    });
const ofSetting = of("monitor:DiagnosticSetting", setting);
const ofMetric = of("monitor:MetricAlert", metricAlert);
const ofQuery = of("monitor:ScheduledQueryRule", queryAlert);
const ofRules = of("alertsmanagement:PrometheusRuleGroup", ruleGroup);
const ofBudget = of("consumption:Budget", budget, "400");
const ofTable = of("operationalinsights:Table", table, "InvalidParameter");
const ofWorkspace = of("operationalinsights:Workspace", workspace, "InvalidParameter");

const CASES: Readonly<Record<string, Case>> = {
    "a category that the type doesn't have": ofSetting("AuditEvent", logs("AuditEvent"), logs("VMProtectionAlerts")),
    "a group that the type doesn't have": ofSetting(
        "CategoryGroup",
        { logs: [{ categoryGroup: "audit", enabled: true }] },
        { logs: [{ categoryGroup: "allLogs", enabled: true }] },
    ),
    "a metric that the type doesn't have": ofSetting(
        "Metric category",
        { metrics: [{ category: "Transaction", enabled: true }] },
        { metrics: [{ category: "AllMetrics", enabled: true }] },
    ),
    "a log without a category": ofSetting("categoryGroup", { logs: [{ enabled: true }] }, logs("VMProtectionAlerts")),
    "tables of another kind": ofSetting(
        "Dedicated",
        { ...logs("VMProtectionAlerts"), logAnalyticsDestinationType: "Own" },
        { ...logs("VMProtectionAlerts"), logAnalyticsDestinationType: "Dedicated" },
    ),
    "an action group's short name of 13 characters": of(
        "monitor:ActionGroup",
        actionGroup,
        "InvalidActionGroupShortName",
    )("13 characters", { groupShortName: "x".repeat(13) }, { groupShortName: "x".repeat(12) }),
    "two receivers of one name": of(
        "monitor:ActionGroup",
        actionGroup,
        "DuplicateReceiverName",
    )("'ops'", {
        emailReceivers: ["a@example.com", "b@example.com"].map((emailAddress) => ({ name: "ops", emailAddress })),
    }),
    "a metric alert in a region": of(
        "monitor:MetricAlert",
        metricAlert,
        "LocationNotAvailableForResourceType",
    )("global", { location }),
    "severity 5": ofMetric("0 (critical) to 4", { severity: 5 }),
    "metrics looked at every 2 minutes": ofMetric("evaluationFrequency", { evaluationFrequency: "PT2M" }),
    "more frequent data than is looked at": ofMetric("left out", { evaluationFrequency: "PT1H", windowSize: "PT5M" }),
    "an alert without criteria": ofMetric("no criterion", { criteria: { ...single, allOf: [] } }),
    "one resource's criteria for two": ofMetric("one scope", { scopes: [vnet, log] }),
    "an alert on nothing": ofMetric("scopes are empty", { scopes: [] }),
    "an average of rows": ofQuery(
        "metricMeasureColumn",
        condition({ timeAggregation: "Average" }),
        condition({ timeAggregation: "Average", metricMeasureColumn: "x" }),
    ),
    "an alert without a query": ofQuery("no query", condition({ query: undefined })),
    "more failures than periods": ofQuery(
        "minFailingPeriodsToAlert 2",
        condition({ failingPeriods: { minFailingPeriodsToAlert: 2, numberOfEvaluationPeriods: 1 } }),
    ),
    "an activity without a category": of("monitor:ActivityLogAlert", activity)("'category'", {
        condition: { allOf: [{ field: "status", equals: "Failed" }] },
    }),
    "Prometheus rules without a workspace": ofRules("Azure Monitor workspace", { scopes: [log] }),
    "a Prometheus rule that is neither alert nor record": ofRules("either alert or record", {
        rules: [{ expression: "up" }],
    }),
    "21 Prometheus rules": ofRules("up to 20", {
        rules: Array.from({ length: 21 }, (_item, index) => ({ record: `r${index}`, expression: "up" })),
    }),
    "a recording rule that calls somebody": ofRules("recording rule 'r'", {
        rules: [{ record: "r", expression: "up", actions: [{ actionGroupId: group }] }],
    }),
    "an interval of 20 minutes": ofRules("PT1M to PT15M", { interval: "PT20M" }, { interval: "PT1M" }),
    "Prometheus without an endpoint": of(
        "monitor:DataCollectionRule",
        collection,
        "InvalidPayload",
    )("dataCollectionEndpointId", {
        dataCollectionEndpointId: undefined,
    }),
    "Prometheus into a log": of(
        "monitor:DataCollectionRule",
        collection,
        "InvalidPayload",
    )("'log'", {
        dataFlows: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: ["log"] }],
    }),
    "a flow that nothing collects": of(
        "monitor:DataCollectionRule",
        collection,
        "InvalidPayload",
    )("Microsoft-Syslog", {
        dataFlows: [{ streams: ["Microsoft-Syslog"], destinations: ["log"] }],
    }),
    "Grafana's name of 24 characters": of("dashboard:Grafana", grafana, "InvalidResourceName")(
        "2 to 23",
        { workspaceName: "x".repeat(24) },
        { workspaceName: "x".repeat(23) },
    ),
    "Grafana of another SKU": of("dashboard:Grafana", grafana, "InvalidSku")("Premium", { sku: { name: "Premium" } }),
    "an essential Grafana in zones": of("dashboard:Grafana", grafana)(
        "zoneRedundancy",
        { sku: { name: "Essential" }, properties: { zoneRedundancy: "Enabled" } },
        { properties: { zoneRedundancy: "Enabled" } },
    ),
    "Grafana beside a log workspace": of("dashboard:Grafana", grafana)(
        "workspaces/log",
        {
            properties: {
                grafanaIntegrations: { azureMonitorWorkspaceIntegrations: [{ azureMonitorWorkspaceResourceId: log }] },
            },
        },
        {
            properties: {
                grafanaIntegrations: {
                    azureMonitorWorkspaceIntegrations: [{ azureMonitorWorkspaceResourceId: metrics }],
                },
            },
        },
    ),
    "a budget of 0": ofBudget("above 0", { amount: 0 }),
    "a budget from the middle of a month": ofBudget("first day", { timePeriod: { startDate: "2026-01-15T00:00:00Z" } }),
    "a budget from 2016": ofBudget("June 2017", { timePeriod: { startDate: "2016-01-01T00:00:00Z" } }),
    "a budget that ends before it starts": ofBudget("not after", {
        timePeriod: { startDate: "2026-02-01T00:00:00Z", endDate: "2026-01-01T00:00:00Z" },
    }),
    "a budget of each day": ofBudget("timeGrain", { timeGrain: "Daily" }),
    "a budget of one network": ofBudget("no subscription", { scope: vnet }),
    "a threshold of 1001 %": ofBudget("0 to 1000", { notifications: { n: notification({ threshold: 1001 }) } }),
    "six notifications": ofBudget("up to 5", { notifications: several(6) }, { notifications: several(5) }),
    "a notification to nobody": ofBudget("needs a contact", {
        notifications: { n: notification({ contactEmails: [] }) },
    }),
    "51 contacts": ofBudget("51 contacts", {
        notifications: {
            n: notification({ contactEmails: Array.from({ length: 51 }, (_item, index) => `${index}@example.com`) }),
        },
    }),
    "a table's plan that doesn't exist": ofTable(
        "Analytics, Basic and Auxiliary",
        { plan: "Cheap" },
        { plan: "Basic" },
    ),
    "a basic table's own retention": ofTable(
        "plan Basic",
        { plan: "Basic", retentionInDays: 60 },
        { retentionInDays: 60 },
    ),
    "a table's retention of 3 days": ofTable("4 to 730", { retentionInDays: 3 }),
    "13 years in a table": ofTable("12 years", { totalRetentionInDays: 4745 }, { totalRetentionInDays: 4383 }),
    "less in all than for queries": ofTable("below", { retentionInDays: 90, totalRetentionInDays: 30 }),
    "a workspace of another SKU": ofWorkspace(
        "PerGB2018",
        { sku: { name: "Premium" } },
        { sku: { name: "PerGB2018" } },
    ),
    "a reservation without its SKU": ofWorkspace("CapacityReservation", {
        sku: { name: "PerGB2018", capacityReservationLevel: 100 },
    }),
    "a quota of 1 MB": ofWorkspace(
        "0.023",
        { workspaceCapping: { dailyQuotaGb: 0.001 } },
        { workspaceCapping: { dailyQuotaGb: 1 } },
    ),
    "a lock of another level": of(
        "authorization:ManagementLockByScope",
        (more) => ({ scope: vnet, lockName: "keep", level: "CanNotDelete", ...more }),
        "InvalidLockLevel",
    )("ReadOnly", { level: "Frozen" }, { level: "ReadOnly" }),
    "a role that permits nothing": of(
        "authorization:RoleDefinition",
        (more) => ({
            scope: GROUP,
            roleName: "r",
            assignableScopes: [GROUP],
            permissions: [{ actions: ["*/read"] }],
            ...more,
        }),
        "InvalidRoleDefinition",
    )("neither actions", { permissions: [{ notActions: ["*/write"] }] }),
};

describe("the simulated monitoring and cost management", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.make("operationalinsights:Workspace", { location, workspaceName: "log", retentionInDays: 90 });
        await build.make("monitor:AzureMonitorWorkspace", { location, azureMonitorWorkspaceName: "amw" });
        await build.make("monitor:DataCollectionEndpoint", { location, dataCollectionEndpointName: "dce" });
        await build.make("monitor:ActionGroup", { ...actionGroup({}), actionGroupName: "ag" });
    });
    afterEach(() => simulation.stop());

    for (const [what, { type, good, bad, code = "BadRequest", word }] of Object.entries(CASES)) {
        it(`refuse ${what}`, async () => {
            await refuses(build.make(type, bad), code, word);
            await build.make(type, good);
        });
    }

    it("refuse a sixth diagnostic setting of a resource", async () => {
        const make = async (index: number) => {
            const { id } = await build.make("operationalinsights:Workspace", {
                location,
                workspaceName: `log${index}`,
            });
            return build.make(
                "monitor:DiagnosticSetting",
                setting({ ...logs("VMProtectionAlerts"), name: `s${index}`, workspaceId: id }),
            );
        };
        for (let index = 0; index < 5; index++) await make(index);
        await refuses(make(5), "Conflict", "5 diagnostic settings");
    });

    it("refuse a category that another setting sends to the same place", async () => {
        await build.make("monitor:DiagnosticSetting", setting(logs("VMProtectionAlerts")));
        const again = setting({ ...logs("VMProtectionAlerts"), name: "again" });
        await refuses(build.make("monitor:DiagnosticSetting", again), "Conflict", "'logs'");
    });

    it("refuse to associate a rule twice with one target", async () => {
        const { id: dataCollectionRuleId } = await build.make("monitor:DataCollectionRule", collection({}));
        const associate = (associationName: string) =>
            build.make("monitor:DataCollectionRuleAssociation", {
                resourceUri: vnet,
                associationName,
                dataCollectionRuleId,
            });
        await associate("one");
        await refuses(associate("two"), "Conflict", "by one");
    });

    it("refuse to move a budget's start, and the cluster's name beside another cluster", async () => {
        const created = await build.make("consumption:Budget", budget({}));
        const later = { resourceGroupName: "rg", ...budget({ timePeriod: { startDate: "2026-02-01T00:00:00Z" } }) };
        await refuses(
            simulation.azure.update("azure-native:consumption:Budget", "it", created, later),
            "400",
            "can't be changed",
        );
        const cluster = provider("Microsoft.ContainerService/managedClusters/aks");
        const named = ruleGroup({ scopes: [metrics, cluster], clusterName: "other" });
        await refuses(
            build.plan("alertsmanagement:PrometheusRuleGroup", "it", named),
            "BadRequest",
            "'other' is not the name of the cluster",
        );
    });

    it("give Grafana an address and an identity", async () => {
        const { outputs } = await build.make("dashboard:Grafana", grafana({ identity: { type: "SystemAssigned" } }));
        expect(outputs["properties"])
            .to.have.property("endpoint")
            .that.matches(/^https:\/\/amg-ops-\w+\.\w+\.grafana\.azure\.com$/);
        expect(outputs["identity"])
            .to.have.property("principalId")
            .that.matches(/^[0-9a-f-]{36}$/);
    });

    it("give a Prometheus workspace its query endpoint and where metrics come in", async () => {
        const { outputs } = await build.make("monitor:AzureMonitorWorkspace", {
            location,
            azureMonitorWorkspaceName: "amw2",
        });
        expect(outputs["metrics"])
            .to.have.property("prometheusQueryEndpoint")
            .that.matches(/^https:\/\/amw2-\w{4}\.westeurope\.prometheus\.monitor\.azure\.com$/);
        expect(outputs["defaultIngestionSettings"]).to.have.keys(
            "dataCollectionEndpointResourceId",
            "dataCollectionRuleResourceId",
        );
        expect(outputs["publicNetworkAccess"]).to.equal("Enabled");
    });

    it("give a table the retention of its plan and workspace", async () => {
        const analytics = await build.make("operationalinsights:Table", table({ totalRetentionInDays: 365 }));
        expect(analytics.outputs).to.include({ plan: "Analytics", retentionInDays: 90, archiveRetentionInDays: 275 });
        const basic = await build.make("operationalinsights:Table", table({ tableName: "Syslog", plan: "Basic" }));
        expect(basic.outputs).to.include({ plan: "Basic", retentionInDays: 30, retentionInDaysAsDefault: true });
    });

    it("give a workspace the access that it has unless told", async () => {
        const { outputs } = await build.make(
            "operationalinsights:Workspace",
            workspace({ publicNetworkAccessForQuery: "Disabled" }),
        );
        expect(outputs).to.include({
            publicNetworkAccessForIngestion: "Enabled",
            publicNetworkAccessForQuery: "Disabled",
        });
        expect(outputs["workspaceCapping"]).to.deep.equal({ dailyQuotaGb: -1 });
    });
});
