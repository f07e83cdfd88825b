import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { clusterInputs, GROUP } from "./fixtures";
import { simulate, SUBSCRIPTION } from "./provider-client";
import type { Simulation } from "./provider-client";

interface Change {
    readonly type: string;
    readonly before: Properties;
    readonly after: Properties;
    /** Top-level properties that make a replacement; empty for a change in place. */
    readonly replaces: string[];
}

const cluster = (more: Properties) => clusterInputs("/subnet", more);
const networkProfile = (more: Properties) =>
    cluster({ networkProfile: { ...(clusterInputs("")["networkProfile"] as Properties), ...more } });
const apiServer = (more: Properties) => cluster({ apiServerAccessProfile: { enablePrivateCluster: true, ...more } });

const CHANGES: Readonly<Record<string, Change>> = {
    "a name": {
        type: "network:Subnet",
        before: { subnetName: "a" },
        after: { subnetName: "b" },
        replaces: ["subnetName"],
    },
    "a parent": {
        type: "network:Subnet",
        before: { virtualNetworkName: "a" },
        after: { virtualNetworkName: "b" },
        replaces: ["virtualNetworkName"],
    },
    "a resource group": {
        type: "network:VirtualNetwork",
        before: { resourceGroupName: "a" },
        after: { resourceGroupName: "b" },
        replaces: ["resourceGroupName"],
    },
    "a location": {
        type: "keyvault:Vault",
        before: { location: "a" },
        after: { location: "b" },
        replaces: ["location"],
    },
    "a scope": {
        type: "authorization:RoleAssignment",
        before: { scope: "/a" },
        after: { scope: "/b" },
        replaces: ["scope"],
    },
    "a principal": {
        type: "authorization:RoleAssignment",
        before: { principalId: "a" },
        after: { principalId: "b" },
        replaces: ["principalId"],
    },
    "a subnet's default outbound access": {
        type: "network:Subnet",
        before: { defaultOutboundAccess: true },
        after: { defaultOutboundAccess: false },
        replaces: ["defaultOutboundAccess"],
    },
    "a subnet's route table": {
        type: "network:Subnet",
        before: { routeTable: { id: "a" } },
        after: { routeTable: { id: "b" } },
        replaces: [],
    },
    "a public address's SKU": {
        type: "network:PublicIPAddress",
        before: { sku: { name: "Basic" } },
        after: { sku: { name: "Standard" } },
        replaces: ["sku"],
    },
    "a firewall policy's tier": {
        type: "network:FirewallPolicy",
        before: { sku: { tier: "Standard" } },
        after: { sku: { tier: "Premium" } },
        replaces: ["sku"],
    },
    "an endpoint's subnet": {
        type: "network:PrivateEndpoint",
        before: { subnet: { id: "a" } },
        after: { subnet: { id: "b" } },
        replaces: ["subnet"],
    },
    "a peering's remote network": {
        type: "network:VirtualNetworkPeering",
        before: { remoteVirtualNetwork: { id: "a" } },
        after: { remoteVirtualNetwork: { id: "b" } },
        replaces: ["remoteVirtualNetwork"],
    },
    "a vault's tenant": {
        type: "keyvault:Vault",
        before: { properties: { tenantId: "a" } },
        after: { properties: { tenantId: "b" } },
        replaces: ["properties"],
    },
    "a vault's public access": {
        type: "keyvault:Vault",
        before: { properties: { tenantId: "a", publicNetworkAccess: "Enabled" } },
        after: { properties: { tenantId: "a", publicNetworkAccess: "Disabled" } },
        replaces: [],
    },
    "a storage account's kind": {
        type: "storage:StorageAccount",
        before: { kind: "StorageV2" },
        after: { kind: "BlockBlobStorage" },
        replaces: ["kind"],
    },
    "a registry's name": {
        type: "containerregistry:Registry",
        before: { registryName: "a" },
        after: { registryName: "b" },
        replaces: ["registryName"],
    },
    "a workspace's key vault": {
        type: "machinelearningservices:Workspace",
        before: { keyVault: "a" },
        after: { keyVault: "b" },
        replaces: ["keyVault"],
    },
    "a compute's namespace": {
        type: "machinelearningservices:Compute",
        before: { properties: { computeType: "Kubernetes", properties: { namespace: "a" } } },
        after: { properties: { computeType: "Kubernetes", properties: { namespace: "b" } } },
        replaces: ["properties"],
    },
    "a cluster's network plugin": {
        type: "containerservice:ManagedCluster",
        before: networkProfile({ networkPlugin: "kubenet" }),
        after: networkProfile({}),
        replaces: ["networkProfile"],
    },
    "a cluster's pod range": {
        type: "containerservice:ManagedCluster",
        before: networkProfile({ podCidr: "10.245.0.0/16" }),
        after: networkProfile({}),
        replaces: ["networkProfile"],
    },
    "a cluster's service range and DNS address": {
        type: "containerservice:ManagedCluster",
        before: networkProfile({ serviceCidr: "172.17.0.0/16", dnsServiceIP: "172.17.0.10" }),
        after: networkProfile({}),
        replaces: ["networkProfile"],
    },
    "a cluster's outbound type": {
        type: "containerservice:ManagedCluster",
        before: networkProfile({ outboundType: "loadBalancer" }),
        after: networkProfile({}),
        replaces: ["networkProfile"],
    },
    "a cluster's private DNS zone": {
        type: "containerservice:ManagedCluster",
        before: apiServer({ privateDNSZone: "system" }),
        after: apiServer({ privateDNSZone: "none" }),
        replaces: [],
    },
    "whether a cluster is private": {
        type: "containerservice:ManagedCluster",
        before: apiServer({ enablePrivateCluster: false }),
        after: apiServer({}),
        replaces: [],
    },
    "a cluster's subdomain": {
        type: "containerservice:ManagedCluster",
        before: cluster({ fqdnSubdomain: "a" }),
        after: cluster({ fqdnSubdomain: "b" }),
        replaces: ["fqdnSubdomain"],
    },
    "the subnet of a cluster's first pool": {
        type: "containerservice:ManagedCluster",
        before: clusterInputs("/a"),
        after: clusterInputs("/b"),
        replaces: [],
    },
    "a pool's machine size": {
        type: "containerservice:AgentPool",
        before: { vmSize: "Standard_D2s_v5" },
        after: { vmSize: "Standard_D4s_v5" },
        replaces: ["vmSize"],
    },
    "a pool's zones": {
        type: "containerservice:AgentPool",
        before: { availabilityZones: ["1"] },
        after: { availabilityZones: ["1", "2"] },
        replaces: [],
    },
    "a cluster's advanced networking": {
        type: "containerservice:ManagedCluster",
        before: networkProfile({}),
        after: networkProfile({ advancedNetworking: { enabled: true } }),
        replaces: [],
    },
    "a pool's count": { type: "containerservice:AgentPool", before: { count: 1 }, after: { count: 2 }, replaces: [] },
};

