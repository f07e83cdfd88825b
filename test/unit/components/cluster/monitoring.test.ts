import { expect } from "chai";
import {
    agentProfiles,
    ClusterMonitoring,
    type ClusterMonitoringArgs,
} from "../../../../components/cluster/monitoring";
import { MonitorPrivateLink } from "../../../../components/observability/private-link-scope";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement, privateAccess } from "../fixtures";

const clusterId = "/clusters/learn";
const both = {
    containerLogs: { workspaceId: "/workspaces/w", excludedNamespaces: ["kube-system"] },
    prometheus: { workspaceId: "/metrics/m", recordingRules: true },
};

describe("Agents of a cluster", () => {
    it("sign in by identity, and are switched off where nobody asked for them", () => {
        expect(agentProfiles({ containerLogsWorkspaceId: "/workspaces/w", prometheus: true })).to.deep.equal({
            azureMonitorProfile: { metrics: { enabled: true } },
            omsagent: {
                enabled: true,
                config: { logAnalyticsWorkspaceResourceID: "/workspaces/w", useAADAuth: "true" },
            },
        });
        expect(agentProfiles({ prometheus: false })).to.deep.equal({
            azureMonitorProfile: { metrics: { enabled: false } },
            omsagent: { enabled: false },
        });
    });
});

describe("Monitoring of a cluster", () => {
    const registerMonitoring = (more: Partial<ClusterMonitoringArgs>, privateLink = false): Promise<Registration[]> =>
        capture(() => {
            new ClusterMonitoring("learn", {
                clusterId,
                clusterName: "aks-learn",
                workspaceLocation: "westeurope",
                privateLink: privateLink
                    ? new MonitorPrivateLink("hub", { access: privateAccess(), ...placement })
                    : undefined,
                ...placement,
                ...more,
            });
        });
    const rule = (registered: readonly Registration[], what: string) =>
        only(registered, "azure-native:monitor:DataCollectionRule", `dcr-${what}-learn`).inputs;

    it("keeps logs in the second schema of containers, without the namespaces that are left out", async () => {
        const inputs = rule(await registerMonitoring(both), "logs");
        expect(inputs).to.have.deep.nested.property(
            "dataSources.extensions[0].extensionSettings.dataCollectionSettings",
            {
                interval: "1m",
                enableContainerLogV2: true,
                namespaceFilteringMode: "Exclude",
                namespaces: ["kube-system"],
            },
        );
        expect(inputs).to.have.nested.property("destinations.logAnalytics[0].workspaceResourceId", "/workspaces/w");
    });

    it("sends metrics to their workspace, through an endpoint beside it", async () => {
        const registered = await registerMonitoring({ ...both, location: "northeurope" });
        expect(rule(registered, "metrics")).to.deep.include({
            location: "westeurope",
            dataCollectionEndpointId: idOf("monitor:DataCollectionEndpoint", "dce-learn"),
        });
        expect(only(registered, "azure-native:monitor:DataCollectionEndpoint").inputs).to.include({
            location: "westeurope",
        });
    });

    it("hangs on the cluster under the names that agents look for", async () => {
        expect(associations(await registerMonitoring(both))).to.deep.equal({
            ContainerInsightsExtension: clusterId,
            ContainerInsightsMetricsExtension: clusterId,
        });
        expect(associations(await registerMonitoring(both, true))).to.have.property(
            "configurationAccessEndpoint",
            clusterId,
        );
    });

    it("makes nothing for what is off", async () => {
        expect(await registerMonitoring({})).to.have.lengthOf(1);
        const registered = await registerMonitoring({ prometheus: { ...both.prometheus, recordingRules: false } });
        expect(associations(registered)).to.have.all.keys("ContainerInsightsMetricsExtension");
        expect(registered.map(({ type }) => type)).not.to.include("azure-native:alertsmanagement:PrometheusRuleGroup");
    });

    it("has no public endpoint where there is a private one, and is a member of its scope", async () => {
        const registered = await registerMonitoring({ ...both, location: "northeurope" }, true);
        const endpoints = registered.filter(({ type }) => type === "azure-native:monitor:DataCollectionEndpoint");
        // The workspaces' region takes data, the cluster's own hands out settings.
        expect(endpoints.map(({ inputs }) => inputs["location"])).to.have.members(["westeurope", "northeurope"]);
        for (const { inputs, name } of endpoints) {
            expect(inputs["networkAcls"]).to.deep.equal({ publicNetworkAccess: "Disabled" });
            const member = only(registered, "azure-native:monitor:PrivateLinkScopedResource", `ampls-${name}`);
            expect(member.inputs["linkedResourceId"]).to.equal(idOf("monitor:DataCollectionEndpoint", name));
        }
    });
});

function associations(registered: readonly Registration[]): Record<string, unknown> {
    return Object.fromEntries(
        registered
            .filter(({ type }) => type === "azure-native:monitor:DataCollectionRuleAssociation")
            .map(({ inputs }) => [inputs["associationName"], inputs["resourceUri"]]),
    );
}
