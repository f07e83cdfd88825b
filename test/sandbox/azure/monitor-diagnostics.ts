import { itemsAt, stringAt, UNKNOWN } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { armType, idKey, lastSegment, parentId } from "./arm-id";
import type { Resource, ResourceType, Rule } from "./resource-type";

/** Diagnostic settings: which logs and metrics of a resource go where. */

interface Categories {
    readonly logs: readonly string[];
    /** Names for several categories at once. */
    readonly groups: readonly string[];
    readonly metrics: readonly string[];
}

const ALL_LOGS = ["allLogs"];
const AUDIT_TOO = ["allLogs", "audit"];
const ALL_METRICS = ["AllMetrics"];
const TRANSACTIONS = ["Transaction", "Capacity"];

function categories(logs: readonly string[], groups: readonly string[] = ALL_LOGS, metrics = ALL_METRICS): Categories {
    return { logs, groups, metrics };
}

const STORAGE_SERVICE = categories(["StorageRead", "StorageWrite", "StorageDelete"], AUDIT_TOO, TRANSACTIONS);

/** "Supported resource logs for Azure Monitor", by the type of the resource. Types that aren't here take any category. */
const KNOWN: Readonly<Record<string, Categories>> = {
    "Microsoft.ContainerService/managedClusters": categories(
        [
            "cloud-controller-manager",
            "cluster-autoscaler",
            "csi-azuredisk-controller",
            "csi-azurefile-controller",
            "csi-snapshot-controller",
            "fleet-mcs-controller-manager",
            "fleet-member-agent",
            "fleet-member-net-controller-manager",
            "guard",
            "karpenter-events",
            "kube-apiserver",
            "kube-audit",
            "kube-audit-admin",
            "kube-controller-manager",
            "kube-scheduler",
        ],
        AUDIT_TOO,
    ),
    "Microsoft.Network/azureFirewalls": categories([
        "AZFWApplicationRule",
        "AZFWApplicationRuleAggregation",
        "AZFWDnsAdditional",
        "AZFWDnsQuery",
        "AZFWFatFlow",
        "AZFWFlowTrace",
        "AZFWFqdnResolveFailure",
        "AZFWIdpsSignature",
        "AZFWNatRule",
        "AZFWNatRuleAggregation",
        "AZFWNetworkRule",
        "AZFWNetworkRuleAggregation",
        "AZFWThreatIntel",
        "AzureFirewallApplicationRule",
        "AzureFirewallDnsProxy",
        "AzureFirewallNetworkRule",
    ]),
    "Microsoft.Network/applicationGateways": categories([
        "ApplicationGatewayAccessLog",
        "ApplicationGatewayFirewallLog",
        "ApplicationGatewayPerformanceLog",
    ]),
    "Microsoft.Network/bastionHosts": categories(["BastionAuditLogs"]),
    "Microsoft.Network/loadBalancers": categories(["LoadBalancerHealthEvent"]),
    "Microsoft.Network/networkInterfaces": categories([], []),
    // Rule counters and events; no metrics.
    "Microsoft.Network/networkSecurityGroups": categories(
        ["NetworkSecurityGroupEvent", "NetworkSecurityGroupFlowEvent", "NetworkSecurityGroupRuleCounter"],
        ALL_LOGS,
        [],
    ),
    "Microsoft.Network/publicIPAddresses": categories(
        ["DDoSMitigationFlowLogs", "DDoSMitigationReports", "DDoSProtectionNotifications"],
        AUDIT_TOO,
    ),
    "Microsoft.Network/virtualNetworkGateways": categories(
        ["GatewayDiagnosticLog", "IKEDiagnosticLog", "P2SDiagnosticLog", "RouteDiagnosticLog", "TunnelDiagnosticLog"],
        AUDIT_TOO,
    ),
    "Microsoft.Network/virtualNetworks": categories(["VMProtectionAlerts"]),
    "Microsoft.KeyVault/vaults": categories(["AuditEvent", "AzurePolicyEvaluationDetails"], AUDIT_TOO),
    "Microsoft.ContainerRegistry/registries": categories(
        ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"],
        AUDIT_TOO,
    ),
    "Microsoft.Storage/storageAccounts": categories([], [], TRANSACTIONS),
    "Microsoft.Storage/storageAccounts/blobServices": STORAGE_SERVICE,
    "Microsoft.Storage/storageAccounts/fileServices": STORAGE_SERVICE,
    "Microsoft.Storage/storageAccounts/queueServices": STORAGE_SERVICE,
    "Microsoft.Storage/storageAccounts/tableServices": STORAGE_SERVICE,
    "Microsoft.OperationalInsights/workspaces": categories(["Audit", "SummaryLogs"], AUDIT_TOO),
    "Microsoft.Insights/components": categories(
        [
            "AppAvailabilityResults",
            "AppBrowserTimings",
            "AppDependencies",
            "AppEvents",
            "AppExceptions",
            "AppMetrics",
            "AppPageViews",
            "AppPerformanceCounters",
            "AppRequests",
            "AppSystemEvents",
            "AppTraces",
            "OTelEvents",
            "OTelLogs",
            "OTelResources",
            "OTelSpans",
            "OTelTraces",
        ],
        ALL_LOGS,
    ),
    "Microsoft.Dashboard/grafana": categories(["GrafanaLoginEvents", "GrafanaUsageInsightsEvents"], AUDIT_TOO),
    "Microsoft.DataProtection/backupVaults": categories(
        ["AddonAzureBackupJobs", "AddonAzureBackupPolicy", "AddonAzureBackupProtectedInstance", "CoreAzureBackup"],
        ALL_LOGS,
        ["Health"],
    ),
};

