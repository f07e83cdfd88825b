import { clusterInputs, network, Builder, GROUP } from "./fixtures";
import { refuses, simulate, SUBSCRIPTION } from "./provider-client";
import { principalIdOf } from "../../sandbox/azure/derive";
import type { Simulation } from "./provider-client";
import type { Properties, Value } from "../../sandbox/provider/values";

const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);
const profile = (more: Properties = {}) => ({
    networkProfile: { ...(clusterInputs("")["networkProfile"] as Properties), ...more },
});
const system = (more: Properties = {}) => ({
    name: "system",
    mode: "System",
    count: 1,
    vnetSubnetID: subnetId("nodes"),
    ...more,
});
const apiServer = (more: Properties) => ({ apiServerAccessProfile: { enablePrivateCluster: true, ...more } });
const integrated = (subnet: string | undefined, more: Properties = {}) =>
    apiServer({ enableVnetIntegration: true, subnetId: subnet && subnetId(subnet), ...more });
const identity = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`;
const userAssigned = { identity: { type: "UserAssigned", userAssignedIdentities: [identity] } };
const log = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/log`;
const vault = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-open`;
const kms = (more: Properties = {}, other: Properties = userAssigned) => ({
    securityProfile: {
        azureKeyVaultKms: { enabled: true, keyId: "https://kv-open.vault.azure.net/keys/etcd/0a1b", ...more },
    },
    ...other,
});
const autoscaler = (more: Properties) => ({ autoScalerProfile: more });
const channels = (upgradeChannel: string, nodeOSUpgradeChannel: string) => ({
    autoUpgradeProfile: { upgradeChannel, nodeOSUpgradeChannel },
});

interface Case {
    readonly good: Properties;
    readonly bad: Properties;
    readonly code: string;
    readonly word: string;
}

const invalid = (word: string, bad: Properties, good: Properties = {}): Case => ({
    good,
    bad,
    code: "InvalidParameter",
    word,
});
const refused = (code: string, word: string, bad: Properties, good: Properties = {}): Case => ({
    good,
    bad,
    code,
    word,
});

const CASES: Readonly<Record<string, Case>> = {
    "Cilium policies on the data plane azure": refused(
        "NetworkPolicyCiliumRequiresCiliumDataplane",
        "networkDataplane",
        profile({ networkPolicy: "cilium" }),
        profile({ networkPolicy: "cilium", networkDataplane: "cilium" }),
    ),
    "the data plane cilium with policies of another engine": invalid(
        "networkPolicy",
        profile({ networkPolicy: "calico", networkDataplane: "cilium" }),
        profile({ networkPolicy: "calico" }),
    ),
    "the data plane cilium without Azure CNI": invalid(
        "kubenet",
        profile({ networkPlugin: "kubenet", networkPluginMode: undefined, networkDataplane: "cilium" }),
    ),
    "an overlay without Azure CNI": invalid("networkPluginMode", profile({ networkPlugin: "kubenet" })),
    "policies without a plugin": refused(
        "NetworkPolicyNotSupportedForNone",
        "none",
        profile({ networkPlugin: "none", networkPluginMode: undefined, networkPolicy: "calico" }),
        profile({ networkPlugin: "none", networkPluginMode: undefined }),
    ),
    "Azure's policies with kubenet": refused(
        "NetworkPolicyAzureNotSupportedForKubenet",
        "kubenet",
        profile({ networkPlugin: "kubenet", networkPluginMode: undefined, networkPolicy: "azure" }),
        profile({ networkPlugin: "kubenet", networkPluginMode: undefined, networkPolicy: "calico" }),
    ),
    "advanced network security without Cilium": invalid(
        "advancedNetworking.security",
        profile({ advancedNetworking: { enabled: true, security: { enabled: true } } }),
        profile({ advancedNetworking: { enabled: true, observability: { enabled: true } } }),
    ),
    "a load balancer's profile with userDefinedRouting": refused(
        "InvalidUserDefinedRoutingWithLoadBalancerProfile",
        "loadBalancerProfile",
        profile({ loadBalancerProfile: { managedOutboundIPs: { count: 1 } } }),
        profile({ outboundType: "loadBalancer", loadBalancerProfile: { managedOutboundIPs: { count: 1 } } }),
    ),
    "a managed NAT gateway in a network of one's own": refused(
        "ManagedNATGatewayWithCustomVNetNotAllowed",
        "managedNATGateway",
        profile({ outboundType: "managedNATGateway" }),
    ),
    "a NAT gateway that the subnet doesn't have": refused(
        "SubnetNotAssociatedWithNATGateway",
        "subnets/nodes",
        profile({ outboundType: "userAssignedNATGateway" }),
        {
            agentPoolProfiles: [system({ vnetSubnetID: subnetId("nat") })],
            ...profile({ outboundType: "userAssignedNATGateway" }),
        },
    ),
    "a NAT gateway of one's own in AKS's network": refused(
        "UserAssignedNATGatewayWithManagedVNetNotAllowed",
        "vnetSubnetID",
        {
            agentPoolProfiles: [system({ vnetSubnetID: undefined })],
            ...profile({ outboundType: "userAssignedNATGateway" }),
        },
    ),
    "VNet integration without a subnet for it": invalid("subnetId", integrated(undefined), integrated("api")),
    "VNet integration in a subnet of nodes": invalid("holds nodes", {
        agentPoolProfiles: [system(), system({ name: "other", vnetSubnetID: subnetId("api") })],
        ...profile({ outboundType: "loadBalancer" }),
        ...integrated("api"),
    }),
    "VNet integration in a subnet that isn't delegated": invalid("must be delegated", integrated("routed")),
    "VNet integration in a subnet of 8 addresses": invalid("/28", integrated("api-small"), integrated("api")),
    "VNet integration in another network": invalid("virtual network", {
        ...integrated(undefined),
        apiServerAccessProfile: {
            enableVnetIntegration: true,
            subnetId: network("virtualNetworks/other/subnets/api"),
        },
    }),
    "an API server's subnet without VNet integration": invalid(
        "enableVnetIntegration",
        apiServer({ subnetId: subnetId("api") }),
    ),
    "private DNS 'none' without a public name": refused(
        "NonePrivateDNSZonePublicFQDNDisabledError",
        "public FQDN",
        apiServer({ privateDNSZone: "none", enablePrivateClusterPublicFQDN: false }),
        apiServer({ privateDNSZone: "none", enablePrivateClusterPublicFQDN: true }),
    ),
    "a DNS zone of one's own with a system-assigned identity": refused(
        "SystemAssignedIdentityNotSupportedForCustomPrivateDNSZone",
        "user-assigned",
        apiServer({ privateDNSZone: network("privateDnsZones/privatelink.westeurope.azmk8s.io") }),
        {
            ...apiServer({ privateDNSZone: network("privateDnsZones/privatelink.westeurope.azmk8s.io") }),
            ...userAssigned,
        },
    ),
    "a DNS zone of another name": invalid("privatelink.westeurope.azmk8s.io", {
        ...apiServer({ privateDNSZone: network("privateDnsZones/aks.internal") }),
        ...userAssigned,
    }),
    "more than 200 authorized ranges": invalid(
        "201 ranges",
        { apiServerAccessProfile: { authorizedIPRanges: ranges(201) } },
        { apiServerAccessProfile: { authorizedIPRanges: ranges(200) } },
    ),
    "more than 2000 authorized ranges with VNet integration": invalid(
        "2001 ranges",
        integrated("api", { enablePrivateCluster: false, authorizedIPRanges: ranges(2001) }),
        integrated("api", { enablePrivateCluster: false, authorizedIPRanges: ranges(201) }),
    ),
    "disabled local accounts without Entra": invalid(
        "aadProfile",
        { disableLocalAccounts: true },
        { disableLocalAccounts: true, aadProfile: { managed: true } },
    ),
    "workload identity without an issuer": invalid(
        "oidcIssuerProfile",
        { securityProfile: { workloadIdentity: { enabled: true } } },
        { securityProfile: { workloadIdentity: { enabled: true } }, oidcIssuerProfile: { enabled: true } },
    ),
    "a KMS key without a version": invalid(
        "<version>",
        kms({ keyId: "https://kv-open.vault.azure.net/keys/etcd" }),
        kms(),
    ),
    "KMS with a system-assigned identity": invalid("system-assigned", kms({}, {}), kms()),
    "KMS with a private vault but no VNet integration": invalid(
        "enableVnetIntegration",
        kms({ keyVaultNetworkAccess: "Private", keyVaultResourceId: vault }),
        kms({ keyVaultNetworkAccess: "Private", keyVaultResourceId: vault }, { ...userAssigned, ...integrated("api") }),
    ),
    "KMS with a private vault but not its id": invalid(
        "keyVaultResourceId",
        kms({ keyVaultNetworkAccess: "Private" }, { ...userAssigned, ...integrated("api") }),
    ),
    "KMS with a public vault and its id": invalid("must be empty", kms({ keyVaultResourceId: vault }), kms()),
    "KMS with a vault that is closed to the public": invalid(
        "does not admit",
        kms({ keyId: "https://kv-closed.vault.azure.net/keys/etcd/0a1b" }),
        kms(),
    ),
    "a kubelet identity beside a system-assigned one": refused(
        "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
        "control plane",
        { identityProfile: { kubeletidentity: { resourceId: identity } } },
    ),
    "an add-on that AKS doesn't have": refused(
        "AddonInvalid",
        "keda",
        { addonProfiles: { keda: { enabled: true } } },
        { addonProfiles: { azurepolicy: { enabled: true } } },
    ),
    "Container Insights without a workspace": refused(
        "LogAnalyticsWorkspaceNotSet",
        "omsagent",
        { addonProfiles: { omsagent: { enabled: true } } },
        { addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: log } } } },
    ),
    "Defender without a workspace": refused(
        "LogAnalyticsWorkspaceNotSetForAzureDefender",
        "logAnalyticsWorkspaceResourceId",
        { securityProfile: { defender: { securityMonitoring: { enabled: true } } } },
        {
            securityProfile: {
                defender: { securityMonitoring: { enabled: true }, logAnalyticsWorkspaceResourceId: log },
            },
        },
    ),
    "images cleaned every 12 hours": invalid(
        "24 to 2160",
        { securityProfile: { imageCleaner: { enabled: true, intervalHours: 12 } } },
        { securityProfile: { imageCleaner: { enabled: true, intervalHours: 24 } } },
    ),
    "cost analysis on the free tier": invalid(
        "costAnalysis",
        { metricsProfile: { costAnalysis: { enabled: true } } },
        { metricsProfile: { costAnalysis: { enabled: true } }, sku: { name: "Base", tier: "Standard" } },
    ),
    "long-term support below Premium": invalid(
        "Premium",
        { supportPlan: "AKSLongTermSupport", sku: { name: "Base", tier: "Standard" } },
        { supportPlan: "AKSLongTermSupport", sku: { name: "Base", tier: "Premium" } },
    ),
    "an upgrade channel that AKS doesn't have": invalid(
        "upgradeChannel",
        channels("fast", "NodeImage"),
        channels("stable", "SecurityPatch"),
    ),
    "an OS channel that AKS doesn't have": invalid(
        "nodeOSUpgradeChannel",
        channels("stable", "Nightly"),
        channels("stable", "NodeImage"),
    ),
    "two channels for node images": invalid(
        "NodeImage",
        channels("node-image", "SecurityPatch"),
        channels("node-image", "NodeImage"),
    ),
    "patches from the Internet without a way out": invalid(
        "outboundType is none",
        { ...channels("stable", "SecurityPatch"), ...profile({ outboundType: "none" }) },
        { ...channels("stable", "NodeImage"), ...profile({ outboundType: "none" }) },
    ),
    "an autoscaler's number": invalid(
        "maxEmptyBulkDelete",
        autoscaler({ maxEmptyBulkDelete: 10 }),
        autoscaler({ maxEmptyBulkDelete: "10" }),
    ),
    "an autoscaler's time in seconds": invalid(
        "scaleDownUnneededTime",
        autoscaler({ scaleDownUnneededTime: "600s" }),
        autoscaler({ scaleDownUnneededTime: "10m", scanInterval: "10s", expander: "least-waste" }),
    ),
    "a Kubernetes version that is none": refused(
        "K8sVersionNotSupported",
        "latest",
        { kubernetesVersion: "latest" },
        { kubernetesVersion: "1.33.5" },
    ),
    "the cluster's own group for its nodes": refused(
        "NodeResourceGroupSameAsResourceGroup",
        "'rg'",
        { nodeResourceGroup: "rg" },
        { nodeResourceGroup: "rg-nodes" },
    ),
    "an existing group for its nodes": refused("NodeResourceGroupAlreadyExists", "'taken'", {
        nodeResourceGroup: "taken",
    }),
    "a group's name of 81 characters": invalid(
        "81 characters",
        { nodeResourceGroup: "x".repeat(81) },
        { nodeResourceGroup: "x".repeat(80) },
    ),
    "a reserved Windows account": refused(
        "WindowsProfileUsernameInvalid",
        "administrator",
        { windowsProfile: { adminUsername: "administrator" } },
        { windowsProfile: { adminUsername: "azureuser" } },
    ),
    "a simple Windows password": refused(
        "WindowsProfilePasswordInvalid",
        "8 to 123",
        { windowsProfile: { adminUsername: "azureuser", adminPassword: "simple" } },
        { windowsProfile: { adminUsername: "azureuser", adminPassword: "Not-simple-1" } },
    ),
    "a cluster without a system pool": refused(
        "MustDefineAtLeastOneSystemPool",
        "mode System",
        { agentPoolProfiles: [system({ mode: "User" })] },
        { agentPoolProfiles: [system()] },
    ),
    "pools in two networks": invalid("one virtual network", {
        agentPoolProfiles: [
            system(),
            system({ name: "other", vnetSubnetID: network("virtualNetworks/other/subnets/nodes") }),
        ],
        ...profile({ outboundType: "loadBalancer" }),
    }),
    "nodes in a delegated subnet": refused("SubnetIsDelegated", "subnets/api", {
        agentPoolProfiles: [system({ vnetSubnetID: subnetId("api") })],
        ...profile({ outboundType: "loadBalancer" }),
    }),
};

function ranges(count: number): Value[] {
    return Array.from({ length: count }, (_item, index) => `20.${index >> 8}.${index & 255}.1/32`);
}

/** Changes that the real provider sends, and that AKS refuses because it fixes them on create. */
const FIXED: Readonly<Record<string, { before: Properties; after: Properties; code?: string; word: string }>> = {
    "to private link": {
        before: { apiServerAccessProfile: { enablePrivateCluster: false } },
        after: apiServer({}),
        word: "enablePrivateCluster",
    },
    "from VNet integration": { before: integrated("api"), after: apiServer({}), word: "enableVnetIntegration" },
    "to another private DNS zone": {
        before: apiServer({ privateDNSZone: "system" }),
        after: apiServer({ privateDNSZone: "none" }),
        word: "privateDNSZone",
    },
    "to no issuer": {
        before: { oidcIssuerProfile: { enabled: true } },
        after: { oidcIssuerProfile: { enabled: false } },
        word: "oidcIssuerProfile",
    },
    "to no RBAC": { before: {}, after: { enableRBAC: false }, word: "enableRBAC" },
    "of a pool's subnet": {
        before: {},
        after: { agentPoolProfiles: [system({ vnetSubnetID: subnetId("routed") })] },
        word: "vnetSubnetID",
    },
    "of a pool's size": {
        before: { agentPoolProfiles: [system({ vmSize: "Standard_D4ds_v5" })] },
        after: { agentPoolProfiles: [system({ vmSize: "Standard_D8ds_v5" })] },
        word: "vmSize",
    },
    "of the KMS vault's exposure": {
        before: kms({}, { ...userAssigned, ...integrated("api") }),
        after: kms(
            { keyVaultNetworkAccess: "Private", keyVaultResourceId: vault },
            { ...userAssigned, ...integrated("api") },
        ),
        word: "keyVaultNetworkAccess",
    },
    "by two minor versions": {
        before: { kubernetesVersion: "1.31.1" },
        after: { kubernetesVersion: "1.33" },
        code: "OperationNotAllowed",
        word: "1.31.1",
    },
};

describe("the simulated AKS", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await foundation(build);
    });
    afterEach(() => simulation.stop());
    const cluster = (more: Properties) => build.cluster(subnetId("nodes"), more);

    describe("refuses, for a cluster,", () => {
        for (const [what, { good, bad, code, word }] of Object.entries(CASES)) {
            it(what, async () => {
                await refuses(cluster(bad), code, word);
                await cluster(good);
            });
        }

        it("a kubelet identity that its own may not hand out", async () => {
            const pair = {
                ...userAssigned,
                identityProfile: { kubeletidentity: { resourceId: `${identity}-kubelet` } },
            };
            await refuses(cluster(pair), "CustomKubeletIdentityMissingPermissionError", "Managed Identity Operator");
            await build.make("authorization:RoleAssignment", {
                scope: `${identity}-kubelet`,
                principalId: principalIdOf(identity),
                roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/f1a07417-d97a-45cb-824c-7a7467783830`,
            });
            await cluster(pair);
        });
    });

    describe("refuses, in place, a change", () => {
        for (const [what, { before, after, code = "PropertyChangeNotAllowed", word }] of Object.entries(FIXED)) {
            it(what, async () => {
                const created = await cluster(before);
                const update = (more: Properties) =>
                    simulation.azure.update("azure-native:containerservice:ManagedCluster", "it", created, {
                        ...clusterInputs(subnetId("nodes"), more),
                    });
                await refuses(update(after), code, word);
                await update(before);
            });
        }

        it("between public and private only without VNet integration", async () => {
            const created = await cluster(integrated("api"));
            await simulation.azure.update("azure-native:containerservice:ManagedCluster", "it", created, {
                ...clusterInputs(subnetId("nodes"), integrated("api", { enablePrivateCluster: false })),
            });
        });
    });
});

