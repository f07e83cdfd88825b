import { stringAt } from "../provider/values";
import { armType, lastSegment } from "./arm-id";
import { guid } from "./derive";
import { scopeNames } from "./monitor-private-link";
import type { CloudView, Resource } from "./resource-type";

/** Resources to which private endpoints lead ("Private-link resource", "Private endpoint private DNS zone values"). */

export interface Target {
    /** Sub-resources that an endpoint may connect to. */
    readonly groupIds: readonly string[];
    /** Names that resolve to the endpoint, by group. */
    readonly fqdns: (target: Resource, groupId: string, cloud: CloudView) => string[];
    /** Members of a group, one for each name, each with an address of its own. Absent: not known here. */
    readonly members?: (target: Resource, groupId: string) => string[];
    /** Refuses a target that takes no endpoints as it is. */
    readonly admits?: (target: Resource) => string | undefined;
}

const single =
    (suffix: string) =>
    ({ id }: Resource): string[] => [`${lastSegment(id).toLowerCase()}.${suffix}`];

function output(target: Resource, path: string): string[] {
    const found = stringAt(target.outputs, path);
    return found === undefined ? [] : [found];
}

const TARGETS: Readonly<Record<string, Target>> = {
    "microsoft.containerregistry/registries": {
        groupIds: ["registry"],
        fqdns: (target) => {
            const name = lastSegment(target.id).toLowerCase();
            const location = stringAt(target.inputs, "location");
            return [`${name}.azurecr.io`, `${name}.${location}.data.azurecr.io`];
        },
        members: (target) => ["registry", `registry_data_${stringAt(target.inputs, "location")}`],
        admits: (target) => {
            const sku = stringAt(target.inputs, "sku.name");
            if (sku === undefined || sku === "Premium") return undefined;
            return `The registry is of SKU ${sku}, and private endpoints need Premium.`;
        },
    },
    "microsoft.keyvault/vaults": {
        groupIds: ["vault"],
        fqdns: single("vault.azure.net"),
        members: () => ["default"],
    },
    "microsoft.storage/storageaccounts": {
        groupIds: ["blob", "file", "queue", "table", "dfs", "web"].flatMap((group) => [group, `${group}_secondary`]),
        fqdns: ({ id }, groupId) => {
            const [service, secondary] = groupId.split("_");
            return [`${lastSegment(id)}${secondary === undefined ? "" : "-secondary"}.${service}.core.windows.net`];
        },
        members: (_target, groupId) => [groupId],
    },
    "microsoft.machinelearningservices/workspaces": {
        groupIds: ["amlworkspace"],
        fqdns: (target) => {
            const workspace = stringAt(target.outputs, "workspaceId") ?? guid("workspace", target.id);
            const location = stringAt(target.inputs, "location");
            return [
                `${workspace}.workspace.${location}.api.azureml.ms`,
                `${workspace}.workspace.${location}.cert.api.azureml.ms`,
                `ml-${lastSegment(target.id)}-${location}-${workspace}.${location}.notebooks.azure.net`,
            ];
        },
    },
    "microsoft.containerservice/managedclusters": {
        groupIds: ["management"],
        fqdns: (target) => output(target, "privateFQDN"),
    },
    "microsoft.insights/privatelinkscopes": {
        groupIds: ["azuremonitor"],
        fqdns: (target, _groupId, cloud) => scopeNames(target, cloud),
    },
    "microsoft.monitor/accounts": {
        groupIds: ["prometheusMetrics"],
        fqdns: (target) => output(target, "metrics.prometheusQueryEndpoint").map((url) => new URL(url).hostname),
        members: () => ["prometheusMetrics"],
    },
};

/** Undefined for a type of which nothing is known here. */
export function targetKind(id: string): Target | undefined {
    return TARGETS[armType(id).toLowerCase()];
}
