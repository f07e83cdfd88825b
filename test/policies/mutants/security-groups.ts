import { added, faultsOf, MISSING, type Mutant } from "./mutant";

const fromInternet = (more: object) => ({
    name: "AllowMore",
    description: "More.",
    access: "Allow",
    direction: "Inbound",
    priority: 105,
    protocol: "Tcp",
    sourceAddressPrefix: "Internet",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "443",
    ...more,
});

/** What every opening for logins breaks, besides the rule about it. */
const LOGIN = ["nsg-inline-no-rdp-ssh", "management-narrow"];
const SERVICES = ["nsg-no-http-any", "nsg-no-cluster-ports", "nsg-no-service-ports"];
const EVERYTHING = ["nsg-no-rdp-ssh", "nsg-no-udp-any", ...LOGIN, ...SERVICES];

const MORE = "securityRules.+";

export const securityGroupMutants: Mutant[] = [
    ...faultsOf("network:NetworkSecurityGroup", "nsg-user-pools-platform-contoso-prod", [
        [MORE, fromInternet({ destinationPortRange: "22" }), "nsg-no-rdp-ssh", ...LOGIN],
        [MORE, fromInternet({ destinationPortRange: "3389" }), "nsg-no-rdp-ssh", ...LOGIN],
        [MORE, fromInternet({ destinationPortRange: "*" }), "nsg-no-any-any", "nsg-no-rdp-ssh", ...LOGIN, ...SERVICES],
        [MORE, fromInternet({ destinationPortRange: "80" }), "nsg-no-http-any"],
        [MORE, fromInternet({ destinationPortRange: "53", protocol: "Udp" }), "nsg-no-udp-any"],
        [MORE, fromInternet({ destinationPortRange: "10250" }), "nsg-no-cluster-ports"],
        [MORE, fromInternet({ destinationPortRange: "445" }), "nsg-no-service-ports"],
        [MORE, fromInternet({ destinationPortRange: "1433" }), "nsg-no-service-ports"],
        [
            MORE,
            fromInternet({ sourceAddressPrefix: "0.0.0.0/0", destinationPortRange: "22" }),
            "nsg-no-rdp-ssh",
            ...LOGIN,
        ],
        [
            MORE,
            fromInternet({ sourceAddressPrefix: "VirtualNetwork", destinationPortRange: "22" }),
            "management-narrow",
        ],
        ["securityRules.AllowNodes.description", MISSING, "nsg-described"],
        ["securityRules.AllowNodes.sourceAddressPrefixes", ["0.0.0.0/0"], "nsg-no-any-any", ...EVERYTHING],
        ["securityRules.AllowLoadBalancerProbes", MISSING, "nsg-probes-admitted"],
        ["securityRules.AllowLoadBalancerProbes.access", "Deny", "nsg-probes-admitted"],
        ["securityRules.DenyLateralLogin", MISSING, "nsg-no-lateral-login"],
        ["securityRules.DenyLateralLogin.destinationPortRanges", ["22"], "nsg-no-lateral-login"],
        ["securityRules.DenyAllInbound", MISSING, "management-narrow"],
        ["securityRules.DenyAllInbound.access", "Allow", "nsg-no-any-any", ...EVERYTHING],
    ]),
    ...faultsOf("network:NetworkSecurityGroup", "nsg-ingress-platform-contoso-prod", [
        ["securityRules.AllowGatewayManager", MISSING, "nsg-appgw-required"],
        ["securityRules.AllowGatewayManager.access", "Deny", "nsg-appgw-required"],
        ["securityRules.AllowGatewayManager.sourceAddressPrefix", "Internet", "nsg-appgw-required"],
        ["securityRules.AllowLoadBalancerProbes", MISSING, "nsg-appgw-required"],
        ["securityRules.AllowClients.destinationPortRanges", ["443", "22"], "nsg-no-rdp-ssh", "nsg-inline-no-rdp-ssh"],
    ]),
    ...faultsOf("network:NetworkSecurityGroup", "nsg-bas-hub-contoso-prod", [
        ["securityRules.AllowGatewayManager", MISSING, "nsg-bastion-required"],
        ["securityRules.AllowSessions", MISSING, "nsg-bastion-required"],
        ["securityRules.AllowAzure", MISSING, "nsg-bastion-required"],
        ["securityRules.AllowDataPlaneInbound", MISSING, "nsg-bastion-required"],
        ["securityRules.AllowDataPlaneOutbound", MISSING, "nsg-bastion-required"],
        ["securityRules.AllowLoadBalancerProbes", MISSING, "nsg-bastion-required"],
    ]),
    added(
        "network:SecurityRule",
        "ssh",
        {
            ...fromInternet({ destinationPortRange: "22" }),
            securityRuleName: "ssh",
            networkSecurityGroupName: "nsg-user-pools-platform-contoso-prod",
            resourceGroupName: "rg-platform-contoso-prod",
        },
        "nsg-no-rdp-ssh",
        "single-owner",
        "management-narrow",
    ),
];
