import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, network } from "./fixtures";
import { refusal, simulate, SUBSCRIPTION } from "./provider-client";
import type { Simulation } from "./provider-client";

interface Case {
    readonly type: string;
    /** Accepted as it is. */
    readonly good: Properties;
    /** What makes it refused. */
    readonly bad: Properties;
    readonly code: string;
}

const location = "westeurope";
const principalId = "00000000-0000-0000-0000-000000000003";
const role = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7";
const log = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/log`;
const assignment = { scope: GROUP, principalId, roleDefinitionId: role };
const vault = (more: Properties) => ({
    location,
    vaultName: "kv-test",
    properties: { tenantId: "t", sku: { family: "A", name: "standard" }, ...more },
});
const setting = {
    resourceUri: network("virtualNetworks/vnet"),
    name: "logs",
    workspaceId: log,
    logs: [{ category: "VMProtectionAlerts", enabled: true }],
};
const storage = { location, accountName: "stgood", kind: "StorageV2", sku: { name: "Standard_LRS" } };
const address = { location, publicIpAddressName: "pip", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" };
const flowLog = {
    resourceGroupName: "NetworkWatcherRG",
    networkWatcherName: "NetworkWatcher_westeurope",
    flowLogName: "flow",
    location,
};
const rule = {
    location,
    dataCollectionRuleName: "dcr",
    destinations: { logAnalytics: [{ name: "log", workspaceResourceId: log }] },
};
const account = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stflow`;

const CASES: Readonly<Record<string, Case>> = {
    "a role that is no definition": {
        type: "authorization:RoleAssignment",
        good: assignment,
        bad: { roleDefinitionId: "Reader" },
        code: "InvalidRoleDefinitionId",
    },
    "a principal that is no object id": {
        type: "authorization:RoleAssignment",
        good: assignment,
        bad: { principalId: "me" },
        code: "InvalidPrincipalId",
    },
    "a role assignment's name that is no GUID": {
        type: "authorization:RoleAssignment",
        good: assignment,
        bad: { roleAssignmentName: "reader" },
        code: "InvalidRoleAssignmentId",
    },
    "a vault without purge protection by intent": {
        type: "keyvault:Vault",
        good: vault({}),
        bad: vault({ enablePurgeProtection: false }),
        code: "BadRequest",
    },
    "a vault's retention of 3 days": {
        type: "keyvault:Vault",
        good: vault({ softDeleteRetentionInDays: 7 }),
        bad: vault({ softDeleteRetentionInDays: 3 }),
        code: "BadRequest",
    },
    "a vault's name with an underscore": {
        type: "keyvault:Vault",
        good: vault({}),
        bad: { vaultName: "kv_test" },
        code: "VaultNameNotValid",
    },
    "a storage account's name in capitals": {
        type: "storage:StorageAccount",
        good: storage,
        bad: { accountName: "StGood" },
        code: "AccountNameInvalid",
    },
    "a diagnostic setting without destination": {
        type: "monitor:DiagnosticSetting",
        good: setting,
        bad: { workspaceId: undefined },
        code: "BadRequest",
    },
    "a diagnostic setting without categories": {
        type: "monitor:DiagnosticSetting",
        good: setting,
        bad: { logs: [] },
        code: "BadRequest",
    },
    "a flow to an undeclared destination": {
        type: "monitor:DataCollectionRule",
        good: { ...rule, dataFlows: [{ streams: ["Microsoft-Syslog"], destinations: ["log"] }] },
        bad: { dataFlows: [{ streams: ["Microsoft-Syslog"], destinations: ["other"] }] },
        code: "InvalidPayload",
    },
    "a workspace's retention of 10 days": {
        type: "operationalinsights:Workspace",
        good: { location, workspaceName: "log2", retentionInDays: 30 },
        bad: { retentionInDays: 10 },
        code: "InvalidParameter",
    },
    "a dynamic address of SKU Standard": {
        type: "network:PublicIPAddress",
        good: address,
        bad: { publicIPAllocationMethod: "Dynamic" },
        code: "PublicIPAndSkuAllocationMethodMismatch",
    },
    "a new address of SKU Basic": {
        type: "network:PublicIPAddress",
        good: address,
        bad: { sku: { name: "Basic" } },
        code: "IPv4BasicSkuPublicIpCountLimitReached",
    },
    "a public prefix of length 20": {
        type: "network:PublicIPPrefix",
        good: { location, publicIpPrefixName: "ippre", prefixLength: 30, sku: { name: "Standard" } },
        bad: { prefixLength: 20 },
        code: "PublicIpPrefixLengthNotSupported",
    },
    "a static address outside of its subnet": {
        type: "network:NetworkInterface",
        good: {
            location,
            networkInterfaceName: "nic",
            ipConfigurations: [
                {
                    name: "ip",
                    privateIPAddress: "10.0.0.9",
                    subnet: { id: network("virtualNetworks/vnet/subnets/snet") },
                },
            ],
        },
        bad: {
            ipConfigurations: [
                {
                    name: "ip",
                    privateIPAddress: "10.9.0.9",
                    subnet: { id: network("virtualNetworks/vnet/subnets/snet") },
                },
            ],
        },
        code: "PrivateIPAddressNotInSubnet",
    },
    "a new flow log of a security group": {
        type: "network:FlowLog",
        good: { ...flowLog, storageId: account, targetResourceId: network("virtualNetworks/vnet") },
        bad: { targetResourceId: network("networkSecurityGroups/nsg") },
        code: "NsgFlowLogCreationBlocked",
    },
    "a security rule's priority of 5000": {
        type: "network:SecurityRule",
        good: {
            networkSecurityGroupName: "nsg",
            securityRuleName: "r",
            priority: 200,
            direction: "Inbound",
            access: "Allow",
            protocol: "*",
        },
        bad: { priority: 5000 },
        code: "SecurityRuleInvalidPriority",
    },
    "a registry's name with a hyphen": {
        type: "containerregistry:Registry",
        good: { location, registryName: "crtest", sku: { name: "Basic" } },
        bad: { registryName: "cr-test" },
        code: "InvalidRegistryName",
    },
};

