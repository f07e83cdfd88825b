import { absent, is } from "../frame/expectation";
import { resourceRule } from "../frame/rule";

const FIREWALL = ["network:AzureFirewall"];
const POLICY = ["network:FirewallPolicy"];

export const firewallUsesPolicy = resourceRule({
    id: "SAM-AFW-001",
    name: "afw-policy",
    title: "A firewall must be governed by a firewall policy.",
    severity: "high",
    risk: "Classic rules have no threat intelligence inheritance and no DNS proxy of a policy, and are edited outside of review.",
    remediation: [
        "Set firewallPolicy.id of the firewall.",
        "Move applicationRuleCollections, networkRuleCollections and natRuleCollections into a FirewallPolicyRuleCollectionGroup.",
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: { checkov: ["CKV_AZURE_219"], azurePolicy: ["794d77cc-fe65-4801-8514-230c0be387a8"] },
    types: FIREWALL,
    check({ inputs }, findings) {
        findings.requirePresent(inputs.at("firewallPolicy").known().at("id"));
        for (const classic of ["applicationRuleCollections", "networkRuleCollections", "natRuleCollections"]) {
            findings.require(inputs.at(classic), absent, "Move its rules into the policy.");
        }
    },
});

export const firewallThreatIntelligence = resourceRule({
    id: "SAM-AFW-002",
    name: "afw-threat-intel",
    title: "A firewall policy must deny traffic to and from known malicious addresses.",
    severity: "high",
    risk: "In Alert mode, Azure's default, traffic with a known attacker is logged and let through.",
    remediation: ['Set threatIntelMode to "Deny".'],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {
        checkov: ["CKV_AZURE_216"],
        psrule: ["Azure.Firewall.PolicyMode"],
        azurePolicy: ["da79a7e2-8aa1-45ed-af81-ba050c153564"],
    },
    types: POLICY,
    fixes: [{ path: "threatIntelMode", value: "Deny" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("threatIntelMode"), is("Deny"));
    },
});

export const firewallDnsProxy = resourceRule({
    id: "SAM-AFW-003",
    name: "afw-dns-proxy",
    title: "A firewall policy must answer DNS for the networks behind it.",
    severity: "high",
    risk: "If clients and firewall resolve a name differently, rules by name let through the wrong address or nothing at all.",
    remediation: [
        "Set dnsSettings.enableProxy to true.",
        "Make the firewall's private address the DNS server of the networks behind it.",
    ],
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: { azurePolicy: ["3f84c9b0-8b64-4208-98d4-6ada96bb49c3"] },
    types: POLICY,
    check({ inputs }, findings) {
        findings.require(inputs.at("dnsSettings.enableProxy"), is(true));
    },
});

export const firewallRules = [firewallUsesPolicy, firewallThreatIntelligence, firewallDnsProxy];
