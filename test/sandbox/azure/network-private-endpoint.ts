import { itemsAt, stringAt, stringsAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError, shortName } from "./arm-error";
import { armType, inGroup, lastSegment, resourceGroupName } from "./arm-id";
import { guid } from "./derive";
import { subnetHasNoGateway } from "./network-application-gateway-subnet";
import { dynamicAddress } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: private endpoints and their zone groups. */

interface Target {
    /** Sub-resources that an endpoint may connect to ("Private-link resource"). */
    readonly groupIds: readonly string[];
    /** Names that resolve to the endpoint, by group. */
    readonly fqdns: (target: Resource, groupId: string) => string[];
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
        admits: (target) => {
            const sku = stringAt(target.inputs, "sku.name");
            if (sku === undefined || sku === "Premium") return undefined;
            return `The registry is of SKU ${sku}, and private endpoints need Premium.`;
        },
    },
    "microsoft.keyvault/vaults": { groupIds: ["vault"], fqdns: single("vault.azure.net") },
    "microsoft.storage/storageaccounts": {
        groupIds: ["blob", "file", "queue", "table", "dfs", "web"].flatMap((group) => [group, `${group}_secondary`]),
        fqdns: ({ id }, groupId) => [`${lastSegment(id)}.${groupId.replace("_secondary", "")}.core.windows.net`],
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
        fqdns: () => ["api.monitor.azure.com", "global.in.ai.monitor.azure.com"],
    },
    "microsoft.monitor/accounts": {
        groupIds: ["prometheusMetrics"],
        fqdns: (target) => output(target, "metrics.prometheusQueryEndpoint").map((url) => new URL(url).hostname),
    },
};

interface Connection {
    readonly targetId: string;
    readonly groupIds: string[];
}

function connections(inputs: Properties): Connection[] {
    const all = [
        ...itemsAt(inputs, "privateLinkServiceConnections"),
        ...itemsAt(inputs, "manualPrivateLinkServiceConnections"),
    ];
    return all.flatMap((connection) => {
        const targetId = stringAt(connection, "privateLinkServiceId");
        return targetId === undefined ? [] : [{ targetId, groupIds: stringsAt(connection, "groupIds[]") }];
    });
}

const hasConnection: Rule = ({ id, inputs }) => {
    const declared = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
    if (declared.some((property) => inputs[property] !== undefined)) return undefined;
    const message = `Private endpoint ${id} needs a private link service connection.`;
    return new ArmError("PrivateEndpointMustHaveAtLeastOnePrivateLinkServiceConnection", message);
};

const oneGroupId: Rule = ({ id, inputs }) => {
    const connection = connections(inputs).find(({ groupIds }) => groupIds.length > 1);
    if (!connection) return undefined;
    return new ArmError(
        "OnlyOneGroupIdPermitted",
        `Private endpoint ${id} has the following group Ids: ${connection.groupIds.join(", ")}. Only one group Id is permitted ` +
            `when connecting to a first-party resource (${connection.targetId}).`,
    );
};

const groupIdFitsTarget: Rule = ({ inputs }) => {
    for (const { targetId, groupIds } of connections(inputs)) {
        const target = TARGETS[armType(targetId).toLowerCase()];
        const wrong = groupIds.find((groupId) => !target?.groupIds.includes(groupId));
        if (!target || wrong === undefined) continue;
        return new ArmError(
            "InvalidValuesForRequestParameters",
            `Call to ${armType(targetId)} failed. Error message: Values for request parameters are invalid: GroupId: ${wrong}. ` +
                `Allowed for ${shortName(targetId)}: ${target.groupIds.join(", ")}.`,
        );
    }
    return undefined;
};

const targetAdmitsEndpoints: Rule = ({ inputs }, cloud) => {
    for (const { targetId } of connections(inputs)) {
        const target = cloud.get(targetId);
        const reason = target && TARGETS[armType(targetId).toLowerCase()]?.admits?.(target);
        if (reason === undefined) continue;
        return new ArmError(
            "PrivateEndpointNotSupported",
            `Call to ${armType(targetId)} failed for ${shortName(targetId)}. ${reason}`,
        );
    }
    return undefined;
};