describe("the simulated Azure refuses what its services refuse:", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "snet", "10.0.0.0/24");
        await build.make("network:NetworkSecurityGroup", { location, networkSecurityGroupName: "nsg" });
        await build.make("operationalinsights:Workspace", { location, workspaceName: "log" });
        await build.make("storage:StorageAccount", { ...storage, accountName: "stflow" });
    });
    afterEach(() => simulation.stop());

    for (const [what, { type, good, bad, code }] of Object.entries(CASES)) {
        it(what, async () => {
            expect(await refusal(build.make(type, { ...good, ...bad }))).to.contain(`Code="${code}"`);
            await build.make(type, good);
        });
    }

    it("a second assignment of a role to a principal", async () => {
        await build.make("authorization:RoleAssignment", assignment);
        const second = {
            ...assignment,
            roleAssignmentName: "00000000-0000-0000-0000-00000000000a",
            roleDefinitionId: `/subscriptions/${SUBSCRIPTION}${role}`,
        };
        expect(await refusal(build.make("authorization:RoleAssignment", second))).to.contain(
            'Code="RoleAssignmentExists"',
        );
    });

    it("a second zone of one name for a network, and a second link to a zone", async () => {
        await build.group("other");
        const zone = (resourceGroupName: string) =>
            build.make("privatedns:PrivateZone", {
                resourceGroupName,
                privateZoneName: "contoso.internal",
                location: "global",
            });
        const link = (resourceGroupName: string, virtualNetworkLinkName: string) =>
            build.make("privatedns:VirtualNetworkLink", {
                ...{
                    resourceGroupName,
                    virtualNetworkLinkName,
                    privateZoneName: "contoso.internal",
                    location: "global",
                },
                virtualNetwork: { id: network("virtualNetworks/vnet") },
            });
        await zone("rg");
        await zone("other");
        await link("rg", "first");
        expect(await refusal(link("rg", "second"))).to.contain('Code="Conflict"');
        expect(await refusal(link("other", "third"))).to.contain("same name");
    });

    it("a federated credential that repeats issuer and subject", async () => {
        await build.make("managedidentity:UserAssignedIdentity", { location, resourceName: "id" });
        const credential = (name: string) =>
            build.make("managedidentity:FederatedIdentityCredential", {
                ...{ resourceName: "id", federatedIdentityCredentialResourceName: name },
                ...{
                    issuer: "https://issuer",
                    subject: "system:serviceaccount:a:b",
                    audiences: ["api://AzureADTokenExchange"],
                },
            });
        await credential("one");
        expect(await refusal(credential("two"))).to.contain('Code="Conflict"');
    });

    it("a public container of a closed account", async () => {
        const container = { accountName: "stflow", containerName: "open", publicAccess: "Blob" };
        expect(await refusal(build.make("storage:BlobContainer", container))).to.contain(
            'Code="PublicAccessNotPermitted"',
        );
    });

    it("an association with neither rule nor endpoint", async () => {
        const association = { resourceUri: network("virtualNetworks/vnet"), associationName: "dcra" };
        expect(await refusal(build.make("monitor:DataCollectionRuleAssociation", association))).to.contain(
            'Code="InvalidPayload"',
        );
    });
});
