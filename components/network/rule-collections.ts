import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";
import type { TlsInspection } from "./firewall-policy";
import { firewallRule } from "./firewall-rules";
import { ipGroups } from "./ip-groups";
import type { EgressPlan } from "./ip-groups-plan";

export interface RuleCollectionsArgs extends Placement {
    /** Id of the resource group: rules refer to IP groups by ids that a preview shows. */
    resourceGroupId: pulumi.Input<string>;
    /** Everything that may leave; what no rule names is dropped. */
    egress: EgressPlan;
    inspection?: TlsInspection;
}

/** Writes the allow-list into a policy: a collection of rules by address, and one of rules by host name. */
export function ruleCollections(
    suffix: string,
    policy: network.FirewallPolicy,
    args: RuleCollectionsArgs,
    opts: pulumi.CustomResourceOptions,
): network.FirewallPolicyRuleCollectionGroup {
    const { egress, inspection, resourceGroupName } = args;
    const options = { groupIds: ipGroups(suffix, egress.groups, args, opts), inspects: inspection !== undefined };
    const collections = [
        { name: "network", priority: 100, kind: "network" },
        { name: "application", priority: 200, kind: "application" },
    ] as const;
    const name = `rcg-${suffix}`;
    return new network.FirewallPolicyRuleCollectionGroup(
        name,
        {
            ruleCollectionGroupName: name,
            firewallPolicyName: policy.name,
            resourceGroupName,
            priority: 1000,
            ruleCollections: collections
                .map(({ name: collection, priority, kind }) => ({
                    name: collection,
                    priority,
                    ruleCollectionType: "FirewallPolicyFilterRuleCollection" as const,
                    action: { type: "Allow" },
                    rules: egress.rules
                        .filter(({ rule }) => rule.kind === kind)
                        .map((shared) => firewallRule(shared, options)),
                }))
                .filter(({ rules }) => rules.length > 0),
        },
        opts,
    );
}
