import type { Registration } from "./capture";

/** A firewall's rule as it was registered. */
export interface FirewallRule extends Record<string, unknown> {
    readonly name: string;
    /** The addresses in its IP groups. */
    readonly sources: readonly string[];
}

/** The rules of all groups of collections, with their IP groups spelled out. */
export function firewallRules(registrations: readonly Registration[]): FirewallRule[] {
    const ofType = (type: string) => registrations.filter((entry) => entry.type === `azure-native:network:${type}`);
    const addresses = new Map(
        ofType("IpGroup").map(({ inputs }) => [String(inputs["ipGroupsName"]), inputs["ipAddresses"] as string[]]),
    );
    return ofType("FirewallPolicyRuleCollectionGroup")
        .flatMap(({ inputs }) => inputs["ruleCollections"] as { rules: (FirewallRule & Groups)[] }[])
        .flatMap(({ rules }) => rules)
        .map((rule) => ({
            ...rule,
            sources: rule.sourceIpGroups.flatMap((group) => addresses.get(group.split("/").at(-1) ?? "") ?? []),
        }));
}

interface Groups {
    readonly sourceIpGroups: readonly string[];
}
