import { mostNodes } from "../components/cluster/node-pools-plan";
import type { SpokeRoom } from "../components/network/address-planner";
import { mapValues } from "../components/record";
import type { ClusterConfig } from "./config/schema/cluster";
import type { SpokeConfig } from "./config/schema/spoke";

/** The settings of a spoke that take addresses. */
export type RoomRequest = Partial<
    Pick<SpokeConfig, "cluster" | "machineLearning" | "storageAccounts" | "privateEndpoints">
>;

/** Nodes at most, and what upgrades add to them for their time. */
export function nodesOfCluster({ systemPool, userPools, tenantPools }: ClusterConfig) {
    return {
        system: mostNodes({ ...systemPool, spot: false }),
        user: sum(Object.values(userPools).map(mostNodes)),
        /** By name. */
        tenants: mapValues(tenantPools, mostNodes),
    };
}

/** A private link's API server has its endpoint among the nodes of the first pool. */
export function endpointsAmongNodes({ apiAccess }: ClusterConfig): number {
    return apiAccess.mode === "privateLink" ? 1 : 0;
}

/** What stands in a spoke at most. A range of pods that is given isn't the planner's to cut. */
export function roomOf(spoke: RoomRequest): SpokeRoom {
    const { cluster } = spoke;
    const privateEndpoints = addressesOfEndpoints(spoke);
    if (!cluster) {
        return { systemPool: 0, userPools: 0, tenants: {}, privateEndpoints, nodes: 0 };
    }
    const { system, user, tenants } = nodesOfCluster(cluster);
    const places = Object.entries(cluster.tenantPools).map(([name, { place }]) => [place, tenants[name]]);
    return {
        systemPool: system + endpointsAmongNodes(cluster),
        userPools: user,
        tenants: Object.fromEntries(places),
        privateEndpoints,
        nodes: cluster.podCidr === undefined ? system + user + sum(Object.values(tenants)) : 0,
    };
}

/** Addresses that the endpoints of each part take: a registry's two, and a workspace's with all that it depends on. */
const ofCluster = 6;
const ofMachineLearning = 12;

function addressesOfEndpoints({ cluster, machineLearning, storageAccounts, privateEndpoints }: RoomRequest): number {
    const ofStorage = sum(Object.values(storageAccounts ?? {}).map(({ services }) => services.length));
    return (
        (cluster ? ofCluster : 0) +
        (machineLearning ? ofMachineLearning : 0) +
        ofStorage +
        Object.keys(privateEndpoints ?? {}).length
    );
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}
