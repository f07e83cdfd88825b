import { Provider } from "@pulumi/kubernetes/provider";
import { expect } from "chai";
import { MachineLearningExtension } from "../../../../components/ml/extension";
import { KubernetesCompute } from "../../../../components/ml/kubernetes-compute";
import { MachineLearningWorkspace } from "../../../../components/ml/workspace";
import { BuiltInRole } from "../../../../components/role-assignment";
import { allDependencies, capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement, privateAccess, privateEndpoints, tenantId } from "../fixtures";

const clusterId = "/clusters/aks-learn";

function workspace(): MachineLearningWorkspace {
    return new MachineLearningWorkspace("learn", {
        access: privateAccess(),
        tenantId,
        storageAccountName: "stlearn",
        vaultName: "kvlearn",
        registryId: "/registries/cr",
        logWorkspaceId: "/workspaces/log",
        storageSku: "Standard_ZRS",
        dataScientistGroupIds: ["scientists"],
        ...placement,
    });
}

function extension(trustedAccess?: "create" | "service"): MachineLearningExtension {
    return new MachineLearningExtension("learn", {
        location: "westeurope",
        resourceGroupName: "rg-test",
        clusterId,
        clusterName: "aks-learn",
        workspaceId: "/workspaces/mlw",
        inference: { hostName: "scoring.contoso.com", tlsSecret: "scoring-tls", highlyAvailable: true },
        trustedAccess,
        foundation: [],
    });
}

describe("Machine learning workspace", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => void workspace());
    });

    it("has no public endpoint, and reaches its data by identity", () => {
        expect(only(registered, "azure-native:machinelearningservices:Workspace").inputs).to.deep.include({
            workspaceName: "mlw-learn",
            publicNetworkAccess: "Disabled",
            systemDatastoresAuthMode: "identity",
            v1LegacyMode: false,
            storageAccount: idOf("storage:StorageAccount", "st-ml-learn"),
            keyVault: idOf("keyvault:Vault", "kv-ml-learn"),
            containerRegistry: "/registries/cr",
            applicationInsights: idOf("applicationinsights:Component", "appi-ml-learn"),
            ...placement,
        });
        expect(only(registered, "azure-native:machinelearningservices:Workspace").inputs["identity"]).to.deep.equal({
            type: "SystemAssigned",
        });
    });

    it("is reached privately, and so is everything that it depends on", () => {
        expect(privateEndpoints(registered)).to.deep.equal({
            [idOf("machinelearningservices:Workspace", "mlw-learn")]: ["amlworkspace"],
            [idOf("keyvault:Vault", "kv-ml-learn")]: ["vault"],
            [idOf("storage:StorageAccount", "st-ml-learn")]: ["blob", "file", "queue", "table"],
        });
    });

    it("takes telemetry from Entra identities alone", () => {
        expect(only(registered, "azure-native:applicationinsights:Component").inputs).to.include({
            disableLocalAuth: true,
            workspaceResourceId: "/workspaces/log",
        });
    });

    it("lets data scientists work in it and read their data, and change no infrastructure", () => {
        const group = { principalId: "scientists", principalType: "Group" };
        expect(grants(registered)).to.deep.equal({
            "mlw-learn-data-scientists-1-workspace": {
                role: BuiltInRole.AzureMlDataScientist,
                scope: idOf("machinelearningservices:Workspace", "mlw-learn"),
                ...group,
            },
            "mlw-learn-data-scientists-1-data": {
                role: BuiltInRole.StorageBlobDataContributor,
                scope: idOf("storage:StorageAccount", "st-ml-learn"),
                ...group,
            },
        });
    });
});

describe("Azure Machine Learning extension", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => void extension());
    });
    const type = "azure-native:kubernetesconfiguration:Extension";

    it("stands on an AKS cluster, in the namespace that it demands", () => {
        expect(only(registered, type).inputs).to.deep.include({
            extensionName: "azureml",
            extensionType: "Microsoft.AzureML.Kubernetes",
            clusterRp: "Microsoft.ContainerService",
            clusterResourceName: "managedClusters",
            clusterName: "aks-learn",
            releaseTrain: "stable",
            autoUpgradeMinorVersion: true,
            scope: { cluster: { releaseNamespace: "azureml" } },
        });
        expect(only(registered, type).inputs).not.to.have.property("identity");
    });

    it("trains, and serves models as configured", () => {
        expect(only(registered, type).inputs["configurationSettings"]).to.deep.include({
            enableTraining: "True",
            enableInference: "True",
            sslCname: "scoring.contoso.com",
            clusterId,
            cluster_name_friendly: "aks-learn",
        });
    });

    it("has an hour to come up", () => {
        expect(only(registered, type).request.getCustomtimeouts()?.toObject()).to.include({
            create: "60m",
            update: "60m",
        });
    });

    it("lets the workspace into the cluster, unless Azure Machine Learning itself is to", async () => {
        const binding = "azure-native:containerservice:TrustedAccessRoleBinding";
        expect(only(registered, binding).inputs).to.deep.include({
            trustedAccessRoleBindingName: "azureml",
            resourceName: "aks-learn",
            sourceResourceId: "/workspaces/mlw",
            roles: ["Microsoft.MachineLearningServices/workspaces/mlworkload"],
        });
        const byService = await capture(() => void extension("service"));
        expect(byService.map((entry) => entry.type))
            .to.contain(type)
            .and.not.to.contain(binding);
    });
});

