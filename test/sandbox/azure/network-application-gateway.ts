import { itemsAt, stringAt, stringsAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment } from "./arm-id";
import { addressLiesInSubnet, configuredAddresses } from "./network-load-balancing";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: Application Gateway and its web application firewall policies. */

const hasItsParts: Rule = ({ id, inputs }) => {
    const needed = [
        "gatewayIPConfigurations",
        "frontendIPConfigurations",
        "frontendPorts",
        "httpListeners",
        "requestRoutingRules",
    ];
    const missing = needed.find(
        (property) => Array.isArray(inputs[property]) && itemsAt(inputs, property).length === 0,
    );
    if (missing === undefined) return undefined;
    const message = `Application Gateway ${id} must have at least one element in ${missing}.`;
    return new ArmError("ApplicationGatewayInvalidConfiguration", message);
};

/** A web application firewall comes with the WAF tiers only. */
const tierAllowsFirewall: Rule = ({ id, inputs }) => {
    const tier = stringAt(inputs, "sku.tier");
    const hasFirewall =
        valueAt(inputs, "firewallPolicy") !== undefined ||
        valueAt(inputs, "webApplicationFirewallConfiguration.enabled") === true;
    if (!hasFirewall || tier === undefined || tier.startsWith("WAF")) return undefined;
    const message = `Application Gateway ${lastSegment(id)} has SKU tier ${tier}; a web application firewall needs WAF or WAF_v2.`;
    return new ArmError("ApplicationGatewayFirewallNotConfiguredForSelectedSku", message);
};

const policyExcludesInlineFirewall: Rule = ({ id, inputs }) => {
    const both =
        valueAt(inputs, "firewallPolicy") !== undefined &&
        valueAt(inputs, "webApplicationFirewallConfiguration") !== undefined;
    if (!both) return undefined;
    const message = `Application Gateway ${lastSegment(id)} has a firewall policy and an inline firewall configuration; use the policy.`;
    return new ArmError("ApplicationGatewayFirewallPolicyAndConfigurationConflict", message);
};

const rulesOfV2HavePriorities: Rule = ({ id, inputs }) => {
    if (!stringAt(inputs, "sku.tier")?.endsWith("_v2")) return undefined;
    const rule = itemsAt(inputs, "requestRoutingRules").find(({ priority }) => priority === undefined);
    if (!rule) return undefined;
    const message = `Request routing rule ${String(rule["name"])} of ${lastSegment(id)} needs a priority (1 to 20000) on SKU v2.`;
    return new ArmError("ApplicationGatewayRequestRoutingRulePriorityCannotBeEmpty", message);
};

const prioritiesDiffer: Rule = ({ id, inputs }) => {
    const seen = new Set<number>();
    for (const { name, priority } of itemsAt(inputs, "requestRoutingRules")) {
        if (typeof priority !== "number") continue;
        if (seen.has(priority)) {
            const message = `Request routing rule ${String(name)} of ${lastSegment(id)} shares priority ${priority} with another rule.`;
            return new ArmError("ApplicationGatewayRequestRoutingRulePriorityShouldBeUnique", message);
        }
        seen.add(priority);
    }
    return undefined;
};

const httpsHasCertificate: Rule = ({ id, inputs }) => {
    const listener = itemsAt(inputs, "httpListeners").find(
        (candidate) => candidate["protocol"] === "Https" && candidate["sslCertificate"] === undefined,
    );
    if (!listener) return undefined;
    const message = `HTTPS listener ${String(listener["name"])} of ${lastSegment(id)} must have an SSL certificate.`;
    return new ArmError("ApplicationGatewayHttpsListenerMustReferenceSslCert", message);
};

/** Certificates in a key vault are read with the gateway's user-assigned identity ("TLS termination with Key Vault"). */
const vaultCertificateNeedsIdentity: Rule = ({ id, inputs }) => {
    const fromVault = stringsAt(inputs, "sslCertificates[].keyVaultSecretId").length > 0;
    if (!fromVault || valueAt(inputs, "identity") !== undefined) return undefined;
    const message = `Application Gateway ${lastSegment(id)} refers to a Key Vault secret but has no user-assigned identity.`;
    return new ArmError("ApplicationGatewayKeyVaultSecretRequiresIdentity", message);
};

/** Predefined policies with TLS below 1.2 are refused since August 2025 ("TLS 1.0 and TLS 1.1 retirement"). */
const tlsIsRecent: Rule = ({ id, inputs }) => {
    const retired = ["AppGwSslPolicy20150501", "AppGwSslPolicy20170401"];
    const policy = stringAt(inputs, "sslPolicy.policyName");
    const version = stringAt(inputs, "sslPolicy.minProtocolVersion");
    const found = [policy, version].find(
        (value) => value !== undefined && [...retired, "TLSv1_0", "TLSv1_1"].includes(value),
    );
    if (found === undefined) return undefined;
    const message = `TLS policy ${found} of ${lastSegment(id)} is retired. Use AppGwSslPolicy20220101 or later, or TLSv1_2.`;
    return new ArmError("ApplicationGatewaySslPolicyRetired", message);
};

