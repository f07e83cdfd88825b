import type { GraphResource, ResourceGraph } from "./resource-graph";

/** URNs of all that a resource waits for, however far down the chain. */
export function allAwaited(from: GraphResource, graph: ResourceGraph): Set<string> {
    const seen = new Set<string>();
    const open = [...from.dependencies];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
        if (!seen.has(urn)) {
            seen.add(urn);
            open.push(...(graph.withUrn(urn)?.dependencies ?? []));
        }
    }
    return seen;
}
