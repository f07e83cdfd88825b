import { stringAt, stringsAt } from "../provider/values";
import { isRange } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: IP groups, which the rules of firewalls name instead of addresses. */

/** "IP address formats" of IP groups: an address, a CIDR range or `first-last`. */
function isMember(text: string): boolean {
    const ends = text.split("-");
    return ends.length === 1
        ? isRange(text)
        : ends.length === 2 && ends.every((end) => isRange(end) && !end.includes("/"));
}

const MOST_MEMBERS = 5000;

const membersAreAddresses: Rule = ({ id, inputs }) => {
    const members = stringsAt(inputs, "ipAddresses[]");
    const wrong = members.find((member) => !isMember(member));
    if (wrong === undefined && members.length <= MOST_MEMBERS) return undefined;
    const found = wrong ?? `${members.length} members`;
    const message = `IP group ${lastSegment(id)} has ${found}; allowed are up to ${MOST_MEMBERS} addresses, CIDR ranges or ranges first-last.`;
    return new ArmError("IpGroupInvalidIpAddress", message);
};

/** Policies whose rules, or whose own settings, name a group. */
function policyIds(group: Resource, cloud: CloudView): string[] {
    const ids = cloud.holders(group.id).flatMap(({ id, type }) => {
        if (type === "network:FirewallPolicy") return [id];
        return type === "network:FirewallPolicyRuleCollectionGroup" ? [parentId(id) ?? ""] : [];
    });
    return [...new Map(ids.map((id) => [idKey(id), id])).values()];
}

/** Firewalls with such a policy, and those with classic rules that name a group. */
function firewallIds(group: Resource, cloud: CloudView): string[] {
    const policies = policyIds(group, cloud).map(idKey);
    return cloud
        .ofType("network:AzureFirewall")
        .filter(
            ({ id, inputs }) =>
                policies.includes(idKey(stringAt(inputs, "firewallPolicy.id") ?? "")) ||
                cloud.holders(group.id).some((holder) => idKey(holder.id) === idKey(id)),
        )
        .map(({ id }) => id);
}

export const ipGroups: ServiceTypes = {
    IpGroup: {
        id: inGroup("Microsoft.Network/ipGroups/{ipGroupsName}"),
        rules: [membersAreAddresses],
        sets: ["ipAddresses"],
        inUse: "IpGroupInUse",
        computed: (group, cloud) => ({
            firewalls: firewallIds(group, cloud).map((id) => ({ id })),
            firewallPolicies: policyIds(group, cloud).map((id) => ({ id })),
        }),
    },
};
