import type { Findings } from "../frame/findings";
import { requireOwnOrDeclared } from "./own-or-declared";
import type { ResourceGraph } from "./resource-graph";

/**
 * Proves that logs go where somebody of the platform reads them.
 * @param trusted ARM ids of Log Analytics workspaces of other stacks
 */
export function proveLogDestinations(graph: ResourceGraph, trusted: readonly string[], findings: Findings): void {
    const workspaces = graph.ofType("operationalinsights:Workspace");
    for (const setting of graph.ofType("monitor:DiagnosticSetting")) {
        const own = findings.on(setting.urn);
        own.attempt(() => {
            const id = setting.inputs.at("workspaceId");
            if (id.present) {
                requireOwnOrDeclared(
                    graph,
                    { from: setting, id, kind: "Log Analytics workspace" },
                    workspaces,
                    { option: "trustedWorkspaces", ids: trusted },
                    own,
                );
            }
        });
    }
}
