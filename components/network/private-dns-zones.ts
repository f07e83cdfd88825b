/**
 * The zone in which each kind of private endpoint must be registered, by the endpoint's group id.
 * From "Azure Private Endpoint private DNS zone values".
 */
export const zonesOfGroup = {
    registry: ["privatelink.azurecr.io"],
    vault: ["privatelink.vaultcore.azure.net"],
    blob: ["privatelink.blob.core.windows.net"],
    file: ["privatelink.file.core.windows.net"],
    queue: ["privatelink.queue.core.windows.net"],
    table: ["privatelink.table.core.windows.net"],
    dfs: ["privatelink.dfs.core.windows.net"],
    web: ["privatelink.web.core.windows.net"],
    sqlServer: ["privatelink.database.windows.net"],
    postgresqlServer: ["privatelink.postgres.database.azure.com"],
    mysqlServer: ["privatelink.mysql.database.azure.com"],
    Sql: ["privatelink.documents.azure.com"],
    redisCache: ["privatelink.redis.cache.windows.net"],
    namespace: ["privatelink.servicebus.windows.net"],
    configurationStores: ["privatelink.azconfig.io"],
    sites: ["privatelink.azurewebsites.net"],
    amlworkspace: ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"],
    /** A private link scope of Azure Monitor; the zone of blobs is shared with storage accounts. */
    azuremonitor: [
        "privatelink.monitor.azure.com",
        "privatelink.oms.opinsights.azure.com",
        "privatelink.ods.opinsights.azure.com",
        "privatelink.agentsvc.azure-automation.net",
        "privatelink.blob.core.windows.net",
    ],
    grafana: ["privatelink.grafana.azure.com"],
} as const satisfies Record<string, readonly string[]>;

/** Group id of a private endpoint: which part of its target it leads to. */
export type PrivateEndpointGroup = keyof typeof zonesOfGroup;

/** Whether the zones of a group are known here; `namespace`, for one, is both Service Bus's and Event Hubs'. */
export function isKnownGroup(group: string): group is PrivateEndpointGroup {
    return Object.hasOwn(zonesOfGroup, group);
}

/** What a workspace of Azure Machine Learning and its own services register. */
export const machineLearningGroups = [
    "registry",
    "vault",
    "blob",
    "file",
    "queue",
    "table",
    "amlworkspace",
] as const satisfies readonly PrivateEndpointGroup[];

/** The zone in which queries to Azure Monitor workspaces of one region are answered privately. */
export function prometheusZone(location: string): string {
    return `privatelink.${location}.prometheus.monitor.azure.com`;
}

/**
 * The zone of private API servers, by how they are reached; AKS accepts it, or a sub-zone of it, in the cluster's own
 * region alone. From "Create a private AKS cluster" and "API Server VNet Integration".
 */
export function apiServerZone(mode: "privateLink" | "vnetIntegration", location: string): string {
    return `${mode === "privateLink" ? "privatelink" : "private"}.${location}.azmk8s.io`;
}
