import type { Findings } from "../frame/findings";
import { lastSegment } from "./arm-id";
import { allAwaited } from "./awaited";
import { ROLE } from "./built-in-roles";
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

/** What a cluster uses while it is made. */
const ROLES_AT_BIRTH: ReadonlySet<string> = new Set([
    ROLE.networkContributor,
    ROLE.privateDnsZoneContributor,
    ROLE.managedIdentityOperator,
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
