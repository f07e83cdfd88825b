import { planSpoke } from "../../../components/network/address-plan";
import { nodesOf } from "../../../components/network/address-planner";
import { parseCidr, usableAddresses, type Cidr } from "../../../components/network/cidr";
import { endpointsAmongNodes, nodesOfCluster } from "../../spoke-room";
import { show, type Problem } from "../problem";
import type { ClusterConfig } from "../schema/cluster";

/** A cluster, and the setting that asks for it. */
export interface Nodes {
    readonly path: string;
    readonly cluster: ClusterConfig;
}

/** Azure's limit, from "Quotas, virtual machine size restrictions, and region availability in AKS". */
const mostOfCluster = 5000;

/** Nodes that don't fit their subnet, in which each takes an address. */
export function subnetRoomProblems({ path, cluster }: Nodes, network: Cidr): Problem[] {
    const { subnets, tenantSubnets } = planSpoke(network.text);
    const { system, user, tenants } = nodesOfCluster(cluster);
    const room = (subnet: string) => usableAddresses(parseCidr(subnet));
    return [
        ...tooMany(`${path}.systemPool`, system, room(subnets.systemPool) - endpointsAmongNodes(cluster), "a subnet"),
        ...tooMany(`${path}.userPools`, user, room(subnets.userPools), "one subnet"),
        ...Object.entries(cluster.tenantPools).flatMap(([tenant, { place }]) =>
            tooMany(`${path}.tenantPools.${tenant}`, tenants[tenant], room(tenantSubnets[place]), "a subnet"),
        ),
    ];
}

/** Nodes for which the pods' range holds no part, or that are more than Azure allows. */
export function podRoomProblems({ path, cluster }: Nodes, pods: Cidr): Problem[] {
    const { system, user, tenants } = nodesOfCluster(cluster);
    const nodes = Object.values(tenants).reduce((sum, tenant) => sum + tenant, system + user);
    return [
        ...tooMany(
            `${path}.podCidr`,
            nodes,
            nodesOf(pods.text),
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
