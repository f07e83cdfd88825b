import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Findings } from "../frame/findings";
import type { Subject } from "../frame/rule";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";

export const CLUSTER = "containerservice:ManagedCluster";
export const POOL = "containerservice:AgentPool";

/** Every pool of a resource: those inside a cluster, or the one that is a resource of its own. */
export function poolsOf(type: string, inputs: Value): Value[] {
    return type === POOL ? [inputs] : inputs.at("agentPoolProfiles").items();
}

/** Judges every pool of a resource; what can't be read of one pool leaves the others' verdicts as they are. */
export function eachPool({ type, inputs }: Subject, findings: Findings, check: (pool: Value) => void): void {
    for (const pool of poolsOf(type, inputs)) {
        findings.attempt(() => check(pool.known()));
    }
}

export function isPrivate(cluster: Value): boolean {
    return cluster.at("apiServerAccessProfile.enablePrivateCluster").isTrue();
}

/** An add-on's settings. Azure takes its name in any case, and programs write it in several. */
export function addOn(cluster: Value, name: string): Value {
    const addOns = cluster.at("addonProfiles").known();
    const names = Object.keys((addOns.raw as object | null | undefined) ?? {});
    return addOns.key(names.find((candidate) => candidate.toLowerCase() === name.toLowerCase()) ?? name);
}

export function isSystem(pool: Value): boolean {
    return pool.at("mode").folded() === "system";
}

/** Nodes of a static egress gateway, which run nothing else. */
export function isGateway(pool: Value): boolean {
    return pool.at("mode").folded() === "gateway";
}

export function isSpot(pool: Value): boolean {
    return pool.at("scaleSetPriority").folded() === "spot";
}

export function isWindows(pool: Value): boolean {
    return pool.at("osType").folded() === "windows";
}

/** Sizes that a pool's nodes have: one in a scale set, several in a pool of virtual machines, none if Azure chooses. */
function sizesOf(pool: Value): Value[] {
    const machines = pool.at("virtualMachinesProfile.scale.manual").items();
    return [pool.at("vmSize"), ...machines.map((each) => each.known().at("size"))];
}

/** Sizes with GPUs are those of the N families. */
export function hasGpu(pool: Value): boolean {
    return sizesOf(pool).some((size) => size.folded()?.startsWith("standard_n"));
}

/** Sizes with Arm processors have a `p` right behind the number of processors, such as `Standard_D4pds_v5`. */
export function hasArm(pool: Value): boolean {
    return sizesOf(pool).some((size) => /\dp/.test(String(size.folded())));
}

/** The number of nodes that are always there; absent if the program leaves it to Azure. */
export function fewestNodes(pool: Value): Value {
    return pool.at(pool.at("enableAutoScaling").isTrue() ? "minCount" : "count").known();
}

/** The option of rules about availability that environments for trying things out need not keep. */
export const exemptEnvironments: PolicyConfigJSONSchema = {
    type: "array",
    items: { type: "string" },
    uniqueItems: true,
    default: ["dev", "test", "sandbox"],
    description: "Clusters and pools whose tag `environment` is one of these are not judged.",
};

export interface WithExemptEnvironments {
    exemptEnvironments: string[];
}

export function isExempt(inputs: Value, { exemptEnvironments: environments }: WithExemptEnvironments): boolean {
    const environment = inputs.at("tags.environment").folded();
    return environments.some((exempt) => exempt.toLowerCase() === environment);
}

/** Clusters of this stack that a pool or another part of a cluster belongs to, by name or by where the name comes from. */
export function clustersOf(graph: ResourceGraph, part: GraphResource): GraphResource[] {
    const clusterName = part.inputs.at("resourceName");
    if (clusterName.unknown) {
        return graph.sourcesOf(part, clusterName).filter(({ type }) => type === CLUSTER);
    }
    const name = clusterName.folded();
    const group = graph.nameOf(part, "resourceGroupName");
    return graph
        .ofType(CLUSTER)
        .filter((cluster) => graph.nameOf(cluster, "resourceName") === name)
        .filter((cluster) => group === undefined || graph.inGroup(cluster, group));
}

/** `1.33` or `1.33.2` as its minor version, 33. Not a number if it is no version of Kubernetes 1. */
export function minorOf(version: string | undefined): number {
    return Number(/^1\.(\d+)(\.\d+)?$/.exec(version ?? "")?.[1]);
}
