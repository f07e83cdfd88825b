import { itemsAt, stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId, subscriptionOf } from "./arm-id";
import { guid, hash } from "./derive";
import type { Part, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Insights and Microsoft.Monitor */

const SINKS = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"];

const hasSink: Rule = ({ id, inputs }) => {
    if (SINKS.some((name) => inputs[name] !== undefined && inputs[name] !== null)) return undefined;
    const message = `Diagnostic setting '${lastSegment(id)}' has no destination. At least one data sink needs to be specified: ${SINKS.join(", ")}.`;
    return new ArmError("BadRequest", message);
};

const hasCategories: Rule = ({ id, inputs }) => {
    if (itemsAt(inputs, "logs").length + itemsAt(inputs, "metrics").length > 0) return undefined;
    if (["logs", "metrics"].some((name) => inputs[name] !== undefined && !Array.isArray(inputs[name])))
        return undefined;
    return new ArmError("BadRequest", `Diagnostic setting '${lastSegment(id)}' has no category: give logs or metrics.`);
};

/** Of one resource, no two settings may send a category to the same destination. */
const sinkIsNotTaken: Rule = ({ id, inputs }, cloud) => {
    const workspace = stringAt(inputs, "workspaceId");
    const twin = cloud
        .children(parentId(id) ?? "", "monitor:DiagnosticSetting")
        .find(
            (other) =>
                workspace !== undefined &&
                idKey(other.id) !== idKey(id) &&
                idKey(stringAt(other.inputs, "workspaceId") ?? "") === idKey(workspace) &&
                sharesCategory(other, inputs),
        );
    if (!twin) return undefined;
    const message = `Data sink '${workspace}' is already used in diagnostic setting '${lastSegment(twin.id)}' for a category of '${lastSegment(id)}'.`;
    return new ArmError("Conflict", message, 409);
};

function sharesCategory(other: Resource, inputs: Resource["inputs"]): boolean {
    const categories = (of: Resource["inputs"]) =>
        [...itemsAt(of, "logs"), ...itemsAt(of, "metrics")].map((item) => item["category"] ?? item["categoryGroup"]);
    const own = categories(inputs);
    return categories(other.inputs).some((category) => typeof category === "string" && own.includes(category));
}

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
    DiagnosticSetting: {
        id: "{resourceUri}/providers/microsoft.insights/diagnosticSettings/{name}",
        rules: [hasSink, hasCategories, sinkIsNotTaken],
        sets: ["logs", "metrics"],
        weakReferences: SINKS,
    },
    DataCollectionRule: {
        id: inGroup("Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}"),
        replaceOn: ["kind"],
        rules: [flowsHaveDestinations],
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
        rules: [ruleOrEndpoint],
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
            };
        },
    },
    ActionGroup: { id: inGroup("Microsoft.Insights/actionGroups/{actionGroupName}"), inUse: "ActionGroupInUse" },
};
