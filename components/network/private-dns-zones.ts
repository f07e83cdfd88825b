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
    amlworkspace: ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"],
} as const satisfies Record<string, readonly string[]>;

/** Group id of a private endpoint: which part of its target it leads to. */
export type PrivateEndpointGroup = keyof typeof zonesOfGroup;

/**
 * The zone of private API servers, by how they are reached; AKS accepts it, or a sub-zone of it, in the cluster's own
 * region alone. From "Create a private AKS cluster" and "API Server VNet Integration".
 */
export function apiServerZone(mode: "privateLink" | "vnetIntegration", location: string): string {
    return `${mode === "privateLink" ? "privatelink" : "private"}.${location}.azmk8s.io`;
}
