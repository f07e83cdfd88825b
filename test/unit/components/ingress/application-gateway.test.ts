import { expect } from "chai";
import { ApplicationGateway, type ApplicationGatewayArgs } from "../../../../components/ingress/application-gateway";
import { BuiltInRole } from "../../../../components/role-assignment";
import { capture, only, type Registration } from "../../../support/capture";
import { grants, idOf, placement } from "../fixtures";
import { firewall, siteOf, Zone } from "./fixtures";

type Part = Record<string, unknown>;

const args: Omit<ApplicationGatewayArgs, "foundation"> = {
    resourceGroupId: "/subscriptions/s/resourceGroups/rg-test",
    subnetId: "/subnets/ingress",
    frontend: { mode: "public" },
    zones: ["1", "2", "3"],
    capacity: { min: 0, max: 2 },
    sites: { apps: siteOf("apps.contoso.com", { backendHostName: "backend.contoso.com" }) },
    clusterAddress: "10.101.7.62",
    firewall,
    logWorkspaceId: "/workspaces/logs",
    ...placement,
};

const three: Partial<ApplicationGatewayArgs> = {
    sites: {
        all: siteOf("*.contoso.com", { backendHostName: "backend.contoso.com" }),
        apps: siteOf("apps.contoso.com", {
            paths: { "/api/*": "reports", "/api/v2/*": "cluster" },
            redirects: { "/old": "/new", "/api/docs": "https://docs.contoso.com/" },
            affinity: true,
            certificate: { secretId: "https://kv-other.vault.azure.net/secrets/apps", vaultId: "/vaults/KV-other" },
        }),
        shop: siteOf("shop.contoso.com", {
            backend: "reports",
            trustedRoot: { mode: "keyVault", secretId: "https://kv.vault.azure.net/secrets/ca", vaultId: "/vaults/kv" },
        }),
    },
    backends: {
        reports: {
            addresses: ["10.101.7.70", "reports.internal.contoso.com"],
            hostName: "reports.contoso.com",
            probePath: "/ready",
            trustedRoot: {
                mode: "pem",
                certificate: "-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n",
            },
        },
    },
    siteFirewalls: { shop: { ...firewall, ruleSet: "CRS 3.2" } },
};

const gatewayWith = (changes: Partial<ApplicationGatewayArgs>, preview = true) =>
    capture(() => void new ApplicationGateway("learn", { ...args, ...changes, foundation: [new Zone()] }), { preview });
const partId = (collection: string, name: string) => ({
    id: `${args.resourceGroupId}/providers/Microsoft.Network/applicationGateways/agw-learn/${collection}/${name}`,
});
const policyId = (name: string) =>
    `${args.resourceGroupId}/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/${name}`;
const inputsOf = (from: readonly Registration[]) => only(from, "azure-native:network:ApplicationGateway").inputs;
const partsIn = (from: readonly Registration[], collection: string) => inputsOf(from)[collection] as Part[];
const named = (from: readonly Registration[], collection: string, name: string) =>
    partsIn(from, collection).find((part) => part["name"] === name);

