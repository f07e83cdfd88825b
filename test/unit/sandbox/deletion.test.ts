import { expect } from "chai";
import { Builder, GROUP, network } from "./fixtures";
import { refusal, simulate, SUBSCRIPTION } from "./provider-client";
import type { Simulation } from "./provider-client";

describe("deleting in the simulated Azure", () => {
    let simulation: Simulation;
    let build: Builder;
    const remove = (type: string, id: string) => simulation.azure.delete(`azure-native:${type}`, id);
    const subnetId = network("virtualNetworks/vnet/subnets/snet");

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
    });
    afterEach(() => simulation.stop());

    it("is refused for what a subnet refers to, until the subnet is gone", async () => {
        const nsg = await build.make("network:NetworkSecurityGroup", {
            networkSecurityGroupName: "nsg",
            location: "westeurope",
        });
        const table = await build.routeTable("rt");
        const subnet = await build.subnet("vnet", "snet", "10.0.0.0/24", {
            networkSecurityGroup: { id: nsg.id },
            routeTable: { id: table.id },
        });
        const nsgRefusal = await refusal(remove("network:NetworkSecurityGroup", nsg.id));
        expect(nsgRefusal).to.contain('Code="InUseNetworkSecurityGroupCannotBeDeleted"').and.to.contain("subnets/snet");
        expect(await refusal(remove("network:RouteTable", table.id))).to.contain(
            'Code="InUseRouteTableCannotBeDeleted"',
        );
        await remove("network:Subnet", subnet.id);
        await remove("network:NetworkSecurityGroup", nsg.id);
        await remove("network:RouteTable", table.id);
    });

    it("is refused for a subnet, its network and its group while something stands in the subnet", async () => {
        await build.group("other");
        const vnet = network("virtualNetworks/vnet");
        await build.subnet("vnet", "snet", "10.0.0.0/24");
        const nic = await build.make("network:NetworkInterface", {
            resourceGroupName: "other",
            networkInterfaceName: "nic",
            location: "westeurope",
            ipConfigurations: [{ name: "ip", subnet: { id: subnetId } }],
        });
        expect(await refusal(remove("network:Subnet", subnetId))).to.contain('Code="InUseSubnetCannotBeDeleted"');
        expect(await refusal(remove("network:VirtualNetwork", vnet))).to.contain('Code="InUseSubnetCannotBeDeleted"');
        expect(await refusal(remove("resources:ResourceGroup", GROUP))).to.contain(
            'Code="ResourceGroupDeletionBlocked"',
        );
        await remove("network:NetworkInterface", nic.id);
        await remove("resources:ResourceGroup", GROUP);
        expect(simulation.cloud.get(subnetId)).to.equal(undefined);
    });

    it("is refused for a public address in use", async () => {
        const address = await build.publicAddress("pip");
        const gateway = await build.make("network:NatGateway", {
            natGatewayName: "ng",
            location: "westeurope",
            sku: { name: "Standard" },
            publicIpAddresses: [{ id: address.id }],
        });
        const message = await refusal(remove("network:PublicIPAddress", address.id));
        expect(message).to.contain('Code="PublicIPAddressCannotBeDeleted"').and.to.contain("natGateways/ng");
        await remove("network:NatGateway", gateway.id);
        await remove("network:PublicIPAddress", address.id);
    });

    it("is refused for a private DNS zone that is still linked", async () => {
        const zone = await build.make("privatedns:PrivateZone", {
            privateZoneName: "contoso.internal",
            location: "global",
        });
        const link = await build.make("privatedns:VirtualNetworkLink", {
            privateZoneName: "contoso.internal",
            virtualNetworkLinkName: "vnet",
            location: "global",
            virtualNetwork: { id: network("virtualNetworks/vnet") },
        });
        expect(await refusal(remove("privatedns:PrivateZone", zone.id))).to.contain('Code="CannotDeleteResource"');
        await remove("privatedns:VirtualNetworkLink", link.id);
        await remove("privatedns:PrivateZone", zone.id);
    });

    it("is refused under a lock, for all that the lock covers", async () => {
        const scope = network("virtualNetworks/vnet");
        const lock = await build.make("authorization:ManagementLockByScope", {
            scope,
            lockName: "keep",
            level: "CanNotDelete",
        });
        expect(await refusal(remove("network:VirtualNetwork", scope))).to.contain('Code="ScopeLocked"');
        expect(await refusal(remove("resources:ResourceGroup", GROUP))).to.contain('Code="ScopeLocked"');
        await remove("authorization:ManagementLockByScope", lock.id);
        await remove("network:VirtualNetwork", scope);
    });

    it("takes children, role assignments and what the service made along", async () => {
        await build.routeTable("rt", { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" });
        await build.subnet("vnet", "snet", "10.0.0.0/24", { routeTable: { id: network("routeTables/rt") } });
        const cluster = await build.cluster(subnetId);
        await build.make("authorization:RoleAssignment", {
            scope: cluster.id,
            principalId: "00000000-0000-0000-0000-000000000003",
            roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b`,
        });
        const before = simulation.cloud.resources().map(({ id }) => id);
        expect(before.some((id) => id.includes("/resourceGroups/MC_rg_aks_westeurope/"))).to.equal(true);
        await remove("containerservice:ManagedCluster", cluster.id);
        const after = simulation.cloud.resources().map(({ id }) => id);
        expect(after.filter((id) => id.includes("/managedClusters/") || id.includes("MC_rg"))).to.deep.equal([]);
        await remove("network:Subnet", subnetId);
    });

    it("succeeds for what is gone already", async () => {
        await remove("network:VirtualNetwork", network("virtualNetworks/vnet"));
        await remove("network:VirtualNetwork", network("virtualNetworks/vnet"));
    });
});
