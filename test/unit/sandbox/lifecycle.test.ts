import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { addExisting, existingIn } from "../../sandbox/existing";
import { Cloud } from "../../sandbox/cloud/cloud";
import { faultsFromEnvironment } from "../../sandbox/faults";
import { receive, send, UNKNOWN, valueAt } from "../../sandbox/provider/values";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, clusterInputs, gatewayInputs, GROUP, network } from "./fixtures";
import { refusal, simulate, SUBSCRIPTION } from "./provider-client";
import type { Simulation } from "./provider-client";

describe("a resource of the simulated Azure", () => {
    let simulation: Simulation;
    let build: Builder;
    const subnetId = network("virtualNetworks/vnet/subnets/nodes");
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
    });
    afterEach(() => simulation.stop());

    const nodes = async () => {
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
        return build.subnet("vnet", "nodes", "10.0.0.0/24", { routeTable: { id: network("routeTables/rt") } });
    };

    describe("in a preview", () => {
        it("has unknown outputs wherever the program set none, at every depth", async () => {
            const { id, outputs } = await build.plan("containerservice:ManagedCluster", "aks", clusterInputs(subnetId));
            expect(id).to.equal("");
            expect(outputs["fqdn"]).to.equal(UNKNOWN);
            expect(outputs["oidcIssuerProfile"]).to.equal(UNKNOWN);
            expect(valueAt(outputs, "networkProfile.podCidr")).to.equal("10.244.0.0/16");
            expect(valueAt(outputs, "networkProfile.networkPolicy")).to.equal(UNKNOWN);
            expect(valueAt(outputs, "identity.principalId")).to.equal(UNKNOWN);
            const pool = (outputs["agentPoolProfiles"] as Properties[])[0];
            expect(pool).to.include({ name: "system", enableNodePublicIP: UNKNOWN, nodeImageVersion: UNKNOWN });
        });

        it("leaves out what is an argument of the path only", async () => {
            const { outputs } = await build.plan("network:RouteTable", "rt", {
                routeTableName: "rt",
                location: "westeurope",
            });
            expect(outputs).to.not.have.any.keys("resourceGroupName", "routeTableName");
        });

        it("stores nothing", async () => {
            await build.plan("resources:ResourceGroup", "rg", { location: "westeurope" });
            expect(simulation.cloud.resources()).to.deep.equal([]);
        });

        it("is refused for what is known to be wrong, against what else is planned", async () => {
            const vnet = {
                virtualNetworkName: "vnet",
                addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
                location: "westeurope",
            };
            await build.plan("network:VirtualNetwork", "vnet", vnet);
            const subnet = (name: string, addressPrefix: Properties[string]) =>
                build.plan("network:Subnet", name, { virtualNetworkName: "vnet", subnetName: name, addressPrefix });
            await subnet("a", "10.0.0.0/24");
            await subnet("unknown", UNKNOWN);
            expect(await refusal(subnet("b", "10.0.0.0/25"))).to.contain('Code="NetcfgSubnetRangesOverlap"');
            expect(await refusal(build.plan("network:VirtualNetwork", "twin", vnet))).to.contain('Code="Conflict"');
        });

        it("isn't refused for references that don't exist yet", async () => {
            await build.plan(
                "network:ApplicationGateway",
                "agw",
                gatewayInputs(subnetId, network("publicIPAddresses/pip")),
            );
        });

        it("takes unknown arguments, even in its name", async () => {
            const cluster = {
                ...clusterInputs(subnetId),
                networkProfile: UNKNOWN,
                agentPoolProfiles: UNKNOWN,
                resourceName: UNKNOWN,
            };
            expect(
                (await build.plan("containerservice:ManagedCluster", "aks", cluster)).outputs["networkProfile"],
            ).to.equal(UNKNOWN);
        });
    });

    describe("after create", () => {
        it("has the outputs of a cluster in Azure's shape, the same every time", async () => {
            await nodes();
            const { outputs, id } = await build.cluster(subnetId, { oidcIssuerProfile: { enabled: true } });
            expect(outputs).to.include({
                name: "aks",
                type: "Microsoft.ContainerService/managedClusters",
                provisioningState: "Succeeded",
            });
            expect(outputs["privateFQDN"]).to.match(
                /^aks-[0-9a-f]{8}\.[0-9a-f-]{36}\.privatelink\.westeurope\.azmk8s\.io$/,
            );
            expect(outputs["nodeResourceGroup"]).to.equal("MC_rg_aks_westeurope");
            expect(valueAt(outputs, "oidcIssuerProfile.issuerURL")).to.match(
                /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.*\/$/,
            );
            expect(valueAt(outputs, "identityProfile.kubeletidentity.resourceId")).to.contain("/MC_rg_aks_westeurope/");
            const again = await simulation.azure.read("azure-native:containerservice:ManagedCluster", id, {});
            expect(again?.outputs).to.deep.equal(outputs);
        });

        it("gives a firewall the first usable address of its subnet", async () => {
            await build.group();
            await build.virtualNetwork("vnet", "10.0.0.0/16");
            const subnet = await build.subnet("vnet", "AzureFirewallSubnet", "10.0.3.64/26");
            const { outputs } = await build.make("network:AzureFirewall", {
                azureFirewallName: "afw",
                location: "westeurope",
                ipConfigurations: [{ name: "ip", subnet: { id: subnet.id } }],
            });
            expect(outputs["ipConfigurations"]).to.have.nested.property("[0].privateIPAddress", "10.0.3.68");
        });

        it("gives each private endpoint free addresses, names and an interface", async () => {
            await nodes();
            const registry = await build.registry("registry", "Premium");
            const { outputs } = await build.endpoint(subnetId, registry.id, ["registry"]);
            const configs = outputs["customDnsConfigs"] as Properties[];
            expect(configs.map(({ fqdn }) => fqdn)).to.deep.equal([
                "registry.azurecr.io",
                "registry.westeurope.data.azurecr.io",
            ]);
            const addresses = configs.flatMap(({ ipAddresses }) => ipAddresses as string[]);
            expect(new Set(addresses).size).to.equal(2);
            expect(addresses.every((address) => address.startsWith("10.0.0."))).to.equal(true);
            expect(
                simulation.cloud.get(valueAt((outputs["networkInterfaces"] as Properties[])[0], "id") as string)?.type,
            ).to.equal("network:NetworkInterface");
        });

        it("gives the parts of a gateway ids of their own", async () => {
            await nodes();
            await build.subnet("vnet", "agw", "10.0.9.0/24");
            await build.publicAddress("pip");
            const { outputs } = await build.make(
                "network:ApplicationGateway",
                gatewayInputs(network("virtualNetworks/vnet/subnets/agw"), network("publicIPAddresses/pip")),
            );
            expect(outputs["httpListeners"]).to.have.nested.property(
                "[0].id",
                network("applicationGateways/agw/httpListeners/listener"),
            );
        });

        it("keeps inline subnets apart from stand-alone ones", async () => {
            await build.group();
            const inline = (...names: string[]) => ({
                virtualNetworkName: "vnet",
                resourceGroupName: "rg",
                addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
                subnets: names.map((name, index) => ({ name, addressPrefix: `10.0.${index}.0/24` })),
            });
            const vnet = await build.make("network:VirtualNetwork", inline("a", "b"));
            await build.subnet("vnet", "c", "10.0.9.0/24");
            await simulation.azure.update("azure-native:network:VirtualNetwork", "it", vnet, inline("a"));
            const subnets = simulation.cloud.resources().filter(({ type }) => type === "network:Subnet");
            expect(subnets.map(({ id }) => id.split("/").pop())).to.have.members(["a", "c"]);
        });

        it("keeps secrets secret", async () => {
            const secret = Struct.fromJavaScript({
                tags: {
                    key: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hidden" },
                },
            });
            const { properties, secrets } = receive(secret);
            expect([properties, [...secrets]]).to.deep.equal([{ tags: { key: "hidden" } }, ["tags.key"]]);
            expect(send(properties, secrets).toJavaScript()).to.deep.equal(secret.toJavaScript());
        });
    });

    describe("looked up", () => {
        it("is found by getX and by import, and its absence has ARM's code", async () => {
            await nodes();
            const found = await simulation.azure.invoke("azure-native:network:getSubnet", {
                resourceGroupName: "rg",
                virtualNetworkName: "vnet",
                subnetName: "nodes",
            });
            expect(found).to.include({ id: subnetId, addressPrefix: "10.0.0.0/24" });
            const imported = await simulation.azure.read("azure-native:network:Subnet", subnetId);
            expect(imported?.inputs).to.include({ subnetName: "nodes", addressPrefix: "10.0.0.0/24" });
            expect(await simulation.azure.read("azure-native:network:Subnet", `${subnetId}x`)).to.equal(undefined);
            const none = simulation.azure.invoke("azure-native:network:getRouteTable", {
                resourceGroupName: "rg",
                routeTableName: "no",
            });
            expect(await refusal(none)).to.contain('Code="ResourceNotFound"');
        });

        it("gives out the program's identity, kubeconfigs and keys", async () => {
            await nodes();
            await build.cluster(subnetId);
            const config = await simulation.azure.invoke("azure-native:authorization:getClientConfig", {});
            expect(config)
                .to.include({ subscriptionId: SUBSCRIPTION })
                .and.to.have.all.keys("clientId", "objectId", "subscriptionId", "tenantId");
            const args = { resourceGroupName: "rg", resourceName: "aks" };
            const result = await simulation.azure.invoke(
                "azure-native:containerservice:listManagedClusterUserCredentials",
                args,
            );
            const [{ value }] = result["kubeconfigs"] as [{ value: string }];
            expect(Buffer.from(value, "base64").toString()).to.match(/server: https:\/\/aks-\S+\.azmk8s\.io:443/);
            expect(await refusal(simulation.azure.invoke("azure-native:network:listNothing", {}))).to.contain(
                "not simulated",
            );
        });
    });

    describe("told to fail", () => {
        it("fails as often as it was told, with the given code", async () => {
            const type = "azure-native:network:RouteTable";
            const failing = await simulate({
                faults: [{ type, operation: "create", name: "it", code: "InternalServerError", times: 2 }],
            });
            const other = new Builder(failing.azure);
            await other.group();
            expect(await refusal(other.routeTable("rt"))).to.contain('Status=500 Code="InternalServerError"');
            expect(await refusal(other.routeTable("rt"))).to.contain("InternalServerError");
            await other.routeTable("rt");
            failing.stop();
        });

        it("says what is wrong in a list of faults", async () => {
            expect(() => faultsFromEnvironment("{")).to.throw("SANDBOX_FAULTS is not JSON");
            expect(await refusal(simulate({ faults: JSON.parse('[{"operation":"explode"}]') as [] }))).to.contain(
                "operation",
            );
        });
    });

    describe("in the cloud's file", () => {
        let folder: string;
        beforeEach(() => {
            folder = mkdtempSync(join(tmpdir(), "cloud-"));
        });
        afterEach(() => rmSync(folder, { recursive: true }));

        it("is found by a later run", async () => {
            const file = join(folder, "cloud.json");
            const first = await simulate({ file });
            await new Builder(first.azure).group();
            first.stop();
            const second = await simulate({ file });
            expect(await second.azure.read("azure-native:resources:ResourceGroup", GROUP)).to.not.equal(undefined);
            await second.azure.delete("azure-native:resources:ResourceGroup", GROUP);
            second.stop();
            expect(new Cloud(file).resources()).to.deep.equal([]);
            expect(readdirSync(folder)).to.deep.equal(["cloud.json"]);
        });

        it("survives two runs that write at once", () => {
            const file = join(folder, "cloud.json");
            const [one, other] = [new Cloud(file), new Cloud(file)];
            const group = (name: string) => [{ id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${name}` }];
            addExisting(group("one"), one);
            one.flush();
            addExisting(group("other"), other);
            other.flush();
            expect(new Cloud(file).resources()).to.have.length(2);
            expect(JSON.parse(readFileSync(file, "utf8"))).to.include({ version: 1 });
        });
    });

    it("that a configuration names by its id exists already", async () => {
        const vault = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-certificates`;
        addExisting(
            existingIn(`certificateVaultId: ${vault}\nother: { hub: "${network("virtualNetworks/hub")}" }`),
            simulation.cloud,
        );
        expect(simulation.cloud.resources().map(({ type }) => type)).to.have.members([
            "keyvault:Vault",
            "resources:ResourceGroup",
            "network:VirtualNetwork",
        ]);
    });

    it("of a type that isn't simulated can be an existing one that others refer to", async () => {
        await nodes();
        const database = `${GROUP}/providers/Microsoft.Sql/servers/sql`;
        addExisting([{ id: database }], simulation.cloud);
        const endpoint = (targetId: string) =>
            build.make("network:PrivateEndpoint", {
                privateEndpointName: "pep",
                subnet: { id: subnetId },
                privateLinkServiceConnections: [
                    { name: "sql", privateLinkServiceId: targetId, groupIds: ["sqlServer"] },
                ],
            });
        expect(await refusal(endpoint(`${database}-2`))).to.contain("was not found");
        await endpoint(database);
    });
});
