import { expect } from "chai";
import { isKnown, only, type Registration } from "../../support/capture";
import { firewallRules } from "../../support/firewall-rules";
import { capturePlatform, soundSettings } from "../../support/platform";
import { appsSite, changed, publicIngress, type Change } from "../config/sound-config";

const ingress = "spokes/platform/ingress";
const capturePlatformWith = (...changes: Change[]) => capturePlatform(soundSettings(changed(...changes)), false);
const second: Change = ["spokes/second", { addressSpace: "10.102.0.0/16" }];
const onPremises: Change = ["onPremises", ["172.20.0.0/16"]];

describe("A spoke's way in", function () {
    this.timeout(240_000);

    it("is for the platform and its other sites where it is private, on the NSG and on the firewall", async () => {
        const all = await capturePlatformWith([ingress, { ...publicIngress, mode: "private" }], second, onPremises);
        const gateway = only(all, "azure-native:network:ApplicationGateway").inputs;
        expect(gateway).to.have.nested.property("frontendIPConfigurations[0].privateIPAddress", "10.101.239.254");
        expect(ruleNamed(all, "nsg-ingress-platform-contoso-dev", "AllowClients")).to.deep.include({
            sourceAddressPrefixes: ["10.100.0.0/23", "10.101.0.0/16", "10.102.0.0/16", "172.20.0.0/16"],
            destinationAddressPrefix: "10.101.224.0/20",
        });
        const rules = firewallRules(all);
        expect(rules.find(({ name }) => name === "gateway-platform")).to.deep.include({
            sources: ["10.100.0.0/23", "10.102.0.0/16", "172.20.0.0/16"],
            destinationAddresses: ["10.101.239.254/32"],
            destinationPorts: ["443", "80"],
        });
        expect(rules.find(({ name }) => name === "gateway-certificates-kv-certificates")).to.deep.include({
            sources: ["10.101.224.0/20"],
            targetFqdns: ["kv-certificates.vault.azure.net"],
        });
        expect(linksOfVaults(all)).to.deep.equal(["privatelink.vaultcore.azure.net-hub"]);
    });

    it("is for named clients alone where they are named", async () => {
        const clients = ["172.20.1.0/24"];
        const all = await capturePlatformWith([ingress, { ...publicIngress, mode: "private", clients }], second);
        expect(ruleNamed(all, "nsg-ingress-platform-contoso-dev", "AllowClients")).to.deep.include({
            sourceAddressPrefix: "172.20.1.0/24",
        });
        expect(firewallRules(all).find(({ name }) => name === "gateway-platform")).to.deep.include({
            sources: clients,
        });
    });

    it("asks Azure's own DNS for its vault where it is public, and passes no firewall", async () => {
        const all = await capturePlatformWith([ingress, publicIngress], second);
        expect(linksOfVaults(all)).to.include("privatelink.vaultcore.azure.net-platform");
        expect(firewallRules(all).filter(({ name }) => String(name).startsWith("gateway"))).to.deep.equal([]);
    });

    it("leads to no other cluster than its own through Application Gateway for Containers", async () => {
        const all = await capturePlatformWith([ingress, { mode: "containers" }]);
        const association = only(all, "azure-native:servicenetworking:AssociationsInterface");
        expect(association.dependencies).to.include(
            "azure-native:network:Subnet::snet-platform-contoso-dev-snet-ingress",
        );
        const credential = only(all, "azure-native:managedidentity:FederatedIdentityCredential");
        expect(credential.dependencies).to.include(
            "azure-native:containerservice:ManagedCluster::aks-platform-contoso-dev",
        );
        expect(all.filter(({ type }) => type.endsWith("network:ApplicationGateway"))).to.deep.equal([]);
    });

    it("has a firewall of its own for each site that asks for one, and a preview still knows the listeners", async () => {
        const sites = { apps: appsSite, shop: { ...appsSite, hostNames: ["shop.contoso.com"], firewall: {} } };
        const all = await capturePlatformWith([ingress, { mode: "public", sites }]);
        const policies = all.filter(({ type }) => type.endsWith(":WebApplicationFirewallPolicy"));
        expect(policies.map(({ name }) => name)).to.have.members([
            "waf-platform-contoso-dev",
            "waf-platform-contoso-dev-shop",
        ]);
        const { inputs } = only(all, "azure-native:network:ApplicationGateway");
        expect(isKnown([inputs["httpListeners"], inputs["firewallPolicy"]])).to.equal(true);
    });
});

function ruleNamed(all: readonly Registration[], group: string, name: string): Record<string, unknown> | undefined {
    const { inputs } = only(all, "azure-native:network:NetworkSecurityGroup", group);
    return (inputs["securityRules"] as Record<string, unknown>[]).find((rule) => rule["name"] === name);
}

function linksOfVaults(all: readonly Registration[]): string[] {
    return all
        .filter(({ type, name }) => type.endsWith(":VirtualNetworkLink") && name.includes("vaultcore"))
        .map(({ name }) => name);
}
