import type * as pulumi from "@pulumi/pulumi";
import type { ApiAccess, ClosedVaultKey, OpenVaultKey } from "../components/cluster/api-access";
import { Cluster } from "../components/cluster/cluster";
import { createEtcdKey } from "../components/cluster/etcd-key";
import { gpuTaint, machineLearningTaint } from "../components/cluster/node-pools-plan";
import { addressAt, parseCidr } from "../components/network/cidr";
import { apiServerZone } from "../components/network/private-dns-zones";
import { mapValues } from "../components/record";
import type { ContainerRegistry } from "../components/services/container-registry";
import type { KeyVault } from "../components/services/key-vault";
import { agentProfilesOf } from "./cluster-care";
import type { EtcdKeyConfig } from "./config/schema/api-access";
import type { ClusterConfig } from "./config/schema/cluster";
import type { SpokeConfig } from "./config/schema/spoke";
import type { Ground } from "./landing";

/** What a cluster uses in its own spoke. */
export interface ClusterNeighbours {
    registry: ContainerRegistry;
    vault: KeyVault;
}

/** Builds a spoke's cluster from its settings. */
export function buildCluster(
    name: string,
    config: ClusterConfig,
    { machineLearning }: Pick<SpokeConfig, "machineLearning">,
    neighbours: ClusterNeighbours,
    ground: Ground,
): Cluster {
    const { settings, names, placement, placing, plan, spoke, logWorkspaceId, foundation } = ground;
    return new Cluster(
        names.of(name),
        {
            apiAccess: apiAccessOf(name, config, neighbours.vault, ground),
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
                dataplane: config.dataplane,
            },
            systemPool: { ...config.systemPool, spot: false },
            userPools: config.userPools,
            tenantPools: mapValues(config.tenantPools, (pool, tenant) => ({
                pool,
                subnetId: spoke.tenantSubnetIds[tenant],
            })),
            pools: {
                zones: settings.zones,
                encryptionAtHost: config.encryptionAtHost,
                fips: config.fips,
                gpuTaint: machineLearning ? machineLearningTaint : gpuTaint,
            },
            tier: config.tier,
            longTermSupport: config.longTermSupport,
            costAnalysis: config.costAnalysis ?? config.tier !== "Free",
            upgrades: config.upgrades,
            maintenance: config.maintenance,
            autoscaler: config.autoscaler,
            keda: config.keda,
            verticalPodAutoscaler: config.verticalPodAutoscaler,
            lockNodeResourceGroup: config.lockNodeResourceGroup,
            diskEncryptionSetId: config.diskEncryptionSetId,
            registryId: neighbours.registry.registryId,
            defenderWorkspaceId: config.defender ? logWorkspaceId : undefined,
            ...agentProfilesOf(config, ground),
            foundation,
            ...placement,
        },
        placing,
    );
}

function apiAccessOf(name: string, { apiAccess }: ClusterConfig, vault: KeyVault, ground: Ground): ApiAccess {
    const { settings, spoke, hub, dns } = ground;
    const restricted = {
        authorizedRanges: "authorizedRanges" in apiAccess ? apiAccess.authorizedRanges : [],
        firewallAddresses: hub.egressAddresses,
    };
    const privateDnsZoneId = (mode: "privateLink" | "vnetIntegration"): pulumi.Output<string> =>
        dns.zoneId(apiServerZone(mode, settings.location));
    const subnetId = spoke.subnetIds.apiServer;
    switch (apiAccess.mode) {
        case "privateLink":
            return {
                mode: apiAccess.mode,
                privateDnsZoneId: privateDnsZoneId(apiAccess.mode),
                etcdKey: apiAccess.etcdKey && openKey(apiAccess.etcdKey),
            };
        case "public":
            return {
                mode: apiAccess.mode,
                ...restricted,
                etcdKey: apiAccess.etcdKey && openKey(apiAccess.etcdKey),
            };
        case "vnetIntegration":
            return {
                mode: apiAccess.mode,
                privateDnsZoneId: privateDnsZoneId(apiAccess.mode),
                subnetId,
                etcdKey: apiAccess.etcdKey && anyKey(name, apiAccess.etcdKey, vault, ground),
            };
        case "vnetIntegrationPublic":
            return {
                mode: apiAccess.mode,
                ...restricted,
                subnetId,
                etcdKey: apiAccess.etcdKey && anyKey(name, apiAccess.etcdKey, vault, ground),
            };
    }
}

function openKey({ keyId, vaultId }: Extract<EtcdKeyConfig, { mode: "publicVault" }>): OpenVaultKey {
    return { vault: "public", keyId, vaultId };
}

function anyKey(
    name: string,
    config: EtcdKeyConfig,
    vault: KeyVault,
    { names, placement }: Ground,
): OpenVaultKey | ClosedVaultKey {
    switch (config.mode) {
        case "publicVault":
            return openKey(config);
        case "privateVault":
            return { vault: "private", keyId: config.keyId, vaultId: config.vaultId };
        case "ownVault": {
            const key = createEtcdKey(
                names.of(name),
                {
                    vaultName: vault.vaultName,
                    resourceGroupName: placement.resourceGroupName,
                    tags: placement.tags,
                },
                { parent: vault },
            );
            return { vault: "private", keyId: key.keyUriWithVersion, vaultId: vault.vaultId };
        }
    }
}
