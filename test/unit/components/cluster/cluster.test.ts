import { expect } from "chai";
import type { ApiAccess } from "../../../../components/cluster/api-access";
import { BuiltInRole } from "../../../../components/role-assignment";
import { allDependencies, capture, type Registration } from "../../../support/capture";
import { grants, idOf, tenantId } from "../fixtures";
import { agentPool, clusterProgram as program, managedCluster, privateLink } from "./fixtures";

const authorized: ApiAccess = {
    mode: "public",
    authorizedRanges: ["198.51.100.0/24"],
    firewallAddresses: ["203.0.113.1", "203.0.113.2"],
};

describe("Cluster", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(program(privateLink), {
            outputs: {
                "azure-native:containerservice:ManagedCluster": {
                    identityProfile: { kubeletidentity: { objectId: "kubelet" } },
                },
            },
        });
    });
    const inputs = () => managedCluster(registered).inputs;

    it("lets people in through Entra alone, and decides by Azure's roles", () => {
        expect(inputs()).to.deep.include({
            disableLocalAccounts: true,
            enableRBAC: true,
            aadProfile: {
                managed: true,
                enableAzureRBAC: true,
                tenantID: tenantId,
                adminGroupObjectIDs: ["group-1", "group-2"],
            },
        });
    });

    it("leaves through the hub, with an overlay and network policies by Cilium", () => {
        expect(inputs()["networkProfile"]).to.deep.equal({
            networkPlugin: "azure",
            networkPluginMode: "overlay",
            networkDataplane: "cilium",
            networkPolicy: "cilium",
            loadBalancerSku: "standard",
            outboundType: "userDefinedRouting",
            podCidr: "100.64.0.0/16",
            serviceCidr: "100.65.0.0/16",
            dnsServiceIP: "100.65.0.10",
        });
    });

    it("has workload identity, Defender, image cleaning, Azure Policy and secrets from Key Vault", () => {
        expect(inputs()).to.have.nested.property("securityProfile.workloadIdentity.enabled", true);
        expect(inputs()).to.have.nested.property("securityProfile.imageCleaner.enabled", true);
        expect(inputs()).to.have.nested.property("securityProfile.defender.securityMonitoring.enabled", true);
        expect(inputs()).to.have.nested.property("oidcIssuerProfile.enabled", true);
        expect(inputs()).to.have.nested.property("addonProfiles.azurepolicy.enabled", true);
        expect(inputs()).to.have.deep.nested.property("addonProfiles.azureKeyvaultSecretsProvider", {
            enabled: true,
            config: { enableSecretRotation: "true", rotationPollInterval: "2m" },
        });
    });

    it("keeps its own pool for the cluster's add-ons", () => {
        const pools = inputs()["agentPoolProfiles"];
        expect(pools).to.have.length(1);
        expect(pools).to.have.deep.nested.property("[0].nodeTaints", ["CriticalAddonsOnly=true:NoSchedule"]);
        expect(pools).to.have.nested.property("[0].mode", "System");
        expect(pools).to.have.nested.property("[0].vnetSubnetID", "/subnets/system-pool");
    });

    it("has a user pool of each name, in the subnet of user pools", () => {
        for (const name of ["cpu", "gpu"]) {
            const userPool = agentPool(registered, name);
            expect(userPool.inputs).to.include({
                agentPoolName: name,
                mode: "User",
                resourceName: "aks-learn",
                vnetSubnetID: "/subnets/user-pools",
            });
            expect(userPool.parent).to.equal("secure-aks-ml:index:Cluster::learn");
        }
        expect(agentPool(registered, "gpu").inputs["nodeTaints"]).to.deep.equal([
            "ml.azure.com/amlarc-workload=true:NoSchedule",
        ]);
    });

    it("leaves the number of nodes to the autoscaler, and versions to Azure where a channel moves them", async () => {
        const ignored = (registration: Registration) => registration.request.getIgnorechangesList();
        expect(ignored(managedCluster(registered))).to.deep.equal([
            "agentPoolProfiles[0].count",
            "kubernetesVersion",
            "agentPoolProfiles[0].orchestratorVersion",
        ]);
        expect(ignored(agentPool(registered, "cpu"))).to.deep.equal(["count", "orchestratorVersion"]);

        const upgrades = { kubernetesVersion: "1.33", cluster: "none", nodeOs: "NodeImage" } as const;
        const own = await capture(program(privateLink, { upgrades }));
        expect(ignored(managedCluster(own))).to.deep.equal(["agentPoolProfiles[0].count"]);
        expect(managedCluster(own).inputs["kubernetesVersion"]).to.equal("1.33");
        expect(ignored(agentPool(own, "cpu"))).to.deep.equal(["count"]);
        expect(agentPool(own, "cpu").inputs["orchestratorVersion"]).to.equal("1.33");
    });

    it("takes its identity from its own component, and waits for its rights and for the way out", () => {
        expect(inputs()["identity"]).to.deep.equal({
            type: "UserAssigned",
            userAssignedIdentities: [idOf("managedidentity:UserAssignedIdentity", "id-aks-learn")],
        });
        expect([...allDependencies(registered, managedCluster(registered))]).to.include.members([
            "azure-native:authorization:RoleAssignment::aks-learn-joins-network",
            "azure-native:authorization:RoleAssignment::aks-learn-writes-zone",
            "azure-native:network:RouteTable::rt",
        ]);
    });

    it("lets nodes pull images, and administrators sign in and administer", () => {
        const given = grants(registered);
        expect(given["aks-learn-pulls-images"]).to.deep.equal({
            role: BuiltInRole.AcrPull,
            scope: "/registries/cr",
            principalId: "kubelet",
            principalType: "ServicePrincipal",
        });
        for (const [index, principalId] of ["group-1", "group-2"].entries()) {
            const common = {
                scope: idOf("containerservice:ManagedCluster", "aks-learn"),
                principalId,
                principalType: "Group",
            };
            expect(given[`aks-learn-admins-${index + 1}-sign-in`]).to.deep.equal({
                role: BuiltInRole.AzureKubernetesServiceClusterUser,
                ...common,
            });
            expect(given[`aks-learn-admins-${index + 1}-administration`]).to.deep.equal({
                role: BuiltInRole.AzureKubernetesServiceRbacClusterAdmin,
                ...common,
            });
        }
    });

    it("has no Defender where no workspace is named", async () => {
        const without = await capture(program(privateLink, { defenderWorkspaceId: undefined }));
        expect(managedCluster(without).inputs).not.to.have.nested.property("securityProfile.defender");
        expect(managedCluster(without).inputs).to.have.nested.property(
            "securityProfile.workloadIdentity.enabled",
            true,
        );
    });
});