function dnsConfigs(endpoint: Resource, cloud: CloudView): Properties[] {
    const subnet = stringAt(endpoint.inputs, "subnet.id");
    const names = connections(endpoint.inputs).flatMap(({ targetId, groupIds }) => {
        const target = cloud.get(targetId);
        const known = TARGETS[armType(targetId).toLowerCase()];
        return target && known ? groupIds.flatMap((groupId) => known.fqdns(target, groupId)) : [];
    });
    const requested = stringsAt(endpoint.inputs, "ipConfigurations[].privateIPAddress");
    return names.map((fqdn, index) => ({
        fqdn,
        ipAddresses: [requested[index] ?? dynamicAddress(endpoint, subnet, cloud, index) ?? null],
    }));
}

/** The interface that comes with an endpoint, in the endpoint's resource group. */
function interfaceId(endpoint: Resource): string {
    const name =
        stringAt(endpoint.inputs, "customNetworkInterfaceName") ??
        `${lastSegment(endpoint.id)}.nic.${guid("nic", endpoint.id)}`;
    return endpoint.id.replace(/\/privateEndpoints\/[^/]+$/i, `/networkInterfaces/${name}`);
}

const zonesAreOfOneGroup: Rule = ({ id, inputs }) => {
    const configs = itemsAt(inputs, "privateDnsZoneConfigs");
    const zones = stringsAt(inputs, "privateDnsZoneConfigs[].privateDnsZoneId").map((zone) =>
        lastSegment(zone).toLowerCase(),
    );
    const repeated = zones.find((zone, index) => zones.indexOf(zone) !== index);
    if (configs.length > 5 || repeated !== undefined) {
        const found = repeated === undefined ? `${configs.length} zones` : `the zone ${repeated} twice`;
        const message = `Private DNS zone group ${lastSegment(id)} has ${found}; allowed are up to 5, each once.`;
        return new ArmError("PrivateDnsZoneGroupInvalidConfiguration", message);
    }
    return undefined;
};

export const privateEndpoint: ServiceTypes = {
    PrivateEndpoint: {
        id: inGroup("Microsoft.Network/privateEndpoints/{privateEndpointName}"),
        required: ["subnet.id"],
        replaceOn: [
            "subnet",
            "privateLinkServiceConnections",
            "manualPrivateLinkServiceConnections",
            "customNetworkInterfaceName",
        ],
        rules: [hasConnection, oneGroupId, groupIdFitsTarget, targetAdmitsEndpoints, subnetHasNoGateway("subnet.id")],
        // The target can go first; the endpoint then is disconnected.
        weakReferences: [
            "privateLinkServiceConnections[].privateLinkServiceId",
            "manualPrivateLinkServiceConnections[].privateLinkServiceId",
        ],
        parts: (endpoint) => [
            {
                id: interfaceId(endpoint),
                type: "network:NetworkInterface",
                inputs: { location: endpoint.inputs["location"], resourceGroupName: resourceGroupName(endpoint.id) },
            },
        ],
        computed: (endpoint, cloud) => ({
            customDnsConfigs: dnsConfigs(endpoint, cloud),
            networkInterfaces: [{ id: interfaceId(endpoint) }],
            privateLinkServiceConnections: itemsAt(endpoint.inputs, "privateLinkServiceConnections").map(() => ({
                provisioningState: "Succeeded",
                privateLinkServiceConnectionState: {
                    status: "Approved",
                    description: "Auto-approved",
                    actionsRequired: "None",
                },
            })),
        }),
    },
    PrivateDnsZoneGroup: {
        id: inGroup(
            "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        ),
        required: ["privateDnsZoneConfigs"],
        rules: [zonesAreOfOneGroup],
        computed: (group, cloud) => {
            const endpoint = cloud.get(group.id.replace(/\/privateDnsZoneGroups\/[^/]+$/i, ""));
            const configs = endpoint ? dnsConfigs(endpoint, cloud) : [];
            return {
                privateDnsZoneConfigs: itemsAt(group.inputs, "privateDnsZoneConfigs").map((zone) => ({
                    recordSets: recordSets(stringAt(zone, "privateDnsZoneId"), configs),
                })),
            };
        },
    },
};

function recordSets(zoneId: string | undefined, configs: Properties[]): Properties[] {
    const zone = lastSegment(zoneId ?? "").replace(/^privatelink\./, "");
    return configs
        .filter(({ fqdn }) => String(fqdn).endsWith(`.${zone}`))
        .map(({ fqdn, ipAddresses }) => ({
            recordType: "A",
            recordSetName: String(fqdn).slice(0, -zone.length - 1),
            fqdn,
            ttl: 10,
            ipAddresses,
            provisioningState: "Succeeded",
        }));
}
