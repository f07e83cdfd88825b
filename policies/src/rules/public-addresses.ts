import { absent, is, not, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { port, portRangeOf, sharesPorts } from "../graph/port-range";

const ADDRESS = ["network:PublicIPAddress"];
const BALANCER = "network:LoadBalancer";

/** At least so many availability zones. */
export function requireZones(zones: Value, least: number, findings: Findings): void {
    const count = zones.items().length;
    if (count < least) {
        findings.fail(
            `${zones.path} must name ${least} zones or more; found ${zones.shown()}. Name them, as in ["1", "2", "3"].`,
        );
    }
}

/** The option of rules about zones. */
export const leastZones = {
    leastZones: {
        type: "integer" as const,
        minimum: 0,
        maximum: 3,
        default: 2,
        description: "Least zones to name; 0 for a region without zones.",
    },
};

export const addressStandard = resourceRule({
    id: "SAM-NET-070",
    name: "pip-standard",
    title: "Public addresses must be of the Standard SKU and static.",
    severity: "medium",
    risk: "A Basic address is open until a security group closes it and has no zones; a dynamic one goes to somebody else when it is released.",
    remediation: ['Set sku.name to "Standard" and publicIPAllocationMethod to "Static".'],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: { psrule: ["Azure.PublicIP.StandardSKU"] },
    types: ADDRESS,
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.name"), oneOf("Standard", "StandardV2"));
        findings.require(inputs.at("publicIPAllocationMethod"), is("Static"));
    },
});

export const addressZones = resourceRule<{ leastZones: number }>({
    id: "SAM-NET-071",
    name: "pip-zones",
    title: "Public addresses must be in several availability zones.",
    severity: "medium",
    risk: "An address that is bound to no zone, or to one, goes down with one data centre, and the firewall or gateway behind it.",
    remediation: [
        'Set zones to those of the service that takes the address: ["1", "2", "3"].',
        "In a region without zones, set this rule's leastZones to 0.",
    ],
    control: { reference: "BR-1", mapping: "own reading" },
    frameworks: { nist: ["CP-6", "SC-5"] },
    scanners: { psrule: ["Azure.PublicIP.AvailabilityZone"] },
    config: leastZones,
    types: ADDRESS,
    check: ({ inputs }, findings, options) => requireZones(inputs.at("zones"), options.leastZones, findings),
});

export const addressDdos = resourceRule({
    id: "SAM-NET-072",
    name: "pip-ddos-not-disabled",
    title: "Protection from floods must not be switched off for a public address.",
    severity: "medium",
    risk: "An address that is taken out of its network's protection is the one that an attacker floods.",
    remediation: ['Remove ddosSettings.protectionMode, or set it to "VirtualNetworkInherited" or "Enabled".'],
    control: { reference: "NS-5", mapping: "own reading" },
    frameworks: { nist: ["SC-5"] },
    scanners: {},
    types: ADDRESS,
    check({ inputs }, findings) {
        findings.require(inputs.at("ddosSettings.protectionMode"), not("Disabled"));
    },
});

export const balancerStandard = resourceRule({
    id: "SAM-NET-080",
    name: "lb-standard",
    title: "Load balancers must be of the Standard SKU.",
    severity: "medium",
    risk: "A Basic load balancer is retired, open by default, without zones, and AKS does not work behind one.",
    remediation: ['Set sku.name to "Standard".'],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.LB.StandardSKU"] },
    types: [BALANCER],
    check({ inputs }, findings) {
        findings.require(inputs.at("sku.name"), oneOf("Standard", "Gateway"));
    },
});

export const balancerProbes = resourceRule({
    id: "SAM-NET-081",
    name: "lb-probes",
    title: "Every rule of a load balancer must have a health probe.",
    severity: "medium",
    risk: "Without a probe, clients are sent to backends that are down.",
    remediation: ["Set probe.id of every loadBalancingRule."],
    control: { reference: "PV-1", mapping: "own reading" },
    scanners: {},
    types: [BALANCER],
    check({ inputs }, findings) {
        for (const rule of inputs.at("loadBalancingRules").items()) {
            findings.attempt(() => findings.requirePresent(rule.known().at("probe").known().at("id")));
        }
    },
});

export const balancerZones = resourceRule<{ leastZones: number }>({
    id: "SAM-NET-082",
    name: "lb-zones",
    title: "Internal frontends of load balancers must be in several availability zones.",
    severity: "medium",
    risk: "A frontend in one zone goes down with it, although the machines behind it are in others.",
    remediation: [
        "Set zones of every frontendIPConfiguration that has a subnet.",
        "In a region without zones, set this rule's leastZones to 0.",
    ],
    control: { reference: "BR-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.LB.AvailabilityZone"] },
    config: leastZones,
    types: [BALANCER],
    check({ inputs }, findings, options) {
        for (const frontend of inputs.at("frontendIPConfigurations").items()) {
            findings.attempt(() => {
                if (frontend.known().at("subnet").present) {
                    requireZones(frontend.at("zones"), options.leastZones, findings);
                }
            });
        }
    },
});

export const balancerNoLogin = resourceRule({
    id: "SAM-NET-083",
    name: "lb-no-admin-nat",
    title: "Load balancers must not lead to SSH or RDP of the machines behind them.",
    severity: "high",
    risk: "Such a rule gives every machine a login port of its own on the frontend, whatever its number there.",
    remediation: [
        "Remove inboundNatRules, inboundNatPools and rules with backendPort 22 or 3389; log in through Bastion.",
    ],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-17"] },
    scanners: {},
    types: [BALANCER, "network:InboundNatRule"],
    check({ type, inputs }, findings) {
        const lists = ["inboundNatRules", "inboundNatPools", "loadBalancingRules"];
        const rules = type === BALANCER ? lists.flatMap((list) => inputs.at(list).items()) : [inputs];
        for (const rule of rules) {
            findings.attempt(() => refuseLogin(rule.known().at("backendPort"), findings));
        }
    },
});

function refuseLogin(backend: Value, findings: Findings): void {
    const range = portRangeOf(String(backend.known().raw));
    if (range && (sharesPorts(range, port(22)) || sharesPorts(range, port(3389)))) {
        findings.fail(`${backend.path} must not be 22 or 3389; found ${backend.shown()}. Remove the rule.`);
    }
}

export const balancerNoWayOut = resourceRule({
    id: "SAM-NET-084",
    name: "lb-no-outbound-rules",
    title: "Load balancers must be no way out.",
    severity: "high",
    risk: "An outbound rule gives the machines behind it public source addresses, past the firewall.",
    remediation: ["Remove outboundRules; let the machines' subnet route to the firewall."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: [BALANCER],
    check({ inputs }, findings) {
        findings.require(inputs.at("outboundRules"), absent, "Remove it.");
    },
});

export const publicAddressRules = [
    addressStandard,
    addressZones,
    addressDdos,
    balancerStandard,
    balancerProbes,
    balancerZones,
    balancerNoLogin,
    balancerNoWayOut,
];
