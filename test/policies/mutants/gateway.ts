import { faultsOf, gone, MISSING, type Mutant } from "./mutant";

const ON_GATEWAY = "waf-on-public-gateway";

const firewallPolicies: Mutant[] = [
    ...faultsOf("network:WebApplicationFirewallPolicy", "waf-platform-contoso-prod", [
        ["policySettings", MISSING, "waf-prevention", "waf-enabled", ON_GATEWAY],
        ["policySettings.mode", "Detection", "waf-prevention", ON_GATEWAY],
        ["policySettings.mode", MISSING, "waf-prevention", ON_GATEWAY],
        ["policySettings.state", "Disabled", "waf-enabled", ON_GATEWAY],
        ["policySettings.requestBodyCheck", false, "waf-body-check"],
        ["policySettings.requestBodyEnforcement", false, "waf-body-check"],
        ["policySettings.requestBodyInspectLimitInKB", 1, "waf-body-check"],
        ["policySettings.fileUploadEnforcement", false, "waf-file-upload"],
        ["policySettings.fileUploadLimitInMb", 4000, "waf-file-upload"],
        ["managedRules.managedRuleSets.0", MISSING, "waf-ruleset", ON_GATEWAY],
        ["managedRules.managedRuleSets.0.ruleSetVersion", "1.0", "waf-ruleset", ON_GATEWAY],
        [
            "managedRules.managedRuleSets.0.ruleGroupOverrides",
            [{ ruleGroupName: "SQLI", rules: [{ ruleId: "942100", state: "Disabled" }] }],
            "waf-no-broad-exclusions",
        ],
        ["managedRules.managedRuleSets.1", MISSING, "waf-bot"],
        [
            "managedRules.exclusions",
            [{ matchVariable: "RequestHeaderNames", selectorMatchOperator: "Contains", selector: "a" }],
            "waf-no-broad-exclusions",
        ],
        [
            "customRules",
            [
                {
                    name: "all",
                    priority: 1,
                    ruleType: "MatchRule",
                    action: "Allow",
                    state: "Enabled",
                    matchConditions: [
                        {
                            matchVariables: [{ variableName: "RemoteAddr" }],
                            operator: "IPMatch",
                            matchValues: ["0.0.0.0/0"],
                        },
                    ],
                },
            ],
            "waf-custom-allow",
        ],
    ]),
    gone("network:WebApplicationFirewallPolicy", "waf-platform-contoso-prod", ON_GATEWAY),
    ...faultsOf("network:WebApplicationFirewallPolicy", "waf-apps-contoso-prod", [
        ["policySettings.mode", "Detection", "waf-prevention"],
        ["policySettings.state", "Disabled", "waf-enabled"],
        ["managedRules.managedRuleSets.0", MISSING, "waf-ruleset"],
    ]),
    gone("servicenetworking:SecurityPoliciesInterface", "agc-apps-contoso-prod-waf", "waf-associated"),
];

