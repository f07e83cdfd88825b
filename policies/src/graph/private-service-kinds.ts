/** A part of a service that private endpoints lead to. */
export interface Group {
    /** The endpoint's `groupIds`. */
    id: string;
    /** Zones that its names are in, by pattern, each with what to call it. */
    zones: readonly { name: string; pattern: RegExp }[];
}

/** A service that can be closed to the Internet. */
export interface ServiceKind {
    type: string;
    /** The property that closes it by "Disabled". None: it is only ever reached privately. */
    closedBy?: string;
    /** An endpoint of any of these is enough. */
    groups: readonly Group[];
}

/** A zone of the public cloud; the others of the same service in the clouds for governments and China are accepted. */
function zone(name: string, ...others: string[]): Group["zones"][number] {
    const names = [name, ...others].map((each) => each.replaceAll(".", "\\."));
    return { name, pattern: new RegExp(`^(${names.join("|")})$`, "i") };
}

const storage = (part: string): Group => ({
    id: part,
    zones: [
        zone(
            `privatelink.${part}.core.windows.net`,
            `privatelink.${part}.core.usgovcloudapi.net`,
            `privatelink.${part}.core.chinacloudapi.cn`,
        ),
    ],
});

/** Services, groups and zones (Azure documentation, "Azure Private Endpoint private DNS zone values"). */
export const SERVICE_KINDS: readonly ServiceKind[] = [
    {
        type: "keyvault:Vault",
        closedBy: "properties.publicNetworkAccess",
        groups: [
            {
                id: "vault",
                zones: [
                    zone(
                        "privatelink.vaultcore.azure.net",
                        "privatelink.vaultcore.usgovcloudapi.net",
                        "privatelink.vaultcore.azure.cn",
                    ),
                ],
            },
        ],
    },
    {
        type: "containerregistry:Registry",
        closedBy: "publicNetworkAccess",
        groups: [
            {
                id: "registry",
                zones: [zone("privatelink.azurecr.io", "privatelink.azurecr.us", "privatelink.azurecr.cn")],
            },
        ],
    },
    {
        type: "storage:StorageAccount",
        closedBy: "publicNetworkAccess",
        groups: ["blob", "file", "queue", "table", "dfs", "web"].map(storage),
    },
    {
        type: "machinelearningservices:Workspace",
        closedBy: "publicNetworkAccess",
        groups: [
            {
                id: "amlworkspace",
                zones: [
                    zone("privatelink.api.azureml.ms", "privatelink.api.ml.azure.us", "privatelink.api.ml.azure.cn"),
                    zone(
                        "privatelink.notebooks.azure.net",
                        "privatelink.notebooks.usgovcloudapi.net",
                        "privatelink.notebooks.chinacloudapi.cn",
                    ),
                ],
            },
        ],
    },
    {
        type: "monitor:PrivateLinkScope",
        groups: [
            {
                id: "azuremonitor",
                zones: [
                    zone(
                        "privatelink.monitor.azure.com",
                        "privatelink.monitor.azure.us",
                        "privatelink.monitor.azure.cn",
                    ),
                    zone(
                        "privatelink.oms.opinsights.azure.com",
                        "privatelink.oms.opinsights.azure.us",
                        "privatelink.oms.opinsights.azure.cn",
                    ),
                    zone(
                        "privatelink.ods.opinsights.azure.com",
                        "privatelink.ods.opinsights.azure.us",
                        "privatelink.ods.opinsights.azure.cn",
                    ),
                ],
            },
        ],
    },
    {
        type: "cognitiveservices:Account",
        closedBy: "properties.publicNetworkAccess",
        groups: [
            {
                id: "account",
                zones: [
                    zone(
                        "privatelink.cognitiveservices.azure.com",
                        "privatelink.cognitiveservices.azure.us",
                        "privatelink.cognitiveservices.azure.cn",
                    ),
                ],
            },
        ],
    },
    {
        type: "search:Service",
        closedBy: "publicNetworkAccess",
        groups: [
            {
                id: "searchService",
                zones: [
                    zone(
                        "privatelink.search.windows.net",
                        "privatelink.search.azure.us",
                        "privatelink.search.azure.cn",
                    ),
                ],
            },
        ],
    },
];
