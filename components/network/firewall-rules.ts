import type { EgressRule } from "./egress-rules";
import type { SharedRule } from "./ip-groups-plan";

export interface FirewallRuleOptions<Id> {
    /** Ids of the IP groups, by the plan's names. */
    readonly groupIds: Readonly<Record<string, Id>>;
    /** Whether the firewall can look into TLS. */
    readonly inspects: boolean;
}

/** A rule in the words of a firewall policy. */
export function firewallRule<Id>({ rule, groups }: SharedRule, { groupIds, inspects }: FirewallRuleOptions<Id>) {
    const common = {
        name: rule.name,
        description: `${rule.why} Source: ${rule.source}.`,
        sourceIpGroups: groups.map((group) => groupIds[group]),
    };
    return { ...common, ...matchOf(rule, inspects) };
}

function matchOf(rule: EgressRule, inspects: boolean) {
    if (rule.kind === "network") {
        return {
            ruleType: "NetworkRule" as const,
            ipProtocols: [rule.protocol],
            destinationAddresses: rule.destinations.length > 0 ? [...rule.destinations] : undefined,
            destinationFqdns: rule.fqdns && [...rule.fqdns],
            destinationPorts: [...rule.ports],
        };
    }
    return {
        ruleType: "ApplicationRule" as const,
        protocols: rule.protocols.map((protocol) => ({ ...protocol })),
        targetFqdns: rule.fqdns && [...rule.fqdns],
        fqdnTags: rule.fqdnTags && [...rule.fqdnTags],
        terminateTLS: inspects && rule.inspect ? true : undefined,
    };
}