describe("Kubernetes compute", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => {
            const installed = extension();
            new KubernetesCompute("learn", {
                computeName: "kubernetes",
                clusterId,
                workspace: {
                    id: "/workspaces/mlw",
                    name: "mlw-learn",
                    storageAccountId: "/accounts/st",
                    registryId: "/registries/cr",
                },
                namespace: "jobs",
                instanceTypes: {
                    gpu: {
                        requests: { cpu: "4", memory: "16Gi" },
                        limits: { cpu: "8", memory: "32Gi", gpu: 1 },
                        nodeSelector: { agentpool: "gpu" },
                    },
                },
                kubernetes: new Provider("learn", { renderYamlToDirectory: "out" }, { dependsOn: installed }),
                extension: installed,
                ...placement,
            });
        });
    });
    const compute = () => only(registered, "azure-native:machinelearningservices:Compute");

    it("attaches the cluster under the name and namespace that were asked for", () => {
        expect(compute().inputs).to.deep.include({
            computeName: "kubernetes",
            workspaceName: "mlw-learn",
            properties: {
                computeType: "Kubernetes",
                resourceId: clusterId,
                properties: { namespace: "jobs" },
            },
            ...placement,
        });
    });

    it("lets no privileged pod into its namespace", () => {
        expect(only(registered, "kubernetes:core/v1:Namespace").inputs["metadata"]).to.deep.equal({
            name: "jobs",
            labels: { "pod-security.kubernetes.io/enforce": "baseline" },
        });
    });

    it("waits for the extension and for its namespace", () => {
        expect(compute().dependencies).to.include.members([
            "azure-native:kubernetesconfiguration:Extension::azureml-learn",
            "azure-native:containerservice:TrustedAccessRoleBinding::tarb-learn",
            "kubernetes:core/v1:Namespace::learn-jobs",
        ]);
    });

    it("is left alone when it is destroyed, and by what the service fills in", () => {
        expect(compute().request.getRetainondelete()).to.equal(true);
        expect(compute().request.getIgnorechangesList()).to.deep.equal([
            "properties.properties.instanceTypes",
            "properties.properties.defaultInstanceType",
        ]);
    });

    it("makes instance types as Kubernetes objects, when the extension has brought their definition", () => {
        const type = only(registered, "kubernetes:amlarc.azureml.com/v1alpha1:InstanceType");
        expect(type.inputs).to.deep.include({
            apiVersion: "amlarc.azureml.com/v1alpha1",
            kind: "InstanceType",
            metadata: { name: "gpu" },
            spec: {
                nodeSelector: { agentpool: "gpu" },
                resources: {
                    requests: { cpu: "4", memory: "16Gi" },
                    limits: { cpu: "8", memory: "32Gi", "nvidia.com/gpu": 1 },
                },
            },
        });
        expect([...allDependencies(registered, type)]).to.contain(
            "azure-native:kubernetesconfiguration:Extension::azureml-learn",
        );
        expect(type.parent).to.equal("secure-aks-ml:index:KubernetesCompute::learn");
    });

    it("gives jobs an identity that may read images and data, and report to the workspace", () => {
        expect(compute().inputs["identity"]).to.deep.equal({
            type: "UserAssigned",
            userAssignedIdentities: [idOf("managedidentity:UserAssignedIdentity", "id-jobs-learn")],
        });
        const jobs = { principalId: "principal-of-id-jobs-learn", principalType: "ServicePrincipal" };
        expect(grants(registered)).to.deep.equal({
            "jobs-learn-images": { role: BuiltInRole.AcrPull, scope: "/registries/cr", ...jobs },
            "jobs-learn-data": { role: BuiltInRole.StorageBlobDataContributor, scope: "/accounts/st", ...jobs },
            "jobs-learn-files": {
                role: BuiltInRole.StorageFileDataPrivilegedContributor,
                scope: "/accounts/st",
                ...jobs,
            },
            "jobs-learn-runs": { role: BuiltInRole.AzureMlDataScientist, scope: "/workspaces/mlw", ...jobs },
        });
    });
});
