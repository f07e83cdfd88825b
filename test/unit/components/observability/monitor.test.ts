import { expect } from "chai";
import { clusterRules, queryRules } from "../../../../components/observability/alert-rules-plan";
import { actionGroup, Alerts } from "../../../../components/observability/alerts";
import { budget } from "../../../../components/observability/budget";
import { Grafana, type GrafanaArgs } from "../../../../components/observability/grafana";
import { MetricsWorkspace } from "../../../../components/observability/metrics-workspace";
import { MonitorPrivateLink } from "../../../../components/observability/private-link-scope";
import { prometheusZone } from "../../../../components/network/private-dns-zones";
import { PrivateDns } from "../../../../components/network/private-dns";
import { capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement, privateAccess, privateEndpoints } from "../fixtures";

const inputsOf = (registered: readonly Registration[], type: string) => only(registered, `azure-native:${type}`).inputs;

describe("Private link of Azure Monitor", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => {
            const link = new MonitorPrivateLink("hub", { access: privateAccess(), ...placement });
            link.admit("log-hub", "/workspaces/w");
            link.admit("dce-learn", "/endpoints/e");
        });
    });

    it("lets nothing in or out on another way", () => {
        expect(inputsOf(registered, "monitor:PrivateLinkScope")["accessModeSettings"]).to.deep.equal({
            ingestionAccessMode: "PrivateOnly",
            queryAccessMode: "PrivateOnly",
        });
    });

    it("has an endpoint whose names stand in all five zones", () => {
        expect(privateEndpoints(registered)).to.deep.equal({
            [idOf("monitor:PrivateLinkScope", "ampls-hub")]: ["azuremonitor"],
        });
        const zones = inputsOf(registered, "network:PrivateDnsZoneGroup")["privateDnsZoneConfigs"];
        expect((zones as { name: string }[]).map(({ name }) => name)).to.have.members([
            "privatelink-monitor-azure-com",
            "privatelink-oms-opinsights-azure-com",
            "privatelink-ods-opinsights-azure-com",
            "privatelink-agentsvc-azure-automation-net",
            "privatelink-blob-core-windows-net",
        ]);
    });

    it("takes in its members one after the other", () => {
        const members = registered.filter(({ type }) => type === "azure-native:monitor:PrivateLinkScopedResource");
        expect(members.map(({ inputs }) => inputs["linkedResourceId"])).to.deep.equal([
            "/workspaces/w",
            "/endpoints/e",
        ]);
        expect(members[1].dependencies).to.contain(`${members[0].type}::${members[0].name}`);
    });
});

describe("Workspace of metrics", () => {
    it("answers anybody with an identity, or private networks alone", async () => {
        const open = await capture(() => void new MetricsWorkspace("hub", placement));
        expect(inputsOf(open, "monitor:AzureMonitorWorkspace")["publicNetworkAccess"]).to.equal("Enabled");
        const closed = await capture(() => {
            const dns = new PrivateDns("x", {
                zones: { [prometheusZone("westeurope")]: ["hub"] },
                networks: { hub: "/networks/hub" },
                ...placement,
            });
            new MetricsWorkspace("hub", { access: { subnetId: "/subnets/s", dns }, ...placement });
        });
        expect(inputsOf(closed, "monitor:AzureMonitorWorkspace")["publicNetworkAccess"]).to.equal("Disabled");
        expect(Object.values(privateEndpoints(closed))).to.deep.equal([["prometheusMetrics"]]);
    });
});

describe("Grafana", () => {
    const registerGrafana = (more: Partial<GrafanaArgs> = {}) =>
        capture(
            () =>
                void new Grafana("hub", {
                    workspaceName: "amg-contoso-dev",
                    metrics: { id: "/metrics/m", location: "westeurope", private: true },
                    logsId: "/workspaces/w",
                    access: privateAccess(),
                    zoneRedundant: true,
                    adminGroupIds: ["admins"],
                    viewerGroupIds: ["viewers"],
                    ...placement,
                    ...more,
                }),
            { outputs: { "azure-native:dashboard:Grafana": { identity: { principalId: "grafana" } } } },
        );

    it("is private, without API keys, across zones", async () => {
        const registered = await registerGrafana();
        expect(inputsOf(registered, "dashboard:Grafana")["properties"]).to.deep.include({
            apiKey: "Disabled",
            publicNetworkAccess: "Disabled",
            zoneRedundancy: "Enabled",
        });
        expect(Object.values(privateEndpoints(registered))).to.deep.equal([["grafana"]]);
        expect(inputsOf(registered, "dashboard:ManagedPrivateEndpoint")["privateLinkResourceId"]).to.equal(
            "/metrics/m",
        );
    });

    it("reads metrics and logs by its own identity, and lets in groups alone", async () => {
        const given = grants(await registerGrafana());
        expect(given["amg-hub-reads-metrics"]).to.include({
            principalId: "grafana",
            role: "b0d8363b-8ddd-447d-831f-62ca05bff136",
            scope: "/metrics/m",
        });
        expect(given["amg-hub-reads-logs"]).to.include({ principalId: "grafana", scope: "/workspaces/w" });
        expect(given["amg-hub-admins-1"]).to.include({ principalId: "admins", principalType: "Group" });
        expect(given["amg-hub-viewers-1"]).to.include({ principalId: "viewers", principalType: "Group" });
    });

    it("is reachable from the Internet where that was asked for", async () => {
        const registered = await registerGrafana({
            access: undefined,
            metrics: { id: "/metrics/m", location: "westeurope", private: false },
        });
        expect(inputsOf(registered, "dashboard:Grafana")).to.have.nested.property(
            "properties.publicNetworkAccess",
            "Enabled",
        );
        expect(registered.map(({ type }) => type)).not.to.include("azure-native:dashboard:ManagedPrivateEndpoint");
    });
});

