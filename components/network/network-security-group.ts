import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import type { NsgRule } from "./nsg-rules";

/** Makes a network security group that holds exactly `rules`. */
export function networkSecurityGroup(
    name: string,
    rules: readonly NsgRule[],
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.NetworkSecurityGroup {
    const group = new network.NetworkSecurityGroup(
        name,
        { networkSecurityGroupName: name, securityRules: rules.map(toSecurityRule), ...placementOf(placement) },
        opts,
    );
    sendLogs(name, "networkSecurityGroup", group.id, placement.logWorkspaceId, opts);
    return group;
}

function toSecurityRule(rule: NsgRule) {
    const { name, description, direction, access, priority, protocol } = rule;
    return {
        name,
        description,
        direction,
        access,
        priority,
        protocol,
        sourcePortRange: "*",
        ...oneOrMany(rule.sources, "sourceAddressPrefix", "sourceAddressPrefixes"),
        ...oneOrMany(rule.destinations, "destinationAddressPrefix", "destinationAddressPrefixes"),
        ...oneOrMany(rule.ports, "destinationPortRange", "destinationPortRanges"),
    };
}

/** Azure takes service tags and `*` in the singular property alone, and lists in the plural one alone. */
function oneOrMany<One extends string, Many extends string>(values: readonly string[], one: One, many: Many) {
    return (values.length === 1 ? { [one]: values[0] } : { [many]: [...values] }) as Partial<
        Record<One, string> & Record<Many, string[]>
    >;
}
