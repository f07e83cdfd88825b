import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { addressAt, FIRST_USABLE } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { subnetRange } from "./private-address";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: Azure Firewall with its policies. */

const TIERS = ["Basic", "Standard", "Premium"];

/** "Azure Firewall Manager policy overview": what each tier of a policy may hold. */
const PREMIUM_ONLY: Readonly<Record<string, string>> = {
    intrusionDetection: "Intrusion Detection",
    transportSecurity: "TLS Inspection",
};

function premiumFeatures(inputs: Properties): string[] {
    return Object.entries(PREMIUM_ONLY).flatMap(([property, feature]) => (valueAt(inputs, property) ? [feature] : []));
}

const policyFitsItsTier: Rule = ({ id, inputs }) => {
    const tier = stringAt(inputs, "sku.tier") ?? "Standard";
    const features = tier === "Premium" ? [] : premiumFeatures(inputs);
    if (tier === "Basic" && valueAt(inputs, "dnsSettings")) features.push("DNS Settings");
    return features.length === 0 ? undefined : higherTier(id, tier, features);
};

function higherTier(id: string, tier: string, features: string[]): ArmError {
    return new ArmError(
        "FirewallPolicyHigherTierOnlyProperties",
        `Firewall Policy ${lastSegment(id)} of tier ${tier} contains higher tier only properties - ${features.join(", ")}.`,
    );
}

const RULE_FEATURES = ["targetUrls", "webCategories"];

const ruleCollectionsFitTheTier: Rule = ({ id, inputs }, cloud) => {
    const policy = cloud.get(parentId(id) ?? "");
    const tier = stringAt(policy?.inputs, "sku.tier") ?? "Standard";
    if (!policy || tier === "Premium") return undefined;
    for (const rule of itemsAt(inputs, "ruleCollections").flatMap((collection) => itemsAt(collection, "rules"))) {
        const features = RULE_FEATURES.filter((property) => stringsAt(rule, `${property}[]`).length > 0);
        if (rule["terminateTLS"] === true) features.push("terminateTLS");
        if (features.length > 0) return higherTier(policy.id, tier, features);
    }
    return undefined;
};

const groupPriorityIsFree: Rule = ({ id, inputs }, cloud) => {
    const siblings = cloud.children(parentId(id) ?? "", "network:FirewallPolicyRuleCollectionGroup");
    const clash = siblings.find(
        (other) => idKey(other.id) !== idKey(id) && other.inputs["priority"] === inputs["priority"],
    );
    if (!clash || typeof inputs["priority"] !== "number") return undefined;
    const message = `Rule collection group ${lastSegment(id)} has the same priority ${inputs["priority"]} as ${lastSegment(clash.id)}.`;
    return new ArmError("FirewallPolicyRuleCollectionGroupPriorityConflict", message);
};

/** FQDNs in network rules are resolved by the firewall, which it does only as DNS proxy. */
const networkRuleNamesNeedDnsProxy: Rule = ({ id, inputs }, cloud) => {
    const policy = cloud.get(parentId(id) ?? "");
    const rules = itemsAt(inputs, "ruleCollections").flatMap((collection) => itemsAt(collection, "rules"));
    const named = rules.find(
        (rule) => rule["ruleType"] === "NetworkRule" && stringsAt(rule, "destinationFqdns[]").length > 0,
    );
    const proxy = valueAt(policy?.inputs, "dnsSettings.enableProxy");
    if (!named || !policy || proxy === true || proxy === UNKNOWN) return undefined;
    const message = `Network rule ${String(named["name"])} uses destination FQDNs, but DNS proxy is not enabled in ${lastSegment(policy.id)}.`;
    return new ArmError("FirewallPolicyNetworkRuleFqdnRequiresDnsProxy", message);
};

