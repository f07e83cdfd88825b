import { faultsOf, gone, MISSING, type Mutant } from "./mutant";

const APPLICATION = "ruleCollections.application.rules";

const rule = (more: object) => ({
    ruleType: "ApplicationRule",
    name: "more",
    description: "More.",
    sourceAddresses: ["10.111.0.0/17"],
    protocols: [{ port: 443, protocolType: "Https" }],
    ...more,
});

const networkRule = (more: object) => ({
    ruleType: "NetworkRule",
    name: "more",
    description: "More.",
    ipProtocols: ["TCP"],
    sourceAddresses: ["10.111.0.0/17"],
    destinationAddresses: ["20.1.2.3"],
    destinationPorts: ["443"],
    ...more,
});

export const firewallMutants: Mutant[] = [
    ...faultsOf("network:AzureFirewall", "afw-hub-contoso-prod", [
        ["firewallPolicy", MISSING, "afw-policy"],
        ["sku.tier", "Standard", "afw-tier-match", "afw-premium"],
        ["sku.tier", "Basic", "afw-not-basic", "afw-tier-match", "afw-premium", "afw-mgmt-forced"],
        ["zones", MISSING, "afw-zones"],
        ["zones", ["1"], "afw-zones"],
    ]),
    ...faultsOf("network:FirewallPolicy", "afwp-hub-contoso-prod", [
        ["threatIntelMode", "Alert", "afw-threat-intel"],
        ["threatIntelMode", "Off", "afw-threat-intel"],
        ["threatIntelMode", MISSING, "afw-threat-intel"],
        ["threatIntelWhitelist", { ipAddresses: ["0.0.0.0/0"] }, "afw-threat-exceptions"],
        ["threatIntelWhitelist", { fqdns: ["*"] }, "afw-threat-exceptions"],
        ["dnsSettings.enableProxy", false, "afw-dns-proxy", "dns-proxy-answers"],
        ["dnsSettings", MISSING, "afw-dns-proxy", "dns-proxy-answers"],
        ["intrusionDetection.mode", "Alert", "afw-idps"],
        ["intrusionDetection.mode", "Off", "afw-idps"],
        ["intrusionDetection", MISSING, "afw-idps"],
        [
            "intrusionDetection.configuration",
            {
                bypassTrafficSettings: [
                    { name: "all", protocol: "ANY", sourceAddresses: ["*"], destinationAddresses: ["*"] },
                ],
            },
            "afw-idps-no-bypass",
        ],
        [
            "intrusionDetection.configuration",
            { signatureOverrides: [{ id: "2024897", mode: "Off" }] },
            "afw-idps-no-bypass",
        ],
        ["explicitProxy", { enableExplicitProxy: true, httpPort: 8080 }, "afw-no-explicit-proxy"],
        ["snat", { privateRanges: ["0.0.0.0/0"] }, "afw-snat-ranges"],
    ]),
    ...faultsOf("network:FirewallPolicyRuleCollectionGroup", "rcg-hub-contoso-prod", [
        [`${APPLICATION}.+`, rule({ targetFqdns: ["*"] }), "afw-no-any-allow"],
        [`${APPLICATION}.aks-packages.targetFqdns`, ["*"], "afw-no-any-allow"],
        [`${APPLICATION}.+`, rule({ targetFqdns: ["*.blob.core.windows.net"] }), "afw-no-shared-wildcards"],
        [
            `${APPLICATION}.+`,
            rule({ targetFqdns: ["*.hcp.westeurope.azmk8s.io"], terminateTLS: true }),
            "afw-tls-bypass-api",
        ],
        [`${APPLICATION}.aks-packages.sourceIpGroups`, MISSING, "afw-source-scoped"],
        [`${APPLICATION}.+`, rule({ targetFqdns: ["a.contoso.com"], sourceAddresses: ["*"] }), "afw-source-scoped"],
        [`${APPLICATION}.aks-packages.description`, MISSING, "afw-described"],
        [`${APPLICATION}.aks`, MISSING, "afw-aks-required"],
        ["ruleCollections.application.priority", 100, "afw-priorities"],
        [
            "ruleCollections.network.rules.+",
            networkRule({ destinationAddresses: ["*"], destinationPorts: ["*"] }),
            "afw-no-any-allow",
            "transit-rules",
            "afw-no-login-out",
        ],
        ["ruleCollections.network.rules.+", networkRule({ destinationAddresses: ["AzureCloud"] }), "afw-no-azurecloud"],
        ["ruleCollections.network.rules.+", networkRule({ destinationPorts: ["22"] }), "afw-no-login-out"],
        ["ruleCollections.network.rules.+", networkRule({ destinationPorts: ["3389"] }), "afw-no-login-out"],
        ["ruleCollections.network.rules.+", networkRule({ destinationPorts: ["445"] }), "afw-no-login-out"],
        [
            "ruleCollections.+",
            {
                name: "in",
                priority: 150,
                ruleCollectionType: "FirewallPolicyNatRuleCollection",
                action: { type: "DNAT" },
                rules: [
                    {
                        ruleType: "NatRule",
                        name: "ssh",
                        description: "In.",
                        ipProtocols: ["TCP"],
                        sourceAddresses: ["*"],
                        destinationAddresses: ["20.9.9.9"],
                        destinationPorts: ["22"],
                        translatedAddress: "10.111.0.5",
                        translatedPort: "22",
                    },
                ],
            },
            "afw-dnat-scoped",
            "management-narrow",
        ],
    ]),
    ...faultsOf("network:IpGroup", "ipg-platform-user-hub-contoso-prod", [
        ["ipAddresses", ["0.0.0.0/0"], "ipgroup-scoped"],
        ["ipAddresses.+", "10.99.0.0/24", "firewall-knows-spoke"],
        ["ipAddresses.+", "192.169.0.0/24", "firewall-knows-spoke"],
    ]),
    gone(
        "network:AzureFirewall",
        "afw-hub-contoso-prod",
        "egress-through-firewall",
        "gateway-through-firewall",
        "public-ip-owner",
        "vnet-dns",
    ),
];
