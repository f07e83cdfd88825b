/**
 * Where azure-native 3 keeps what version 2 (and local packages of old API versions) call by another module: former
 * module, module, names. Modules that no rule looks at are left out.
 */
const MOVED: readonly (readonly [string, string, readonly string[]])[] = [
    ["network", "dns", ["DnssecConfig", "RecordSet", "Zone"]],
    [
        "network",
        "dnsresolver",
        [
            "DnsForwardingRuleset",
            "DnsResolver",
            "DnsResolverDomainList",
            "DnsResolverPolicy",
            "DnsResolverPolicyVirtualNetworkLink",
            "DnsSecurityRule",
            "ForwardingRule",
            "InboundEndpoint",
            "OutboundEndpoint",
            "PrivateResolverVirtualNetworkLink",
        ],
    ],
    ["network", "privatedns", ["PrivateRecordSet", "PrivateZone", "VirtualNetworkLink"]],
    ["insights", "applicationinsights", ["Component", "ComponentLinkedStorageAccount", "WebTest", "Workbook"]],
    [
        "insights",
        "monitor",
        [
            "ActionGroup",
            "ActivityLogAlert",
            "AutoscaleSetting",
            "DataCollectionEndpoint",
            "DataCollectionRule",
            "DataCollectionRuleAssociation",
            "DiagnosticSetting",
            "ManagementGroupDiagnosticSetting",
            "MetricAlert",
            "PrivateEndpointConnection",
            "PrivateLinkScope",
            "PrivateLinkScopedResource",
            "ScheduledQueryRule",
            "SubscriptionDiagnosticSetting",
        ],
    ],
];

const PRESENT_NAMES: ReadonlyMap<string, string> = new Map(
    MOVED.flatMap(([former, module, names]) =>
        names.map((name): [string, string] => [`${former}:${name}`, `${module}:${name}`]),
    ),
);

/** Package, module (with the API version that some write behind it) and name of a type of azure-native's. */
const TOKEN = /^azure-native(?:_[^:]*)?:([^:/]*)[^:]*:/;

/** Modules of the classic `azure` provider whose resources this pack would judge if azure-native had made them. */
const CLASSIC_MODULES = [
    "appinsights",
    "arckubernetes",
    "authorization",
    "compute",
    "containerservice",
    "keyvault",
    "lb",
    "machinelearning",
    "monitoring",
    "network",
    "operationalinsights",
    "privatedns",
    "privatelink",
    "storage",
    "waf",
];

/**
 * What this pack can't read: those, and whatever some other providers make. The last two of these are made of Terraform
 * providers.
 */
const UNREADABLE = new RegExp(`^(azure:(${CLASSIC_MODULES.join("|")})[:/]|azure-nextgen:|azapi:|azurerm:)`);

/**
 * The one spelling of a resource type: `network:Subnet` for `azure-native:network:Subnet`,
 * `azure-native:network/v20240501:Subnet` and `azure-native_network_v20240501:network:Subnet` (a local package with a
 * pinned API version). Tokens of other providers stay as they are.
 */
export function normalizeType(token: string): string {
    const type = token.replace(TOKEN, "$1:");
    return PRESENT_NAMES.get(type) ?? type;
}

/** Whether another provider of Azure's resources made one that this pack would judge, and can't read. */
export function isUnreadableAzureType(token: string): boolean {
    return UNREADABLE.test(token);
}

/** Whether a resource makes others by an ARM template, which this pack can't see. */
export function isTemplateDeployment(type: string): boolean {
    return /^resources:Deployment(Stack)?(At[A-Za-z]+)?$/.test(type);
}
