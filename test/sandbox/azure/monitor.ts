import { isProperties, itemsAt, stringAt, stringsAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId, subscriptionOf } from "./arm-id";
import { guid, hash } from "./derive";
import { alerts } from "./monitor-alerts";
import { diagnosticSetting } from "./monitor-diagnostics";
import { nameMatches } from "./names";
import type { Part, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Insights and Microsoft.Monitor */

const ruleOrEndpoint: Rule = ({ id, inputs }) => {
    const [rule, endpoint] = [inputs["dataCollectionRuleId"], inputs["dataCollectionEndpointId"]];
    if ((rule === undefined) === (endpoint === undefined)) {
        const message = `Association '${lastSegment(id)}' must name either a data collection rule or a data collection endpoint.`;
        return new ArmError("InvalidPayload", message);
    }
    if (endpoint === undefined || id === "" || lastSegment(id) === "configurationAccessEndpoint") return undefined;
    const message = `Association '${lastSegment(id)}' with an endpoint must be named 'configurationAccessEndpoint'.`;
    return new ArmError("InvalidAssociationName", message);
};

const flowsHaveDestinations: Rule = ({ id, inputs }) => {
    const destinations = valueAt(inputs, "destinations");
    if (typeof destinations !== "object" || destinations === null || Array.isArray(destinations)) return undefined;
    const names = new Set(
        Object.values(destinations)
            .flatMap((list) => (Array.isArray(list) ? list : [list]))
            .map((destination) => stringAt(destination, "name")),
    );
    const flows = itemsAt(inputs, "dataFlows").flatMap(({ destinations: used }) => (Array.isArray(used) ? used : []));
    const missing = flows.find((name) => typeof name === "string" && !names.has(name));
    if (missing === undefined) return undefined;
    return new ArmError(
        "InvalidPayload",
        `Data collection rule '${lastSegment(id)}' has a flow to the destination '${String(missing)}', which it does not declare.`,
    );
};

/** Streams of agents come from a data source, other ones are declared by the rule itself. */
const flowsHaveSources: Rule = ({ id, inputs }) => {
    const sources = valueAt(inputs, "dataSources");
    const flows = valueAt(inputs, "dataFlows");
    if (!isProperties(sources) || Object.keys(sources).length === 0 || !Array.isArray(flows)) return undefined;
    const lists = Object.values(sources).map((list) => (Array.isArray(list) ? list : [list]));
    const collected = lists.flat().flatMap((source) => valuesAt(source, "streams[]"));
    if (collected.includes(UNKNOWN) || lists.flat().includes(UNKNOWN)) return undefined;
    const declared = isProperties(inputs["streamDeclarations"]) ? Object.keys(inputs["streamDeclarations"]) : [];
    const missing = stringsAt(inputs, "dataFlows[].streams[]").find(
        (stream) => !collected.includes(stream) && !declared.includes(stream),
    );
    if (missing === undefined) return undefined;
    const message = `Data collection rule '${lastSegment(id)}' has a flow of the stream '${missing}', which no data source collects.`;
    return new ArmError("InvalidPayload", message);
};

const PROMETHEUS = "Microsoft-PrometheusMetrics";

/** "Enable Prometheus and Container Insights with ARM": metrics go through an endpoint to a monitoring account. */
const prometheusHasEndpoint: Rule = ({ id, inputs }) => {
    const flow = itemsAt(inputs, "dataFlows").find((one) => stringsAt(one, "streams[]").includes(PROMETHEUS));
    if (!flow) return undefined;
    const refuse = (reason: string) =>
        new ArmError("InvalidPayload", `Data collection rule '${lastSegment(id)}' with ${PROMETHEUS} ${reason}.`);
    if (inputs["dataCollectionEndpointId"] === undefined) return refuse("needs a dataCollectionEndpointId");
    const accounts = valuesAt(inputs, "destinations.monitoringAccounts[].name");
    if (accounts.includes(UNKNOWN) || valueAt(inputs, "destinations") === UNKNOWN) return undefined;
    const other = stringsAt(flow, "destinations[]").find((name) => !accounts.includes(name));
    return other === undefined ? undefined : refuse(`can only flow to a monitoring account, not to '${other}'`);
};

const ruleIsAssociatedOnce: Rule = ({ id, inputs }, cloud) => {
    const rule = stringAt(inputs, "dataCollectionRuleId");
    const twin = cloud
        .children(parentId(id) ?? "", "monitor:DataCollectionRuleAssociation")
        .find(
            (other) =>
                rule !== undefined &&
                idKey(other.id) !== idKey(id) &&
                idKey(stringAt(other.inputs, "dataCollectionRuleId") ?? "") === idKey(rule),
        );
    if (!twin) return undefined;
    const message = `Rule ${lastSegment(rule ?? "")} is associated already with ${parentId(id)}, by ${lastSegment(twin.id)}.`;
    return new ArmError("Conflict", message, 409);
};

/** An Azure Monitor workspace brings a group of its own with the rule and endpoint that fill it. */
function ingestionParts(workspace: Resource): Part[] {
    const location = workspace.inputs["location"];
    const name = lastSegment(workspace.id);
    const group = `/subscriptions/${subscriptionOf(workspace.id)}/resourceGroups/MA_${name}_${String(location)}_managed`;
    const insights = `${group}/providers/Microsoft.Insights`;
    return [
        { id: group, type: "resources:ResourceGroup", inputs: { location } },
        {
            id: `${insights}/dataCollectionEndpoints/${name}`,
            type: "monitor:DataCollectionEndpoint",
            inputs: { location },
        },
        { id: `${insights}/dataCollectionRules/${name}`, type: "monitor:DataCollectionRule", inputs: { location } },
    ];
}

function ingestionHost(id: string, location: unknown): string {
    return `${lastSegment(id)}-${hash("ingest", id).slice(0, 4)}.${String(location)}-1`;
}

export const monitor: ServiceTypes = {
    DiagnosticSetting: diagnosticSetting,
    DataCollectionRule: {
        id: inGroup("Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}"),
        replaceOn: ["kind"],
        rules: [
            nameMatches(/^[A-Za-z0-9][\w.-]{1,63}$/, "2 to 64 letters, digits, '.', '_' and '-'", "InvalidName"),
            flowsHaveDestinations,
            flowsHaveSources,
            prometheusHasEndpoint,
        ],
        weakReferences: [
            "destinations.logAnalytics[].workspaceResourceId",
            "destinations.monitoringAccounts[].accountResourceId",
        ],
        inUse: "DataCollectionRuleInUse",
        computed: ({ id }) => ({ immutableId: `dcr-${hash("dcr", id).slice(0, 32)}` }),
    },
    DataCollectionEndpoint: {
        id: inGroup("Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}"),
        replaceOn: ["kind"],
        inUse: "DataCollectionEndpointInUse",
        computed: ({ id, inputs }) => {
            const host = ingestionHost(id, inputs["location"]);
            return {
                immutableId: `dce-${hash("dce", id).slice(0, 32)}`,
                configurationAccess: { endpoint: `https://${host}.handler.control.monitor.azure.com` },
                logsIngestion: { endpoint: `https://${host}.ingest.monitor.azure.com` },
                metricsIngestion: { endpoint: `https://${host}.metrics.ingest.monitor.azure.com` },
            };
        },
    },
    DataCollectionRuleAssociation: {
        id: "{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
        rules: [ruleOrEndpoint, ruleIsAssociatedOnce],
    },
    AzureMonitorWorkspace: {
        id: inGroup("Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}"),
        parts: ingestionParts,
        computed: (workspace) => {
            const [, endpoint, rule] = ingestionParts(workspace);
            const host = ingestionHost(workspace.id, workspace.inputs["location"]).replace(/-1$/, "");
            return {
                accountId: guid("monitor", workspace.id),
                metrics: {
                    internalId: `mac_${guid("monitor", workspace.id)}`,
                    prometheusQueryEndpoint: `https://${host}.prometheus.monitor.azure.com`,
                },
                defaultIngestionSettings: {
                    dataCollectionEndpointResourceId: endpoint?.id,
                    dataCollectionRuleResourceId: rule?.id,
                },
                privateEndpointConnections: [],
                publicNetworkAccess: workspace.inputs["publicNetworkAccess"] ?? "Enabled",
            };
        },
    },
    ...alerts,
};