/** A subnet of Application Gateways holds nothing else. */
const subnetIsDedicated: Rule = ({ id, inputs }, cloud) => {
    for (const subnet of stringsAt(inputs, "gatewayIPConfigurations[].subnet.id")) {
        const other = cloud
            .holders(subnet)
            .find((holder) => idKey(holder.id) !== idKey(id) && OCCUPANTS.includes(holder.type));
        if (other) {
            const message = `Subnet ${subnet} cannot be used for application gateway ${id} since it also holds ${other.id}. Use a subnet of its own.`;
            return new ArmError("ApplicationGatewaySubnetCannotHaveOtherResources", message);
        }
    }
    return undefined;
};
const OCCUPANTS = [
    "network:PrivateEndpoint",
    "network:NetworkInterface",
    "network:AzureFirewall",
    "containerservice:ManagedCluster",
    "containerservice:AgentPool",
];

const managedRulesArePresent: Rule = ({ id, inputs }) => {
    const sets = valueAt(inputs, "managedRules.managedRuleSets");
    if (!Array.isArray(sets) || sets.length > 0) return undefined;
    const message = `Web application firewall policy ${lastSegment(id)} must have at least one managed rule set.`;
    return new ArmError("ApplicationGatewayFirewallPolicyMustHaveManagedRuleSet", message);
};

/** "Web Application Firewall DRS and CRS rule groups and rules". */
const RULE_SETS: Readonly<Record<string, readonly string[]>> = {
    OWASP: ["3.0", "3.1", "3.2"],
    Microsoft_DefaultRuleSet: ["2.1", "2.2"],
    Microsoft_BotManagerRuleSet: ["0.1", "1.0", "1.1"],
    Microsoft_HTTPDDoSRuleSet: ["1.0"],
};

const ruleSetsExist: Rule = ({ inputs }) => {
    for (const set of itemsAt(inputs, "managedRules.managedRuleSets")) {
        const { ruleSetType: type, ruleSetVersion: version } = set;
        if (typeof type !== "string" || typeof version !== "string" || RULE_SETS[type]?.includes(version)) continue;
        const known = Object.entries(RULE_SETS).map(([name, versions]) => `${name} ${versions.join(" or ")}`);
        const message = `Managed rule set ${type} ${version} is not valid. Allowed: ${known.join(", ")}.`;
        return new ArmError("ApplicationGatewayFirewallPolicyInvalidRuleSet", message);
    }
    return undefined;
};

const oneBaseRuleSet: Rule = ({ id, inputs }) => {
    const base = stringsAt(inputs, "managedRules.managedRuleSets[].ruleSetType").filter((type) =>
        ["OWASP", "Microsoft_DefaultRuleSet"].includes(type),
    );
    if (base.length < 2) return undefined;
    const message = `Policy ${lastSegment(id)} has ${base.join(" and ")}; only one of them can be the base rule set.`;
    return new ArmError("ApplicationGatewayFirewallPolicyMultipleBaseRuleSets", message);
};

export const applicationGateway: ServiceTypes = {
    ApplicationGateway: {
        id: inGroup("Microsoft.Network/applicationGateways/{applicationGatewayName}"),
        required: [
            "sku",
            "gatewayIPConfigurations",
            "frontendIPConfigurations",
            "frontendPorts",
            "httpListeners",
            "requestRoutingRules",
        ],
        replaceOn: ["zones"],
        rules: [
            hasItsParts,
            tierAllowsFirewall,
            policyExcludesInlineFirewall,
            rulesOfV2HavePriorities,
            prioritiesDiffer,
            httpsHasCertificate,
            vaultCertificateNeedsIdentity,
            tlsIsRecent,
            subnetIsDedicated,
            addressLiesInSubnet("frontendIPConfigurations"),
        ],
        sets: ["zones"],
        inUse: "ApplicationGatewayInUse",
        computed: (gateway, cloud) => ({
            operationalState: "Running",
            frontendIPConfigurations: configuredAddresses(gateway, "frontendIPConfigurations", cloud),
        }),
    },
    WebApplicationFirewallPolicy: {
        id: inGroup("Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/{policyName}"),
        rules: [managedRulesArePresent, ruleSetsExist, oneBaseRuleSet],
        inUse: "ApplicationGatewayFirewallPolicyInUse",
        computed: () => ({ resourceState: "Enabled" }),
    },
};
