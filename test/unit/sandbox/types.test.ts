import { expect } from "chai";
import { idArguments, readId } from "../../sandbox/azure/arm-id";
import { canonicalType, knownTypes, resourceType } from "../../sandbox/azure/registry";
import { classShape } from "../../sandbox/azure/sdk-shapes";
import { Builder, GROUP, network } from "./fixtures";
import { refusal, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

/** Ids as the REST reference of each service spells them, below the resource group unless they extend a scope. */
const DOCUMENTED: Readonly<Record<string, string>> = {
    "alertsmanagement:PrometheusRuleGroup": "Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}",
    "applicationinsights:Component": "Microsoft.Insights/components/{resourceName}",
    "compute:DiskEncryptionSet": "Microsoft.Compute/diskEncryptionSets/{diskEncryptionSetName}",
    "compute:VirtualMachine": "Microsoft.Compute/virtualMachines/{vmName}",
    "compute:VirtualMachineExtension": "Microsoft.Compute/virtualMachines/{vmName}/extensions/{vmExtensionName}",
    "containerregistry:Registry": "Microsoft.ContainerRegistry/registries/{registryName}",
    "containerservice:AgentPool":
        "Microsoft.ContainerService/managedClusters/{resourceName}/agentPools/{agentPoolName}",
    "containerservice:MaintenanceConfiguration":
        "Microsoft.ContainerService/managedClusters/{resourceName}/maintenanceConfigurations/{configName}",
    "containerservice:ManagedCluster": "Microsoft.ContainerService/managedClusters/{resourceName}",
    "containerservice:TrustedAccessRoleBinding":
        "Microsoft.ContainerService/managedClusters/{resourceName}/trustedAccessRoleBindings/{trustedAccessRoleBindingName}",
    "dnsresolver:DnsForwardingRuleset": "Microsoft.Network/dnsForwardingRulesets/{dnsForwardingRulesetName}",
    "dnsresolver:DnsResolver": "Microsoft.Network/dnsResolvers/{dnsResolverName}",
    "dnsresolver:ForwardingRule":
        "Microsoft.Network/dnsForwardingRulesets/{dnsForwardingRulesetName}/forwardingRules/{forwardingRuleName}",
    "dnsresolver:InboundEndpoint":
        "Microsoft.Network/dnsResolvers/{dnsResolverName}/inboundEndpoints/{inboundEndpointName}",
    "dnsresolver:OutboundEndpoint":
        "Microsoft.Network/dnsResolvers/{dnsResolverName}/outboundEndpoints/{outboundEndpointName}",
    "dnsresolver:PrivateResolverVirtualNetworkLink":
        "Microsoft.Network/dnsForwardingRulesets/{dnsForwardingRulesetName}/virtualNetworkLinks/{virtualNetworkLinkName}",
    "dashboard:Grafana": "Microsoft.Dashboard/grafana/{workspaceName}",
    "dashboard:ManagedPrivateEndpoint":
        "Microsoft.Dashboard/grafana/{workspaceName}/managedPrivateEndpoints/{managedPrivateEndpointName}",
    "dataprotection:BackupInstance":
        "Microsoft.DataProtection/backupVaults/{vaultName}/backupInstances/{backupInstanceName}",
    "dataprotection:BackupPolicy":
        "Microsoft.DataProtection/backupVaults/{vaultName}/backupPolicies/{backupPolicyName}",
    "dataprotection:BackupVault": "Microsoft.DataProtection/backupVaults/{vaultName}",
    "keyvault:Key": "Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}",
    "keyvault:Secret": "Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}",
    "keyvault:Vault": "Microsoft.KeyVault/vaults/{vaultName}",
    "kubernetesconfiguration:Extension":
        "{clusterRp}/{clusterResourceName}/{clusterName}/providers/Microsoft.KubernetesConfiguration/extensions/{extensionName}",
    "kubernetesconfiguration:FluxConfiguration":
        "{clusterRp}/{clusterResourceName}/{clusterName}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{fluxConfigurationName}",
    "machinelearningservices:Compute":
        "Microsoft.MachineLearningServices/workspaces/{workspaceName}/computes/{computeName}",
    "machinelearningservices:Workspace": "Microsoft.MachineLearningServices/workspaces/{workspaceName}",
    "managedidentity:FederatedIdentityCredential":
        "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
    "managedidentity:UserAssignedIdentity": "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
    "monitor:ActionGroup": "Microsoft.Insights/actionGroups/{actionGroupName}",
    "monitor:ActivityLogAlert": "Microsoft.Insights/activityLogAlerts/{activityLogAlertName}",
    "monitor:AzureMonitorWorkspace": "Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}",
    "monitor:DataCollectionEndpoint": "Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}",
    "monitor:DataCollectionRule": "Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}",
    "monitor:MetricAlert": "Microsoft.Insights/metricAlerts/{ruleName}",
    "monitor:PrivateLinkScope": "Microsoft.Insights/privateLinkScopes/{scopeName}",
    "monitor:PrivateLinkScopedResource": "Microsoft.Insights/privateLinkScopes/{scopeName}/scopedResources/{name}",
    "monitor:ScheduledQueryRule": "Microsoft.Insights/scheduledQueryRules/{ruleName}",
    "network:ApplicationGateway": "Microsoft.Network/applicationGateways/{applicationGatewayName}",
    "network:AzureFirewall": "Microsoft.Network/azureFirewalls/{azureFirewallName}",
    "network:BastionHost": "Microsoft.Network/bastionHosts/{bastionHostName}",
    "network:DdosProtectionPlan": "Microsoft.Network/ddosProtectionPlans/{ddosProtectionPlanName}",
    "network:ExpressRouteCircuit": "Microsoft.Network/expressRouteCircuits/{circuitName}",
    "network:ExpressRouteCircuitAuthorization":
        "Microsoft.Network/expressRouteCircuits/{circuitName}/authorizations/{authorizationName}",
    "network:ExpressRouteCircuitPeering": "Microsoft.Network/expressRouteCircuits/{circuitName}/peerings/{peeringName}",
    "network:FirewallPolicy": "Microsoft.Network/firewallPolicies/{firewallPolicyName}",
    "network:FirewallPolicyRuleCollectionGroup":
        "Microsoft.Network/firewallPolicies/{firewallPolicyName}/ruleCollectionGroups/{ruleCollectionGroupName}",
    "network:FlowLog": "Microsoft.Network/networkWatchers/{networkWatcherName}/flowLogs/{flowLogName}",
    "network:IpGroup": "Microsoft.Network/ipGroups/{ipGroupsName}",
    "network:LoadBalancer": "Microsoft.Network/loadBalancers/{loadBalancerName}",
    "network:LoadBalancerBackendAddressPool":
        "Microsoft.Network/loadBalancers/{loadBalancerName}/backendAddressPools/{backendAddressPoolName}",
    "network:LocalNetworkGateway": "Microsoft.Network/localNetworkGateways/{localNetworkGatewayName}",
    "network:NatGateway": "Microsoft.Network/natGateways/{natGatewayName}",
    "network:NetworkInterface": "Microsoft.Network/networkInterfaces/{networkInterfaceName}",
    "network:NetworkSecurityGroup": "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
    "network:NetworkWatcher": "Microsoft.Network/networkWatchers/{networkWatcherName}",
    "network:PrivateDnsZoneGroup":
        "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    "network:PrivateEndpoint": "Microsoft.Network/privateEndpoints/{privateEndpointName}",
    "network:PublicIPAddress": "Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
    "network:PublicIPPrefix": "Microsoft.Network/publicIPPrefixes/{publicIpPrefixName}",
    "network:Route": "Microsoft.Network/routeTables/{routeTableName}/routes/{routeName}",
    "network:RouteTable": "Microsoft.Network/routeTables/{routeTableName}",
    "network:SecurityRule":
        "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}",
    "network:Subnet": "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
    "network:VirtualNetwork": "Microsoft.Network/virtualNetworks/{virtualNetworkName}",
    "network:VirtualNetworkGateway": "Microsoft.Network/virtualNetworkGateways/{virtualNetworkGatewayName}",
    "network:VirtualNetworkGatewayConnection": "Microsoft.Network/connections/{virtualNetworkGatewayConnectionName}",
    "network:VirtualNetworkPeering":
        "Microsoft.Network/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
    "network:WebApplicationFirewallPolicy":
        "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/{policyName}",
    "operationalinsights:Table": "Microsoft.OperationalInsights/workspaces/{workspaceName}/tables/{tableName}",
    "operationalinsights:Workspace": "Microsoft.OperationalInsights/workspaces/{workspaceName}",
    "privatedns:PrivateRecordSet":
        "Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}",
    "privatedns:PrivateZone": "Microsoft.Network/privateDnsZones/{privateZoneName}",
    "privatedns:VirtualNetworkLink":
        "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
    "relay:HybridConnection": "Microsoft.Relay/namespaces/{namespaceName}/hybridConnections/{hybridConnectionName}",
    "relay:HybridConnectionAuthorizationRule":
        "Microsoft.Relay/namespaces/{namespaceName}/hybridConnections/{hybridConnectionName}/authorizationRules/{authorizationRuleName}",
    "relay:Namespace": "Microsoft.Relay/namespaces/{namespaceName}",
    "servicenetworking:AssociationsInterface":
        "Microsoft.ServiceNetworking/trafficControllers/{trafficControllerName}/associations/{associationName}",
    "servicenetworking:FrontendsInterface":
        "Microsoft.ServiceNetworking/trafficControllers/{trafficControllerName}/frontends/{frontendName}",
    "servicenetworking:SecurityPoliciesInterface":
        "Microsoft.ServiceNetworking/trafficControllers/{trafficControllerName}/securityPolicies/{securityPolicyName}",
    "servicenetworking:TrafficControllerInterface":
        "Microsoft.ServiceNetworking/trafficControllers/{trafficControllerName}",
    "storage:BlobContainer":
        "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}",
    "storage:BlobServiceProperties": "Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}",
    "storage:FileServiceProperties": "Microsoft.Storage/storageAccounts/{accountName}/fileServices/{fileServicesName}",
    "storage:FileShare": "Microsoft.Storage/storageAccounts/{accountName}/fileServices/default/shares/{shareName}",
    "storage:ManagementPolicy":
        "Microsoft.Storage/storageAccounts/{accountName}/managementPolicies/{managementPolicyName}",
    "storage:StorageAccount": "Microsoft.Storage/storageAccounts/{accountName}",
};
const SUBSCRIPTION_SCOPE = "/subscriptions/{subscriptionId}";
const GROUP_SCOPE = `${SUBSCRIPTION_SCOPE}/resourceGroups/{resourceGroupName}`;
const EXTENSIONS: Readonly<Record<string, string>> = {
    "authorization:ManagementLockAtResourceGroupLevel": `${GROUP_SCOPE}/providers/Microsoft.Authorization/locks/{lockName}`,
    "authorization:ManagementLockAtResourceLevel": `${GROUP_SCOPE}/providers/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}/providers/Microsoft.Authorization/locks/{lockName}`,
    "authorization:ManagementLockAtSubscriptionLevel": `${SUBSCRIPTION_SCOPE}/providers/Microsoft.Authorization/locks/{lockName}`,
    "authorization:ManagementLockByScope": "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    "authorization:PolicyAssignment":
        "{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
    "authorization:RoleAssignment": "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    "authorization:RoleDefinition": "{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    "consumption:Budget": "{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
    "costmanagement:Budget": "{scope}/providers/Microsoft.CostManagement/budgets/{budgetName}",
    "monitor:DataCollectionRuleAssociation":
        "{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
    "monitor:DiagnosticSetting": "{resourceUri}/providers/microsoft.insights/diagnosticSettings/{name}",
    "resources:ResourceGroup": GROUP_SCOPE,
};

describe("the simulated azure-native types", () => {
    it("have the ids that Azure documents", () => {
        const documented = Object.entries(DOCUMENTED).map(([type, path]) => [type, `${GROUP_SCOPE}/providers/${path}`]);
        const expected = Object.fromEntries([...documented, ...Object.entries(EXTENSIONS)]);
        const actual = Object.fromEntries(knownTypes().map((type) => [type, resourceType(type).id]));
        expect(actual).to.deep.equal(expected);
    });

    for (const type of knownTypes()) {
        it(`${type} builds its id and its declared paths from what the SDK's class has`, () => {
            const { id, replaceOn = [], required = [], sets = [] } = resourceType(type);
            const shape = classShape(type);
            const declared = [
                ...idArguments(id),
                ...[...replaceOn, ...required, ...sets].map((path) => path.split(/[.[]/)[0]),
            ];
            expect([...(shape?.inputs.keys() ?? [])]).to.include.members(declared);
        });
    }

    it("read an id back into its arguments", () => {
        const id = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet`;
        expect(readId(resourceType("network:Subnet").id, id)).to.include({
            virtualNetworkName: "vnet",
            subnetName: "snet",
        });
        const setting = `${id}/providers/microsoft.insights/diagnosticSettings/logs`;
        expect(readId(resourceType("monitor:DiagnosticSetting").id, setting)).to.include({
            resourceUri: id,
            name: "logs",
        });
    });

    it("are the same in every spelling of a token", () => {
        for (const token of [
            "azure-native:network:Subnet",
            "azure-native:network/v20240501:Subnet",
            "azure-native_network_v20240501:network:Subnet",
            "azure-native_network_v20240501:network/v20240501:Subnet",
        ]) {
            expect(canonicalType(token)).to.equal("network:Subnet");
        }
        expect(canonicalType("azure-native:network/v20200601:PrivateZone")).to.equal("privatedns:PrivateZone");
        expect(canonicalType("azure-native:insights/v20200202:Component")).to.equal("applicationinsights:Component");
    });

    describe("over the provider protocol", () => {
        let simulation: Simulation;
        beforeEach(async () => {
            simulation = await simulate();
            await new Builder(simulation.azure).group();
        });
        afterEach(() => simulation.stop());

        it("are refused by name when they aren't known", async () => {
            const message = await refusal(
                simulation.azure.create("azure-native:compute:VirtualMachineScaleSet", "vmss", {}),
            );
            expect(message).to.contain("azure-native:compute:VirtualMachineScaleSet is not simulated");
        });

        it("take the subscription of their provider instance", async () => {
            const other = await simulation.connect({ subscriptionId: "00000000-0000-0000-0000-0000000000bb" });
            const inputs = { resourceGroupName: "rg", location: "westeurope" };
            const { id } = await other.create("azure-native:resources:ResourceGroup", "rg", inputs);
            expect(id).to.equal("/subscriptions/00000000-0000-0000-0000-0000000000bb/resourceGroups/rg");
        });

        it("can be reached as a package of one API version", async () => {
            expect(await simulation.azure.parameterize(["network", "v20240501"])).to.equal(
                "azure-native_network_v20240501",
            );
            const token = "azure-native_network_v20240501:network:RouteTable";
            const { id } = await simulation.azure.create(token, "rt", {
                resourceGroupName: "rg",
                routeTableName: "rt",
            });
            expect(id).to.equal(network("routeTables/rt"));
        });

        it("make up names and locations as the real provider does", async () => {
            const create = (type: string, inputs: object) =>
                simulation.azure.create(`azure-native:${type}`, "thing", { resourceGroupName: "rg", ...inputs });
            const vnet = await create("network:VirtualNetwork", { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
            expect(vnet.inputs["virtualNetworkName"]).to.match(/^thing[0-9a-f]{8}$/);
            expect(vnet.inputs["location"]).to.equal("westeurope");
            const { virtualNetworkName } = vnet.inputs;
            const subnet = await create("network:Subnet", { virtualNetworkName, addressPrefix: "10.0.0.0/24" });
            expect(subnet.inputs["subnetName"]).to.equal("thing");
            const scope = vnet.id;
            const roleDefinitionId =
                "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7";
            const principalId = "00000000-0000-0000-0000-000000000003";
            const role = await create("authorization:RoleAssignment", { scope, roleDefinitionId, principalId });
            expect(role.inputs["roleAssignmentName"]).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
            expect(role.id).to.equal(
                `${scope}/providers/Microsoft.Authorization/roleAssignments/${String(role.inputs["roleAssignmentName"])}`,
            );
        });
    });
});
