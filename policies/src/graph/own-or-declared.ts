import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { leadsTo, someOf } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** Ids of resources of other stacks, which no rule has seen, and the option of the rule that names them. */
export interface Declared {
    option: string;
    ids: readonly string[];
}

/**
 * Demands that an ARM id is that of one of the stack's own resources, or one that configuration names.
 * @param kind what the id must be of: "Log Analytics workspace"
 */
export function requireOwnOrDeclared(
    graph: ResourceGraph,
    { from, id, kind }: { from: GraphResource; id: Value; kind: string },
    own: readonly GraphResource[],
    { option, ids }: Declared,
    findings: Findings,
): void {
    if (!someOf(own, (resource) => leadsTo(graph, from, id, resource))) {
        findings.require(id, {
            accepts: (raw) => typeof raw === "string" && isAmong(ids, raw),
            text: `the id of a ${kind} of this stack or of the option ${option}`,
        });
    }
}

/** Whether an id is among others. ARM compares ids without regard to case. */
export function isAmong(ids: readonly string[], id: string): boolean {
    return ids.some((other) => other.toLowerCase() === id.toLowerCase());
}
