import { is, oneOf } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { requireHttpsListeners } from "../graph/gateway-listeners";
import { hasPublicFrontend, requireManagedRules, WebFirewallProof } from "../graph/web-firewall";
import { aheadOf } from "./alone";

const GATEWAY = ["network:ApplicationGateway"];
const WAF_POLICY = ["network:WebApplicationFirewallPolicy"];

/** Predefined policies without TLS 1.1 and without CBC ciphers (Azure documentation, "Application Gateway SSL policy overview"). */
const STRONG_TLS_POLICIES = ["AppGwSslPolicy20220101", "AppGwSslPolicy20220101S"];

export const gatewayWafSku = resourceRule({
    id: "SAM-AGW-001",
    name: "agw-waf-sku",
    title: "A public Application Gateway must be of the WAF_v2 tier.",
    severity: "high",
    risk: "No other tier can inspect requests, so attacks on the application pass as ordinary traffic.",
    remediation: ['Set sku.name and sku.tier to "WAF_v2".'],
    control: { reference: "NS-6", mapping: "published" },
    scanners: { psrule: ["Azure.AppGw.UseWAF"] },
    types: GATEWAY,
    check({ inputs }, findings) {
        if (hasPublicFrontend(inputs)) {
            findings.require(inputs.at("sku.tier"), is("WAF_v2"));
        }
    },
});

export const wafEnabled = resourceRule({
    id: "SAM-AGW-002",
    name: "waf-enabled",
    title: "A WAF policy must be enabled.",
    severity: "critical",
    risk: "A disabled policy stays attached to its gateway and inspects nothing.",
    remediation: ['Set policySettings.state to "Enabled".'],
    control: { reference: "NS-6", mapping: "own reading" },
    scanners: { psrule: ["Azure.AppGwWAF.Enabled"] },
    types: WAF_POLICY,
    fixes: [{ path: "policySettings.state", value: "Enabled" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("policySettings.state"), is("Enabled"));
    },
});

export const wafPrevention = resourceRule({
    id: "SAM-AGW-003",
    name: "waf-prevention",
    title: "A WAF policy must be in Prevention mode.",
    severity: "critical",
    risk: "In Detection mode, Azure's default, attacks are logged and let through.",
    remediation: ['Set policySettings.mode to "Prevention".'],
    control: { reference: "NS-6", mapping: "published" },
    scanners: {
        checkov: ["CKV_AZURE_122"],
        psrule: ["Azure.AppGwWAF.PreventionMode"],
        azurePolicy: ["12430be1-6cc8-4527-a9a8-e3d38f250096"],
    },
    types: WAF_POLICY,
    fixes: [{ path: "policySettings.mode", value: "Prevention" }],
    check({ inputs }, findings) {
        findings.require(inputs.at("policySettings.mode"), is("Prevention"));
    },
});