const KNOWN_BY_KEY = new Map(Object.entries(KNOWN).map(([type, known]) => [type.toLowerCase(), known]));

/** What a type offers; undefined for one that this table doesn't hold. */
function offered(target: string): Categories | undefined {
    return KNOWN_BY_KEY.get(armType(target).toLowerCase());
}

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

const categoryOrGroup: Rule = ({ id, inputs }) => {
    const wrong = itemsAt(inputs, "logs").find(
        ({ category, categoryGroup }) => (category === undefined) === (categoryGroup === undefined),
    );
    if (!wrong) return undefined;
    const message = `Each log of diagnostic setting '${lastSegment(id)}' names either a category or a categoryGroup.`;
    return new ArmError("BadRequest", message);
};

const categoriesAreOffered: Rule = (setting) => {
    const target = parentId(setting.id);
    const known = target === undefined ? undefined : offered(target);
    if (!known) return undefined;
    const { inputs } = setting;
    return (
        unknownOf("Category", namesOf(inputs, "logs", "category"), known.logs) ??
        unknownOf("CategoryGroup", namesOf(inputs, "logs", "categoryGroup"), known.groups) ??
        unknownOf("Metric category", namesOf(inputs, "metrics", "category"), known.metrics)
    );
};

function namesOf(inputs: Properties, list: string, property: string): string[] {
    return itemsAt(inputs, list).flatMap((item) => stringAt(item, property) ?? []);
}

function unknownOf(kind: string, names: string[], known: readonly string[]): ArmError | undefined {
    const unknown = names.find((name) => !known.some((one) => one.toLowerCase() === name.toLowerCase()));
    if (unknown === undefined) return undefined;
    return new ArmError(
        "BadRequest",
        `${kind}: '${unknown}' is not supported, supported ones are: '${known.join(",")}'`,
    );
}

/** Of one resource, no two settings may send a category to the same destination. */
const sinkIsNotTaken: Rule = ({ id, inputs }, cloud) => {
    const twin = siblings(id, cloud.children(parentId(id) ?? "", TYPE)).find(
        (other) => sharedSink(other.inputs, inputs) !== undefined && sharesCategory(other, inputs),
    );
    if (!twin) return undefined;
    const sink = sharedSink(twin.inputs, inputs);
    const message = `Data sink '${sink}' is already used in diagnostic setting '${lastSegment(twin.id)}' for a category of '${lastSegment(id)}'.`;
    return new ArmError("Conflict", message, 409);
};

const TYPE = "monitor:DiagnosticSetting";
const MOST = 5;

const settingsAreFew: Rule = ({ id }, cloud) => {
    if (id === "" || siblings(id, cloud.children(parentId(id) ?? "", TYPE)).length < MOST) return undefined;
    const message = `Resource ${parentId(id)} has ${MOST} diagnostic settings already; it can't have '${lastSegment(id)}' too.`;
    return new ArmError("Conflict", message, 409);
};

function siblings(id: string, settings: Resource[]): Resource[] {
    return settings.filter((other) => idKey(other.id) !== idKey(id));
}

function sharedSink(one: Properties, other: Properties): string | undefined {
    return SINKS.map((name) => [stringAt(one, name), stringAt(other, name)] as const).find(
        ([first, second]) => first !== undefined && second !== undefined && idKey(first) === idKey(second),
    )?.[0];
}

function sharesCategory(other: Resource, inputs: Properties): boolean {
    const names = (of: Properties) =>
        [...itemsAt(of, "logs"), ...itemsAt(of, "metrics")].map((item) => item["category"] ?? item["categoryGroup"]);
    const own = names(inputs);
    return names(other.inputs).some((category) => typeof category === "string" && own.includes(category));
}

const tablesAreNamed: Rule = ({ id, inputs }) => {
    const type = inputs["logAnalyticsDestinationType"];
    if (type === undefined || type === UNKNOWN || type === "Dedicated" || type === "AzureDiagnostics") return undefined;
    const message = `logAnalyticsDestinationType of '${lastSegment(id)}' is '${String(type)}'; allowed are Dedicated and AzureDiagnostics.`;
    return new ArmError("BadRequest", message);
};

export const diagnosticSetting: ResourceType = {
    id: "{resourceUri}/providers/microsoft.insights/diagnosticSettings/{name}",
    rules: [
        hasSink,
        hasCategories,
        categoryOrGroup,
        categoriesAreOffered,
        tablesAreNamed,
        sinkIsNotTaken,
        settingsAreFew,
    ],
    sets: ["logs", "metrics"],
    weakReferences: SINKS,
};
