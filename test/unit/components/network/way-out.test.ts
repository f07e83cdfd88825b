import { expect } from "chai";
import { planHub } from "../../../../components/network/address-plan";
import type { HubDns } from "../../../../components/network/dns-plan";
import { Hub } from "../../../../components/network/hub";
import type { HubConnection } from "../../../../components/network/hub-connection";
import type { HubServicesArgs } from "../../../../components/network/hub-services";
import type { WayOutArgs } from "../../../../components/network/way-out";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement } from "../fixtures";

type Rule = Record<string, unknown>;

const appliance: WayOutArgs = {
    mode: "appliance",
    resourceGroupId: "/groups/hub",
    image: { publisher: "contoso", offer: "firewall", sku: "byol", version: "1.2.3", plan: true },
    vmSize: "Standard_D4s_v5",
    adminUsername: "operator",
    adminSshKey: "ssh-ed25519 AAAA",
    bootstrap: "#cloud-config",
    probePort: 443,
    acceleratedNetworking: true,
    encryptionAtHost: true,
};
const firewall: WayOutArgs = {
    mode: "firewall",
    resourceGroupId: "/groups/rg-test",
    tier: "Standard",
    publicAddressCount: 1,
    egress: { groups: {}, rules: [] },
};

/** Makes a hub with that way out; the connection is what its spokes are told. */
async function hubWith(egress: WayOutArgs, dns?: HubDns, zones = ["1", "2", "3"]) {
    let connection: HubConnection | undefined;
    const services: HubServicesArgs = {
        dns: dns ?? { mode: egress.mode === "firewall" ? "firewall" : "azure" },
        bastion: { sku: "Standard", scaleUnits: 2, copyPaste: true, sessionRecording: false, clients: [] },
    };
    const registered = await capture(() => {
        const args = { plan: planHub("10.100.0.0/23"), zones, egress, services, sharedEndpoints: false, ...placement };
        connection = new Hub("h", args).connection;
    });
    return { registered, connection: connection! };
}

const network = (registered: Registration[], type: string, name: string) =>
    only(registered, `azure-native:network:${type}`, name).inputs;
const subnetNames = (registered: Registration[]) =>
    registered.filter(({ type }) => type === "azure-native:network:Subnet").map(({ inputs }) => inputs["subnetName"]);