const applicationGateway = faultsOf("network:ApplicationGateway", "agw-platform-contoso-prod", [
    ["firewallPolicy", MISSING, ON_GATEWAY, "waf-associated"],
    ["sku", { name: "Standard_v2", tier: "Standard_v2" }, "agw-waf-sku"],
    ["sku", { name: "WAF_Medium", tier: "WAF", capacity: 2 }, "agw-v2", "agw-waf-sku"],
    ["sslPolicy", MISSING, "agw-tls"],
    ["sslPolicy", { policyType: "Predefined", policyName: "AppGwSslPolicy20150501" }, "agw-tls"],
    [
        "sslPolicy",
        {
            policyType: "Custom",
            minProtocolVersion: "TLSv1_1",
            cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
        },
        "agw-tls",
    ],
    [
        "sslPolicy",
        { policyType: "Custom", minProtocolVersion: "TLSv1_2", cipherSuites: ["TLS_RSA_WITH_3DES_EDE_CBC_SHA"] },
        "agw-tls-ciphers",
    ],
    ["httpListeners.api-https.protocol", "Http", "agw-https-only"],
    ["requestRoutingRules.api-to-https.redirectConfiguration", MISSING, "agw-https-only"],
    ["backendHttpSettingsCollection.api-cluster.protocol", "Http", "agw-backend-tls"],
    ["backendHttpSettingsCollection.portal-cluster.protocol", "Http", "agw-backend-tls"],
    ["backendHttpSettingsCollection.api-cluster.probe", MISSING, "agw-backend-probe"],
    ["backendAddressPools.cluster.backendAddresses.0.ipAddress", "20.1.2.3", "agw-backend-private"],
    ["backendAddressPools.cluster.backendAddresses.+", { fqdn: "www.example.org" }, "agw-backend-names"],
    ["backendAddressPools.+", { backendAddresses: [{ fqdn: "theirs.azurewebsites.net" }] }, "agw-backend-names"],
    [
        "gatewayIPConfigurations.0.subnet.id",
        "/subscriptions/00000000-0000-0000-0000-0000000000ff/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
        "subnet-known",
        // Nobody knows any more that the subnet which it left is a gateway's.
        "nsg-no-http-any",
        "route-table-default-to-appliance",
    ],
    ["sslCertificates.0", { name: "api", data: "MII=", password: "p" }, "agw-kv-cert"],
    ["sslCertificates.1", { name: "portal", data: "MII=", password: "p" }, "agw-kv-cert"],
    ["identity", MISSING, "agw-identity"],
    ["zones", MISSING, "agw-zones"],
    ["zones", ["1"], "agw-zones"],
    ["autoscaleConfiguration.minCapacity", 0, "agw-instances"],
    [
        "webApplicationFirewallConfiguration",
        { enabled: true, firewallMode: "Prevention", ruleSetType: "OWASP", ruleSetVersion: "3.2" },
        "agw-waf-policy-not-config",
    ],
    [
        "httpListeners.api-https.firewallPolicy",
        {
            id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/w",
        },
        ON_GATEWAY,
    ],
]);

const others: Mutant[] = [
    ...faultsOf("network:BastionHost", "bas-hub-contoso-prod", [
        ["enableShareableLink", true, "bas-no-shareable"],
        ["enableIpConnect", true, "bas-no-ip-connect"],
        ["enableTunneling", MISSING, "bas-tunnel-explicit"],
        ["enableFileCopy", true, "bas-file-copy"],
        ["sku.name", "Basic", "bas-standard"],
        ["zones", MISSING, "bas-zones"],
    ]),
    ...faultsOf("network:VirtualNetworkGateway", "vgw-hub-contoso-prod", [
        ["sku", { name: "VpnGw1", tier: "VpnGw1" }, "vng-sku-az"],
        ["activeActive", false, "vng-active-active"],
        ["vpnType", "PolicyBased", "vng-route-based"],
        ["disableIPSecReplayProtection", true, "vng-replay-protection"],
        ["vpnClientConfiguration.vpnAuthenticationTypes", ["Certificate"], "vng-p2s-aad"],
        ["vpnClientConfiguration.vpnAuthenticationTypes", ["AAD", "Certificate"], "vng-p2s-aad"],
        ["vpnClientConfiguration.vpnClientProtocols", ["SSTP"], "vng-p2s-protocols"],
        [
            "vpnClientConfiguration.vpnClientIpsecPolicies",
            [
                {
                    ikeEncryption: "DES3",
                    ikeIntegrity: "SHA1",
                    dhGroup: "DHGroup2",
                    ipsecEncryption: "DES3",
                    ipsecIntegrity: "SHA1",
                    pfsGroup: "None",
                    saLifeTimeSeconds: 3600,
                    saDataSizeKilobytes: 1024,
                },
            ],
            "vng-p2s-ipsec",
        ],
    ]),
];

export const gatewayMutants: Mutant[] = [...firewallPolicies, ...applicationGateway, ...others];
