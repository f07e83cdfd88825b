import type * as pulumi from "@pulumi/pulumi";
import type { ClusterBackup } from "../components/cluster/backup";
import type { Cluster } from "../components/cluster/cluster";
import { kubernetesProvider } from "../components/cluster/kubernetes-provider";
import { MachineLearningExtension } from "../components/ml/extension";
import { defaultInstanceType, type InstanceType } from "../components/ml/instance-types-plan";
import { KubernetesCompute } from "../components/ml/kubernetes-compute";
import { MachineLearningWorkspace } from "../components/ml/workspace";
import type { HubConnection } from "../components/network/hub-connection";
import { JumpHost } from "../components/network/jump-host";
import type { PrivateDns } from "../components/network/private-dns";
import type { PrivateAccess } from "../components/network/private-endpoint";
import type { Spoke } from "../components/network/spoke";
import type { Placement } from "../components/placement";
import { ContainerRegistry } from "../components/services/container-registry";
import { KeyVault } from "../components/services/key-vault";
import type { StorageAccount } from "../components/services/storage-account";
import { lookAfterCluster } from "./cluster-care";
import type { SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import type { ClusterConfig } from "./config/schema/cluster";
import type { JumpHostConfig } from "./config/schema/jump-host";
import type { MachineLearningConfig } from "./config/schema/machine-learning";
import type { SpokeConfig } from "./config/schema/spoke";
import { buildCluster } from "./landing-cluster";
import { buildIngress, type LandingIngress } from "./landing-ingress";
import type { Names } from "./names";
import type { Monitor } from "./observability";
import { buildPrivateServices } from "./private-services";
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

/** What stands in a spoke, so far as its settings ask for it. */
export interface Landing {
    clustered?: ClusteredLanding;
    storageAccounts: Record<string, StorageAccount>;
    jumpHost?: JumpHost;
}

/** A cluster, and what comes with one. */
export interface ClusteredLanding extends LandingIngress {
    cluster: Cluster;
    registry: ContainerRegistry;
    vault: KeyVault;
    workspace?: MachineLearningWorkspace;
    compute?: KubernetesCompute;
    backup?: ClusterBackup;
}

/** Builds what a spoke holds. */
export function buildLanding(name: string, config: SpokeConfig, ground: Ground): Landing {
    const access: PrivateAccess = { subnetId: ground.spoke.subnetIds.privateEndpoints, dns: ground.dns };
    return {
        storageAccounts: buildPrivateServices(name, config, access, ground),
        clustered: config.cluster && buildClustered(name, config, config.cluster, access, ground),
        jumpHost: config.jumpHost && buildJumpHost(name, config.jumpHost, ground),
    };
}

/** Registry, vault, cluster, and the gateway and workspace that the spoke asks for. */
function buildClustered(
    name: string,
    config: SpokeConfig,
    cluster: ClusterConfig,
    access: PrivateAccess,
    ground: Ground,
): ClusteredLanding {
    const { settings, names, placement, placing } = ground;
    const zoneRedundant = settings.zones.length > 1;

    const registry = new ContainerRegistry(
        names.of(name),
        { registryName: names.global("cr", name), access, zoneRedundant, ...placement },
        placing,
    );
    const vault = new KeyVault(
        names.of(name),
        { vaultName: names.global("kv", name), tenantId: settings.tenantId, access, ...placement },
        placing,
    );
    const landing: ClusteredLanding = {
        registry,
        vault,
        cluster: buildCluster(name, cluster, config, { registry, vault }, ground),
    };
    Object.assign(landing, buildIngress(name, config.ingress, landing.cluster, ground));
    if (config.machineLearning) {
        Object.assign(landing, buildMachineLearning(name, config.machineLearning, access, landing, ground));
    }
    lookAfterCluster(name, cluster, access, landing, ground);
    return landing;
}

function buildJumpHost(
    name: string,
    { vmSize, sshPublicKey }: JumpHostConfig,
    { settings, names, placement, placing, spoke, foundation }: Ground,
): JumpHost | undefined {
    const { jumpHost: subnetId } = spoke.subnetIds;
    return (
        subnetId &&
        new JumpHost(
            names.of(`jump-${name}`),
            {
                subnetId,
                vmSize,
                sshPublicKey,
                zone: settings.zones.at(0),
                adminGroupIds: settings.groups.clusterAdmins,
                encryptionAtHost: true,
                foundation,
                ...placement,
            },
            placing,
        )
    );
}

function buildMachineLearning(
    name: string,
    config: MachineLearningConfig,
    access: PrivateAccess,
    { cluster, registry }: ClusteredLanding,
    { settings, names, placement, placing, logWorkspaceId }: Ground,
): Pick<ClusteredLanding, "workspace" | "compute"> {
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
            podSecurity: config.podSecurity,
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
