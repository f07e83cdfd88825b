import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { ClusterIdentity } from "./cluster-identity";
import { agentProfiles, type ClusterAgents } from "./monitoring";
import { poolSettings, systemTaint, type NodePool, type PoolDefaults } from "./node-pools-plan";

/** How the API server is reached: one of these, because Azure lets authorized ranges and private clusters exclude each other. */
export type ApiAccess =
    | {
          mode: "privateLink";
          /** Id of the zone `privatelink.<region>.azmk8s.io`. */
          privateDnsZoneId: pulumi.Input<string>;
      }
    | {
          /** The API server's own load balancer stands in a subnet of the cluster's network. Azure can't undo it. */
          mode: "vnetIntegration";
          /** Id of the zone `private.<region>.azmk8s.io`. */
          privateDnsZoneId: pulumi.Input<string>;
          /** Id of a subnet that is delegated to `Microsoft.ContainerService/managedClusters`. */
          subnetId: pulumi.Input<string>;
      }
    | {
          mode: "public";
          /** CIDRs, at most 200: administrators' networks. The firewall's own addresses are added by `firewallAddresses`. */
          authorizedRanges: string[];
          /** Public addresses of the firewall: the nodes themselves come from there. */
          firewallAddresses: pulumi.Input<string>[];
      };

export interface ClusterArgs extends Placement {
    apiAccess: ApiAccess;
    /** The Entra tenant of operators and administrators. */
    tenantId: string;
    /** Object ids of the Entra groups that administer the cluster. Not empty. */
    adminGroupIds: string[];
    network: {
        id: pulumi.Input<string>;
        systemPoolSubnetId: pulumi.Input<string>;
        userPoolSubnetId: pulumi.Input<string>;
        loadBalancerSubnetId: pulumi.Input<string>;
        /** Overlay range of the pods; each node takes a /24 of it. */
        podCidr: string;
        serviceCidr: string;
        /** Inside `serviceCidr`, and not its first address. */
        dnsServiceIp: string;
    };
    systemPool: NodePool;
    /** By pool name: 1 to 12 lower-case letters and digits. */
    userPools: Record<string, NodePool>;
    pools: PoolDefaults;
    /** `Free` has no uptime agreement. */
    tier: "Free" | "Standard" | "Premium";
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
        const { apiAccess, network } = args;
        const child = { parent: this };
        const { azureMonitorProfile, omsagent } = agentProfiles(args.agents ?? { prometheus: false });
        const zoneId = apiAccess.mode === "public" ? undefined : apiAccess.privateDnsZoneId;

        const identity = new ClusterIdentity(
            name,
            {
                // With a zone of one's own, AKS links it to the network, and so must be able to join the whole of it.
                networkScopes: zoneId
                    ? { network: network.id }
                    : {
                          "system-pool": network.systemPoolSubnetId,
                          "user-pools": network.userPoolSubnetId,
                          "load-balancers": network.loadBalancerSubnetId,
                      },
                privateDnsZoneId: zoneId,
                ...placementOf(args),
            },
            child,
        );

        this.resource = new containerservice.ManagedCluster(
            `aks-${name}`,
            {
                resourceName: `aks-${name}`,
                ...endpoint(name, apiAccess),
                ...signIn(args),
                identity: { type: "UserAssigned", userAssignedIdentities: [identity.identityId] },
                agentPoolProfiles: [
                    {
                        name: "system",
                        mode: "System",
                        vnetSubnetID: network.systemPoolSubnetId,
                        ...poolSettings({ ...args.systemPool, taints: [systemTaint] }, args.pools),
                    },
                ],
                networkProfile: {
                    networkPlugin: "azure",
                    networkPluginMode: "overlay",
                    networkDataplane: "cilium",
                    networkPolicy: "cilium",
                    loadBalancerSku: "standard",
                    outboundType: "userDefinedRouting",
                    podCidr: network.podCidr,
                    serviceCidr: network.serviceCidr,
                    dnsServiceIP: network.dnsServiceIp,
                },
                addonProfiles: {
                    azurepolicy: { enabled: true },
                    omsagent,
                    azureKeyvaultSecretsProvider: {
                        enabled: true,
                        config: { enableSecretRotation: "true", rotationPollInterval: "2m" },
                    },
                },
                azureMonitorProfile,
                oidcIssuerProfile: { enabled: true },
                securityProfile: {
                    workloadIdentity: { enabled: true },
                    imageCleaner: { enabled: true, intervalHours: 168 },
                    defender: args.defenderWorkspaceId
                        ? {
                              securityMonitoring: { enabled: true },
                              logAnalyticsWorkspaceResourceId: args.defenderWorkspaceId,
                          }
                        : undefined,
                },
                autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
                sku: { name: "Base", tier: args.tier },
                ...placementOf(args),
            },
            // The autoscaler moves the count.
            {
                ...child,
                dependsOn: [...identity.grants, ...args.foundation],
                ignoreChanges: ["agentPoolProfiles[0].count"],
            },
        );
        const kind = args.fullAudit ? "kubernetesClusterWithReads" : "kubernetesCluster";
        sendLogs(`aks-${name}`, kind, this.resource.id, args.logWorkspaceId, child);
        this.principalId = identity.principalId;
        this.createUserPools(name, args);
        this.createRoles(name, args);

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

    private createUserPools(name: string, { userPools, pools, network, resourceGroupName, tags }: ClusterArgs): void {
        for (const [agentPoolName, pool] of Object.entries(userPools)) {
            new containerservice.AgentPool(
                `np-${name}-${agentPoolName}`,
                {
                    agentPoolName,
                    mode: "User",
                    resourceGroupName,
                    resourceName: this.resource.name,
                    vnetSubnetID: network.userPoolSubnetId,
                    ...poolSettings(pool, pools),
                    tags,
                },
                { parent: this, ignoreChanges: ["count"] },
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

function endpoint(name: string, access: ApiAccess) {
    const common = { disableRunCommand: true };
    if (access.mode !== "public") {
        return {
            // A zone of one's own wants a sub-domain instead of a prefix; Azure can't change it later.
            fqdnSubdomain: `aks-${name}`,
            apiServerAccessProfile: {
                ...common,
                enablePrivateCluster: true,
                enablePrivateClusterPublicFQDN: false,
                privateDNSZone: access.privateDnsZoneId,
                ...(access.mode === "vnetIntegration"
                    ? { enableVnetIntegration: true, subnetId: access.subnetId }
                    : {}),
            },
        };
    }
    return {
        dnsPrefix: `aks-${name}`,
        apiServerAccessProfile: {
            ...common,
            enablePrivateCluster: false,
            // A list of known length, so that a preview shows the administrators' ranges although addresses are yet to come.
            authorizedIPRanges: [
                ...access.firewallAddresses.map((address) => pulumi.interpolate`${address}/32`),
                ...access.authorizedRanges,
            ],
        },
    };
}

function signIn({ tenantId, adminGroupIds }: ClusterArgs) {
    return {
        aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantId, adminGroupObjectIDs: adminGroupIds },
        enableRBAC: true,
        disableLocalAccounts: true,
    };
}