describe("a difference found by the simulated Azure", () => {
    let simulation: Simulation;
    before(async () => {
        simulation = await simulate();
    });
    after(() => simulation.stop());

    for (const [what, { type, before: olds, after: news, replaces }] of Object.entries(CHANGES)) {
        it(`in ${what} ${replaces.length > 0 ? "replaces the resource" : "is a change in place"}`, async () => {
            const diff = await simulation.azure.diff(`azure-native:${type}`, `${GROUP}/x`, olds, news);
            expect(diff.changes).to.equal(true);
            expect(diff.replaces).to.deep.equal(replaces);
        });
    }

    const diffOf = (type: string, olds: Properties, news: Properties, id = `${GROUP}/x`) =>
        simulation.azure.diff(`azure-native:${type}`, id, olds, news);

    it("names the innermost property that changed", async () => {
        const rules = (priority: number) => ({
            securityRules: [
                { name: "a", priority: 100 },
                { name: "b", priority },
            ],
        });
        const diff = await diffOf("network:NetworkSecurityGroup", rules(200), rules(300));
        expect(diff.paths).to.deep.equal(["securityRules[1].priority"]);
    });

    it("ignores the order of sets and of nothing else", async () => {
        const routes = (...names: string[]) => ({
            routes: names.map((name) => ({ name, addressPrefix: "10.0.0.0/8" })),
        });
        expect((await diffOf("network:RouteTable", routes("a", "b"), routes("b", "a"))).changes).to.equal(false);
        const servers = (...dnsServers: string[]) => ({ dhcpOptions: { dnsServers } });
        const ordered = await diffOf(
            "network:VirtualNetwork",
            servers("10.0.0.4", "10.0.0.5"),
            servers("10.0.0.5", "10.0.0.4"),
        );
        expect(ordered.changes).to.equal(true);
    });

    it("deletes first when the new resource has the same id", async () => {
        const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
        const subnet = (more: Properties) => ({
            resourceGroupName: "rg",
            virtualNetworkName: "v",
            subnetName: "s",
            ...more,
        });
        const same = await diffOf("network:Subnet", subnet({ defaultOutboundAccess: true }), subnet({}), id);
        const other = await diffOf("network:Subnet", subnet({}), subnet({ subnetName: "t" }), id);
        expect([same.deleteBeforeReplace, other.deleteBeforeReplace]).to.deep.equal([true, false]);
    });
});
