import { expect } from "chai";
import type { SourcedRule } from "../../../../components/network/egress-rules";
import { Firewall, type FirewallArgs } from "../../../../components/network/firewall";
import { capture, only, type Registration } from "../../../support/capture";
import { idOf, placement } from "../fixtures";

const page = { why: "Nodes need it.", source: "a page" };
const application: SourcedRule = {
    rule: {
        kind: "application",
        name: "aks",
        fqdnTags: ["AzureKubernetesService"],
        protocols: [{ protocolType: "Https", port: 443 }],
        ...page,
    },
    sources: ["10.101.0.0/22", "10.101.4.0/24"],
};
const network: SourcedRule = {
    rule: { kind: "network", name: "time", protocol: "UDP", destinations: ["192.0.2.1"], ports: ["123"], ...page },
    sources: ["10.101.0.0/22"],
};

const args: FirewallArgs = {
    tier: "Standard",
    zones: ["1", "2", "3"],
    publicAddressCount: 2,
    subnetId: "/subnets/firewall",
    plannedAddress: "10.100.0.4",
    egress: [network, application],
    ...placement,
};

describe("Firewall", () => {
    let registered: Registration[];
    let address: string | undefined;
    before(async () => {
        registered = await capture(
            () => {
                address = new Firewall("hub", args).privateAddress;
            },
            { preview: true },
        );
    });
    const collections = (from: readonly Registration[]) =>
        only(from, "azure-native:network:FirewallPolicyRuleCollectionGroup").inputs["ruleCollections"] as {
            name: string;
            action: { type: string };
            rules: Record<string, unknown>[];
        }[];

    it("drops what threat intelligence knows, and answers DNS for the networks", () => {
        expect(only(registered, "azure-native:network:FirewallPolicy").inputs).to.deep.include({
            firewallPolicyName: "afwp-hub",
            sku: { tier: "Standard" },
            threatIntelMode: "Deny",
            dnsSettings: { enableProxy: true },
        });
    });

    it("knows its private address in a preview", () => {
        expect(address).to.equal("10.100.0.4");
    });

    it("allows what its list names, from the nodes that need it, and says why", () => {
        const [byAddress, byName] = collections(registered);
        expect(byAddress).to.deep.include({ name: "network", action: { type: "Allow" } });
        expect(byAddress.rules).to.deep.equal([
            {
                ruleType: "NetworkRule",
                name: "time",
                description: "Nodes need it. Source: a page.",
                sourceAddresses: ["10.101.0.0/22"],
                ipProtocols: ["UDP"],
                destinationAddresses: ["192.0.2.1"],
                destinationPorts: ["123"],
            },
        ]);
        expect(byName).to.deep.include({ name: "application", action: { type: "Allow" } });
        expect(byName.rules).to.deep.equal([
            {
                ruleType: "ApplicationRule",
                name: "aks",
                description: "Nodes need it. Source: a page.",
                sourceAddresses: ["10.101.0.0/22", "10.101.4.0/24"],
                protocols: [{ protocolType: "Https", port: 443 }],
                fqdnTags: ["AzureKubernetesService"],
            },
        ]);
    });

    it("leaves out a collection without rules, which Azure refuses", async () => {
        const bare = await capture(() => {
            new Firewall("hub", { ...args, egress: [application] });
        });
        expect(collections(bare).map(({ name }) => name)).to.deep.equal(["application"]);
    });

    it("takes up its policy only when the rules stand", () => {
        expect(only(registered, "azure-native:network:AzureFirewall").dependencies).to.include.members([
            "azure-native:network:FirewallPolicyRuleCollectionGroup::rcg-hub",
            "azure-native:network:FirewallPolicy::afwp-hub",
        ]);
    });

    it("has as many static addresses as asked for, and names its subnet once", async () => {
        const created = await capture(() => {
            new Firewall("hub", args);
        });
        expect(only(created, "azure-native:network:AzureFirewall").inputs).to.deep.include({
            sku: { name: "AZFW_VNet", tier: "Standard" },
            zones: ["1", "2", "3"],
            ipConfigurations: [
                {
                    name: "address-1",
                    publicIPAddress: { id: idOf("network:PublicIPAddress", "pip-hub-1") },
                    subnet: { id: "/subnets/firewall" },
                },
                { name: "address-2", publicIPAddress: { id: idOf("network:PublicIPAddress", "pip-hub-2") } },
            ],
        });
        expect(only(created, "azure-native:network:PublicIPAddress", "pip-hub-2").inputs).to.deep.include({
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
            zones: ["1", "2", "3"],
        });
    });

    it("detects and stops intrusions where it is Premium, and asks a Standard policy for nothing it can't do", async () => {
        const premium = await capture(() => {
            new Firewall("hub", { ...args, tier: "Premium" });
        });
        expect(only(premium, "azure-native:network:FirewallPolicy").inputs).to.deep.include({
            sku: { tier: "Premium" },
            intrusionDetection: { mode: "Deny" },
        });
        expect(only(premium, "azure-native:network:AzureFirewall").inputs).to.have.nested.property(
            "sku.tier",
            "Premium",
        );
        expect(only(registered, "azure-native:network:FirewallPolicy").inputs).not.to.have.property(
            "intrusionDetection",
        );
    });

    it("fails where Azure gives the firewall another address than routes and DNS settings point to", async () => {
        const taken = (privateIPAddress: string) => ({
            "azure-native:network:AzureFirewall": { ipConfigurations: [{ name: "address-1", privateIPAddress }] },
        });
        const program = () => void new Firewall("hub", args);
        await capture(program, { outputs: taken("10.100.0.4") });
        const failure = await capture(program, { outputs: taken("10.100.0.5") }).catch(String);
        expect(failure).to.contain("The firewall took 10.100.0.5, but routes and DNS settings point to 10.100.0.4.");
    });
});
