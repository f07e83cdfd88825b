import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { mapValues } from "../record";
import { assignRole, BuiltInRole } from "../role-assignment";
import { apiServerSubnetOf, endpoint, keyManagement, privateZoneOf, type ApiAccess } from "./api-access";
import { ClusterIdentity } from "./cluster-identity";
import {
    autoScalerProfile,
    movesVersion,
    networkProfile,
    windowsProfile,
    type AutoscalerSettings,
    type Dataplane,
    type Overlay,
    type UpgradeSettings,
} from "./cluster-settings-plan";
import { maintenanceConfigurations, type Maintenance } from "./maintenance-plan";
import { agentProfiles, type ClusterAgents } from "./monitoring";
import { poolSettings, systemTaint, tenantPool, type NodePool, type PoolDefaults } from "./node-pools-plan";

export interface ClusterArgs extends Placement {
    apiAccess: ApiAccess;
    /** The Entra tenant of operators and administrators. */
    tenantId: string;
    /** Object ids of the Entra groups that administer the cluster. Not empty. */
    adminGroupIds: string[];
    network: Overlay & {
        id: pulumi.Input<string>;
        systemPoolSubnetId: pulumi.Input<string>;
        userPoolSubnetId: pulumi.Input<string>;
        loadBalancerSubnetId: pulumi.Input<string>;
        dataplane: Dataplane;
    };
    systemPool: NodePool;
    /** By pool name: 1 to 12 lower-case letters and digits; 1 to 6 for Windows. */
    userPools: Record<string, NodePool>;
    /**
     * Pools that one tenant has for itself, by pool name, each in a subnet of its own: labelled `tenant: <name>`, and
     * tainted so that only pods with that toleration run there. Nodes are kept apart by their subnets' security groups.
     * Pods are not: overlay traffic isn't encapsulated, and all pods share one range, so that no security group can
     * tell one tenant's pods from another's. That takes network policies in the cluster. Default: none.
     */
    tenantPools?: Record<string, { pool: NodePool; subnetId: pulumi.Input<string> }>;
    pools: Omit<PoolDefaults, "kubernetesVersion">;
    /** `Free` has no uptime agreement. */
    tier: "Free" | "Standard" | "Premium";
    /** Two years of support for a Kubernetes version instead of one; takes the Premium tier. */
    longTermSupport: boolean;
    /** Cost by namespace and deployment in the portal; takes a tier other than Free. */
    costAnalysis: boolean;
    upgrades: UpgradeSettings;
    maintenance: Maintenance;
    autoscaler: AutoscalerSettings;
    /** Scaling by events. */
    keda: boolean;
    /** Recommends, or sets, what pods ask for. */
    verticalPodAutoscaler: boolean;
    /** Whether nobody but AKS may change the group of the nodes, whatever their role. */
    lockNodeResourceGroup: boolean;
    /** Disk encryption set for the disks of nodes and of volumes; can't be changed later. Default: Azure's own keys. */
    diskEncryptionSetId?: pulumi.Input<string>;
    /** Registry that nodes may pull from. */
    registryId: pulumi.Input<string>;
    /** Log Analytics workspace for Microsoft Defender. Default: Defender is off. */
    defenderWorkspaceId?: pulumi.Input<string>;
    /** Azure Monitor's agents. Default: none. */
    agents?: ClusterAgents;
    /** Log reads of the Kubernetes API too, about ten times the rest. Default: false. */
    fullAudit?: boolean;
    /** What must stand before the cluster: the route to the firewall with its rules, peerings, and private zones with their links. */
    foundation: pulumi.Resource[];
}

/** A private-by-default AKS cluster: Entra sign-in and Azure RBAC only, egress through the hub, no local accounts. */
export class Cluster extends pulumi.ComponentResource {
    public readonly clusterId: pulumi.Output<string>;
    public readonly clusterName: pulumi.Output<string>;
    /** Host name of the API server. */
    public readonly apiServer: pulumi.Output<string>;
    public readonly oidcIssuerUrl: pulumi.Output<string>;
    /** The control plane's own identity. */
    public readonly principalId: pulumi.Output<string>;
    public readonly resource: containerservice.ManagedCluster;

    constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Cluster", name, args, opts);
        const child = { parent: this };
        const identity = this.createIdentity(name, args);
        this.resource = new containerservice.ManagedCluster(
            `aks-${name}`,
            {
                resourceName: `aks-${name}`,
                nodeResourceGroup: `rg-aks-${name}-nodes`,
                nodeResourceGroupProfile: {
                    restrictionLevel: args.lockNodeResourceGroup ? "ReadOnly" : "Unrestricted",
                },
                ...endpoint(name, args.apiAccess),
                ...signIn(args),
                identity: { type: "UserAssigned", userAssignedIdentities: [identity.identityId] },
                agentPoolProfiles: [
                    {
                        name: "system",
                        mode: "System",
                        vnetSubnetID: args.network.systemPoolSubnetId,
                        ...poolSettings({ ...args.systemPool, taints: [systemTaint] }, poolDefaults(args)),
                    },
                ],
                networkProfile: networkProfile(args.network, args.network.dataplane),
                windowsProfile: windowsProfile(args.network.dataplane),
                ...features(args),
                ...placementOf(args),
            },
            {
                ...child,
                dependsOn: [...identity.grants, ...args.foundation],
                transformations: [showSecurityProfile(securityProfile(args))],
                // The autoscaler moves the count, and an upgrade channel the version.
                ignoreChanges: [
                    "agentPoolProfiles[0].count",
                    ...(movesVersion(args.upgrades)
                        ? ["kubernetesVersion", "agentPoolProfiles[0].orchestratorVersion"]
                        : []),
                ],
            },
        );
        this.principalId = identity.principalId;
        this.createMaintenance(name, args);
        this.createUserPools(name, args);
        this.createRoles(name, args);
        const kind = args.fullAudit ? "kubernetesClusterWithReads" : "kubernetesCluster";
        sendLogs(`aks-${name}`, kind, this.resource.id, args.logWorkspaceId, child);

        this.clusterId = this.resource.id;
        this.clusterName = this.resource.name;
        this.apiServer = pulumi
            .all([this.resource.privateFQDN, this.resource.fqdn])
            .apply(([privateName, publicName]) => privateName ?? publicName ?? "");
        this.oidcIssuerUrl = this.resource.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
        this.registerOutputs({
            clusterId: this.clusterId,
            clusterName: this.clusterName,
            apiServer: this.apiServer,
            oidcIssuerUrl: this.oidcIssuerUrl,
        });
    }

    private createIdentity(name: string, args: ClusterArgs): ClusterIdentity {
        const { apiAccess, network, diskEncryptionSetId } = args;
        const zoneId = privateZoneOf(apiAccess);
        const apiServer = apiServerSubnetOf(apiAccess);
        const tenants = Object.entries(args.tenantPools ?? {}).map(([tenant, { subnetId }]) => [
            `tenant-${tenant}`,
            subnetId,
        ]);
        return new ClusterIdentity(
            name,
            {
                // With a zone of one's own, AKS links it to the network, and so must be able to join the whole of it.
                networkScopes: zoneId
                    ? { network: network.id }
                    : {
                          "system-pool": network.systemPoolSubnetId,
                          "user-pools": network.userPoolSubnetId,
                          "load-balancers": network.loadBalancerSubnetId,
                          ...(apiServer === undefined ? {} : { "api-server": apiServer }),
                          ...(Object.fromEntries(tenants) as Record<string, pulumi.Input<string>>),
                      },
                privateDnsZoneId: zoneId,
                etcdVault: apiAccess.etcdKey && {
                    id: apiAccess.etcdKey.vaultId,
                    isPrivate: apiAccess.etcdKey.vault === "private",
                },
                diskEncryptionSetId,
                ...placementOf(args),
            },
            { parent: this },
        );
    }

    private createMaintenance(name: string, { maintenance, resourceGroupName }: ClusterArgs): void {
        for (const [configName, settings] of Object.entries(maintenanceConfigurations(maintenance))) {
            new containerservice.MaintenanceConfiguration(
                `mc-${name}-${configName}`,
                { configName, resourceGroupName, resourceName: this.resource.name, ...settings },
                { parent: this },
            );
        }
    }

    private createUserPools(name: string, args: ClusterArgs): void {
        const pools = {
            ...mapValues(args.userPools, (pool) => ({ pool, subnetId: args.network.userPoolSubnetId })),
            ...mapValues(args.tenantPools ?? {}, ({ pool, subnetId }, tenant) => ({
                pool: tenantPool(tenant, pool),
                subnetId,
            })),
        };
        for (const [agentPoolName, { pool, subnetId }] of Object.entries(pools)) {
            new containerservice.AgentPool(
                `np-${name}-${agentPoolName}`,
                {
                    agentPoolName,
                    mode: "User",
                    resourceGroupName: args.resourceGroupName,
                    resourceName: this.resource.name,
                    vnetSubnetID: subnetId,
                    ...poolSettings(pool, poolDefaults(args)),
                    tags: args.tags,
                },
                {
                    parent: this,
                    ignoreChanges: ["count", ...(movesVersion(args.upgrades) ? ["orchestratorVersion"] : [])],
                },
            );
        }
    }

    private createRoles(name: string, { adminGroupIds, registryId }: ClusterArgs): void {
        assignRole(
            `aks-${name}-pulls-images`,
            {
                principalId: this.resource.identityProfile.apply(
                    (profiles) => profiles?.["kubeletidentity"]?.objectId ?? "",
                ),
                principalType: "ServicePrincipal",
                role: BuiltInRole.AcrPull,
                scope: registryId,
            },
            { parent: this },
        );
        const adminRoles = {
            // One to fetch the kubeconfig, one for what it may do inside.
            "sign-in": BuiltInRole.AzureKubernetesServiceClusterUser,
            administration: BuiltInRole.AzureKubernetesServiceRbacClusterAdmin,
        };
        adminGroupIds.forEach((principalId, index) => {
            for (const [what, role] of Object.entries(adminRoles)) {
                assignRole(
                    `aks-${name}-admins-${index + 1}-${what}`,
                    { principalId, principalType: "Group", role, scope: this.resource.id },
                    { parent: this },
                );
            }
        });
    }
}

