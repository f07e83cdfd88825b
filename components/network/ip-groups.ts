import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { mapValues } from "../record";

/**
 * Makes an IP group of each set of CIDRs and returns their ids. One after the other: Azure refuses a change to a group
 * while the firewall that uses it takes up another.
 */
export function ipGroups(
    suffix: string,
    groups: Readonly<Record<string, readonly string[]>>,
    { resourceGroupId, ...placement }: Placement & { resourceGroupId: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Output<string>> {
    let previous: pulumi.Resource | undefined;
    return mapValues(groups, (ipAddresses, group) => {
        const name = `ipg-${group}-${suffix}`;
        const made = new network.IpGroup(
            name,
            { ipGroupsName: name, ipAddresses: [...ipAddresses], ...placementOf(placement) },
            { ...opts, dependsOn: previous },
        );
        previous = made;
        // Hangs on an input of the group: who uses the id waits for the group, yet a preview knows it.
        return pulumi
            .all([resourceGroupId, made.location])
            .apply(([resourceGroup]) => `${resourceGroup}/providers/Microsoft.Network/ipGroups/${name}`);
    });
}
