import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** A property that holds another resource's id. */
export interface Naming {
    owner: GraphResource;
    id: Value;
}

/**
 * Demands that one of these ids leads to a resource. One that is not known, and into which nothing of the stack went, may
 * lead there: then it is undecided.
 * @param problem what is the case if none does, and what to do
 */
export function requireNamed(
    graph: ResourceGraph,
    resource: GraphResource,
    namings: readonly Naming[],
    problem: string,
    findings: Findings,
): void {
    const leads = namings.some(({ owner, id }) => {
        const reference = graph.follow(owner, id, resource.type);
        return reference.kind === "resources" && reference.resources.includes(resource);
    });
    const own = findings.on(resource.urn);
    if (!leads && namings.some(({ owner, id }) => id.unknown && graph.sourcesOf(owner, id).length === 0)) {
        own.undecided(
            `${problem} An id that is not known in this preview may name it, but nothing of this stack went into that id.`,
        );
    } else if (!leads) {
        own.fail(problem);
    }
}