describe("A pair of appliances as the way out", () => {
    let registered: Registration[];
    let connection: HubConnection;
    before(async () => {
        ({ registered, connection } = await hubWith(appliance));
    });

    it("is reached at the planned address of a load balancer that hands on every port", () => {
        const part = (collection: string, name: string) => ({
            id: `/groups/hub/providers/Microsoft.Network/loadBalancers/lbi-nva-h/${collection}/${name}`,
        });
        const balancer = network(registered, "LoadBalancer", "lbi-nva-h");
        expect(balancer).to.deep.include({ sku: { name: "Standard" }, backendAddressPools: [{ name: "appliances" }] });
        expect(balancer["frontendIPConfigurations"]).to.deep.equal([
            {
                name: "inside",
                privateIPAddress: "10.100.1.62",
                privateIPAllocationMethod: "Static",
                subnet: { id: idOf("network:Subnet", "snet-h-snet-appliance-inside") },
                zones: ["1", "2", "3"],
            },
        ]);
        expect(balancer["loadBalancingRules"]).to.deep.equal([
            {
                name: "everything",
                protocol: "All",
                frontendPort: 0,
                backendPort: 0,
                frontendIPConfiguration: part("frontendIPConfigurations", "inside"),
                backendAddressPool: part("backendAddressPools", "appliances"),
                probe: part("probes", "alive"),
                disableOutboundSnat: true,
            },
        ]);
        expect(connection.nextHop).to.equal("10.100.1.62");
    });

    for (const place of [1, 2]) {
        it(`has machine ${place} in a zone of its own, with an interface inside and one outside that forward`, () => {
            const name = `nva-h-${place}`;
            const inside = network(registered, "NetworkInterface", `nic-${name}-inside`);
            const outside = network(registered, "NetworkInterface", `nic-${name}-outside`);
            expect(inside).to.include({ enableIPForwarding: true });
            expect(inside["ipConfigurations"]).to.deep.equal([
                {
                    name: "address",
                    primary: true,
                    subnet: { id: idOf("network:Subnet", "snet-h-snet-appliance-inside") },
                    loadBalancerBackendAddressPools: [
                        { id: `${idOf("network:LoadBalancer", "lbi-nva-h")}/backendAddressPools/appliances` },
                    ],
                },
            ]);
            expect(outside).to.include({ enableIPForwarding: true });
            expect(outside["ipConfigurations"]).to.deep.equal([
                {
                    name: "address",
                    primary: true,
                    subnet: { id: idOf("network:Subnet", "snet-h-snet-appliance-outside") },
                    publicIPAddress: { id: idOf("network:PublicIPAddress", `pip-${name}`) },
                },
            ]);
            const machine = only(registered, "azure-native:compute:VirtualMachine", `vm-${name}`).inputs;
            expect(machine).to.deep.include({
                zones: [String(place)],
                hardwareProfile: { vmSize: "Standard_D4s_v5" },
                securityProfile: { encryptionAtHost: true },
                diagnosticsProfile: { bootDiagnostics: { enabled: true } },
                plan: { publisher: "contoso", product: "firewall", name: "byol" },
                networkProfile: {
                    networkInterfaces: [
                        { id: idOf("network:NetworkInterface", `nic-${name}-outside`), primary: true },
                        { id: idOf("network:NetworkInterface", `nic-${name}-inside`), primary: false },
                    ],
                },
            });
            expect(machine).to.have.nested.property("osProfile.linuxConfiguration.disablePasswordAuthentication", true);
            expect(machine).not.to.have.nested.property("osProfile.adminPassword");
        });
    }

    it("keeps what the machines start with a secret, and shows it nowhere else", () => {
        const bootstrap = Buffer.from("#cloud-config").toString("base64");
        const machine = only(registered, "azure-native:compute:VirtualMachine", "vm-nva-h-1");
        const wrapped = machine.request.getObject()?.toJavaScript() as { osProfile: { customData: Rule } };
        expect(wrapped.osProfile.customData).to.include({ value: bootstrap });
        const others = registered.filter(({ type }) => type !== "azure-native:compute:VirtualMachine");
        expect(JSON.stringify(others.map(({ inputs }) => inputs))).not.to.match(/#cloud-config|I2Nsb3VkLWNvbmZpZw/);
    });

    it("is seen by the Internet as the machines' own addresses, and stands before anything may leave", async () => {
        const names = registered.filter(({ name }) => name.startsWith("pip-nva")).map(({ name }) => name);
        expect(names).to.deep.equal(["pip-nva-h-1", "pip-nva-h-2"]);
        expect(network(registered, "PublicIPAddress", "pip-nva-h-1")).to.deep.include({
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
        });
        expect(connection.egressAddresses).to.have.length(2);
        expect(connection.foundation).to.have.length(1);
        expect(connection.dnsServers).to.deep.equal([]);
    });

    it("lets nobody in from outside, and workloads through the appliances but not to them", () => {
        const rules = (side: string) =>
            network(registered, "NetworkSecurityGroup", `nsg-appliance-${side}-h`)["securityRules"] as Rule[];
        expect(rules("outside").map(({ access, direction }) => [access, direction])).to.deep.equal([
            ["Deny", "Inbound"],
        ]);
        expect(rules("inside").map(({ name, access }) => [name, access])).to.deep.equal([
            ["AllowLoadBalancerProbes", "Allow"],
            ["AllowPair", "Allow"],
            ["AllowAdministration", "Allow"],
            ["DenyAppliances", "Deny"],
            ["AllowTransit", "Allow"],
            ["DenyAllInbound", "Deny"],
        ]);
    });

    it("goes straight to the Internet on the outside alone, whatever a gateway learns", () => {
        expect(network(registered, "Subnet", "snet-h-snet-appliance-outside")).to.deep.include({
            addressPrefix: "10.100.1.64/27",
            defaultOutboundAccess: false,
            routeTable: { id: idOf("network:RouteTable", "rt-appliance-outside-h") },
        });
        expect(network(registered, "RouteTable", "rt-appliance-outside-h")).to.deep.include({
            disableBgpRoutePropagation: true,
            routes: [{ name: "default-to-internet", addressPrefix: "0.0.0.0/0", nextHopType: "Internet" }],
        });
        expect(network(registered, "Subnet", "snet-h-snet-appliance-inside")).not.to.have.property("routeTable");
    });

    it("takes the place of the firewall and its subnet", () => {
        expect(subnetNames(registered)).to.deep.equal([
            "snet-appliance-inside",
            "snet-appliance-outside",
            "AzureBastionSubnet",
        ]);
    });

    it("names no plan for an image that isn't sold, and no zone where the region has none", async () => {
        const image = { ...appliance.image, plan: false };
        const { registered: plain } = await hubWith({ ...appliance, image, bootstrap: undefined }, undefined, []);
        const machine = only(plain, "azure-native:compute:VirtualMachine", "vm-nva-h-2").inputs;
        expect(machine).not.to.have.any.keys("plan", "zones");
        expect(machine).not.to.have.nested.property("osProfile.customData");
    });
});

describe("A given address as the way out", () => {
    it("is the next hop, and nothing is made for it", async () => {
        const publicAddresses = ["203.0.113.10"];
        const { registered, connection } = await hubWith({ mode: "address", nextHop: "10.100.1.4", publicAddresses });
        expect(connection).to.deep.include({
            nextHop: "10.100.1.4",
            egressAddresses: publicAddresses,
            dnsServers: [],
            foundation: [],
        });
        expect(subnetNames(registered)).to.deep.equal(["AzureBastionSubnet"]);
    });
});

describe("A firewall as the way out", () => {
    it("answers DNS for the spokes, unless others do", async () => {
        const dnsServers = async (dns: HubDns) => (await hubWith(firewall, dns)).connection.dnsServers;
        expect(await dnsServers({ mode: "firewall" })).to.deep.equal(["10.100.0.4"]);
        expect(await dnsServers({ mode: "azure" })).to.deep.equal([]);
    });

    it("asks the hub's resolver", async () => {
        const { registered, connection } = await hubWith(firewall, { mode: "resolver", forwarding: {} });
        expect(connection.dnsServers).to.deep.equal(["10.100.0.4"]);
        expect(network(registered, "FirewallPolicy", "afwp-h")).to.have.deep.nested.property("dnsSettings.servers", [
            "10.100.1.4",
        ]);
    });

    it("sends through the gateway with forced tunnelling: managed from a subnet that no learned route reaches", async () => {
        const forcedTunnelling = { egressAddresses: ["198.51.100.7"] };
        const { registered, connection } = await hubWith({ ...firewall, forcedTunnelling });
        expect(subnetNames(registered)).to.deep.equal([
            "AzureFirewallSubnet",
            "AzureFirewallManagementSubnet",
            "AzureBastionSubnet",
        ]);
        expect(network(registered, "Subnet", "snet-h-AzureFirewallSubnet")).not.to.have.property("routeTable");
        expect(network(registered, "Subnet", "snet-h-AzureFirewallManagementSubnet")).to.deep.include({
            addressPrefix: "10.100.0.64/26",
            routeTable: { id: idOf("network:RouteTable", "rt-firewall-management-h") },
        });
        expect(network(registered, "RouteTable", "rt-firewall-management-h")).to.deep.include({
            disableBgpRoutePropagation: true,
            routes: [{ name: "default-to-internet", addressPrefix: "0.0.0.0/0", nextHopType: "Internet" }],
        });
        expect(network(registered, "AzureFirewall", "afw-h")).to.have.nested.property(
            "managementIpConfiguration.publicIPAddress.id",
            idOf("network:PublicIPAddress", "pip-h-management"),
        );
        expect(connection).to.deep.include({ nextHop: "10.100.0.4", egressAddresses: ["198.51.100.7"] });
    });
});
