import type { Findings } from "../frame/findings";
import type { GraphResource, Reference } from "./resource-graph";

/**
 * Demands that one of these references leads to a resource. One that can't be followed may lead there: then it is undecided.
 * @param problem what is the case if none does, and what to do
 */
export function requireNamed(
    resource: GraphResource,
    references: readonly Reference[],
    problem: string,
    findings: Findings,
): void {
    const leads = references.some(
        (reference) => reference.kind === "resources" && reference.resources.includes(resource),
    );
    if (leads) {
        return;
    }
    const own = findings.on(resource.urn);
    if (references.some(({ kind }) => kind === "unknown")) {
        own.undecided(
            `${problem} An id that is not known in this preview may name it: nothing of this stack went into that id.`,
        );
    } else {
        own.fail(problem);
    }
}