export const wafRuleSet = resourceRule({
    id: "SAM-AGW-004",
    name: "waf-ruleset",
    title: "A WAF policy must use a managed rule set that Azure maintains.",
    severity: "high",
    risk: "Without managed rules, or with outdated ones, known attacks are not recognised.",
    remediation: [
        'Put { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1" } into managedRules.managedRuleSets.',
        "OWASP 3.2 or later is accepted too.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    scanners: {},
    types: WAF_POLICY,
    check: ({ inputs }, findings) => requireManagedRules(inputs, findings),
});

export const gatewayHttpsOnly = resourceRule({
    id: "SAM-AGW-005",
    name: "agw-https-only",
    title: "Listeners must take HTTPS, or redirect HTTP to it.",
    severity: "high",
    risk: "Anyone on the way reads and changes what travels over plain HTTP, sign-in cookies included.",
    remediation: [
        'Set protocol of every listener to "Https".',
        "For an HTTP listener, give its routing rule a redirectConfiguration whose target is an HTTPS listener.",
    ],
    control: { reference: "DP-3", mapping: "own reading" },
    scanners: {},
    types: GATEWAY,
    check: ({ inputs }, findings) => requireHttpsListeners(inputs, findings),
});

export const gatewayTls = resourceRule({
    id: "SAM-AGW-006",
    name: "agw-tls",
    title: "An Application Gateway must refuse TLS versions before 1.2.",
    severity: "high",
    risk: "Older versions of TLS have known weaknesses that let an attacker on the way read the traffic.",
    remediation: [
        'Set sslPolicy to { policyType: "Predefined", policyName: "AppGwSslPolicy20220101S" }.',
        'Or use policyType "CustomV2" with minProtocolVersion "TLSv1_2" or "TLSv1_3". Do the same in every sslProfile.',
    ],
    control: { reference: "DP-3", mapping: "published" },
    scanners: { checkov: ["CKV_AZURE_218"], psrule: ["Azure.AppGw.SSLPolicy"] },
    types: GATEWAY,
    check({ inputs }, findings) {
        requireStrongTls(inputs.at("sslPolicy"), findings);
        for (const profile of inputs.at("sslProfiles").items()) {
            // A profile without a policy of its own follows the gateway's.
            if (profile.at("sslPolicy").present) {
                findings.attempt(() => requireStrongTls(profile.at("sslPolicy"), findings));
            }
        }
    },
});

function requireStrongTls(policy: Value, findings: Findings): void {
    if (policy.at("policyType").folded()?.startsWith("custom")) {
        findings.require(policy.at("minProtocolVersion"), oneOf("TLSv1_2", "TLSv1_3"));
    } else {
        findings.require(policy.at("policyName"), oneOf(...STRONG_TLS_POLICIES));
    }
}

export const publicGatewayWaf = graphRule<{ trustedPolicies: string[] }>({
    id: "SAM-AGW-007",
    name: "waf-on-public-gateway",
    title: "Every way through a public Application Gateway must meet a WAF policy that blocks.",
    severity: "critical",
    risk: "A gateway, listener or path whose policy is missing, disabled or in Detection passes attacks on to its backends.",
    remediation: [
        "Set firewallPolicy.id of the gateway to a policy that is Enabled, in Prevention and has a managed rule set.",
        "Do the same where a listener or a path rule has a firewallPolicy of its own.",
        "If another stack holds the policy, name its id in this rule's trustedPolicies.",
    ],
    twin: { rules: ["agw-waf-named", "waf-enabled", "waf-prevention", "waf-ruleset"] },
    control: { reference: "NS-6", mapping: "published" },
    scanners: {
        checkov: ["CKV_AZURE_120"],
        psrule: ["Azure.AppGw.WAFEnabled"],
        azurePolicy: ["564feb30-bf6a-4854-b4bb-0d2d2d1e6c66"],
    },
    config: {
        trustedPolicies: {
            type: "array",
            items: { type: "string", pattern: "^/subscriptions/.+/[^/]+$" },
            uniqueItems: true,
            default: [],
            description: "ARM ids of WAF policies of other stacks, whose owners answer for their mode.",
        },
    },
    types: GATEWAY,
    check(graph, findings, { trustedPolicies }) {
        new WebFirewallProof(graph, new Set(trustedPolicies.map((id) => id.toLowerCase()))).prove(findings);
    },
});

export const publicGatewayNamesWaf = aheadOf(publicGatewayWaf, {
    id: "SAM-AGW-029",
    name: "agw-waf-named",
    title: "A public Application Gateway must name a WAF policy.",
    risk: "Without one its listeners pass everything on from the moment they answer.",
    remediation: ["Set firewallPolicy.id of the gateway to a policy that is Enabled and in Prevention."],
    types: GATEWAY,
});

export const applicationGatewayRules = [
    gatewayWafSku,
    wafEnabled,
    wafPrevention,
    wafRuleSet,
    gatewayHttpsOnly,
    gatewayTls,
    publicGatewayWaf,
    publicGatewayNamesWaf,
];
