import * as keyvault from "@pulumi/azure-native/keyvault";
import { expect } from "chai";
import type { ApiAccess } from "../../../../components/cluster/api-access";
import { BuiltInRole } from "../../../../components/role-assignment";
import { capture, only, type Registration } from "../../../support/capture";
import { grants } from "../fixtures";
import { agentPool, clusterNetwork, clusterProgram, managedCluster, pool, poolDefaults, privateLink } from "./fixtures";

const identity = { principalId: "principal-of-id-aks-learn", principalType: "ServicePrincipal" };
const etcdKey = { keyId: "https://kv.vault.azure.net/keys/etcd/0", vaultId: "/vaults/kv" };
const integrated: ApiAccess = {
    mode: "vnetIntegration",
    privateDnsZoneId: "/zones/api",
    subnetId: "/subnets/api-server",
    etcdKey: { vault: "private", ...etcdKey },
};

describe("Cluster: what is on unless told otherwise", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(clusterProgram(privateLink, { logWorkspaceId: "/workspaces/log" }));
    });
    const inputs = () => managedCluster(registered).inputs;

    it("names the group of its nodes, which AKS alone may change", () => {
        expect(inputs()).to.deep.include({
            nodeResourceGroup: "rg-aks-learn-nodes",
            nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
        });
    });

    it("counts costs, and is upgraded by Azure", () => {
        expect(inputs()).to.deep.include({
            sku: { name: "Base", tier: "Standard" },
            supportPlan: "KubernetesOfficial",
            metricsProfile: { costAnalysis: { enabled: true } },
            autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
        });
    });

    it("tells the autoscaler everything as text", () => {
        expect(inputs()["autoScalerProfile"]).to.deep.equal({
            expander: "least-waste",
            scanInterval: "10s",
            newPodScaleUpDelay: "0s",
            maxNodeProvisionTime: "15m",
            scaleDownDelayAfterAdd: "10m",
            scaleDownUnneededTime: "10m",
            scaleDownUtilizationThreshold: "0.5",
            maxGracefulTerminationSec: "600",
            balanceSimilarNodeGroups: "false",
            skipNodesWithLocalStorage: "true",
            skipNodesWithSystemPods: "true",
        });
    });

    it("is changed by Azure in its three windows alone", () => {
        const names = registered
            .filter(({ type }) => type === "azure-native:containerservice:MaintenanceConfiguration")
            .map(({ inputs: configuration }) => [configuration["configName"], configuration["resourceName"]]);
        expect(names).to.have.deep.members([
            ["default", "aks-learn"],
            ["aksManagedAutoUpgradeSchedule", "aks-learn"],
            ["aksManagedNodeOSUpgradeSchedule", "aks-learn"],
        ]);
    });

    it("sends its logs, and not each read", () => {
        const { inputs: setting } = only(registered, "azure-native:monitor:DiagnosticSetting", "logs-aks-learn");
        const categories = (setting["logs"] as { category: string }[]).map(({ category }) => category);
        expect(categories).to.include.members(["kube-audit-admin", "guard", "cluster-autoscaler"]);
        expect(categories).not.to.contain("kube-audit");
    });

    it("has neither keys of one's own nor what costs more", () => {
        expect(inputs()).not.to.have.property("windowsProfile");
        expect(inputs()).not.to.have.property("diskEncryptionSetID");
        expect(inputs()).not.to.have.nested.property("securityProfile.azureKeyVaultKms");
        expect(inputs()).not.to.have.nested.property("networkProfile.advancedNetworking");
        expect(Object.keys(grants(registered))).not.to.include.members(["aks-learn-uses-etcd-key"]);
    });
});

