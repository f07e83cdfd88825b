import { expect } from "chai";
import { ContainerRegistry } from "../../../../components/services/container-registry";
import { KeyVault } from "../../../../components/services/key-vault";
import { StorageAccount } from "../../../../components/services/storage-account";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement, privateAccess, privateEndpoints, tenantId } from "../fixtures";

describe("Services without a public endpoint", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => {
            const common = { access: privateAccess(), ...placement };
            new ContainerRegistry("learn", { registryName: "crlearn", zoneRedundant: true, ...common });
            new KeyVault("learn", { vaultName: "kvlearn", tenantId, ...common });
            new StorageAccount("learn", {
                accountName: "stlearn",
                sku: "Standard_ZRS",
                services: ["blob", "file"],
                ...common,
            });
        });
    });
    const inputsOf = (type: string) => only(registered, `azure-native:${type}`).inputs;

    it("are a Premium registry without an admin account, anonymous pulls or exports", () => {
        expect(inputsOf("containerregistry:Registry")).to.deep.include({
            registryName: "crlearn",
            sku: { name: "Premium" },
            publicNetworkAccess: "Disabled",
            networkRuleBypassOptions: "AzureServices",
            adminUserEnabled: false,
            anonymousPullEnabled: false,
            dataEndpointEnabled: true,
            zoneRedundancy: "Enabled",
            policies: { exportPolicy: { status: "disabled" } },
            ...placement,
        });
    });

    it("are a vault that is governed by roles and can't be purged", () => {
        const { properties, ...rest } = inputsOf("keyvault:Vault");
        expect(rest).to.deep.include({ vaultName: "kvlearn", ...placement });
        expect(properties).to.deep.include({
            tenantId,
            enableRbacAuthorization: true,
            enableSoftDelete: true,
            softDeleteRetentionInDays: 90,
            enablePurgeProtection: true,
            publicNetworkAccess: "Disabled",
            networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
        });
        expect(properties).not.to.have.property("accessPolicies");
    });

    it("are a storage account without keys, anonymous reads or clear text", () => {
        expect(inputsOf("storage:StorageAccount")).to.deep.include({
            accountName: "stlearn",
            kind: "StorageV2",
            sku: { name: "Standard_ZRS" },
            publicNetworkAccess: "Disabled",
            allowBlobPublicAccess: false,
            allowSharedKeyAccess: false,
            allowCrossTenantReplication: false,
            defaultToOAuthAuthentication: true,
            enableHttpsTrafficOnly: true,
            minimumTlsVersion: "TLS1_2",
            ...placement,
        });
        expect(inputsOf("storage:StorageAccount")["networkRuleSet"]).to.include({
            defaultAction: "Deny",
            bypass: "AzureServices",
        });
    });

    it("are reached through private endpoints of their kind, which are their own parts", () => {
        expect(privateEndpoints(registered)).to.deep.equal({
            [idOf("containerregistry:Registry", "cr-learn")]: ["registry"],
            [idOf("keyvault:Vault", "kv-learn")]: ["vault"],
            [idOf("storage:StorageAccount", "st-learn")]: ["blob", "file"],
        });
        const parents = registered
            .filter(({ type }) => type === "azure-native:network:PrivateEndpoint")
            .map(({ name, parent }) => [name, parent]);
        expect(parents).to.have.deep.members([
            ["pep-cr-learn", "secure-aks-ml:index:ContainerRegistry::learn"],
            ["pep-kv-learn", "secure-aks-ml:index:KeyVault::learn"],
            ["pep-st-learn-blob", "secure-aks-ml:index:StorageAccount::learn"],
            ["pep-st-learn-file", "secure-aks-ml:index:StorageAccount::learn"],
        ]);
    });
});