const policyTierFitsFirewall: Rule = ({ id, inputs }, cloud) => {
    const policy = cloud.get(stringAt(inputs, "firewallPolicy.id") ?? "");
    if (!policy) return undefined;
    const policyTier = stringAt(policy.inputs, "sku.tier") ?? "Standard";
    const firewallTier = stringAt(inputs, "sku.tier") ?? "Standard";
    const fits = policyTier === firewallTier || (TIERS.indexOf(policyTier) === 1 && TIERS.indexOf(firewallTier) === 2);
    if (fits) return undefined;
    const message =
        `Firewall Policy ${lastSegment(policy.id)} of tier ${policyTier} cannot be attached to firewall ${lastSegment(id)} of ` +
        `tier ${firewallTier}: a Basic policy goes with a Basic firewall, a Standard policy with Standard or Premium, a Premium policy with Premium.`;
    return new ArmError("AzureFirewallPolicyTierMismatch", message);
};

const policyExcludesClassicRules: Rule = ({ id, inputs }) => {
    const classic = ["applicationRuleCollections", "natRuleCollections", "networkRuleCollections"];
    const used = classic.filter((property) => itemsAt(inputs, property).length > 0);
    if (used.length === 0 || valueAt(inputs, "firewallPolicy") === undefined) return undefined;
    const message = `Azure Firewall ${lastSegment(id)} references a policy and has classic rules (${used.join(", ")}).`;
    return new ArmError("AzureFirewallRulesAndPolicyConflict", message);
};

/** Subnets that the service prescribes by name. */
export function subnetIsNamed(path: string, name: string, code: string, service: string): Rule {
    return ({ inputs }) => {
        const wrong = stringsAt(inputs, path).find((id) => lastSegment(id) !== name);
        if (wrong === undefined) return undefined;
        return new ArmError(
            code,
            `Subnet name ${wrong} is invalid for ${service}. ${service} can only be created in subnet with name '${name}'.`,
        );
    };
}

/** Frontends of a zone-redundant, always static service. */
export function addressesAreStandard(path: string): Rule {
    return ({ id, inputs }, cloud) => {
        for (const address of stringsAt(inputs, path)) {
            const sku = stringAt(cloud.get(address)?.inputs, "sku.name");
            if (sku !== undefined && sku !== "Standard") {
                const message = `${lastSegment(id)} needs public IP addresses of SKU Standard, but ${lastSegment(address)} is ${sku}.`;
                return new ArmError("PublicIPAddressSkuMustBeStandard", message);
            }
        }
        return undefined;
    };
}

export const firewall: ServiceTypes = {
    AzureFirewall: {
        id: inGroup("Microsoft.Network/azureFirewalls/{azureFirewallName}"),
        replaceOn: ["sku.name", "zones"],
        rules: [
            subnetIsNamed(
                "ipConfigurations[].subnet.id",
                "AzureFirewallSubnet",
                "AzureFirewallSubnetNameInvalid",
                "Azure Firewall",
            ),
            subnetIsNamed(
                "managementIpConfiguration.subnet.id",
                "AzureFirewallManagementSubnet",
                "AzureFirewallManagementSubnetNameInvalid",
                "Azure Firewall management",
            ),
            policyTierFitsFirewall,
            policyExcludesClassicRules,
            addressesAreStandard("ipConfigurations[].publicIPAddress.id"),
        ],
        sets: ["zones"],
        inUse: "AzureFirewallInUse",
        computed: ({ inputs }, cloud) => {
            const range = subnetRange(stringsAt(inputs, "ipConfigurations[].subnet.id")[0], cloud);
            const address = range === undefined ? undefined : addressAt(range, FIRST_USABLE);
            // All configurations of a firewall share the private address of its load balancer.
            return { ipConfigurations: itemsAt(inputs, "ipConfigurations").map(() => ({ privateIPAddress: address })) };
        },
    },
    FirewallPolicy: {
        id: inGroup("Microsoft.Network/firewallPolicies/{firewallPolicyName}"),
        replaceOn: ["sku.tier"],
        rules: [policyFitsItsTier],
        inUse: "FirewallPolicyInUse",
        computed: (_policy) => ({ firewalls: [], childPolicies: [], ruleCollectionGroups: [] }),
    },
    FirewallPolicyRuleCollectionGroup: {
        id: inGroup(
            "Microsoft.Network/firewallPolicies/{firewallPolicyName}/ruleCollectionGroups/{ruleCollectionGroupName}",
        ),
        required: ["priority"],
        rules: [ruleCollectionsFitTheTier, groupPriorityIsFree, networkRuleNamesNeedDnsProxy],
    },
};
