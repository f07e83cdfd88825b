import type * as pulumi from "@pulumi/pulumi";

/** Where a resource lives. Every component takes these under the same names. */
export interface Placement {
    /** Azure region, for example `westeurope`. */
    location: string;
    resourceGroupName: pulumi.Input<string>;
    /** Tags of every resource that can carry some. Default: none. */
    tags?: Record<string, string>;
    /** Log Analytics workspace that takes the logs of every resource that has some. Default: none are kept. */
    logWorkspaceId?: pulumi.Input<string>;
}

/** The part of `args` that azure-native resources take as it is. */
export function placementOf({ location, resourceGroupName, tags }: Placement) {
    return { location, resourceGroupName, tags };
}

/** The part of `args` that a component hands on to those inside it. */
export function placeOf({ location, resourceGroupName, tags, logWorkspaceId }: Placement): Placement {
    return { location, resourceGroupName, tags, logWorkspaceId };
}
