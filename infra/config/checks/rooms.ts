import { mostNodes } from "../../../components/cluster/node-pools-plan";
import { planSpoke } from "../../../components/network/address-plan";
import { parseCidr, usableAddresses, type Cidr } from "../../../components/network/cidr";
import { show, type Problem } from "../problem";
import type { ClusterConfig } from "../schema/cluster";

/** A cluster, and the setting that asks for it. */
export interface Nodes {
    readonly path: string;
    readonly cluster: ClusterConfig;
}

/** An overlay gives each node a /24 of the pods' range. */
export const nodeRange = 24;
/** Azure's limit, from "Quotas, virtual machine size restrictions, and region availability in AKS". */
const mostOfCluster = 5000;

/** Nodes that don't fit their subnet, in which each takes an address. */
export function subnetRoomProblems({ path, cluster }: Nodes, network: Cidr): Problem[] {
    const { subnets, tenantSubnets } = planSpoke(network.text);
    // The private endpoint of an API server takes an address in the first pool's subnet.
    const endpoints = cluster.apiAccess.mode === "privateLink" ? 1 : 0;
    const room = (subnet: string) => usableAddresses(parseCidr(subnet));
    return [
        ...tooMany(`${path}.systemPool`, systemNodes(cluster), room(subnets.systemPool) - endpoints, "a subnet"),
        ...tooMany(`${path}.userPools`, userNodes(cluster), room(subnets.userPools), "one subnet"),
        ...Object.entries(cluster.tenantPools).flatMap(([tenant, pool]) =>
            tooMany(`${path}.tenantPools.${tenant}`, mostNodes(pool), room(tenantSubnets[pool.place]), "a subnet"),
        ),
    ];
}

/** Nodes for which the pods' range holds no part, or that are more than Azure allows. */
export function podRoomProblems({ path, cluster }: Nodes, pods: Cidr): Problem[] {
    const nodes = systemNodes(cluster) + userNodes(cluster) + sumOf(cluster.tenantPools);
    return [
        ...tooMany(
            `${path}.podCidr`,
            nodes,
            2 ** (nodeRange - pods.prefix),
            show(pods.text),
            "Give pods a larger range, or lower maxCount.",
        ),
        ...tooMany(path, nodes, mostOfCluster, "one cluster"),
    ];
}

function tooMany(path: string, nodes: number, room: number, what: string, remedy = "Lower maxCount."): Problem[] {
    if (nodes <= room) {
        return [];
    }
    return [
        {
            path,
            found: `${what} for ${nodes} nodes: maxCount, and what maxSurge adds while an upgrade runs`,
            allowed: `at most ${room} nodes`,
            remedy,
        },
    ];
}

function systemNodes({ systemPool }: ClusterConfig): number {
    return mostNodes({ ...systemPool, spot: false });
}

function userNodes({ userPools }: ClusterConfig): number {
    return sumOf(userPools);
}

function sumOf(pools: Readonly<Record<string, Parameters<typeof mostNodes>[0]>>): number {
    return Object.values(pools).reduce((sum, pool) => sum + mostNodes(pool), 0);
}
