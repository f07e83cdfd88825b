import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { ApplicationGateway, type ApplicationGatewayArgs } from "../../../../components/ingress/application-gateway";
import { BuiltInRole } from "../../../../components/role-assignment";
import { capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement } from "../fixtures";

const args: Omit<ApplicationGatewayArgs, "foundation"> = {
    resourceGroupId: "/subscriptions/s/resourceGroups/rg-test",
    subnetId: "/subnets/ingress",
    zones: ["1", "2", "3"],
    capacity: { min: 0, max: 2 },
    hostName: "apps.contoso.com",
    certificate: { secretId: "https://kv.vault.azure.net/secrets/apps", vaultId: "/vaults/kv" },
    backend: { address: "10.101.7.62", hostName: "backend.contoso.com", probePath: "/healthz" },
    ...placement,
};

class Zone extends pulumi.ComponentResource {
    constructor() {
        super("test:index:Zone", "zone");
    }
}

describe("Application gateway", () => {
    let registered: Registration[];
    let planned: Registration[];
    before(async () => {
        const program = () => void new ApplicationGateway("learn", { ...args, foundation: [new Zone()] });
        registered = await capture(program);
        planned = await capture(program, { preview: true });
    });
    const gateway = (from = registered) => only(from, "azure-native:network:ApplicationGateway");
    const part = (collection: string, name: string) => ({
        id: `${args.resourceGroupId}/providers/Microsoft.Network/applicationGateways/agw-learn/${collection}/${name}`,
    });

    it("is a WAF_v2 that scales as asked, with a public address of its own", () => {
        expect(gateway().inputs).to.deep.include({
            applicationGatewayName: "agw-learn",
            sku: { name: "WAF_v2", tier: "WAF_v2" },
            autoscaleConfiguration: { minCapacity: 0, maxCapacity: 2 },
            zones: ["1", "2", "3"],
            gatewayIPConfigurations: [{ name: "subnet", subnet: { id: "/subnets/ingress" } }],
        });
        expect(gateway().inputs).to.have.nested.property(
            "frontendIPConfigurations[0].publicIPAddress.id",
            idOf("network:PublicIPAddress", "pip-agw-learn"),
        );
    });

    it("blocks, with Microsoft's default and bot rules and nothing left out", () => {
        expect(gateway().inputs["firewallPolicy"]).to.deep.equal({
            id: idOf("network:WebApplicationFirewallPolicy", "waf-learn"),
        });
        const { inputs } = only(planned, "azure-native:network:WebApplicationFirewallPolicy");
        expect(inputs["policySettings"]).to.include({
            state: "Enabled",
            mode: "Prevention",
            requestBodyCheck: true,
            requestBodyEnforcement: true,
        });
        expect(inputs["managedRules"]).to.deep.equal({
            managedRuleSets: [
                { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.2" },
                { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" },
            ],
        });
        expect(inputs).not.to.have.property("customRules");
    });

    it("takes TLS 1.2 and later alone", () => {
        expect(gateway(planned).inputs["sslPolicy"]).to.deep.equal({
            policyType: "Predefined",
            policyName: "AppGwSslPolicy20220101S",
        });
    });

    it("serves HTTPS with the vault's certificate, and answers HTTP by a permanent redirect", () => {
        const { inputs } = gateway(planned);
        expect(inputs["sslCertificates"]).to.deep.equal([
            { name: "site", keyVaultSecretId: "https://kv.vault.azure.net/secrets/apps" },
        ]);
        expect(inputs["httpListeners"]).to.deep.equal([
            {
                name: "https",
                protocol: "Https",
                frontendPort: part("frontendPorts", "https"),
                sslCertificate: part("sslCertificates", "site"),
                requireServerNameIndication: true,
                frontendIPConfiguration: part("frontendIPConfigurations", "public"),
                hostName: "apps.contoso.com",
            },
            {
                name: "http",
                protocol: "Http",
                frontendPort: part("frontendPorts", "http"),
                frontendIPConfiguration: part("frontendIPConfigurations", "public"),
                hostName: "apps.contoso.com",
            },
        ]);
        expect(inputs["redirectConfigurations"]).to.have.nested.property("[0].redirectType", "Permanent");
        expect(inputs["redirectConfigurations"]).to.have.deep.nested.property(
            "[0].targetListener",
            part("httpListeners", "https"),
        );
    });

    it("speaks TLS to the cluster too, under the backend's own name", () => {
        const { inputs } = gateway(planned);
        expect(inputs["backendAddressPools"]).to.deep.equal([
            { name: "cluster", backendAddresses: [{ ipAddress: "10.101.7.62" }] },
        ]);
        expect(inputs["backendHttpSettingsCollection"]).to.have.nested.property("[0].protocol", "Https");
        expect(inputs["backendHttpSettingsCollection"]).to.have.nested.property("[0].hostName", "backend.contoso.com");
        expect(inputs["probes"]).to.have.nested.property("[0].path", "/healthz");
    });

    it("sends requests over HTTP nowhere but to the redirect", () => {
        const rules = gateway(planned).inputs["requestRoutingRules"] as Record<string, unknown>[];
        const plain = rules.filter(({ httpListener }) => (httpListener as { id: string }).id.endsWith("/http"));
        expect(plain).to.have.length(1);
        expect(plain[0]).not.to.have.any.keys("backendAddressPool", "backendHttpSettings");
        expect(plain[0]["redirectConfiguration"]).to.deep.equal(part("redirectConfigurations", "to-https"));
    });

    it("may read the vault's secrets before it exists, and waits for the names that it needs", () => {
        expect(grants(registered)).to.deep.equal({
            "agw-learn-reads-certificate": {
                role: BuiltInRole.KeyVaultSecretsUser,
                scope: "/vaults/kv",
                principalId: "principal-of-id-agw-learn",
                principalType: "ServicePrincipal",
            },
        });
        expect(gateway().dependencies).to.contain(
            "azure-native:authorization:RoleAssignment::agw-learn-reads-certificate",
        );
        expect(gateway().inputs["identity"]).to.deep.equal({
            type: "UserAssigned",
            userAssignedIdentities: [idOf("managedidentity:UserAssignedIdentity", "id-agw-learn")],
        });
    });
});
