import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeconfig } from "../../sandbox/azure/kubeconfig";
import { UNKNOWN, valueAt } from "../../sandbox/provider/values";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, network } from "./fixtures";
import { refusal, simulate } from "./provider-client";
import type { ProviderClient, Simulation } from "./provider-client";

const namespace = (name: string): Properties => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const configMap = (metadata: Properties, data: Properties = {}): Properties => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data,
});
const instanceType = (name: string): Properties => ({
    apiVersion: "amlarc.azureml.com/v1alpha1",
    kind: "InstanceType",
    metadata: { name },
    spec: { resources: { requests: { cpu: "1", memory: "1Gi" } } },
});
const INSTANCE_TYPE = "kubernetes:amlarc.azureml.com/v1alpha1:InstanceType";

describe("the simulated Kubernetes", () => {
    let simulation: Simulation;
    let cluster: ProviderClient;
    beforeEach(async () => {
        simulation = await simulate();
        cluster = await simulation.kubernetes({
            kubeconfig: kubeconfig("https://cluster.contoso.internal:6443", "own"),
        });
    });
    afterEach(() => simulation.stop());

    it("gives objects the ids and server fields of a real one", async () => {
        const created = await cluster.create("kubernetes:core/v1:Namespace", "ns", namespace("jobs"));
        expect(created.id).to.equal("jobs");
        expect(valueAt(created.outputs, "metadata.uid")).to.match(/^[0-9a-f-]{36}$/);
        const map = await cluster.create("kubernetes:core/v1:ConfigMap", "map", configMap({ namespace: "jobs" }));
        expect(map.id).to.match(/^jobs\/map-[0-9a-f]{8}$/);
        const inDefault = await cluster.create("kubernetes:core/v1:ConfigMap", "map", configMap({ name: "map" }));
        expect(inDefault.id).to.equal("default/map");
    });

    it("leaves to the server in a preview what the server sets, and tolerates an unknown kubeconfig", async () => {
        const unknown = await simulation.kubernetes({ kubeconfig: UNKNOWN });
        const planned = await unknown.create("kubernetes:core/v1:Namespace", "ns", namespace("jobs"), true);
        expect(valueAt(planned.outputs, "metadata.uid")).to.equal(UNKNOWN);
        expect(valueAt(planned.outputs, "metadata.name")).to.equal("jobs");
        expect(await refusal(unknown.create("kubernetes:core/v1:Namespace", "ns", namespace("jobs")))).to.contain(
            "unreachable",
        );
    });

    it("refuses an object in a namespace that doesn't exist", async () => {
        const message = await refusal(
            cluster.create("kubernetes:core/v1:ConfigMap", "map", configMap({ namespace: "none" })),
        );
        expect(message).to.equal('namespaces "none" not found');
    });

    it("refuses a second object of a name, and kinds that it doesn't serve", async () => {
        await cluster.create("kubernetes:core/v1:Namespace", "ns", namespace("jobs"));
        expect(await refusal(cluster.create("kubernetes:core/v1:Namespace", "ns", namespace("jobs")))).to.equal(
            'namespaces "jobs" already exists',
        );
        const nonsense = { apiVersion: "apps/v1", kind: "Deploiment", metadata: { name: "x" } };
        expect(await refusal(cluster.create("kubernetes:apps/v1:Deploiment", "x", nonsense))).to.contain(
            "apps/v1:Deploiment is not simulated",
        );
        expect(await refusal(cluster.create(INSTANCE_TYPE, "it", instanceType("cpu")))).to.contain(
            'no matches for kind "InstanceType"',
        );
    });

    it("serves custom kinds once they are defined", async () => {
        const spec = { group: "contoso.com", scope: "Namespaced", names: { kind: "Widget" } };
        const crd = {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "widgets.contoso.com" },
            spec,
        };
        await cluster.create("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "crd", crd);
        const widget = { apiVersion: "contoso.com/v1", kind: "Widget", metadata: { name: "w" } };
        expect((await cluster.create("kubernetes:contoso.com/v1:Widget", "w", widget)).id).to.equal("default/w");
    });

    it("replaces for a new name, a new namespace and what the API server can't change", async () => {
        const binding = (name: string, role: string) => ({
            kind: "RoleBinding",
            metadata: { name },
            roleRef: { name: role },
        });
        const diff = (olds: Properties, news: Properties) =>
            cluster.diff("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "default/a", olds, news);
        expect((await diff(binding("a", "r"), binding("b", "r"))).replaces).to.deep.equal(["metadata"]);
        const immutable = await diff(binding("a", "r"), binding("a", "s"));
        expect([immutable.replaces, immutable.deleteBeforeReplace]).to.deep.equal([["roleRef"], true]);
        const labels = { kind: "RoleBinding", metadata: { name: "a", labels: { x: "y" } }, roleRef: { name: "r" } };
        expect((await diff(binding("a", "r"), labels)).replaces).to.deep.equal([]);
    });

    it("updates, reads and deletes, a namespace with all that is in it", async () => {
        const ns = await cluster.create("kubernetes:core/v1:Namespace", "ns", namespace("jobs"));
        const map = await cluster.create(
            "kubernetes:core/v1:ConfigMap",
            "map",
            configMap({ name: "map", namespace: "jobs" }, { a: "1" }),
        );
        const changed = configMap({ name: "map", namespace: "jobs" }, { a: "2" });
        await cluster.update("kubernetes:core/v1:ConfigMap", "map", map, changed);
        const read = await cluster.read("kubernetes:core/v1:ConfigMap", "jobs/map");
        expect(valueAt(read?.outputs, "data.a")).to.equal("2");
        await cluster.delete("kubernetes:core/v1:Namespace", ns.id);
        expect(await cluster.read("kubernetes:core/v1:ConfigMap", "jobs/map")).to.equal(undefined);
    });

    describe("behind an AKS cluster", () => {
        let build: Builder;
        let aks: ProviderClient;
        let clusterId: string;
        beforeEach(async () => {
            build = new Builder(simulation.azure);
            await build.group();
            await build.virtualNetwork("vnet", "10.0.0.0/16");
            await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
            const subnet = await build.subnet("vnet", "nodes", "10.0.0.0/24", {
                routeTable: { id: network("routeTables/rt") },
            });
            clusterId = (await build.cluster(subnet.id)).id;
            const args = { resourceGroupName: "rg", resourceName: "aks" };
            const result = await simulation.azure.invoke(
                "azure-native:containerservice:listManagedClusterUserCredentials",
                args,
            );
            const [{ value }] = result["kubeconfigs"] as [{ value: string }];
            aks = await simulation.kubernetes({ kubeconfig: Buffer.from(value, "base64").toString() });
        });
        const install = (settings: Properties, more: Properties = {}) =>
            build.make("kubernetesconfiguration:Extension", {
                clusterRp: "Microsoft.ContainerService",
                clusterResourceName: "managedClusters",
                clusterName: "aks",
                extensionName: "azureml",
                extensionType: "Microsoft.AzureML.Kubernetes",
                configurationSettings: settings,
                ...more,
            });
        const workspace = async () => {
            const dependencies = { location: "westeurope" };
            const account = await build.make("storage:StorageAccount", {
                ...dependencies,
                accountName: "storage",
                kind: "StorageV2",
                sku: { name: "Standard_LRS" },
            });
            const properties = { tenantId: "t", sku: { family: "A", name: "standard" } };
            const vault = await build.make("keyvault:Vault", { ...dependencies, vaultName: "vault", properties });
            return build.make("machinelearningservices:Workspace", {
                ...dependencies,
                workspaceName: "mlw",
                identity: { type: "SystemAssigned" },
                storageAccount: account.id,
                keyVault: vault.id,
            });
        };
        const attach = () =>
            build.make("machinelearningservices:Compute", {
                workspaceName: "mlw",
                computeName: "kubernetes",
                location: "westeurope",
                properties: { computeType: "Kubernetes", resourceId: clusterId, properties: { namespace: "jobs" } },
            });

        it("instance types exist once the Azure ML extension does", async () => {
            expect(await refusal(aks.create(INSTANCE_TYPE, "it", instanceType("cpu")))).to.contain(
                "no matches for kind",
            );
            const extension = await install({ enableTraining: "True" });
            expect(extension.id).to.equal(
                `${clusterId}/providers/Microsoft.KubernetesConfiguration/extensions/azureml`,
            );
            expect((await aks.create(INSTANCE_TYPE, "it", instanceType("cpu"))).id).to.equal("cpu");
        });

        it("the extension is refused with settings that it fails on", async () => {
            expect(await refusal(install({}))).to.contain("enableTraining or enableInference");
            expect(await refusal(install({ enableInference: "True", allowInsecureConnections: "True" }))).to.contain(
                "inferenceRouterServiceType",
            );
            expect(await refusal(install({ enableTraining: true }))).to.contain("text only");
            await install({ enableTraining: "True" });
            expect(await refusal(install({ enableTraining: "True" }, { extensionName: "second" }))).to.contain(
                "ExtensionTypeAlreadyInstalled",
            );
        });

        it("a compute is attached only with the extension", async () => {
            await workspace();
            expect(await refusal(attach())).to.contain('Code="ExtensionNotInstalled"');
            await install({ enableTraining: "True" });
            expect(valueAt((await attach()).outputs, "properties.isAttachedCompute")).to.equal(true);
        });

        it("a workspace is refused without its dependencies", async () => {
            const message = await refusal(
                build.make("machinelearningservices:Workspace", { workspaceName: "mlw", location: "westeurope" }),
            );
            expect(message).to.contain('Code="ValidationError"').and.to.contain("storageAccount");
        });

        it("the API server is gone along with the cluster", async () => {
            await simulation.azure.delete("azure-native:containerservice:ManagedCluster", clusterId);
            expect(await refusal(aks.delete("kubernetes:core/v1:Namespace", "jobs"))).to.contain("no such host");
        });
    });

    it("renders YAML into a directory instead, without asking a cluster", async () => {
        const folder = mkdtempSync(join(tmpdir(), "render-"));
        const rendering = await simulate({ projectDir: folder });
        const client = await rendering.kubernetes({ renderYamlToDirectory: "rendered" });
        const { id } = await client.create(
            "kubernetes:core/v1:ConfigMap",
            "map",
            configMap({ name: "map", namespace: "jobs" }, { a: "1" }),
        );
        await client.create(INSTANCE_TYPE, "it", instanceType("cpu"));
        const manifests = join(folder, "rendered", "1-manifest");
        expect(readdirSync(manifests)).to.have.members([
            "v1-configmap-jobs-map.yaml",
            "amlarc.azureml.com_v1alpha1-instancetype-default-cpu.yaml",
        ]);
        expect(readFileSync(join(manifests, "v1-configmap-jobs-map.yaml"), "utf8")).to.contain('a: "1"');
        await client.delete("kubernetes:core/v1:ConfigMap", id);
        expect(existsSync(join(manifests, "v1-configmap-jobs-map.yaml"))).to.equal(false);
        rendering.stop();
        rmSync(folder, { recursive: true });
    });
});