function poolDefaults({ pools, upgrades }: ClusterArgs): PoolDefaults {
    return { ...pools, kubernetesVersion: upgrades.kubernetesVersion };
}

/** What is switched on besides network, nodes and sign-in. */
function features(args: ClusterArgs) {
    const { upgrades, diskEncryptionSetId } = args;
    const { azureMonitorProfile, omsagent } = agentProfiles(args.agents ?? { prometheus: false });
    return {
        azureMonitorProfile,
        sku: { name: "Base", tier: args.tier },
        supportPlan: args.longTermSupport ? "AKSLongTermSupport" : "KubernetesOfficial",
        metricsProfile: { costAnalysis: { enabled: args.costAnalysis } },
        kubernetesVersion: upgrades.kubernetesVersion,
        autoUpgradeProfile: { upgradeChannel: upgrades.cluster, nodeOSUpgradeChannel: upgrades.nodeOs },
        autoScalerProfile: autoScalerProfile(args.autoscaler),
        workloadAutoScalerProfile: {
            keda: { enabled: args.keda },
            verticalPodAutoscaler: { enabled: args.verticalPodAutoscaler },
        },
        addonProfiles: {
            azurepolicy: { enabled: true },
            omsagent,
            azureKeyvaultSecretsProvider: {
                enabled: true,
                config: { enableSecretRotation: "true", rotationPollInterval: "2m" },
            },
        },
        oidcIssuerProfile: { enabled: true },
        securityProfile: securityProfile(args),
        diskEncryptionSetID: diskEncryptionSetId,
    };
}

function securityProfile({ apiAccess, defenderWorkspaceId }: ClusterArgs) {
    return {
        workloadIdentity: { enabled: true },
        imageCleaner: { enabled: true, intervalHours: 168 },
        azureKeyVaultKms: keyManagement(apiAccess),
        defender: defenderWorkspaceId
            ? { securityMonitoring: { enabled: true }, logAnalyticsWorkspaceResourceId: defenderWorkspaceId }
            : undefined,
    };
}

/**
 * Azure-native fills in this object's defaults as one, so that a preview would know nothing of it while the version of
 * a new etcd key is unknown. Nothing is left to those defaults here; put back as it was, all but that version is known.
 */
function showSecurityProfile(profile: ReturnType<typeof securityProfile>): pulumi.ResourceTransformation {
    return ({ props, opts }) => ({ props: { ...props, securityProfile: profile }, opts });
}

function signIn({ tenantId, adminGroupIds }: ClusterArgs) {
    return {
        aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantId, adminGroupObjectIDs: adminGroupIds },
        enableRBAC: true,
        disableLocalAccounts: true,
    };
}
