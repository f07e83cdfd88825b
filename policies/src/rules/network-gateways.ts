import { falseOrAbsent, is, not, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import type { Subject } from "../frame/rule";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";

const GATEWAY = "network:VirtualNetworkGateway";
const CONNECTION = "network:VirtualNetworkGatewayConnection";
const WAN_CONNECTION = "network:VpnConnection";
const SERVER = "network:VpnServerConfiguration";

const isVpn = (gateway: Value) => gateway.at("gatewayType").folded() !== "expressroute";

/** How the names of SKUs with availability zones end. */
const ZONAL = ["az", "ergwscale"];

export const gatewaySku = resourceRule({
    id: "SAM-VPN-001",
    name: "vng-sku-az",
    title: "A VPN or ExpressRoute gateway must be of a SKU with availability zones.",
    severity: "medium",
    risk: "A gateway in one data centre goes down with it; the Basic and old SKUs have neither strong encryption nor a future.",
    remediation: [
        'Set sku.name and sku.tier to a name that ends in "AZ", such as VpnGw2AZ or ErGw1AZ, or to ErGwScale.',
    ],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-6", "CP-8"] },
    scanners: { psrule: ["Azure.VNG.VPNAvailabilityZoneSKU", "Azure.VNG.ERAvailabilityZoneSKU"] },
    types: [GATEWAY],
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.name"), {
            accepts: (raw) => ZONAL.some((end) => String(raw).toLowerCase().endsWith(end)),
            text: 'a name that ends in "AZ", or "ErGwScale"',
        });
    },
});

export const gatewayActiveActive = resourceRule({
    id: "SAM-VPN-002",
    name: "vng-active-active",
    title: "A VPN gateway must have two active instances.",
    severity: "medium",
    risk: "With one, every update of the gateway cuts all sites off for up to a minute, and a failure for longer.",
    remediation: ["Set activeActive to true, with a second ipConfiguration and public address."],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-8"] },
    scanners: { psrule: ["Azure.VNG.VPNActiveActive"] },
    types: [GATEWAY],
    check({ inputs }, findings) {
        if (isVpn(inputs)) {
            findings.require(inputs.at("activeActive"), is(true));
        }
    },
});

export const gatewayRouteBased = resourceRule({
    id: "SAM-VPN-003",
    name: "vng-route-based",
    title: "A VPN gateway must decide by routes.",
    severity: "medium",
    risk: "A policy-based gateway knows only the first version of IKE, one site, and no BGP.",
    remediation: ['Set vpnType to "RouteBased".'],
    control: { reference: "NS-9", mapping: "own reading" },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        findings.require(inputs.at("vpnType"), not("PolicyBased"));
    },
});

export const gatewayReplay = resourceRule({
    id: "SAM-VPN-004",
    name: "vng-replay-protection",
    title: "A VPN gateway must refuse packets that are sent again.",
    severity: "medium",
    risk: "Who recorded encrypted packets sends them once more, and they are taken for new ones.",
    remediation: ["Remove disableIPSecReplayProtection, or set it to false."],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8", "SC-23"] },
    scanners: {},
    types: [GATEWAY],
    fixes: [{ path: "disableIPSecReplayProtection", value: false }],
    check({ inputs }, findings) {
        findings.require(inputs.at("disableIPSecReplayProtection"), falseOrAbsent, "Remove it.");
    },
});

/** Where a gateway, or a server of a virtual hub, says how persons connect; absent if nobody does. */
function clientsOf({ type, inputs }: Subject): Value {
    return type === GATEWAY ? inputs.at("vpnClientConfiguration") : inputs.at("properties");
}

export const personsSignIn = resourceRule({
    id: "SAM-VPN-005",
    name: "vng-p2s-aad",
    title: "Persons must sign in to a VPN by Microsoft Entra ID alone.",
    severity: "high",
    risk: "A certificate or a RADIUS password asks for no second factor, and is valid after its owner has left.",
    remediation: ['Set vpnAuthenticationTypes to ["AAD"], with aadTenant, aadAudience and aadIssuer.'],
    control: { reference: "IM-1", mapping: "published" },
    frameworks: { nist: ["IA-2", "AC-17"] },
    scanners: { azurePolicy: ["21a6bc25-125e-4d13-b82d-2e19b7208ab7"] },
    types: [GATEWAY, SERVER],
    check(subject, findings) {
        const clients = clientsOf(subject).known();
        if (clients.absent) {
            return;
        }
        const types = clients.at("vpnAuthenticationTypes");
        for (const type of types.items()) {
            findings.require(type, oneOf("AAD"), 'Leave "AAD" alone.');
        }
        if (types.items().length === 0) {
            findings.fail(`${types.path} must be ["AAD"]; found ${types.shown()}. Set it.`);
        }
    },
});

export const personsProtocol = resourceRule({
    id: "SAM-VPN-006",
    name: "vng-p2s-protocols",
    title: "Persons must connect to a VPN by OpenVPN or IKEv2.",
    severity: "medium",
    risk: "SSTP is retired, known to Windows alone, and not open to sign-in by Microsoft Entra ID.",
    remediation: ['Set vpnClientProtocols (vpnProtocols in a VpnServerConfiguration) to ["OpenVPN"].'],
    control: { reference: "NS-8", mapping: "own reading" },
    scanners: {},
    types: [GATEWAY, SERVER],
    check(subject, findings) {
        const clients = clientsOf(subject).known();
        for (const list of ["vpnClientProtocols", "vpnProtocols"]) {
            for (const protocol of clients.at(list).items()) {
                findings.require(protocol, oneOf("OpenVPN", "IkeV2"));
            }
        }
    },
});

