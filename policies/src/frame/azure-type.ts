/** Names that azure-native has moved to another module; programs born on version 2 still use the old ones. */
const MOVED: Readonly<Record<string, string>> = {
    "insights:Component": "applicationinsights:Component",
    "insights:DiagnosticSetting": "monitor:DiagnosticSetting",
    "network:PrivateZone": "privatedns:PrivateZone",
    "network:PrivateRecordSet": "privatedns:PrivateRecordSet",
    "network:VirtualNetworkLink": "privatedns:VirtualNetworkLink",
};

/** Modules of the classic `azure` provider whose resources this pack would judge if azure-native had made them. */
const CLASSIC_MODULES: ReadonlySet<string> = new Set([
    "compute",
    "containerservice",
    "keyvault",
    "lb",
    "machinelearning",
    "network",
    "privatedns",
    "privatelink",
    "storage",
    "waf",
]);

/**
 * The one spelling of a resource type: `network:Subnet` for `azure-native:network:Subnet`,
 * `azure-native:network/v20240501:Subnet` and `azure-native_network_v20240501:network:Subnet` (a local package with a
 * pinned API version). Tokens of other providers stay as they are.
 */
export function normalizeType(token: string): string {
    const [packageName = "", module = "", name = ""] = token.split(":");
    if (packageName !== "azure-native" && !packageName.startsWith("azure-native_")) {
        return token;
    }
    const type = `${module.split("/")[0]}:${name}`;
    return MOVED[type] ?? type;
}

/** Whether the classic `azure` (or the retired `azure-nextgen`) provider made a resource that this pack can't read. */
export function isUnreadableAzureType(token: string): boolean {
    const [packageName = "", module = ""] = token.split(":");
    if (packageName === "azure-nextgen") {
        return true;
    }
    return packageName === "azure" && CLASSIC_MODULES.has(module.split("/")[0] ?? "");
}