describe("Application gateway", () => {
    let registered: Registration[];
    let planned: Registration[];
    before(async () => {
        registered = await gatewayWith({}, false);
        planned = await gatewayWith({});
    });

    it("is a WAF_v2 that scales as asked, with a public address of its own", () => {
        expect(inputsOf(registered)).to.deep.include({
            applicationGatewayName: "agw-learn",
            sku: { name: "WAF_v2", tier: "WAF_v2" },
            autoscaleConfiguration: { minCapacity: 0, maxCapacity: 2 },
            zones: ["1", "2", "3"],
            enableHttp2: true,
            gatewayIPConfigurations: [{ name: "subnet", subnet: { id: "/subnets/ingress" } }],
            firewallPolicy: { id: policyId("waf-learn") },
        });
        expect(inputsOf(registered)["frontendIPConfigurations"]).to.deep.equal([
            { name: "frontend", publicIPAddress: { id: idOf("network:PublicIPAddress", "pip-agw-learn") } },
        ]);
    });

    it("takes TLS 1.2 and later alone", () => {
        expect(inputsOf(planned)["sslPolicy"]).to.deep.equal({
            policyType: "Predefined",
            policyName: "AppGwSslPolicy20220101S",
        });
    });

    it("serves HTTPS with the vault's certificate, and answers HTTP by a permanent redirect", () => {
        expect(inputsOf(planned)["sslCertificates"]).to.deep.equal([
            { name: "apps", keyVaultSecretId: "https://kv.vault.azure.net/secrets/apps" },
        ]);
        const common = {
            frontendIPConfiguration: partId("frontendIPConfigurations", "frontend"),
            hostNames: ["apps.contoso.com"],
        };
        expect(inputsOf(planned)["httpListeners"]).to.deep.equal([
            {
                name: "apps-https",
                protocol: "Https",
                frontendPort: partId("frontendPorts", "https"),
                sslCertificate: partId("sslCertificates", "apps"),
                requireServerNameIndication: true,
                ...common,
            },
            { name: "apps-http", protocol: "Http", frontendPort: partId("frontendPorts", "http"), ...common },
        ]);
        expect(named(planned, "redirectConfigurations", "apps-to-https")).to.deep.include({
            redirectType: "Permanent",
            targetListener: partId("httpListeners", "apps-https"),
        });
    });

    it("speaks TLS to the cluster too, under the backend's own name, and lets requests finish", () => {
        expect(inputsOf(planned)["backendAddressPools"]).to.deep.equal([
            { name: "cluster", backendAddresses: [{ ipAddress: "10.101.7.62" }] },
        ]);
        expect(named(planned, "backendHttpSettingsCollection", "apps-cluster")).to.deep.include({
            protocol: "Https",
            port: 443,
            hostName: "backend.contoso.com",
            cookieBasedAffinity: "Disabled",
            requestTimeout: 30,
            connectionDraining: { enabled: true, drainTimeoutInSec: 60 },
            probe: partId("probes", "apps-cluster"),
        });
        expect(named(planned, "probes", "apps-cluster")).to.include({ protocol: "Https", path: "/healthz" });
    });

    it("may read the vault's secrets before it exists", () => {
        expect(grants(registered)).to.deep.equal({
            "agw-learn-reads-kv": {
                role: BuiltInRole.KeyVaultSecretsUser,
                scope: "/vaults/kv",
                principalId: "principal-of-id-agw-learn",
                principalType: "ServicePrincipal",
            },
        });
        expect(only(registered, "azure-native:network:ApplicationGateway").dependencies).to.include.members([
            "azure-native:authorization:RoleAssignment::agw-learn-reads-kv",
        ]);
        expect(inputsOf(registered)["identity"]).to.deep.equal({
            type: "UserAssigned",
            userAssignedIdentities: [idOf("managedidentity:UserAssignedIdentity", "id-agw-learn")],
        });
    });

    it("keeps a record of requests and of what the firewall blocked", () => {
        const { inputs } = only(registered, "azure-native:monitor:DiagnosticSetting", "logs-agw-learn");
        expect(inputs).to.include({ workspaceId: "/workspaces/logs" });
        expect(inputs["logs"]).to.deep.equal([
            { category: "ApplicationGatewayAccessLog", enabled: true },
            { category: "ApplicationGatewayFirewallLog", enabled: true },
        ]);
    });

    it("is private where asked: an address of its subnet, and nothing public", async () => {
        const all = await gatewayWith({ frontend: { mode: "private", address: "10.101.15.254" } });
        expect(inputsOf(all)["frontendIPConfigurations"]).to.deep.equal([
            {
                name: "frontend",
                privateIPAddress: "10.101.15.254",
                privateIPAllocationMethod: "Static",
                subnet: { id: "/subnets/ingress" },
            },
        ]);
        expect(all.filter(({ type }) => type.endsWith(":PublicIPAddress"))).to.deep.equal([]);
    });
});