/** What each part of an IPsec policy may be. The rest is broken, or too weak for what is recorded today. */
const STRONG: Readonly<Record<string, readonly string[]>> = {
    ikeEncryption: ["AES256", "GCMAES256"],
    ikeIntegrity: ["SHA256", "SHA384", "GCMAES256"],
    dhGroup: ["DHGroup14", "DHGroup2048", "DHGroup24", "ECP256", "ECP384"],
    ipsecEncryption: ["AES256", "GCMAES256"],
    ipsecIntegrity: ["SHA256", "GCMAES256"],
    pfsGroup: ["PFS2048", "PFS14", "PFS24", "ECP256", "ECP384", "PFSMM"],
};

function requireStrong(policies: Value, findings: Findings): void {
    for (const policy of policies.items()) {
        for (const [part, accepted] of Object.entries(STRONG)) {
            findings.require(policy.at(part), oneOf(...accepted));
        }
    }
}

/** Types of connections that IPsec encrypts. */
const ENCRYPTED: ReadonlySet<string | undefined> = new Set(["ipsec", "vnet2vnet"]);

export const connectionEncryption = resourceRule({
    id: "SAM-VPN-007",
    name: "vpn-ipsec-custom",
    title: "A VPN connection must name strong encryption, and nothing else.",
    severity: "high",
    risk: "Without a policy of its own, Azure's default takes weak algorithms too, and the other side chooses.",
    remediation: [
        "Set ipsecPolicies with AES256 or GCMAES256, SHA256 or better, DHGroup14 or better, and a pfsGroup.",
        "In a VpnConnection, do so in every link.",
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8(1)", "SC-13"] },
    scanners: { azurePolicy: ["50b83b09-03da-41c1-b656-c293c914862b"] },
    types: [CONNECTION, WAN_CONNECTION],
    check({ type, inputs }, findings) {
        if (type === CONNECTION && !ENCRYPTED.has(inputs.at("connectionType").folded())) {
            return;
        }
        const links = inputs.at("vpnLinkConnections").items();
        for (const place of links.length > 0 ? links : [inputs]) {
            const policies = place.at("ipsecPolicies");
            findings.attempt(() => {
                if (policies.items().length === 0) {
                    findings.fail(
                        `${policies.path} must hold a policy; found ${policies.shown()}. Add one with AES256 and SHA256.`,
                    );
                }
                requireStrong(policies, findings);
            });
        }
    },
});

export const personsEncryption = resourceRule({
    id: "SAM-VPN-008",
    name: "vng-p2s-ipsec",
    title: "What a gateway names for persons' connections must be strong encryption.",
    severity: "medium",
    risk: "A weak algorithm in the list is the one that an attacker on the way makes both sides agree on.",
    remediation: [
        "Remove vpnClientIpsecPolicies, or name AES256 or GCMAES256, SHA256 or better, and DHGroup14 or better.",
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    frameworks: { nist: ["SC-8(1)", "SC-13"] },
    scanners: {},
    types: [GATEWAY, SERVER],
    check(subject, findings) {
        requireStrong(clientsOf(subject).known().at("vpnClientIpsecPolicies"), findings);
    },
});

export const connectionSecondVersion = resourceRule({
    id: "SAM-VPN-009",
    name: "vpn-ikev2",
    title: "A VPN connection must use the second version of IKE.",
    severity: "high",
    risk: "The first version gives away who connects, and can be asked until its key is guessed.",
    remediation: [
        'Remove connectionProtocol (vpnConnectionProtocolType in a VpnConnection and its links), or set it to "IKEv2".',
    ],
    control: { reference: "NS-8", mapping: "own reading" },
    frameworks: { nist: ["SC-8"] },
    scanners: {},
    types: [CONNECTION, WAN_CONNECTION],
    check({ inputs }, findings) {
        const links = inputs.at("vpnLinkConnections").items();
        for (const place of [inputs, ...links]) {
            for (const property of ["connectionProtocol", "vpnConnectionProtocolType"]) {
                findings.require(place.at(property), not("IKEv1"));
            }
        }
    },
});

export const noFastPath = resourceRule({
    id: "SAM-VPN-010",
    name: "er-no-fastpath-bypass",
    title: "An ExpressRoute connection must not go around its gateway.",
    severity: "medium",
    risk: "With FastPath, packets of the other site go straight to machines and private endpoints, past routes that lead to the firewall.",
    remediation: ["Remove expressRouteGatewayBypass and enablePrivateLinkFastPath, or set them to false."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: [CONNECTION, "network:ExpressRouteConnection"],
    check({ inputs }, findings) {
        findings.require(inputs.at("expressRouteGatewayBypass"), falseOrAbsent, "Remove it.");
        findings.require(inputs.at("enablePrivateLinkFastPath"), falseOrAbsent, "Remove it.");
    },
});

export const noForeignTransit = resourceRule({
    id: "SAM-VPN-011",
    name: "er-no-vnet-transit",
    title: "An ExpressRoute gateway must not connect networks of others.",
    severity: "medium",
    risk: "Networks that share the circuit reach this one through the gateway, without a peering that anybody here has agreed to.",
    remediation: ["Remove allowRemoteVnetTraffic and allowVirtualWanTraffic, or set them to false."],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: [GATEWAY],
    check({ inputs }, findings) {
        findings.require(inputs.at("allowRemoteVnetTraffic"), falseOrAbsent, "Remove it.");
        findings.require(inputs.at("allowVirtualWanTraffic"), falseOrAbsent, "Remove it.");
    },
});

export const networkGatewayRules = [
    gatewaySku,
    gatewayActiveActive,
    gatewayRouteBased,
    gatewayReplay,
    personsSignIn,
    personsProtocol,
    connectionEncryption,
    personsEncryption,
    connectionSecondVersion,
    noFastPath,
    noForeignTransit,
];
