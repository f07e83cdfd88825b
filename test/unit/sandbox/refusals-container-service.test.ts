import { clusterInputs, network, Builder } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";
import type { Properties } from "../../sandbox/provider/values";

/** Each refusal stands beside the nearest thing that is accepted. */
describe("the simulated Azure refuses what AKS refuses:", () => {
    let simulation: Simulation;
    let build: Builder;
    const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
    });
    afterEach(() => simulation.stop());

    describe("Kubernetes service", () => {
        const networkProfile = (more: Properties) => ({
            networkProfile: { ...(clusterInputs("")["networkProfile"] as Properties), ...more },
        });
        beforeEach(async () => {
            await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
            await build.subnet("vnet", "nodes", "10.0.0.0/24", { routeTable: { id: network("routeTables/rt") } });
            await build.subnet("vnet", "bare", "10.0.1.0/24");
        });
        const cluster = (more: Properties = {}, subnet = "nodes") => build.cluster(subnetId(subnet), more);

        it("userDefinedRouting from a subnet without a route table", async () => {
            await refuses(cluster({}, "bare"), "ExistingRouteTableNotAssociatedWithSubnet", "subnets/bare");
            await cluster();
        });

        it("userDefinedRouting without a default route to an appliance or gateway", async () => {
            await build.routeTable("empty");
            await build.routeTable("internet", { nextHopType: "Internet" });
            for (const [index, table] of ["empty", "internet"].entries()) {
                await build.subnet("vnet", table, `10.0.1${index}.0/24`, {
                    routeTable: { id: network(`routeTables/${table}`) },
                });
                await refuses(cluster({}, table), "RouteTableInvalidNextHop", `routeTables/${table}`);
            }
        });

        it("a pool of userDefinedRouting in a subnet without a route table", async () => {
            await cluster();
            const pool = { resourceName: "aks", agentPoolName: "user", vnetSubnetID: subnetId("bare") };
            await refuses(build.make("containerservice:AgentPool", pool), "ExistingRouteTableNotAssociatedWithSubnet");
        });

        it("authorized ranges on a private cluster", async () => {
            const authorizedIPRanges = ["20.1.2.3/32"];
            const profile = (enablePrivateCluster: boolean, ranges = authorizedIPRanges) => ({
                apiServerAccessProfile: { enablePrivateCluster, authorizedIPRanges: ranges },
            });
            await refuses(cluster(profile(true)), "InvalidParameter", "authorizedIPRanges", "private cluster");
            await refuses(cluster(profile(false, ["20.1.2.3/24"])), "InvalidParameter", "20.1.2.3/24");
            await cluster(profile(false));
        });

        for (const [what, more, code, word] of [
            [
                "a reserved service range",
                { serviceCidr: "172.30.0.0/20", dnsServiceIP: "172.30.0.10" },
                "InvalidParameter",
                "172.30.0.0/16",
            ],
            ["a reserved pod range", { podCidr: "169.254.0.0/16" }, "InvalidParameter", "reserves"],
            [
                "a service range above /12",
                { serviceCidr: "192.0.0.0/8", dnsServiceIP: "192.0.0.10" },
                "InvalidParameter",
                "192.0",
            ],
            ["overlapping service and pod ranges", { podCidr: "172.16.0.0/16" }, "InvalidParameter", "podCidr"],
            [
                "a service range over a subnet",
                { serviceCidr: "10.0.0.0/20", dnsServiceIP: "10.0.0.10" },
                "ServiceCidrOverlapExistingSubnetsCidr",
                "nodes",
            ],
            ["a pod range over a subnet", { podCidr: "10.0.0.0/16" }, "NetworkProfileCIDROverlapVNET", "10.0.0.0/24"],
            [
                "a DNS address outside of its range",
                { dnsServiceIP: "172.17.0.10" },
                "InvalidParameter",
                "172.16.0.0/16",
            ],
            ["the first address as DNS address", { dnsServiceIP: "172.16.0.1" }, "InvalidParameter", "first address"],
        ] as const) {
            it(what, () => refuses(cluster(networkProfile(more)), code, word));
        }

        it("a service range over a subnet of a peered network", async () => {
            await build.virtualNetwork("hub", "172.16.4.0/22");
            await build.subnet("hub", "shared", "172.16.4.0/24");
            await build.make("network:VirtualNetworkPeering", {
                virtualNetworkName: "vnet",
                virtualNetworkPeeringName: "to-hub",
                remoteVirtualNetwork: { id: network("virtualNetworks/hub") },
            });
            await refuses(cluster(), "ServiceCidrOverlapExistingSubnetsCidr", "172.16.4.0/24");
        });
    });
});