describe("Alerts", () => {
    let registered: Registration[];
    const limits = { deniedEgress: 7, blockedRequests: 9 };
    before(async () => {
        registered = await capture(() => {
            const { id } = actionGroup("contoso", ["a@contoso.com"], placement);
            new Alerts("learn", {
                actionGroupId: id,
                watched: { aks: { id: "/clusters/c", rules: clusterRules } },
                queries: {
                    logWorkspaceId: "/workspaces/w",
                    rules: queryRules({ firewall: true, gateway: true, quota: true }, limits),
                },
                ...placement,
            });
        });
    });

    it("tell everybody who is named", () => {
        expect(inputsOf(registered, "monitor:ActionGroup")["emailReceivers"]).to.deep.equal([
            { name: "a@contoso.com", emailAddress: "a@contoso.com", useCommonAlertSchema: true },
        ]);
        const group = idOf("monitor:ActionGroup", "ag-contoso");
        for (const { type, inputs } of registered) {
            if (type === "azure-native:monitor:MetricAlert") {
                expect(inputs["actions"]).to.deep.equal([{ actionGroupId: group }]);
            } else if (type === "azure-native:monitor:ScheduledQueryRule") {
                expect(inputs["actions"]).to.deep.equal({ actionGroups: [group] });
            }
        }
    });

    it("watch nodes that are not ready, by a metric that needs no agent", () => {
        const { inputs } = only(registered, "azure-native:monitor:MetricAlert", "alert-aks-nodes-not-ready-learn");
        expect(inputs["scopes"]).to.deep.equal(["/clusters/c"]);
        expect(inputs).to.have.nested.property("criteria.allOf[0].metricName", "kube_node_status_condition");
        expect(inputs["criteria"]).to.have.deep.nested.property("allOf[0].dimensions", [
            { name: "status2", operator: "Include", values: ["NotReady"] },
        ]);
    });

    it("count what firewalls deny and block, up to the limits that are given", () => {
        const thresholds = registered
            .filter(({ type }) => type === "azure-native:monitor:ScheduledQueryRule")
            .map(({ name, inputs }) => [
                name,
                (inputs["criteria"] as { allOf: { threshold: number }[] }).allOf[0].threshold,
            ]);
        expect(thresholds).to.deep.equal([
            ["alert-denied-egress-learn", 7],
            ["alert-blocked-requests-learn", 9],
            ["alert-log-quota-learn", 0],
        ]);
    });

    it("ask nothing of what isn't there", () => {
        expect(queryRules({ firewall: false, gateway: false, quota: false }, limits)).to.deep.equal([]);
    });
});

describe("Budget", () => {
    const settings = {
        subscriptionId: "s",
        monthlyAmount: 500,
        startMonth: "2026-01",
        thresholds: [50, 100],
        forecast: 110,
        emails: ["a@contoso.com"],
    };

    it("warns of what was spent, and of what will be", async () => {
        const registered = await capture(() => budget("b", settings, {}));
        const { notifications, ...rest } = inputsOf(registered, "consumption:Budget");
        expect(rest).to.deep.include({
            scope: "/subscriptions/s",
            amount: 500,
            timeGrain: "Monthly",
            timePeriod: { startDate: "2026-01-01T00:00:00Z" },
        });
        expect(notifications).to.have.all.keys("spent-50", "spent-100", "forecast-110");
        expect(notifications).to.have.nested.property("forecast-110.thresholdType", "Forecasted");
    });

    it("counts what carries the platform's tags, where it is asked to", async () => {
        const tags = { workload: "contoso", environment: "dev" };
        const registered = await capture(() => budget("b", { ...settings, tags }, {}));
        expect(inputsOf(registered, "consumption:Budget")["filter"]).to.deep.equal({
            and: [
                { tags: { name: "workload", operator: "In", values: ["contoso"] } },
                { tags: { name: "environment", operator: "In", values: ["dev"] } },
            ],
        });
    });
});
