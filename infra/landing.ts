import type * as pulumi from "@pulumi/pulumi";
import type { ClusterBackup } from "../components/cluster/backup";
import { Cluster, type ApiAccess } from "../components/cluster/cluster";
import { kubernetesProvider } from "../components/cluster/kubernetes-provider";
import { ApplicationGateway } from "../components/ingress/application-gateway";
import { MachineLearningExtension } from "../components/ml/extension";
import { defaultInstanceType, type InstanceType } from "../components/ml/instance-types-plan";
import { KubernetesCompute } from "../components/ml/kubernetes-compute";
import { MachineLearningWorkspace } from "../components/ml/workspace";
import { addressAt, parseCidr } from "../components/network/cidr";
import type { HubConnection } from "../components/network/hub-connection";
import type { PrivateDns } from "../components/network/private-dns";
import { apiServerZone } from "../components/network/private-dns-zones";
import type { PrivateAccess } from "../components/network/private-endpoint";
import type { Spoke } from "../components/network/spoke";
import type { Placement } from "../components/placement";
import { ContainerRegistry } from "../components/services/container-registry";
import { KeyVault } from "../components/services/key-vault";
import { agentProfilesOf, lookAfterCluster } from "./cluster-care";
import type { SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import type { ClusterConfig } from "./config/schema/cluster";
import type { MachineLearningConfig } from "./config/schema/machine-learning";
import type { SpokeConfig } from "./config/schema/spoke";
import type { Names } from "./names";
import type { Monitor } from "./observability";
import type { ResourceGroup } from "./resource-group";
import type { Placing } from "./subscriptions";

/** What a spoke's contents are built on. */
export interface Ground {
    /** The stack's settings, with the spoke's own region, zones and subscription. */
    settings: Settings;
    names: Names;
    placement: Placement;
    placing: Placing;
    resourceGroup: ResourceGroup;
    plan: SpokeAddresses;
    spoke: Spoke;
    hub: HubConnection;
    dns: PrivateDns;
    logWorkspaceId: pulumi.Output<string>;
    monitor: Monitor;
    /** What must stand before anything may need the Internet or a private name: routes, peerings, firewall, zones. */
    foundation: pulumi.Resource[];
}

/** What stands in a spoke. */
export interface Landing {
    cluster: Cluster;
    registry: ContainerRegistry;
    vault: KeyVault;
    gateway?: ApplicationGateway;
    workspace?: MachineLearningWorkspace;
    compute?: KubernetesCompute;
    backup?: ClusterBackup;
}

/** Builds what a spoke with a cluster holds: registry, vault, cluster, and the gateway and workspace that it asks for. */
export function buildLanding(name: string, config: SpokeConfig, cluster: ClusterConfig, ground: Ground): Landing {
    const { settings, names, placement, placing, spoke, dns } = ground;
    const access: PrivateAccess = { subnetId: spoke.subnetIds.privateEndpoints, dns };
    const zoneRedundant = settings.zones.length > 1;

    const registry = new ContainerRegistry(
        names.of(name),
        {
            registryName: names.global("cr", name),
            access,
            zoneRedundant,
            ...placement,
        },
        placing,
    );
    const vault = new KeyVault(
        names.of(name),
        {
            vaultName: names.global("kv", name),
            tenantId: settings.tenantId,
            access,
            ...placement,
        },
        placing,
    );
    const landing: Landing = { registry, vault, cluster: buildCluster(name, cluster, registry, ground) };
    if (config.ingress.mode === "public") {
        landing.gateway = buildGateway(name, config.ingress, ground);
    }
    if (config.machineLearning) {
        Object.assign(landing, buildMachineLearning(name, config.machineLearning, access, landing, ground));
    }
    lookAfterCluster(name, cluster, access, landing, ground);
    return landing;
}

function buildCluster(name: string, config: ClusterConfig, registry: ContainerRegistry, ground: Ground): Cluster {
    const { settings, names, placement, placing, plan, spoke, logWorkspaceId, foundation } = ground;
    return new Cluster(
        names.of(name),
        {
            apiAccess: apiAccessOf(config, ground),
            tenantId: settings.tenantId,
            adminGroupIds: settings.groups.clusterAdmins,
            network: {
                id: spoke.networkId,
                systemPoolSubnetId: spoke.subnetIds.systemPool,
                userPoolSubnetId: spoke.subnetIds.userPools,
                loadBalancerSubnetId: spoke.subnetIds.loadBalancers,
                podCidr: plan.podCidr,
                serviceCidr: plan.serviceCidr,
                dnsServiceIp: addressAt(parseCidr(plan.serviceCidr), 10),
            },
            systemPool: { ...config.systemPool, taints: [] },
            userPools: config.userPools,
            pools: { zones: settings.zones, encryptionAtHost: config.encryptionAtHost },
            tier: config.tier,
            registryId: registry.registryId,
            defenderWorkspaceId: config.defender ? logWorkspaceId : undefined,
            ...agentProfilesOf(config, ground),
            foundation,
            ...placement,
        },
        placing,
    );
}

function apiAccessOf({ apiAccess }: ClusterConfig, { settings, spoke, hub, dns }: Ground): ApiAccess {
    if (apiAccess.mode === "public") {
        return { ...apiAccess, firewallAddresses: hub.egressAddresses };
    }
    const privateDnsZoneId = dns.zoneId(apiServerZone(apiAccess.mode, settings.location));
    return apiAccess.mode === "privateLink"
        ? { mode: apiAccess.mode, privateDnsZoneId }
        : { mode: apiAccess.mode, privateDnsZoneId, subnetId: spoke.subnetIds.apiServer };
}

function buildGateway(
    name: string,
    ingress: Extract<SpokeConfig["ingress"], { mode: "public" }>,
    { settings, names, placement, placing, resourceGroup, spoke, plan, foundation }: Ground,
): ApplicationGateway {
    return new ApplicationGateway(
        names.of(name),
        {
            resourceGroupId: resourceGroup.id,
            subnetId: spoke.subnetIds.ingress,
            zones: settings.zones,
            capacity: ingress.capacity,
            hostName: ingress.hostName,
            certificate: { secretId: ingress.certificateSecretId, vaultId: ingress.certificateVaultId },
            backend: {
                address: plan.loadBalancerAddress,
                hostName: ingress.backendHostName ?? ingress.hostName,
                probePath: ingress.probePath,
            },
            foundation,
            ...placement,
        },
        placing,
    );
}

function buildMachineLearning(
    name: string,
    config: MachineLearningConfig,
    access: PrivateAccess,
    { cluster, registry }: Landing,
    { settings, names, placement, placing, logWorkspaceId }: Ground,
): Pick<Landing, "workspace" | "compute"> {
    const fullName = names.of(name);
    const workspace = new MachineLearningWorkspace(
        fullName,
        {
            access,
            tenantId: settings.tenantId,
            storageAccountName: names.global("stml", name),
            vaultName: names.global("kvml", name),
            registryId: registry.registryId,
            logWorkspaceId,
            storageSku: settings.zones.length > 1 ? "Standard_ZRS" : "Standard_LRS",
            dataScientistGroupIds: settings.groups.dataScientists,
            imageBuildCompute: config.imageBuildCompute,
            ...placement,
        },
        placing,
    );
    const extension = new MachineLearningExtension(
        fullName,
        {
            location: settings.location,
            resourceGroupName: placement.resourceGroupName,
            clusterId: cluster.clusterId,
            clusterName: cluster.clusterName,
            workspaceId: workspace.workspaceId,
            inference: config.inference,
            trustedAccess: config.trustedAccess,
            foundation: [cluster],
        },
        placing,
    );
    const compute = new KubernetesCompute(
        fullName,
        {
            computeName: config.computeName,
            clusterId: cluster.clusterId,
            workspace: {
                id: workspace.workspaceId,
                name: workspace.workspaceName,
                storageAccountId: workspace.storageAccountId,
                registryId: registry.registryId,
            },
            namespace: config.namespace,
            instanceTypes: { [defaultInstanceType]: smallInstance, ...config.instanceTypes },
            kubernetes: kubernetesProvider(
                fullName,
                settings.kubernetesObjects,
                cluster,
                placement.resourceGroupName,
                {
                    dependsOn: extension,
                },
                placing,
            ),
            extension,
            ...placement,
        },
        placing,
    );
    return { workspace, compute };
}

/** What a job gets that names no instance type; without one of our own it could land on the system pool. */
const smallInstance: InstanceType = {
    requests: { cpu: "1", memory: "4Gi" },
    limits: { cpu: "2", memory: "8Gi" },
    nodeSelector: { "kubernetes.azure.com/mode": "user" },
};
