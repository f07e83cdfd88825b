import type * as pulumi from "@pulumi/pulumi";

/** Where a resource lives. Every component takes these under the same names. */
export interface Placement {
    /** Azure region, for example `westeurope`. */
    location: string;
    resourceGroupName: pulumi.Input<string>;
    /** Tags of every resource that can carry some. Default: none. */
    tags?: Record<string, string>;
}

/** The part of `args` that azure-native resources take as it is. */
export function placementOf({ location, resourceGroupName, tags }: Placement): Placement {
    return { location, resourceGroupName, tags };
}
