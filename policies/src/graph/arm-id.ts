import type { Value } from "../frame/value";

/** The parts of an ARM resource id that name a resource, all in lower case: ARM compares ids without regard to case. */
export interface ArmId {
    resourceGroup: string;
    /** Types from parent to child, without the provider's namespace: `virtualnetworks/subnets`. */
    kind: string;
    /** Names from parent to child. */
    names: string[];
}

/** Reads `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/v/subnets/s`; undefined if it is none. */
export function parseArmId(id: string): ArmId | undefined {
    const match = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)\/providers\/[^/]+\/(.+?)\/?$/i.exec(id);
    const segments = match?.[2]?.toLowerCase().split("/") ?? [];
    if (match?.[1] === undefined || segments.length % 2 !== 0) {
        return undefined;
    }
    return {
        resourceGroup: match[1].toLowerCase(),
        kind: segments.filter((_, index) => index % 2 === 0).join("/"),
        names: segments.filter((_, index) => index % 2 === 1),
    };
}

/** The part of an ARM id that follows its last slash: the name of a part of an Application Gateway, for example. */
export function lastSegment(id: string): string {
    return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

/** Whether an id may be that of a part, which it names by its last segment: what is unknown may be anything. */
export function mayName(id: Value, part: Value): boolean {
    const name = part.at("name");
    return id.unknown || name.unknown || lastSegment(id.text() ?? "") === name.folded();
}
