import * as resources from "@pulumi/azure-native/resources";
import type * as pulumi from "@pulumi/pulumi";

export interface ResourceGroup {
    name: pulumi.Output<string>;
    id: pulumi.Output<string>;
}

/**
 * Makes a resource group, and gives out its name and id as values that a preview knows.
 * They hang on the group's location, which is an input: so whoever uses them waits for the group, yet isn't unknown.
 */
export function createResourceGroup(
    name: string,
    { location, subscriptionId }: { location: string; subscriptionId: string },
    tags: Record<string, string>,
    opts: pulumi.CustomResourceOptions,
): ResourceGroup {
    const group = new resources.ResourceGroup(name, { resourceGroupName: name, location, tags }, opts);
    return {
        name: group.location.apply(() => name),
        id: group.location.apply(() => `/subscriptions/${subscriptionId}/resourceGroups/${name}`),
    };
}