describe("Application gateway with several sites", () => {
    let all: Registration[];
    before(async () => {
        all = await gatewayWith(three);
    });

    it("asks for names before the wildcard that would take them, each at a priority of its own", () => {
        const rules = partsIn(all, "requestRoutingRules");
        const order = [...rules].sort((a, b) => Number(a["priority"]) - Number(b["priority"]));
        expect(order.map(({ name }) => name)).to.deep.equal([
            "apps-https",
            "apps-to-https",
            "shop-https",
            "shop-to-https",
            "all-https",
            "all-to-https",
        ]);
        expect(new Set(rules.map(({ priority }) => priority))).to.have.property("size", rules.length);
    });

    it("sends paths where they belong, the most specific first", () => {
        const rule = named(all, "requestRoutingRules", "apps-https");
        expect(rule).to.deep.include({ ruleType: "PathBasedRouting", urlPathMap: partId("urlPathMaps", "apps") });
        const map = named(all, "urlPathMaps", "apps");
        expect(map).to.deep.include({
            defaultBackendAddressPool: partId("backendAddressPools", "cluster"),
            defaultBackendHttpSettings: partId("backendHttpSettingsCollection", "apps-cluster"),
        });
        const pathRules = map?.["pathRules"] as Part[];
        expect(pathRules.map(({ paths }) => paths)).to.deep.equal([["/api/docs"], ["/api/v2/*"], ["/api/*"], ["/old"]]);
        expect(pathRules[2]).to.deep.include({
            backendAddressPool: partId("backendAddressPools", "reports"),
            backendHttpSettings: partId("backendHttpSettingsCollection", "apps-reports"),
        });
    });

    it("redirects paths, within a site under its own name, and not for ever", () => {
        expect(named(all, "redirectConfigurations", "apps-path-4")).to.deep.include({
            redirectType: "Found",
            targetUrl: "https://apps.contoso.com/new",
            includePath: false,
        });
        expect(named(all, "redirectConfigurations", "apps-path-1")).to.include({
            targetUrl: "https://docs.contoso.com/",
        });
    });

    it("sends requests over HTTP nowhere but to HTTPS", () => {
        const plain = partsIn(all, "requestRoutingRules").filter(({ httpListener }) =>
            (httpListener as { id: string }).id.endsWith("-http"),
        );
        expect(plain).to.have.length(3);
        for (const rule of plain) {
            expect(rule).not.to.have.any.keys("backendAddressPool", "backendHttpSettings", "urlPathMap");
            const { id } = rule["redirectConfiguration"] as { id: string };
            expect(id).to.match(/-to-https$/);
        }
    });

    it("has backends of other addresses and names, and checks who signed their certificate", () => {
        expect(named(all, "backendAddressPools", "reports")?.["backendAddresses"]).to.deep.equal([
            { ipAddress: "10.101.7.70" },
            { fqdn: "reports.internal.contoso.com" },
        ]);
        expect(inputsOf(all)["trustedRootCertificates"]).to.deep.equal([
            { name: "site-shop", keyVaultSecretId: "https://kv.vault.azure.net/secrets/ca" },
            { name: "backend-reports", data: "QUJDREVG" },
        ]);
        expect(named(all, "backendHttpSettingsCollection", "apps-reports")).to.deep.include({
            hostName: "reports.contoso.com",
            cookieBasedAffinity: "Enabled",
            trustedRootCertificates: [partId("trustedRootCertificates", "backend-reports")],
        });
        expect(named(all, "backendHttpSettingsCollection", "apps-cluster")).not.to.have.property(
            "trustedRootCertificates",
        );
    });

    it("reads each vault by one right", () => {
        const scopes = Object.values(grants(all)).map(({ scope }) => scope);
        expect(scopes).to.have.members(["/vaults/kv", "/vaults/KV-other"]);
        expect(all.filter(({ type }) => type.endsWith(":UserAssignedIdentity"))).to.have.length(1);
    });

    it("puts a site behind a firewall of its own where it has one", () => {
        expect(named(all, "httpListeners", "shop-https")?.["firewallPolicy"]).to.deep.equal({
            id: policyId("waf-learn-shop"),
        });
        expect(named(all, "httpListeners", "apps-https")).not.to.have.property("firewallPolicy");
    });
});
