import type { Configuration } from "../../../policies/src/frame/configuration";
import type { GraphRule, ResourceRule } from "../../../policies/src/frame/rule";
import { judgeGraph, judgeResource, type Report } from "../../../policies/src/frame/verdict";
import type { GraphResource } from "../../../policies/src/graph/resource-graph";
import { ResourceGraph } from "../../../policies/src/graph/resource-graph";
import { allRules } from "../../../policies/src/rules/all-rules";

const NO_TAGS = new Map<string, string>();

const resourceRules = allRules.filter((rule): rule is ResourceRule => rule.kind === "resource");
const graphRules = allRules.filter((rule): rule is GraphRule => rule.kind === "graph");

/** What all rules about one resource say of it. */
export function reportsOn(resource: GraphResource, configuration: Configuration): Report[] {
    return resourceRules
        .filter(({ types }) => types.includes(resource.type) || types.includes("*"))
        .flatMap((rule) => judgeResource(rule, resource, configuration, NO_TAGS));
}

/** What all rules about several resources say of a stack. */
export function reportsOnStack(resources: readonly GraphResource[], configuration: Configuration): Report[] {
    const graph = new ResourceGraph(resources);
    return graphRules
        .filter(({ types }) => types.some((type) => graph.ofType(type).length > 0))
        .flatMap((rule) => judgeGraph(rule, graph, configuration, NO_TAGS));
}

/** What the whole pack says. */
export function reportsOnAll(resources: readonly GraphResource[], configuration: Configuration): Report[] {
    return [
        ...resources.flatMap((resource) => reportsOn(resource, configuration)),
        ...reportsOnStack(resources, configuration),
    ];
}
