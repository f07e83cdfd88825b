import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder, GROUP, gatewayInputs, network } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

const subnetId = (name: string) => network(`virtualNetworks/vnet/subnets/${name}`);
const own = (collection: string, name: string) => ({ id: network(`applicationGateways/agw/${collection}/${name}`) });
const inputs = gatewayInputs(subnetId("agw"), network("publicIPAddresses/pip"));
const first = (property: string) => (inputs[property] as Properties[])[0] ?? {};

function listener(name: string, more: Properties = {}): Properties {
    return { ...first("httpListeners"), name, ...more };
}

function rule(name: string, priority: number, more: Properties = {}): Properties {
    return {
        ...first("requestRoutingRules"),
        ...{ name, priority, httpListener: own("httpListeners", name) },
        ...more,
    };
}

const redirected = { backendAddressPool: undefined, backendHttpSettings: undefined };
const secret = "https://kv-test.vault.azure.net/secrets/site";

interface Case {
    readonly parts: Properties;
    readonly code: string;
    readonly words?: string[];
    /** The nearest thing that is accepted; absent: the plain gateway. */
    readonly good?: Properties;
}

/** What is wrong with the body alone. */
const CASES: Readonly<Record<string, Case>> = {
    "a reference to a part that it doesn't have": {
        parts: { backendAddressPools: [{ name: "other" }] },
        code: "InvalidResourceReference",
        words: ["backendAddressPools/pool"],
    },
    "no routing rules": {
        parts: { requestRoutingRules: [] },
        code: "ApplicationGatewayInvalidConfiguration",
        words: ["requestRoutingRules"],
    },
    "two public frontends": {
        parts: {
            frontendIPConfigurations: [
                first("frontendIPConfigurations"),
                { ...first("frontendIPConfigurations"), name: "second" },
            ],
        },
        code: "ApplicationGatewayTooManyFrontendIpConfigurations",
    },
    "a reference to a part of another kind": {
        parts: { httpListeners: [listener("listener", { frontendPort: own("backendAddressPools", "pool") })] },
        code: "InvalidJsonReferenceWrongType",
        words: ["frontendPorts"],
    },
    "a WAF tier without a policy": {
        parts: { sku: { name: "WAF_v2", tier: "WAF_v2", capacity: 1 } },
        code: "ApplicationGatewayFirewallNotConfiguredForSelectedSku",
    },
    "both a capacity and autoscaling": {
        parts: { autoscaleConfiguration: { minCapacity: 1, maxCapacity: 2 } },
        code: "ApplicationGatewayInvalidCapacity",
        words: ["exactly one"],
        good: {
            autoscaleConfiguration: { minCapacity: 1, maxCapacity: 2 },
            sku: { name: "Standard_v2", tier: "Standard_v2" },
        },
    },
    "more instances at least than at most": {
        parts: {
            autoscaleConfiguration: { minCapacity: 5, maxCapacity: 2 },
            sku: { name: "Standard_v2", tier: "Standard_v2" },
        },
        code: "ApplicationGatewayInvalidCapacity",
        words: ["minCapacity 5"],
    },
    "two frontend ports of one number": {
        parts: {
            frontendPorts: [
                { name: "http", port: 80 },
                { name: "again", port: 80 },
            ],
        },
        code: "ApplicationGatewayFrontendPortsUsingSamePortNumber",
        words: ["http and again"],
    },
    "two listeners without host name on one port": {
        parts: {
            httpListeners: [listener("listener"), listener("second")],
            requestRoutingRules: [rule("listener", 1), rule("second", 2)],
        },
        code: "ApplicationGatewayHttpListenersUsingSameFrontendPort",
        good: {
            httpListeners: [listener("listener"), listener("second", { hostName: "a.contoso.com" })],
            requestRoutingRules: [rule("listener", 1), rule("second", 2)],
        },
    },
    "one host name twice on one port": {
        parts: {
            httpListeners: [
                listener("listener", { hostName: "a.contoso.com" }),
                listener("second", { hostNames: ["b.contoso.com", "A.contoso.com"] }),
            ],
            requestRoutingRules: [rule("listener", 1), rule("second", 2)],
        },
        code: "ApplicationGatewayHttpListenersUsingSameFrontendPort",
        words: ["a.contoso.com"],
    },
    "a host name and host names": {
        parts: { httpListeners: [listener("listener", { hostName: "a", hostNames: ["b"] })] },
        code: "ApplicationGatewayHttpListenerHostNameAndHostNamesBothSpecified",
    },
    "a rule without priority": {
        parts: { requestRoutingRules: [{ ...rule("listener", 1), priority: undefined }] },
        code: "ApplicationGatewayRequestRoutingRulePriorityCannotBeEmpty",
    },
    "a rule's priority of 20001": {
        parts: { requestRoutingRules: [rule("listener", 20001)] },
        code: "ApplicationGatewayRequestRoutingRulePriorityOutOfRange",
    },
    "two rules of one priority": {
        parts: {
            httpListeners: [listener("listener"), listener("second", { hostName: "a" })],
            requestRoutingRules: [rule("listener", 1), rule("second", 1)],
        },
        code: "ApplicationGatewayRequestRoutingRulePriorityShouldBeUnique",
    },
    "two rules of one listener": {
        parts: {
            requestRoutingRules: [
                rule("listener", 1),
                rule("second", 2, { httpListener: own("httpListeners", "listener") }),
            ],
        },
        code: "ApplicationGatewayRequestRoutingRulesUsingSameHttpListener",
    },
    "a Basic rule that leads nowhere": {
        parts: { requestRoutingRules: [rule("listener", 1, { backendHttpSettings: undefined })] },
        code: "ApplicationGatewayRequestRoutingRuleInvalid",
        words: ["backendHttpSettings"],
    },
    "a path-based rule without a path map": {
        parts: { requestRoutingRules: [rule("listener", 1, { ...redirected, ruleType: "PathBasedRouting" })] },
        code: "ApplicationGatewayRequestRoutingRuleInvalid",
        words: ["urlPathMap"],
    },
    "a path that doesn't begin with a slash": {
        parts: pathMap({ paths: ["images/*"] }),
        code: "ApplicationGatewayUrlPathMapInvalid",
        words: ["images/*"],
        good: pathMap({ paths: ["/images/*"] }),
    },
    "a path rule that leads nowhere": {
        parts: pathMap({ backendAddressPool: undefined }),
        code: "ApplicationGatewayUrlPathMapInvalid",
        words: ["backendAddressPool"],
    },
    "a redirection with two targets": {
        parts: {
            redirectConfigurations: [
                {
                    name: "away",
                    redirectType: "Permanent",
                    targetUrl: "https://contoso.com",
                    targetListener: own("httpListeners", "listener"),
                },
            ],
        },
        code: "ApplicationGatewayRedirectConfigurationInvalidTarget",
    },
    "a listener that redirects to itself": {
        parts: redirection("listener"),
        code: "ApplicationGatewayRedirectConfigurationTargetListenerIsSource",
        good: redirection("second"),
    },
    "a probe without host": {
        parts: { probes: [{ name: "probe", protocol: "Http", path: "/", interval: 30, timeout: 30 }] },
        code: "ApplicationGatewayProbeInvalid",
        words: ["host"],
    },
    "a probe's interval of 0": {
        parts: { probes: [{ name: "probe", protocol: "Http", path: "/", host: "a", interval: 0 }] },
        code: "ApplicationGatewayProbeInvalid",
        words: ["interval 0"],
    },
    "a probe of another protocol than its settings": {
        parts: probed({ protocol: "Https", host: "a" }),
        code: "ApplicationGatewayProbeProtocolMustMatchBackendHttpSettingsProtocol",
    },
    "a probe that picks a host name where there is none": {
        parts: probed({ protocol: "Http", pickHostNameFromBackendHttpSettings: true }),
        code: "ApplicationGatewayBackendHttpSettingsHostNameMissing",
        good: probed({ protocol: "Http", pickHostNameFromBackendHttpSettings: true }, { hostName: "a" }),
    },
    "an affinity cookie's name with a space": {
        parts: settings({ cookieBasedAffinity: "Enabled", affinityCookieName: "my cookie" }),
        code: "ApplicationGatewayBackendHttpSettingsInvalid",
        good: settings({ cookieBasedAffinity: "Enabled", affinityCookieName: "my-cookie" }),
    },
    "trusted root certificates for plain HTTP": {
        parts: {
            ...settings({ trustedRootCertificates: [own("trustedRootCertificates", "root")] }),
            trustedRootCertificates: [{ name: "root", data: "MIIB" }],
        },
        code: "ApplicationGatewayBackendHttpSettingsInvalid",
        good: {
            ...settings({ protocol: "Https", trustedRootCertificates: [own("trustedRootCertificates", "root")] }),
            trustedRootCertificates: [{ name: "root", data: "MIIB" }],
        },
    },
    "an HTTPS listener without certificate": {
        parts: { httpListeners: [listener("listener", { protocol: "Https" })] },
        code: "ApplicationGatewayHttpsListenerMustReferenceSslCert",
    },
    "a certificate from nowhere": {
        parts: { sslCertificates: [{ name: "site" }] },
        code: "ApplicationGatewaySslCertificateDataMustBeSpecified",
    },
    "a certificate's id that is no secret's": {
        parts: { sslCertificates: [{ name: "site", keyVaultSecretId: secret.replace("secrets", "certificates") }] },
        code: "ApplicationGatewaySslCertificateInvalidKeyVaultSecretId",
    },
    "a key vault's certificate without identity": {
        parts: { sslCertificates: [{ name: "site", keyVaultSecretId: secret }] },
        code: "ApplicationGatewayKeyVaultSecretRequiresUserAssignedIdentity",
        good: {
            sslCertificates: [{ name: "site", keyVaultSecretId: secret }],
            identity: {
                type: "UserAssigned",
                userAssignedIdentities: [`${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`],
            },
        },
    },
    "a retired TLS policy": {
        parts: { sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20170401" } },
        code: "ApplicationGatewaySslPolicyRetired",
        good: { sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20220101S" } },
    },
    "a retired TLS version in a profile": {
        parts: {
            sslProfiles: [{ name: "old", sslPolicy: { policyType: "CustomV2", minProtocolVersion: "TLSv1_1" } }],
        },
        code: "ApplicationGatewaySslPolicyRetired",
    },
    "a TLS policy of an unknown name": {
        parts: { sslPolicy: { policyType: "Predefined", policyName: "AppGwSslPolicy20300101" } },
        code: "ApplicationGatewaySslPolicyInvalid",
    },
    "TLS 1.3 in a policy of type Custom": {
        parts: tls("Custom"),
        code: "ApplicationGatewaySslPolicyInvalid",
        words: ["TLSv1_3"],
        good: tls("CustomV2"),
    },
    "a frontend that is public and private": {
        parts: {
            frontendIPConfigurations: [{ ...first("frontendIPConfigurations"), subnet: { id: subnetId("agw") } }],
        },
        code: "ApplicationGatewayFrontendIpCannotHavePublicIpAndSubnet",
    },
};

/** The same gateway under the name `second`, its references included. */
function renamed(gateway: Properties): Properties {
    const text = JSON.stringify({ ...gateway, applicationGatewayName: "second" });
    return JSON.parse(text.replaceAll("applicationGateways/agw", "applicationGateways/second")) as Properties;
}

function settings(more: Properties): Properties {
    return { backendHttpSettingsCollection: [{ ...first("backendHttpSettingsCollection"), ...more }] };
}

function probed(probe: Properties, more: Properties = {}): Properties {
    return {
        ...settings({ probe: own("probes", "probe"), ...more }),
        probes: [{ name: "probe", path: "/", ...probe }],
    };
}

function tls(policyType: string): Properties {
    const cipherSuites = ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"];
    return { sslPolicy: { policyType, minProtocolVersion: "TLSv1_3", cipherSuites } };
}

function redirection(target: string): Properties {
    const redirectConfiguration = own("redirectConfigurations", "on");
    return {
        httpListeners: [listener("listener"), listener("second", { hostName: "a" })],
        redirectConfigurations: [{ name: "on", redirectType: "Found", targetListener: own("httpListeners", target) }],
        requestRoutingRules: [rule("listener", 1, { ...redirected, redirectConfiguration }), rule("second", 2)],
    };
}

function pathMap(pathRule: Properties): Properties {
    const [pool, backend] = [own("backendAddressPools", "pool"), own("backendHttpSettingsCollection", "settings")];
    const ways = { backendAddressPool: pool, backendHttpSettings: backend };
    return {
        urlPathMaps: [
            {
                name: "map",
                defaultBackendAddressPool: pool,
                defaultBackendHttpSettings: backend,
                pathRules: [{ name: "images", paths: ["/images/*"], ...ways, ...pathRule }],
            },
        ],
        requestRoutingRules: [
            rule("listener", 1, {
                ...redirected,
                ruleType: "PathBasedRouting",
                urlPathMap: own("urlPathMaps", "map"),
            }),
        ],
    };
}

describe("the simulated Application Gateway refuses", () => {
    let simulation: Simulation;
    let build: Builder;
    const gateway = (parts: Properties = {}) => build.make("network:ApplicationGateway", { ...inputs, ...parts });

    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
        await build.virtualNetwork("vnet", "10.0.0.0/16");
        await build.subnet("vnet", "agw", "10.0.0.0/24");
        await build.publicAddress("pip");
        await build.make("managedidentity:UserAssignedIdentity", { resourceName: "id", location: "westeurope" });
    });
    afterEach(() => simulation.stop());

    for (const [what, { parts, code, words = [], good = {} }] of Object.entries(CASES)) {
        it(what, async () => {
            await refuses(gateway(parts), code, ...words);
            expect((await gateway(good)).outputs["operationalState"]).to.equal("Running");
        });
    }

    it("a reference to another gateway's part", async () => {
        await build.publicAddress("pip2");
        await build.make(
            "network:ApplicationGateway",
            renamed(gatewayInputs(subnetId("agw"), network("publicIPAddresses/pip2"))),
        );
        const frontendPort = { id: network("applicationGateways/second/frontendPorts/http") };
        const parts = { httpListeners: [listener("listener", { frontendPort })] };
        await refuses(gateway(parts), "InvalidResourceReference", "belongs to another application gateway");
    });

    describe("a firewall policy", () => {
        const waf = (policyName: string, location = "westeurope") =>
            build.make("network:WebApplicationFirewallPolicy", {
                ...{ policyName, location },
                managedRules: {
                    managedRuleSets: [{ ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1" }],
                },
            });
        const sku = { name: "WAF_v2", tier: "WAF_v2", capacity: 1 };

        it("on a tier without a firewall, be it the gateway's, a listener's or a path's", async () => {
            const firewallPolicy = { id: (await waf("waf")).id };
            const code = "ApplicationGatewayFirewallCannotBeEnabledForSelectedSku";
            await refuses(gateway({ firewallPolicy }), code, "Standard_v2");
            await refuses(gateway({ httpListeners: [listener("listener", { firewallPolicy })] }), code);
            await refuses(gateway(pathMap({ firewallPolicy })), code);
            await gateway({ sku, firewallPolicy });
        });

        it("in another region, or beside an inline firewall", async () => {
            const { id } = await waf("far", "northeurope");
            await refuses(gateway({ sku, firewallPolicy: { id } }), "InvalidResourceReference", "northeurope");
            const firewallPolicy = { id: (await waf("waf")).id };
            const inline = { enabled: true, firewallMode: "Prevention", ruleSetType: "OWASP", ruleSetVersion: "3.2" };
            await refuses(
                gateway({ sku, firewallPolicy, webApplicationFirewallConfiguration: inline }),
                "ApplicationGatewayFirewallPolicyAndConfigurationConflict",
            );
        });

        it("no longer, and the policy knows its listeners and paths", async () => {
            const policy = await waf("waf");
            const firewallPolicy = { id: policy.id };
            const map = pathMap({ firewallPolicy });
            await gateway({ sku, firewallPolicy, ...map, httpListeners: [listener("listener", { firewallPolicy })] });
            const type = "azure-native:network:WebApplicationFirewallPolicy";
            const read = await simulation.azure.read(type, policy.id);
            expect(read?.outputs).to.deep.include({
                applicationGateways: [{ id: network("applicationGateways/agw") }],
                httpListeners: [own("httpListeners", "listener")],
                pathBasedRules: [own("urlPathMaps/map/pathRules", "images")],
            });
        });
    });

    describe("its subnet:", () => {
        const delegated = {
            delegations: [{ name: "gateways", serviceName: "Microsoft.Network/applicationGateways" }],
        };
        const inSubnet = (name: string, parts: Properties = {}) =>
            gateway({ gatewayIPConfigurations: [{ name: "ip", subnet: { id: subnetId(name) } }], ...parts });
        const privateParts = (name: string, privateIPAddress?: string): Properties => ({
            frontendIPConfigurations: [
                {
                    name: "public",
                    subnet: { id: subnetId(name) },
                    ...(privateIPAddress === undefined
                        ? {}
                        : { privateIPAddress, privateIPAllocationMethod: "Static" }),
                },
            ],
        });
        const toAppliance = { nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.255.4" };
        const UDR = "ApplicationGatewaySubnetUserDefinedRouteNotAllowed";
        const NSG = "ApplicationGatewaySubnetInboundTrafficBlockedByNetworkSecurityGroup";

        it("a private gateway in one that isn't delegated to gateways", async () => {
            await refuses(
                gateway(privateParts("agw", "10.0.0.10")),
                "ApplicationGatewayNetworkIsolationRequiresSubnetDelegation",
                "without Public IP is not supported",
            );
            await build.subnet("vnet", "isolated", "10.0.1.0/24", delegated);
            const { outputs } = await inSubnet("isolated", privateParts("isolated", "10.0.1.10"));
            expect(outputs).to.have.nested.property("frontendIPConfigurations[0].privateIPAddress", "10.0.1.10");
        });

        it("a private frontend without an address, in another subnet, on a reserved or a used address", async () => {
            await build.subnet("vnet", "isolated", "10.0.1.0/24", delegated);
            const isolated = (subnet: string, address?: string) => inSubnet("isolated", privateParts(subnet, address));
            await refuses(isolated("isolated"), "ApplicationGatewayPrivateIpMustBeStatic");
            await refuses(isolated("agw", "10.0.0.10"), "ApplicationGatewayFrontendIpSubnetMismatch");
            await refuses(isolated("isolated", "10.0.0.10"), "PrivateIPAddressNotInSubnet");
            await refuses(isolated("isolated", "10.0.1.3"), "PrivateIPAddressInReservedRange");
            await refuses(isolated("isolated", "10.0.1.255"), "PrivateIPAddressInReservedRange");
            await isolated("isolated", "10.0.1.10");
            const second = { ...inputs, ...privateParts("isolated", "10.0.1.10") };
            const ip = [{ name: "ip", subnet: { id: subnetId("isolated") } }];
            await refuses(
                build.make("network:ApplicationGateway", renamed({ ...second, gatewayIPConfigurations: ip })),
                "PrivateIPAddressIsAllocated",
            );
        });

        it("one that is delegated to another service", async () => {
            const delegations = [{ name: "other", serviceName: "Microsoft.Web/serverFarms" }];
            await build.subnet("vnet", "web", "10.0.1.0/24", { delegations });
            await refuses(inSubnet("web"), "InvalidSubnet", "Microsoft.Web/serverFarms");
        });

        it("one with something else in it, and something else in one with gateways", async () => {
            const nic = (subnet: string) =>
                build.make("network:NetworkInterface", {
                    ...{ networkInterfaceName: "nic", location: "westeurope" },
                    ipConfigurations: [{ name: "ip", subnet: { id: subnetId(subnet) } }],
                });
            await build.subnet("vnet", "mixed", "10.0.1.0/24");
            await nic("mixed");
            const code = "ApplicationGatewaySubnetCannotHaveOtherResourceTypes";
            await refuses(inSubnet("mixed"), code, "networkInterfaces/nic");
            await gateway();
            const { id } = await build.registry("registry", "Premium");
            await refuses(build.endpoint(subnetId("agw"), id, ["registry"]), code);
        });

        it("one without room for all instances, a private frontend and Azure's five addresses", async () => {
            await build.subnet("vnet", "small", "10.0.1.0/28");
            const capacity = (count: number) => ({
                sku: { name: "Standard_v2", tier: "Standard_v2", capacity: count },
            });
            await refuses(inSubnet("small", capacity(12)), "SubnetIsFull", "10.0.1.0/28");
            await inSubnet("small", capacity(11));
        });

        it("a default route to an appliance, whichever comes last: gateway, route or association", async () => {
            await build.routeTable("rt", toAppliance);
            const routeTable = { id: network("routeTables/rt") };
            await build.subnet("vnet", "routed", "10.0.1.0/24", { routeTable });
            await refuses(inSubnet("routed"), UDR, "Internet");

            const empty = await build.routeTable("empty");
            const subnet = await build.subnet("vnet", "later", "10.0.2.0/24", { routeTable: { id: empty.id } });
            await inSubnet("later");
            const route = { routeTableName: "empty", routeName: "default", addressPrefix: "0.0.0.0/0", ...toAppliance };
            await refuses(build.make("network:Route", route), UDR);
            const update = (type: string, of: typeof empty, news: Properties) =>
                simulation.azure.update(`azure-native:network:${type}`, "it", of, { ...of.inputs, ...news });
            await refuses(update("Subnet", subnet, { routeTable }), UDR);
            const routes = [{ name: "default", addressPrefix: "0.0.0.0/0", ...toAppliance }];
            await refuses(update("RouteTable", empty, { routes }), UDR);
            await build.make("network:Route", { ...route, nextHopType: "Internet", nextHopIpAddress: undefined });
        });

        it("but not that route under isolation", async () => {
            await build.routeTable("rt", toAppliance);
            const routeTable = { id: network("routeTables/rt") };
            await build.subnet("vnet", "isolated", "10.0.1.0/24", { ...delegated, routeTable });
            await inSubnet("isolated", privateParts("isolated", "10.0.1.10"));
        });

        it("a security group that shuts Azure's control out, unless isolated", async () => {
            const group = (networkSecurityGroupName: string, securityRules: Properties[]) =>
                build.make("network:NetworkSecurityGroup", {
                    ...{ networkSecurityGroupName, location: "westeurope", securityRules },
                });
            const control = {
                ...{ name: "control", priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp" },
                ...{ sourceAddressPrefix: "GatewayManager", destinationAddressPrefix: "*" },
                destinationPortRange: "65200-65535",
            };
            const shut = { id: (await group("shut", [{ ...control, destinationPortRange: "443" }])).id };
            await build.subnet("vnet", "shut", "10.0.1.0/24", { networkSecurityGroup: shut });
            await refuses(inSubnet("shut"), NSG, "65200 - 65535");
            await build.subnet("vnet", "isolated", "10.0.2.0/24", { ...delegated, networkSecurityGroup: shut });
            await inSubnet("isolated");

            const open = await group("open", [control]);
            await build.subnet("vnet", "open", "10.0.3.0/24", { networkSecurityGroup: { id: open.id } });
            await build.publicAddress("pip2");
            await build.make(
                "network:ApplicationGateway",
                renamed(gatewayInputs(subnetId("open"), network("publicIPAddresses/pip2"))),
            );
            const closing = { ...open.inputs, securityRules: [] };
            await refuses(
                simulation.azure.update("azure-native:network:NetworkSecurityGroup", "it", open, closing),
                NSG,
            );
        });
    });
});
