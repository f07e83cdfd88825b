import type { Findings } from "../frame/findings";
import type { Direction } from "./kubernetes-namespaces";
import { isDenied, NAMESPACE, Namespaces } from "./kubernetes-namespaces";
import { someOf } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";

const QUOTA = "kubernetes:core/v1:ResourceQuota";

/** Namespaces of the cluster's own parts and of the Azure Machine Learning extension: what runs there is theirs to say. */
const OF_THE_CLUSTER = /^(kube-.*|gatekeeper-system|azureml)$/;

const DIRECTIONS: readonly Direction[] = ["Ingress", "Egress"];

/**
 * Proves that namespaces which the stack makes for workloads of others are closed and limited before these come.
 * @param workloadTypes types whose presence makes a namespace the question of rules about workloads
 */
export function proveNamespaces(graph: ResourceGraph, workloadTypes: readonly string[], findings: Findings): void {
    const namespaces = new Namespaces(graph);
    for (const namespace of graph.ofType(NAMESPACE)) {
        const own = findings.on(namespace.urn);
        own.attempt(() => {
            const key = namespaces.ownKey(namespace);
            const isFilledHere = namespaces.group(workloadTypes).has(key);
            if (!OF_THE_CLUSTER.test(key) && !isFilledHere && !runsJobs(graph, namespace, key)) {
                proveClosed(key, namespaces, own);
            }
        });
    }
}

/** Whether jobs of Azure Machine Learning run there. Which connections they need among each other isn't published. */
function runsJobs(graph: ResourceGraph, namespace: GraphResource, key: string): boolean {
    return someOf(graph.ofType("machinelearningservices:Compute"), (compute) => {
        const name = compute.inputs.at("properties.properties.namespace");
        return (name.unknown && graph.sourcesOf(compute, name).includes(namespace)) || name.text() === key;
    });
}

function proveClosed(key: string, namespaces: Namespaces, findings: Findings): void {
    const policies = namespaces.policies().get(key) ?? [];
    for (const direction of DIRECTIONS) {
        if (!isDenied(policies, direction)) {
            findings.fail(
                `No NetworkPolicy denies ${direction.toLowerCase()} of all pods that others will put into this namespace, or one allows all of it. ` +
                    'Add one with podSelector {} and policyTypes ["Ingress", "Egress"].',
            );
        }
    }
    if (!namespaces.group([QUOTA]).has(key)) {
        findings.fail("No ResourceQuota limits what others will put into this namespace. Add one.");
    }
}
