import { expect } from "chai";
import { only, type Registration } from "../../support/capture";
import { capturePlatform, soundSettings } from "../../support/platform";
import { changed, type Change } from "../config/sound-config";

const platformWith = (...changes: Change[]): Promise<Registration[]> =>
    capturePlatform(soundSettings(changed(...changes)), false);
const ofType = (registered: readonly Registration[], type: string) =>
    registered.filter((registration) => registration.type === `azure-native:${type}`);
const inputsOf = (registered: readonly Registration[], type: string, name?: string) =>
    only(registered, `azure-native:${type}`, name).inputs;
const zonesOf = (registered: readonly Registration[]) =>
    ofType(registered, "privatedns:PrivateZone").map(({ name }) => name);

const costly = [
    "network:FlowLog",
    "monitor:AzureMonitorWorkspace",
    "monitor:DataCollectionRule",
    "monitor:PrivateLinkScope",
    "monitor:ActionGroup",
    "dashboard:Grafana",
    "consumption:Budget",
    "dataprotection:BackupVault",
];

describe("Observability of a platform", () => {
    it("costs nothing beyond its logs outside of production", async () => {
        const registered = await platformWith();
        const types = new Set(registered.map(({ type }) => type.replace("azure-native:", "")));
        expect(costly.filter((type) => types.has(type))).to.deep.equal([]);
    });

    it("in production keeps flows of every network, metrics, logs and backups", async () => {
        const registered = await platformWith(["environment", "prod"]);
        expect(ofType(registered, "network:FlowLog").map(({ name }) => name)).to.have.members([
            "fl-hub-contoso-prod",
            "fl-platform-contoso-prod",
        ]);
        expect(ofType(registered, "monitor:DataCollectionRule")).to.have.lengthOf(2);
        expect(ofType(registered, "dataprotection:BackupInstance")).to.have.lengthOf(1);
    });

    it("takes up Azure's network watcher, or makes one for each region of a subscription", async () => {
        const flowLogs = { enabled: true };
        const found = await platformWith(["observability/flowLogs", flowLogs]);
        expect(ofType(found, "network:NetworkWatcher")).to.deep.equal([]);
        const made = await platformWith(
            ["observability/flowLogs", { ...flowLogs, networkWatcher: "create" }],
            ["spokes/north", { addressSpace: "10.102.0.0/16", location: "northeurope" }],
        );
        expect(
            ofType(made, "network:NetworkWatcher").map(({ inputs }) => inputs["networkWatcherName"]),
        ).to.have.members(["NetworkWatcher_westeurope", "NetworkWatcher_northeurope"]);
    });

    it("alerts as soon as somebody is named", async () => {
        const registered = await platformWith(["observability/alerts", { emails: ["a@contoso.com"] }]);
        expect(ofType(registered, "monitor:MetricAlert").map(({ name }) => name)).to.include.members([
            "alert-afw-snat-ports-hub-contoso-dev",
            "alert-afw-health-hub-contoso-dev",
            "alert-aks-nodes-not-ready-platform-contoso-dev",
        ]);
        expect(ofType(registered, "monitor:ScheduledQueryRule").map(({ name }) => name)).to.deep.equal([
            "alert-denied-egress-hub-contoso-dev",
        ]);
    });

    it("counts costs in each subscription", async () => {
        const other = "00000000-0000-0000-0000-000000000009";
        const registered = await platformWith(
            ["observability/budget", { monthlyAmount: 10, startMonth: "2026-01", emails: ["a@contoso.com"] }],
            ["spokes/far", { addressSpace: "10.102.0.0/16", subscriptionId: other }],
        );
        expect(ofType(registered, "consumption:Budget").map(({ inputs }) => inputs["scope"])).to.have.members([
            "/subscriptions/00000000-0000-0000-0000-000000000001",
            `/subscriptions/${other}`,
        ]);
    });
});

describe("Azure Monitor behind a private link", () => {
    let registered: Registration[];
    before(async () => {
        registered = await platformWith(
            ["observability/privateLink", true],
            ["spokes/platform/cluster/monitoring", { prometheus: true, containerLogs: true }],
            ["spokes/platform/machineLearning", {}],
        );
    });

    it("closes the public way to the workspaces", () => {
        expect(inputsOf(registered, "operationalinsights:Workspace")).to.include({
            publicNetworkAccessForIngestion: "Disabled",
            publicNetworkAccessForQuery: "Disabled",
        });
        expect(inputsOf(registered, "monitor:AzureMonitorWorkspace")["publicNetworkAccess"]).to.equal("Disabled");
    });

    it("stands in the hub, under names that are made once", () => {
        expect(inputsOf(registered, "network:PrivateEndpoint", "pep-ampls-hub-contoso-dev")).to.have.nested.property(
            "subnet.id",
            "/simulated/azure-native:network:Subnet/snet-hub-contoso-dev-snet-private-endpoints",
        );
        const zones = zonesOf(registered);
        expect(zones).to.include.members([
            "privatelink.monitor.azure.com",
            "privatelink.westeurope.prometheus.monitor.azure.com",
        ]);
        expect(zones.filter((zone) => zone === "privatelink.blob.core.windows.net")).to.have.lengthOf(1);
    });

    it("admits the logs, the clusters' endpoints, and what jobs report to", () => {
        expect(ofType(registered, "monitor:PrivateLinkScopedResource").map(({ name }) => name)).to.have.members([
            "ampls-log-hub-contoso-dev",
            "ampls-dce-platform-contoso-dev",
            "ampls-appi-ml-platform-contoso-dev",
        ]);
    });

    it("needs no hole in the firewall; without it, agents have one", async () => {
        const hosts = (rules: readonly Registration[]) =>
            JSON.stringify(ofType(rules, "network:FirewallPolicyRuleCollectionGroup").map(({ inputs }) => inputs));
        const metrics = "*.metrics.ingest.monitor.azure.com";
        expect(hosts(registered)).not.to.include(metrics);
        expect(hosts(await platformWith(["spokes/platform/cluster/monitoring", { prometheus: true }]))).to.include(
            metrics,
        );
        expect(hosts(await platformWith())).not.to.include(metrics);
    });
});
