import type { Value } from "../frame/value";
import { isNamedBy } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";

export const COMPUTE = "machinelearningservices:Compute";
export const WORKSPACE = "machinelearningservices:Workspace";
export const EXTENSION = "kubernetesconfiguration:Extension";

/** Whether a compute is of one of these kinds; in lower case. */
export function isOf(compute: Value, ...kinds: string[]): boolean {
    return kinds.includes(compute.at("properties.computeType").folded() ?? "");
}

/** The Kubernetes clusters that are attached to workspaces. Throws if nobody knows what a compute is. */
export function attachments(graph: ResourceGraph): GraphResource[] {
    return graph.ofType(COMPUTE).filter((compute) => isOf(compute.inputs, "kubernetes"));
}

/** The workspace of the stack that a resource belongs to; none if another stack holds it. */
export function workspaceOf(graph: ResourceGraph, resource: GraphResource): GraphResource | undefined {
    return graph.ofType(WORKSPACE).find((workspace) => isNamedBy(graph, resource, "workspaceName", workspace));
}

/** Whether an extension is the Azure Machine Learning one. */
export function isMachineLearning({ inputs }: { inputs: Value }): boolean {
    return inputs.at("extensionType").folded() === "microsoft.azureml.kubernetes";
}

/** A workspace under a hub has the hub's network and dependencies. */
export function isUnderHub(workspace: Value): boolean {
    return workspace.at("hubResourceId").present || workspace.at("kind").folded() === "project";
}
