import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { planSpoke } from "../../../../components/network/address-plan";
import type { HubConnection } from "../../../../components/network/hub-connection";
import { Spoke, type SpokeArgs } from "../../../../components/network/spoke";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement } from "../fixtures";

/** Call it inside a captured program: the hub's own part of it is a component. */
const argsWith = (hub: Partial<HubConnection> = {}): SpokeArgs => ({
    plan,
    hub: {
        network: { id: "/networks/hub", name: "vnet-hub", resourceGroupName: "rg-hub" },
        component: new pulumi.ComponentResource("test:index:Hub", "hub"),
        nextHop: "10.100.0.4",
        dnsServers: ["10.100.0.4"],
        egressAddresses: [],
        bastionSubnet: "10.100.0.128/26",
        peersBack: true,
        foundation: [],
        ...hub,
    },
    podCidr: "100.64.0.0/16",
    ingress: { mode: "public", networkIsolation: false },
    jumpHost: false,
    ...placement,
});

const plan = planSpoke("10.101.0.0/16");

/** In the order in which they are made. */
const subnetNames = [
    "snet-system-pool",
    "snet-user-pools",
    "snet-ingress",
    "snet-private-endpoints",
    "snet-load-balancers",
    "snet-api-server",
];

describe("Spoke", () => {
    let registered: Registration[];
    let planned: Registration[];
    before(async () => {
        registered = await capture(() => void new Spoke("learn", argsWith()));
        planned = await capture(() => void new Spoke("learn", argsWith()), { preview: true });
    });
    const subnet = (name: string) => only(registered, "azure-native:network:Subnet", `snet-learn-${name}`);
    const peering = (name: string) => only(registered, "azure-native:network:VirtualNetworkPeering", name);
    const ruleNames = (from: readonly Registration[], group: string) =>
        (
            only(from, "azure-native:network:NetworkSecurityGroup", group).inputs["securityRules"] as { name: string }[]
        ).map(({ name }) => name);

    const withIngress = (ingress: SpokeArgs["ingress"]) =>
        capture(() => void new Spoke("learn", { ...argsWith(), ingress }));

    it("asks the firewall for names", () => {
        expect(only(registered, "azure-native:network:VirtualNetwork").inputs).to.deep.include({
            virtualNetworkName: "vnet-learn",
            addressSpace: { addressPrefixes: ["10.101.0.0/16"] },
            dhcpOptions: { dnsServers: ["10.100.0.4"] },
        });
    });

    it("makes its subnets one after the other", () => {
        for (const [index, name] of subnetNames.entries()) {
            const before = subnetNames.slice(0, index).at(-1);
            const waits = subnet(name).dependencies.filter((key) => key.startsWith("azure-native:network:Subnet::"));
            expect(waits).to.deep.equal(before ? [`azure-native:network:Subnet::snet-learn-${before}`] : []);
        }
    });

    it("gives every subnet its planned range, a group of its own and no way out by default", () => {
        const ranges = Object.values(plan.subnets);
        for (const name of subnetNames) {
            const { inputs } = subnet(name);
            expect(inputs).to.deep.include({
                subnetName: name,
                defaultOutboundAccess: false,
                networkSecurityGroup: {
                    id: idOf("network:NetworkSecurityGroup", `nsg-${name.replace("snet-", "")}-learn`),
                },
            });
            expect(ranges).to.contain(inputs["addressPrefix"]);
        }
        expect(new Set(subnetNames.map((name) => subnet(name).inputs["addressPrefix"]))).to.have.property("size", 6);
    });

    it("sends everything but the gateway's own traffic to the firewall, and a preview knows where", () => {
        for (const name of subnetNames) {
            const table = name === "snet-ingress" ? "rt-ingress-learn" : "rt-learn";
            expect(subnet(name).inputs["routeTable"]).to.deep.equal({ id: idOf("network:RouteTable", table) });
        }
        expect(only(planned, "azure-native:network:RouteTable", "rt-learn").inputs).to.deep.include({
            disableBgpRoutePropagation: true,
            routes: [
                {
                    name: "default-to-firewall",
                    addressPrefix: "0.0.0.0/0",
                    nextHopType: "VirtualAppliance",
                    nextHopIpAddress: "10.100.0.4",
                },
            ],
        });
        expect(only(planned, "azure-native:network:RouteTable", "rt-ingress-learn").inputs).to.deep.include({
            disableBgpRoutePropagation: true,
            routes: [],
        });
    });

    it("delegates the API server's subnet alone", () => {
        expect(subnet("snet-api-server").inputs["delegations"]).to.deep.equal([
            { name: "delegation", serviceName: "Microsoft.ContainerService/managedClusters" },
        ]);
        for (const name of subnetNames.slice(0, -1)) {
            expect(subnet(name).inputs, name).not.to.have.property("delegations");
        }
    });

    it("lets groups and routes count for private endpoints", () => {
        expect(subnet("snet-private-endpoints").inputs["privateEndpointNetworkPolicies"]).to.equal("Enabled");
    });

    it("opens the ingress subnet only where a gateway stands in it", async () => {
        const closed = await withIngress({ mode: "none" });
        expect(ruleNames(registered, "nsg-ingress-learn")).to.include.members(["AllowClients", "AllowGatewayManager"]);
        expect(ruleNames(closed, "nsg-ingress-learn")).to.deep.equal(["DenyAllInbound"]);
    });

    it("leads a private gateway's way out through the firewall, from a subnet that is delegated to it", async () => {
        const all = await withIngress({ mode: "private", clients: ["10.0.0.0/8"] });
        const { inputs } = only(all, "azure-native:network:Subnet", "snet-learn-snet-ingress");
        expect(inputs["routeTable"]).to.deep.equal({ id: idOf("network:RouteTable", "rt-learn") });
        expect(inputs["delegations"]).to.deep.equal([
            { name: "delegation", serviceName: "Microsoft.Network/applicationGateways" },
        ]);
        expect(all.filter(({ type }) => type.endsWith(":RouteTable")).map(({ name }) => name)).to.deep.equal([
            "rt-learn",
        ]);
    });

    it("gives Application Gateway for Containers a /24, and lets it reach pods", async () => {
        const all = await withIngress({ mode: "containers" });
        const { inputs } = only(all, "azure-native:network:Subnet", "snet-learn-snet-ingress");
        expect(inputs["addressPrefix"]).to.equal(plan.subnets.ingress.replace("/20", "/24"));
        const rules = only(all, "azure-native:network:NetworkSecurityGroup", "nsg-user-pools-learn").inputs[
            "securityRules"
        ];
        const ingress = (rules as Record<string, unknown>[]).find(({ name }) => name === "AllowIngress");
        expect(ingress).to.deep.include({
            sourceAddressPrefix: inputs["addressPrefix"],
            destinationAddressPrefixes: [plan.subnets.systemPool, plan.subnets.userPools, "100.64.0.0/16"],
            destinationPortRange: "*",
        });
    });

    it("is peered both ways, the hub's side first, when all subnets are there", () => {
        const common = { allowVirtualNetworkAccess: true, allowForwardedTraffic: true };
        expect(peering("peer-hub-to-learn").inputs).to.deep.include({
            ...common,
            resourceGroupName: "rg-hub",
            virtualNetworkName: "vnet-hub",
            remoteVirtualNetwork: { id: idOf("network:VirtualNetwork", "vnet-learn") },
        });
        expect(peering("peer-hub-to-learn").dependencies).to.include.members(
            subnetNames.map((name) => `azure-native:network:Subnet::snet-learn-${name}`),
        );
        expect(peering("peer-learn-to-hub").inputs).to.deep.include({
            ...common,
            resourceGroupName: "rg-test",
            remoteVirtualNetwork: { id: "/networks/hub" },
        });
        expect(peering("peer-learn-to-hub").dependencies).to.contain(
            "azure-native:network:VirtualNetworkPeering::peer-hub-to-learn",
        );
    });

    it("takes up the hub's gateway when that stands, and lets the hub's owners make their side", async () => {
        const transit = await capture(() => {
            const gateway = new pulumi.ComponentResource("test:index:Gateway", "gateway");
            void new Spoke("learn", argsWith({ gatewayTransit: [gateway], peersBack: false }));
        });
        const peerings = transit.filter(({ type }) => type === "azure-native:network:VirtualNetworkPeering");
        expect(peerings.map(({ name }) => name)).to.deep.equal(["peer-learn-to-hub"]);
        expect(peerings[0].inputs).to.include({ useRemoteGateways: true });
        const both = await capture(() => void new Spoke("learn", argsWith({ gatewayTransit: [] })));
        const fromHub = only(both, "azure-native:network:VirtualNetworkPeering", "peer-hub-to-learn");
        expect(fromHub.inputs).to.include({ allowGatewayTransit: true });
        expect(fromHub.parent).to.equal("test:index:Hub::hub");
    });

    it("asks Azure for names where the hub has no server", async () => {
        const bare = await capture(() => void new Spoke("learn", argsWith({ dnsServers: [] })));
        expect(only(bare, "azure-native:network:VirtualNetwork").inputs).not.to.have.property("dhcpOptions");
    });

    it("gives each tenant that has a pool a subnet at its place, closed to the others, and makes no other", async () => {
        const tenants = { teamb: 5, teama: 0 };
        const shared = await capture(() => {
            const { tenantSubnetIds } = new Spoke("learn", { ...argsWith(), tenants });
            expect(Object.keys(tenantSubnetIds)).to.have.members(["teama", "teamb"]);
        });
        const made = shared
            .filter(({ type }) => type === "azure-native:network:Subnet")
            .map(({ inputs }) => inputs["subnetName"]);
        expect(made).to.deep.equal([...subnetNames, "snet-tenant-teama", "snet-tenant-teamb"]);
        for (const [tenant, place] of Object.entries(tenants)) {
            const { inputs } = only(shared, "azure-native:network:Subnet", `snet-learn-snet-tenant-${tenant}`);
            expect(inputs).to.deep.include({
                addressPrefix: plan.tenantSubnets[place],
                defaultOutboundAccess: false,
                routeTable: { id: idOf("network:RouteTable", "rt-learn") },
                networkSecurityGroup: { id: idOf("network:NetworkSecurityGroup", `nsg-tenant-${tenant}-learn`) },
            });
            expect(ruleNames(shared, `nsg-tenant-${tenant}-learn`)).to.contain("DenyOtherPools");
        }
    });
});
