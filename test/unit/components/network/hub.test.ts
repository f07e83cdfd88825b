import { expect } from "chai";
import { planHub } from "../../../../components/network/address-plan";
import { Hub } from "../../../../components/network/hub";
import type { WayOutArgs } from "../../../../components/network/way-out";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement } from "../fixtures";

const standardBastion = {
    sku: "Standard" as const,
    scaleUnits: 2,
    copyPaste: true,
    sessionRecording: false,
    clients: [],
};

const firewall: WayOutArgs = {
    mode: "firewall",
    resourceGroupId: "/groups/rg-test",
    tier: "Standard",
    publicAddressCount: 1,
    egress: { groups: {}, rules: [] },
};

describe("Hub", () => {
    let registered: Registration[];
    before(async () => {
        registered = await capture(() => {
            new Hub("hub-contoso", {
                plan: planHub("10.100.0.0/23"),
                zones: ["1", "2"],
                egress: firewall,
                services: { dns: { mode: "firewall" }, bastion: standardBastion },
                sharedEndpoints: false,
                ...placement,
            });
        });
    });
    const subnet = (name: string) => only(registered, "azure-native:network:Subnet", `snet-hub-contoso-${name}`);

    it("makes its network with the planned address space", () => {
        expect(only(registered, "azure-native:network:VirtualNetwork").inputs).to.deep.include({
            virtualNetworkName: "vnet-hub-contoso",
            addressSpace: { addressPrefixes: ["10.100.0.0/23"] },
            ...placement,
        });
    });

    it("gives the firewall's subnet the name that Azure demands, without a security group or routes", () => {
        const { inputs } = subnet("AzureFirewallSubnet");
        expect(inputs).to.include({ subnetName: "AzureFirewallSubnet", addressPrefix: "10.100.0.0/26" });
        expect(inputs).not.to.have.any.keys("networkSecurityGroup", "routeTable");
    });

    it("gives Bastion's subnet its name and security group, and no routes, which Azure refuses there", () => {
        const { inputs } = subnet("AzureBastionSubnet");
        expect(inputs).to.deep.include({
            subnetName: "AzureBastionSubnet",
            addressPrefix: "10.100.0.128/26",
            networkSecurityGroup: { id: idOf("network:NetworkSecurityGroup", "nsg-bas-hub-contoso") },
        });
        expect(inputs).not.to.have.property("routeTable");
    });

    it("writes its subnets one after the other", () => {
        expect(subnet("AzureBastionSubnet").dependencies).to.contain(
            "azure-native:network:Subnet::snet-hub-contoso-AzureFirewallSubnet",
        );
    });

    it("puts firewall and Bastion into their subnets, as its own parts", () => {
        const firewall = only(registered, "azure-native:network:AzureFirewall");
        expect(firewall.inputs["ipConfigurations"]).to.have.nested.property(
            "[0].subnet.id",
            idOf("network:Subnet", "snet-hub-contoso-AzureFirewallSubnet"),
        );
        const bastion = only(registered, "azure-native:network:BastionHost");
        expect(bastion.inputs["ipConfigurations"]).to.have.nested.property(
            "[0].subnet.id",
            idOf("network:Subnet", "snet-hub-contoso-AzureBastionSubnet"),
        );
        for (const part of ["Firewall", "Bastion"]) {
            expect(only(registered, `secure-aks-ml:index:${part}`).parent).to.equal(
                "secure-aks-ml:index:Hub::hub-contoso",
            );
        }
    });
});

describe("Bastion", () => {
    it("offers tunnels to native clients, and neither shareable links nor bare addresses", async () => {
        const registered = await capture(() => {
            new Hub("h", {
                plan: planHub("10.100.0.0/23"),
                zones: [],
                egress: firewall,
                services: { dns: { mode: "firewall" }, bastion: standardBastion },
                sharedEndpoints: false,
                ...placement,
            });
        });
        expect(only(registered, "azure-native:network:BastionHost").inputs).to.deep.include({
            bastionHostName: "bas-h",
            sku: { name: "Standard" },
            enableTunneling: true,
            enableShareableLink: false,
            enableIpConnect: false,
        });
        expect(only(registered, "azure-native:network:PublicIPAddress", "pip-bas-h").inputs).to.deep.include({
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
        });
    });
});
