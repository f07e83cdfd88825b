import type { Findings } from "../frame/findings";
import { lastSegment } from "./arm-id";
import { subnetsOfClusters, tablesOf } from "./cluster-wiring";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { Topology } from "./topology";

/**
 * Proves that a cluster waits for what its first node needs: its routes, the firewall's rules, the peering with the hub and
 * its identity's roles. Without it the first `up` fails, after a quarter of an hour and with another message.
 */
export function proveClusterOrder(graph: ResourceGraph, findings: Findings): void {
    const topology = graph.model(Topology);
    const rules = graph.ofType("network:FirewallPolicyRuleCollectionGroup");
    for (const [cluster, subnets] of subnetsOfClusters(graph, findings)) {
        const own = findings.on(cluster.urn);
        own.attempt(() => {
            if (cluster.inputs.at("networkProfile.outboundType").folded() !== "userdefinedrouting") {
                return;
            }
            const networks = new Set([...subnets].flatMap(({ network }) => network ?? []));
            const needed = [
                ...[...subnets].flatMap((subnet) => [subnet.owner, ...tablesOf(subnet, graph)]),
                ...[...networks].flatMap((network) => topology.peeringsOf(network).map(({ owner }) => owner)),
                ...rules,
                ...rolesOf(cluster, graph),
            ];
            const awaited = allAwaited(cluster, graph);
            for (const each of new Set(needed)) {
                if (!awaited.has(each.urn) && !allAwaited(each, graph).has(cluster.urn)) {
                    own.fail(
                        `${cluster.name} does not wait for ${each.name} (${each.type}), which its first node needs. Name it in the cluster's dependsOn.`,
                    );
                }
            }
        });
    }
}

/** Network Contributor, Private DNS Zone Contributor and Managed Identity Operator: what a cluster uses while it is made. */
const ROLES_AT_BIRTH: ReadonlySet<string> = new Set([
    "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
    "f1a07417-d97a-45cb-824c-7a7467783830",
]);

/** Role assignments that a cluster's identities use while it is made. */
function rolesOf(cluster: GraphResource, graph: ResourceGraph): GraphResource[] {
    const identities = new Set(
        graph
            .sourcesOf(cluster, cluster.inputs.at("identity"))
            .filter(({ type }) => type === "managedidentity:UserAssignedIdentity"),
    );
    return graph
        .ofType("authorization:RoleAssignment")
        .filter(({ inputs }) => ROLES_AT_BIRTH.has(lastSegment(inputs.at("roleDefinitionId").text() ?? "")))
        .filter((role) =>
            graph.sourcesOf(role, role.inputs.at("principalId")).some((source) => identities.has(source)),
        );
}

/** URNs of all that a resource waits for, however far down the chain. */
function allAwaited(from: GraphResource, graph: ResourceGraph): Set<string> {
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