describe("Cluster: what can be switched on", () => {
    it("sees and filters pods' traffic with Cilium", async () => {
        const dataplane = { mode: "cilium", observability: true, policies: "fqdn" } as const;
        const { inputs } = managedCluster(
            await capture(clusterProgram(privateLink, { network: { ...clusterNetwork, dataplane } })),
        );
        expect(inputs).to.have.deep.nested.property("networkProfile.advancedNetworking", {
            enabled: true,
            observability: { enabled: true },
            security: { enabled: true, advancedNetworkPolicies: "FQDN" },
        });
    });

    it("takes Windows nodes on Azure's own dataplane", async () => {
        const windows = {
            adminUsername: "azureuser",
            gmsa: { dnsServer: "", rootDomainName: "" },
            hybridBenefit: true,
        };
        const registered = await capture(
            clusterProgram(privateLink, {
                network: { ...clusterNetwork, dataplane: { mode: "azure", windows } },
                userPools: { win: { ...pool, os: "Windows2022" } },
            }),
        );
        const { inputs } = managedCluster(registered);
        expect(inputs["networkProfile"]).to.include({ networkDataplane: "azure", networkPolicy: "calico" });
        expect(inputs["windowsProfile"]).to.deep.equal({
            adminUsername: "azureuser",
            enableCSIProxy: true,
            gmsaProfile: { enabled: true, dnsServer: "", rootDomainName: "" },
            licenseType: "Windows_Server",
        });
        expect(agentPool(registered, "win").inputs).to.include({ osType: "Windows", osSKU: "Windows2022" });
    });

    it("takes long-term support, scaling by events, FIPS images and a key of one's own for disks", async () => {
        const registered = await capture(
            clusterProgram(privateLink, {
                tier: "Premium",
                longTermSupport: true,
                keda: true,
                verticalPodAutoscaler: true,
                lockNodeResourceGroup: false,
                pools: { ...poolDefaults, fips: true },
                diskEncryptionSetId: "/sets/des",
            }),
        );
        expect(managedCluster(registered).inputs).to.deep.include({
            supportPlan: "AKSLongTermSupport",
            workloadAutoScalerProfile: { keda: { enabled: true }, verticalPodAutoscaler: { enabled: true } },
            nodeResourceGroupProfile: { restrictionLevel: "Unrestricted" },
            diskEncryptionSetID: "/sets/des",
        });
        expect(managedCluster(registered).inputs).to.have.nested.property("agentPoolProfiles[0].enableFIPS", true);
        expect(grants(registered)["aks-learn-encrypts-disks"]).to.deep.equal({
            role: BuiltInRole.Reader,
            scope: "/sets/des",
            ...identity,
        });
    });

    it("encrypts etcd with a key in a closed vault, which it may use and connect itself with", async () => {
        const registered = await capture(clusterProgram(integrated));
        expect(managedCluster(registered).inputs).to.have.deep.nested.property("securityProfile.azureKeyVaultKms", {
            enabled: true,
            keyId: etcdKey.keyId,
            keyVaultNetworkAccess: "Private",
            keyVaultResourceId: etcdKey.vaultId,
        });
        const given = grants(registered);
        for (const [name, role] of [
            ["aks-learn-uses-etcd-key", BuiltInRole.KeyVaultCryptoUser],
            ["aks-learn-connects-etcd-vault", BuiltInRole.KeyVaultContributor],
        ]) {
            expect(given[name]).to.deep.equal({ role, scope: "/vaults/kv", ...identity });
            expect(managedCluster(registered).dependencies).to.contain(
                `azure-native:authorization:RoleAssignment::${name}`,
            );
        }
    });

    it("shows in a preview everything about its security but the version of a key that is yet to be made", async () => {
        const apiAccess = () => {
            const key = new keyvault.Key("key", { resourceGroupName: "rg", vaultName: "kv", properties: {} });
            return {
                ...integrated,
                etcdKey: { vault: "private", keyId: key.keyUriWithVersion, vaultId: "/vaults/kv" },
            };
        };
        const planned = await capture(() => clusterProgram(apiAccess() as ApiAccess)(), { preview: true });
        expect(managedCluster(planned).inputs).to.deep.nested.include({
            "securityProfile.workloadIdentity": { enabled: true },
            "securityProfile.defender.securityMonitoring": { enabled: true },
            "securityProfile.azureKeyVaultKms.keyVaultNetworkAccess": "Private",
        });
    });

    it("encrypts etcd with a key in an open vault, and then may use the key alone", async () => {
        const registered = await capture(
            clusterProgram({ ...privateLink, etcdKey: { vault: "public", ...etcdKey } } as ApiAccess),
        );
        expect(managedCluster(registered).inputs).to.have.deep.nested.property("securityProfile.azureKeyVaultKms", {
            enabled: true,
            keyId: etcdKey.keyId,
            keyVaultNetworkAccess: "Public",
        });
        expect(grants(registered)).to.have.property("aks-learn-uses-etcd-key");
        expect(grants(registered)).not.to.have.property("aks-learn-connects-etcd-vault");
    });

    it("has its API server in the network and a public door beside it", async () => {
        const registered = await capture(
            clusterProgram({
                mode: "vnetIntegrationPublic",
                subnetId: "/subnets/api-server",
                authorizedRanges: ["198.51.100.0/24"],
                firewallAddresses: ["203.0.113.1"],
            }),
        );
        expect(managedCluster(registered).inputs).to.deep.include({
            dnsPrefix: "aks-learn",
            apiServerAccessProfile: {
                disableRunCommand: true,
                enableVnetIntegration: true,
                subnetId: "/subnets/api-server",
                enablePrivateCluster: false,
                authorizedIPRanges: ["203.0.113.1/32", "198.51.100.0/24"],
            },
        });
        expect(grants(registered)["aks-learn-joins-api-server"]).to.deep.include({
            role: BuiltInRole.NetworkContributor,
            scope: "/subnets/api-server",
        });
    });
});

describe("Cluster: tenants' pools", () => {
    const tenantPools = { teama: { pool: { ...pool, labels: { team: "a" } }, subnetId: "/subnets/teama" } };

    it("stand in the tenant's own subnet, where only what tolerates its taint runs", async () => {
        const registered = await capture(clusterProgram(privateLink, { tenantPools }));
        expect(agentPool(registered, "teama").inputs).to.deep.include({
            mode: "User",
            vnetSubnetID: "/subnets/teama",
            nodeLabels: { team: "a", tenant: "teama" },
            nodeTaints: ["tenant=teama:NoSchedule"],
        });
    });

    it("are joined by the control plane where it may not join the whole network", async () => {
        const access: ApiAccess = { mode: "public", authorizedRanges: ["198.51.100.0/24"], firewallAddresses: [] };
        const registered = await capture(clusterProgram(access, { tenantPools }));
        expect(grants(registered)["aks-learn-joins-tenant-teama"]).to.deep.include({
            role: BuiltInRole.NetworkContributor,
            scope: "/subnets/teama",
        });
    });
});
