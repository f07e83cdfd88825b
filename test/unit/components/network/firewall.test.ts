import { expect } from "chai";
import type { SharedRule } from "../../../../components/network/ip-groups-plan";
import { Firewall, type FirewallArgs } from "../../../../components/network/firewall";
import { capture, only, type Registration } from "../../../support/capture";
import { BuiltInRole } from "../../../../components/role-assignment";
import { grants, idOf, placement } from "../fixtures";

const page = { why: "Nodes need it.", source: "a page" };
const application: SharedRule = {
    rule: {
        kind: "application",
        name: "aks",
        fqdnTags: ["AzureKubernetesService"],
        protocols: [{ protocolType: "Https", port: 443 }],
        inspect: false,
        ...page,
    },
    groups: ["learning-system", "learning-user"],
};
const network: SharedRule = {
    rule: { kind: "network", name: "time", protocol: "UDP", destinations: ["192.0.2.1"], ports: ["123"], ...page },
    groups: ["learning-user"],
};
const groups = { "learning-system": ["10.101.4.0/24"], "learning-user": ["10.101.0.0/22"] };

const args: FirewallArgs = {
    resourceGroupId: "/groups/rg-test",
    tier: "Standard",
    zones: ["1", "2", "3"],
    publicAddressCount: 2,
    subnetId: "/subnets/firewall",
    plannedAddress: "10.100.0.4",
    egress: { groups, rules: [network, application] },
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

    it("allows what its list names, from the groups of nodes that need it, and says why", async () => {
        const created = await capture(() => void new Firewall("hub", args));
        const groupId = (group: string) => `/groups/rg-test/providers/Microsoft.Network/ipGroups/ipg-${group}-hub`;
        const [byAddress, byName] = collections(created);
        expect(byAddress).to.deep.include({ name: "network", action: { type: "Allow" } });
        expect(byAddress.rules).to.deep.equal([
            {
                ruleType: "NetworkRule",
                name: "time",
                description: "Nodes need it. Source: a page.",
                sourceIpGroups: [groupId("learning-user")],
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
                sourceIpGroups: [groupId("learning-system"), groupId("learning-user")],
                protocols: [{ protocolType: "Https", port: 443 }],
                fqdnTags: ["AzureKubernetesService"],
            },
        ]);
    });

    it("makes a group of each set of nodes, one after the other", () => {
        const group = (name: string) => only(registered, "azure-native:network:IpGroup", `ipg-${name}-hub`);
        expect(group("learning-system").inputs).to.deep.include({
            ipGroupsName: "ipg-learning-system-hub",
            ipAddresses: ["10.101.4.0/24"],
        });
        expect(group("learning-user").dependencies).to.include("azure-native:network:IpGroup::ipg-learning-system-hub");
    });

    it("leaves out a collection without rules, which Azure refuses", async () => {
        const bare = await capture(() => {
            new Firewall("hub", { ...args, egress: { groups, rules: [application] } });
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

    it("looks into the TLS of rules that ask for it, with a certificate that its own identity may read", async () => {
        const certificateVaultId = "/vaults/certificates";
        const certificateSecretId = "https://kv-certificates.vault.azure.net/secrets/authority";
        const allowed: SharedRule = {
            rule: { ...application.rule, name: "allowed-partner", inspect: true } as typeof application.rule,
            groups: ["learning-user"],
        };
        const inspecting = await capture(() => {
            const egress = { groups, rules: [application, allowed] };
            new Firewall("hub", {
                ...args,
                tier: "Premium",
                egress,
                inspection: { certificateSecretId, certificateVaultId },
            });
        });
        const identity = idOf("managedidentity:UserAssignedIdentity", "id-afwp-hub");
        const policy = only(inspecting, "azure-native:network:FirewallPolicy");
        expect(policy.inputs).to.deep.include({
            identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
            transportSecurity: {
                certificateAuthority: { name: "tls-inspection", keyVaultSecretId: certificateSecretId },
            },
        });
        expect(grants(inspecting)).to.deep.equal({
            "afwp-hub-reads-certificate": {
                role: BuiltInRole.KeyVaultSecretsUser,
                scope: certificateVaultId,
                principalId: "principal-of-id-afwp-hub",
                principalType: "ServicePrincipal",
            },
        });
        expect(policy.dependencies).to.include("azure-native:authorization:RoleAssignment::afwp-hub-reads-certificate");
        const [{ rules }] = collections(inspecting);
        expect(rules.map(({ name, terminateTLS }) => [name, terminateTLS])).to.deep.equal([
            ["aks", undefined],
            ["allowed-partner", true],
        ]);
    });

    it("asks for no inspection where it can't look into TLS", async () => {
        const rule = { ...application.rule, inspect: true } as typeof application.rule;
        const plain = await capture(() => {
            new Firewall("hub", { ...args, egress: { groups, rules: [{ ...application, rule }] } });
        });
        expect(collections(plain)[0].rules[0]).not.to.have.property("terminateTLS");
    });

    it("asks the servers that it is given, and keeps the sender of packets to its own public ranges", async () => {
        const told = await capture(() => {
            new Firewall("hub", {
                ...args,
                tier: "Premium",
                dnsServers: ["10.100.1.4"],
                ownPublicRanges: ["203.0.113.0/24"],
            });
        });
        expect(only(told, "azure-native:network:FirewallPolicy").inputs).to.deep.include({
            dnsSettings: { enableProxy: true, servers: ["10.100.1.4"] },
            snat: { privateRanges: ["IANAPrivateRanges", "203.0.113.0/24"] },
            intrusionDetection: {
                mode: "Deny",
                configuration: {
                    privateRanges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "203.0.113.0/24"],
                },
            },
        });
        expect(only(registered, "azure-native:network:FirewallPolicy").inputs).not.to.have.any.keys(
            "snat",
            "identity",
            "transportSecurity",
        );
    });

    it("is managed from a subnet and an address of its own where its traffic takes another way out", async () => {
        const tunnelled = await capture(() => {
            new Firewall("hub", { ...args, publicAddressCount: 0, managementSubnetId: "/subnets/management" });
        });
        expect(only(tunnelled, "azure-native:network:AzureFirewall").inputs).to.deep.include({
            ipConfigurations: [{ name: "inside", subnet: { id: "/subnets/firewall" } }],
            managementIpConfiguration: {
                name: "management",
                publicIPAddress: { id: idOf("network:PublicIPAddress", "pip-hub-management") },
                subnet: { id: "/subnets/management" },
            },
        });
        only(tunnelled, "azure-native:network:PublicIPAddress");
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