/** A network with a subnet of every kind, an identity, a log, and two vaults. */
async function foundation(build: Builder): Promise<void> {
    const delegations = [{ name: "aks", serviceName: "Microsoft.ContainerService/managedClusters" }];
    const routeTable = { routeTable: { id: network("routeTables/rt") } };
    const inGroup = { location: "westeurope" };
    await build.group();
    await build.group("taken");
    await build.virtualNetwork("vnet", "10.0.0.0/16");
    await build.virtualNetwork("other", "10.9.0.0/16");
    await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
    await build.publicAddress("pip");
    await build.make("network:NatGateway", {
        ...inGroup,
        natGatewayName: "ng",
        sku: { name: "Standard" },
        publicIpAddresses: [{ id: network("publicIPAddresses/pip") }],
    });
    await build.subnet("vnet", "nodes", "10.0.0.0/24", routeTable);
    await build.subnet("vnet", "routed", "10.0.1.0/24", routeTable);
    await build.subnet("vnet", "nat", "10.0.2.0/24", { natGateway: { id: network("natGateways/ng") } });
    await build.subnet("vnet", "api", "10.0.3.0/28", { delegations });
    await build.subnet("vnet", "api-small", "10.0.3.16/29", { delegations });
    await build.subnet("other", "nodes", "10.9.0.0/24");
    await build.subnet("other", "api", "10.9.1.0/28", { delegations });
    for (const name of ["privatelink.westeurope.azmk8s.io", "aks.internal"])
        await build.make("privatedns:PrivateZone", { privateZoneName: name, location: "global" });
    for (const resourceName of ["id", "id-kubelet"])
        await build.make("managedidentity:UserAssignedIdentity", { ...inGroup, resourceName });
    await build.make("operationalinsights:Workspace", { ...inGroup, workspaceName: "log" });
    for (const [vaultName, publicNetworkAccess] of [
        ["kv-open", "Enabled"],
        ["kv-closed", "Disabled"],
    ])
        await build.make("keyvault:Vault", {
            ...inGroup,
            vaultName,
            properties: { tenantId: SUBSCRIPTION, sku: { family: "A", name: "standard" }, publicNetworkAccess },
        });
}