describe("Cluster behind a private link", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(program(privateLink));
    });

    it("has no public name, no authorized ranges and no run command", () => {
        const { inputs } = managedCluster(registered);
        expect(inputs["apiServerAccessProfile"]).to.deep.equal({
            disableRunCommand: true,
            enablePrivateCluster: true,
            enablePrivateClusterPublicFQDN: false,
            privateDNSZone: "/zones/api",
        });
        expect(inputs["fqdnSubdomain"]).to.equal("aks-learn");
        expect(inputs).not.to.have.property("dnsPrefix");
    });

    it("may join its network and write into its zone", () => {
        const identity = { principalId: "principal-of-id-aks-learn", principalType: "ServicePrincipal" };
        expect(grants(registered)).to.deep.include({
            "aks-learn-joins-network": { role: BuiltInRole.NetworkContributor, scope: "/networks/learn", ...identity },
            "aks-learn-writes-zone": { role: BuiltInRole.PrivateDnsZoneContributor, scope: "/zones/api", ...identity },
        });
    });
});

describe("Cluster whose API server is integrated with its network", () => {
    it("is as private, with its API server in the subnet that is delegated to it", async () => {
        const registered = await capture(
            program({ mode: "vnetIntegration", privateDnsZoneId: "/zones/api", subnetId: "/subnets/api-server" }),
        );
        expect(managedCluster(registered).inputs["apiServerAccessProfile"]).to.deep.equal({
            disableRunCommand: true,
            enablePrivateCluster: true,
            enablePrivateClusterPublicFQDN: false,
            privateDNSZone: "/zones/api",
            enableVnetIntegration: true,
            subnetId: "/subnets/api-server",
        });
        expect(Object.keys(grants(registered))).to.include.members([
            "aks-learn-joins-network",
            "aks-learn-writes-zone",
        ]);
    });
});

describe("Cluster with a public API server", () => {
    let registered: Registration[];
    let planned: Registration[];
    before(async () => {
        registered = await capture(program(authorized));
        planned = await capture(program(authorized), { preview: true });
    });

    it("admits administrators' networks and the firewall's own addresses alone", () => {
        const { inputs } = managedCluster(planned);
        expect(inputs["apiServerAccessProfile"]).to.deep.equal({
            disableRunCommand: true,
            enablePrivateCluster: false,
            authorizedIPRanges: ["203.0.113.1/32", "203.0.113.2/32", "198.51.100.0/24"],
        });
        expect(inputs["dnsPrefix"]).to.equal("aks-learn");
        expect(inputs).not.to.have.property("fqdnSubdomain");
    });

    it("may join the three subnets that it uses, and writes into no zone", () => {
        const scopes = Object.entries(grants(registered))
            .filter(([name]) => name.startsWith("aks-learn-joins-"))
            .map(([, { role, scope }]) => [role, scope]);
        expect(scopes).to.have.deep.members([
            [BuiltInRole.NetworkContributor, "/subnets/system-pool"],
            [BuiltInRole.NetworkContributor, "/subnets/user-pools"],
            [BuiltInRole.NetworkContributor, "/subnets/load-balancers"],
        ]);
        expect(grants(registered)).not.to.have.property("aks-learn-writes-zone");
    });
});
