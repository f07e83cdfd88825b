import { containsUnknown, itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { addressAt, FIRST_USABLE, isNetworkAddress, isRange } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { addressesAreFree, addressesAreStandard, defaultRouteHop, subnetIsNamed } from "./network-references";
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

/** A firewall decrypts only with a certificate authority of its own ("Azure Firewall Premium certificates"). */
const terminationNeedsAuthority: Rule = ({ id, inputs }, cloud) => {
    const policy = cloud.get(parentId(id) ?? "");
    const rule = itemsAt(inputs, "ruleCollections")
        .flatMap((collection) => itemsAt(collection, "rules"))
        .find((candidate) => candidate["terminateTLS"] === true);
    if (!rule || !policy || valueAt(policy.inputs, "transportSecurity.certificateAuthority") !== undefined)
        return undefined;
    const message = `Rule ${String(rule["name"])} of ${lastSegment(id)} terminates TLS, but ${lastSegment(policy.id)} has no transportSecurity.certificateAuthority.`;
    return new ArmError("FirewallPolicyTransportSecurityNotConfigured", message);
};

const SECRET_ID = /^https:\/\/[a-zA-Z0-9-]+\.vault\.[a-z.]+\/secrets\/[a-zA-Z0-9-]+(\/[0-9a-f]{32})?\/?$/;

/** The certificate is read from a key vault with a user-assigned identity of the policy. */
const authorityIsReadable: Rule = ({ id, inputs }) => {
    const authority = valueAt(inputs, "transportSecurity.certificateAuthority");
    if (authority === undefined || containsUnknown([authority, inputs["identity"]])) return undefined;
    const secret = stringAt(authority, "keyVaultSecretId");
    const hasIdentity = stringsAt(inputs, "identity.userAssignedIdentities[]").length > 0;
    const reason =
        secret === undefined || !SECRET_ID.test(secret)
            ? `keyVaultSecretId '${secret ?? ""}' is not the id of a key vault secret`
            : "the policy has no user-assigned identity to read the certificate with";
    if (hasIdentity && secret !== undefined && SECRET_ID.test(secret)) return undefined;
    const message = `TLS inspection of Firewall Policy ${lastSegment(id)} is not valid: ${reason}.`;
    return new ArmError("FirewallPolicyTransportSecurityInvalid", message);
};

/** Ranges that are reached without source address translation; the word stands for RFC 1918 and RFC 6598. */
const privateRangesAreRanges: Rule = ({ id, inputs }) => {
    const wrong = stringsAt(inputs, "snat.privateRanges[]").find(
        (range) => range !== "IANAPrivateRanges" && !(isRange(range) && isNetworkAddress(range)),
    );
    if (wrong === undefined) return undefined;
    const message = `Private range ${wrong} of Firewall Policy ${lastSegment(id)} is not valid: use a CIDR range, an address or IANAPrivateRanges.`;
    return new ArmError("FirewallPolicyInvalidSnatPrivateRange", message);
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

/** "Azure Firewall forced tunneling": Azure manages the firewall over a route to the Internet. */
const managementReachesAzure: Rule = ({ id, inputs }, cloud) => {
    const hopOf = (path: string) => {
        const subnet = cloud.get(stringsAt(inputs, path)[0] ?? "");
        return defaultRouteHop(stringAt(subnet?.inputs, "routeTable.id"), cloud);
    };
    const hop = hopOf("ipConfigurations[].subnet.id");
    const management = hopOf("managementIpConfiguration.subnet.id");
    if (management !== undefined && management !== "Internet") {
        const message = `The route table of the management subnet of ${lastSegment(id)} sends 0.0.0.0/0 to ${management}; allowed is Internet.`;
        return new ArmError("AzureFirewallManagementSubnetInvalidDefaultRoute", message);
    }
    const tunnelled = hop !== undefined && hop !== "Internet";
    const basic = stringAt(inputs, "sku.tier") === "Basic";
    if ((!tunnelled && !basic) || valueAt(inputs, "managementIpConfiguration") !== undefined) return undefined;
    const reason = basic ? "is of tier Basic" : `has a default route to ${hop} (forced tunnelling)`;
    const message = `Azure Firewall ${lastSegment(id)} ${reason}, which needs a managementIpConfiguration in AzureFirewallManagementSubnet.`;
    return new ArmError("AzureFirewallManagementIpConfigurationRequired", message);
};

const policyExcludesClassicRules: Rule = ({ id, inputs }) => {
    const classic = ["applicationRuleCollections", "natRuleCollections", "networkRuleCollections"];
    const used = classic.filter((property) => itemsAt(inputs, property).length > 0);
    if (used.length === 0 || valueAt(inputs, "firewallPolicy") === undefined) return undefined;
    const message = `Azure Firewall ${lastSegment(id)} references a policy and has classic rules (${used.join(", ")}).`;
    return new ArmError("AzureFirewallRulesAndPolicyConflict", message);
};

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
            addressesAreFree("ipConfigurations[].publicIPAddress.id"),
            managementReachesAzure,
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
        rules: [policyFitsItsTier, authorityIsReadable, privateRangesAreRanges],
        inUse: "FirewallPolicyInUse",
        computed: (policy, cloud) => {
            const holders = (type: string) =>
                cloud.holders(policy.id).flatMap((holder) => (holder.type === type ? [{ id: holder.id }] : []));
            return {
                firewalls: holders("network:AzureFirewall"),
                childPolicies: holders("network:FirewallPolicy"),
                ruleCollectionGroups: cloud
                    .children(policy.id, "network:FirewallPolicyRuleCollectionGroup")
                    .map(({ id }) => ({ id })),
            };
        },
    },
    FirewallPolicyRuleCollectionGroup: {
        id: inGroup(
            "Microsoft.Network/firewallPolicies/{firewallPolicyName}/ruleCollectionGroups/{ruleCollectionGroupName}",
        ),
        required: ["priority"],
        rules: [
            ruleCollectionsFitTheTier,
            terminationNeedsAuthority,
            groupPriorityIsFree,
            networkRuleNamesNeedDnsProxy,
        ],
    },
};
