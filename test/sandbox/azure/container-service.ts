import { itemsAt, stringAt, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { inGroup, lastSegment, resourceGroupName, subscriptionOf } from "./arm-id";
import { apiServerRules } from "./container-service-api-server";
import { featureRules } from "./container-service-features";
import { maintenanceRules, trustedAccessRules } from "./container-service-maintenance";
import { networkRules } from "./container-service-network";
import { clusterPoolRules, poolRules, spotOutputs } from "./container-service-pools";
import { clientIdOf, guid, hash, principalIdOf, SIMULATED_TENANT } from "./derive";
import type { Part, Resource, ServiceTypes } from "./resource-type";

/** Microsoft.ContainerService */

const CLUSTER = "Microsoft.ContainerService/managedClusters/{resourceName}";

/** The group in which AKS keeps the nodes: `MC_<group>_<cluster>_<region>` unless the program names it. */
function nodeResourceGroup({ id, inputs }: Resource): string {
    const chosen = stringAt(inputs, "nodeResourceGroup");
    return chosen ?? `MC_${resourceGroupName(id)}_${lastSegment(id)}_${stringAt(inputs, "location")}`.slice(0, 80);
}

function nodeResourceGroupId(cluster: Resource): string {
    return `/subscriptions/${subscriptionOf(cluster.id)}/resourceGroups/${nodeResourceGroup(cluster)}`;
}

function identityId(cluster: Resource, name: string): string {
    return `${nodeResourceGroupId(cluster)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

function identityOutput(id: string): Properties {
    return { resourceId: id, clientId: clientIdOf(id), objectId: principalIdOf(id) };
}

function kubeletIdentityId(cluster: Resource): string {
    const chosen = stringAt(cluster.inputs, "identityProfile.kubeletidentity.resourceId");
    return chosen ?? identityId(cluster, `${lastSegment(cluster.id)}-agentpool`);
}

function enabledAddons({ inputs }: Resource): string[] {
    const addons = inputs["addonProfiles"];
    if (typeof addons !== "object" || addons === null || Array.isArray(addons)) return [];
    return Object.keys(addons).filter((name) => valueAt(inputs, `addonProfiles.${name}.enabled`) === true);
}

function nodeParts(cluster: Resource): Part[] {
    const location = cluster.inputs["location"];
    const group = { id: nodeResourceGroupId(cluster), type: "resources:ResourceGroup", inputs: { location } };
    const identities = [
        `${lastSegment(cluster.id)}-agentpool`,
        ...enabledAddons(cluster).map((name) => `${name}-${lastSegment(cluster.id)}`),
    ];
    return [
        group,
        ...identities.map((name) => ({
            id: identityId(cluster, name),
            type: "managedidentity:UserAssignedIdentity",
            inputs: { location, resourceGroupName: nodeResourceGroup(cluster), resourceName: name },
        })),
        ...itemsAt(cluster.inputs, "agentPoolProfiles").map((pool) => ({
            id: `${cluster.id}/agentPools/${String(pool["name"])}`,
            type: "containerservice:AgentPool",
            inputs: pool,
        })),
    ];
}

/** Host names of the API server: `<prefix>-<hash>` in the region's domain, or in the private zone. */
export function apiServerNames(cluster: Resource): { public?: string; private?: string } {
    const { inputs, id } = cluster;
    const location = stringAt(inputs, "location");
    const prefix = stringAt(inputs, "dnsPrefix") ?? lastSegment(id);
    const host = stringAt(inputs, "fqdnSubdomain") ?? `${prefix}-${hash("api", id).slice(0, 8)}`;
    const publicName = `${host}.hcp.${location}.azmk8s.io`;
    if (valueAt(inputs, "apiServerAccessProfile.enablePrivateCluster") !== true) return { public: publicName };
    const zone = stringAt(inputs, "apiServerAccessProfile.privateDNSZone") ?? "system";
    const privateName = zone.startsWith("/")
        ? `${host}.${lastSegment(zone)}`
        : `${host}.${guid("zone", id)}.privatelink.${location}.azmk8s.io`;
    const keepsPublicName = valueAt(inputs, "apiServerAccessProfile.enablePrivateClusterPublicFQDN") === true;
    return { public: keepsPublicName ? publicName : undefined, private: privateName };
}

function poolOutputs(pool: Properties, cluster: Properties): Properties {
    const version = pool["orchestratorVersion"] ?? cluster["kubernetesVersion"] ?? DEFAULT_VERSION;
    return {
        provisioningState: "Succeeded",
        powerState: { code: "Running" },
        currentOrchestratorVersion: version,
        orchestratorVersion: version,
        nodeImageVersion: nodeImage(pool),
        enableFIPS: pool["enableFIPS"] ?? false,
        osType: pool["osType"] ?? "Linux",
        ...spotOutputs(pool),
    };
}

function nodeImage(pool: Properties): string {
    if (pool["osType"] === "Windows") {
        return pool["osSKU"] === "Windows2019"
            ? "AKSWindows-2019-containerd-17763.8027.251112"
            : "AKSWindows-2022-containerd-20348.4405.251112";
    }
    const fips = pool["enableFIPS"] === true ? "fips" : "";
    return String(pool["osSKU"]).startsWith("AzureLinux")
        ? `AKSAzureLinux-V3gen2${fips}-202511.01.0`
        : `AKSUbuntu-2204gen2${fips}containerd-202511.01.0`;
}

const DEFAULT_VERSION = "1.33";

export const containerService: ServiceTypes = {
    ManagedCluster: {
        id: inGroup(CLUSTER),
        required: ["agentPoolProfiles"],
        // What the real provider replaces a cluster for. It sends every other change, and AKS refuses what it can't do.
        replaceOn: [
            "dnsPrefix",
            "fqdnSubdomain",
            "nodeResourceGroup",
            "diskEncryptionSetID",
            "linuxProfile",
            "windowsProfile",
            "networkProfile.networkPlugin",
            "networkProfile.networkPluginMode",
            "networkProfile.networkDataplane",
            "networkProfile.networkPolicy",
            "networkProfile.networkMode",
            "networkProfile.outboundType",
            "networkProfile.podCidr",
            "networkProfile.serviceCidr",
            "networkProfile.serviceCidrs",
            "networkProfile.dnsServiceIP",
        ],
        rules: [...networkRules, ...apiServerRules, ...clusterPoolRules, ...featureRules],
        sets: ["apiServerAccessProfile.authorizedIPRanges"],
        weakReferences: [
            "securityProfile.defender.logAnalyticsWorkspaceResourceId",
            "addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID",
        ],
        parts: nodeParts,
        inUse: "ManagedClusterInUse",
        computed: (cluster) => {
            const { inputs, id } = cluster;
            const names = apiServerNames(cluster);
            const version = inputs["kubernetesVersion"] ?? DEFAULT_VERSION;
            const issuer = `https://${stringAt(inputs, "location")}.oic.prod-aks.azure.com/${SIMULATED_TENANT}/${guid("issuer", id)}/`;
            return {
                fqdn: names.public,
                privateFQDN: names.private,
                azurePortalFQDN: (names.public ?? names.private)?.replace(".", ".portal."),
                currentKubernetesVersion: version,
                kubernetesVersion: version,
                maxAgentPools: 100,
                powerState: { code: "Running" },
                resourceUID: hash("uid", id).slice(0, 24),
                nodeResourceGroup: nodeResourceGroup(cluster),
                oidcIssuerProfile:
                    valueAt(inputs, "oidcIssuerProfile.enabled") === true ? { issuerURL: issuer } : undefined,
                identityProfile: { kubeletidentity: identityOutput(kubeletIdentityId(cluster)) },
                addonProfiles: Object.fromEntries(
                    enabledAddons(cluster).map((name) => [
                        name,
                        { identity: identityOutput(identityId(cluster, `${name}-${lastSegment(id)}`)) },
                    ]),
                ),
                agentPoolProfiles: itemsAt(inputs, "agentPoolProfiles").map((pool) => poolOutputs(pool, inputs)),
            };
        },
    },
    AgentPool: {
        id: inGroup(`${CLUSTER}/agentPools/{agentPoolName}`),
        replaceOn: ["vmSize", "gpuInstanceProfile"],
        rules: poolRules,
        computed: ({ inputs, id }, cloud) =>
            poolOutputs(inputs, cloud.get(id.replace(/\/agentPools\/[^/]+$/i, ""))?.inputs ?? {}),
    },
    MaintenanceConfiguration: {
        id: inGroup(`${CLUSTER}/maintenanceConfigurations/{configName}`),
        rules: maintenanceRules,
    },
    TrustedAccessRoleBinding: {
        id: inGroup(`${CLUSTER}/trustedAccessRoleBindings/{trustedAccessRoleBindingName}`),
        replaceOn: ["sourceResourceId"],
        rules: trustedAccessRules,
        weakReferences: ["sourceResourceId"],
        sets: ["roles"],
    },
};
