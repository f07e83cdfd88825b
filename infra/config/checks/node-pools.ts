import {
    hasGpu,
    isWindows,
    localStorageOf,
    trustedLaunchObstacle,
    type NodePool,
} from "../../../components/cluster/node-pools-plan";
import { tenantPlaces } from "../../../components/network/address-plan";
import { show, type Problem } from "../problem";
import type { ClusterConfig } from "../schema/cluster";
import { orderProblems } from "./order";

/** A pool, and the setting that asks for it. */
interface NamedPool {
    readonly path: string;
    readonly name: string;
    readonly pool: NodePool;
}

const longestWindowsName = 6;

/** The pools of one cluster: settings that don't fit each other. */
export function nodePoolProblems(path: string, cluster: ClusterConfig): Problem[] {
    const pools = poolsOf(path, cluster);
    return [
        ...pools.flatMap(({ path: where, pool }) => orderProblems(where, pool.minCount, pool.maxCount)),
        ...(cluster.systemPool.minCount < 1
            ? [
                  {
                      path: `${path}.systemPool.minCount`,
                      found: "0",
                      allowed: "at least 1",
                      remedy: "Keep a node for the cluster's own add-ons; 3 in production.",
                  },
              ]
            : []),
        ...pools.flatMap((pool) => [
            ...trustedLaunchProblems(pool, cluster.fips),
            ...gpuProblems(pool),
            ...diskProblems(pool),
            ...windowsProblems(pool, cluster.dataplane),
            ...scaleDownProblems(pool),
        ]),
        ...tenantProblems(path, cluster),
    ];
}

function poolsOf(path: string, { systemPool, userPools, tenantPools }: ClusterConfig): NamedPool[] {
    const named = (group: string, pools: Readonly<Record<string, NodePool>>) =>
        Object.entries(pools).map(([name, pool]) => ({ path: `${path}.${group}.${name}`, name, pool }));
    return [
        { path: `${path}.systemPool`, name: "system", pool: { ...systemPool, spot: false } },
        ...named("userPools", userPools),
        ...named("tenantPools", tenantPools),
    ];
}

function trustedLaunchProblems({ path, pool }: NamedPool, fips: boolean): Problem[] {
    const obstacle = pool.trustedLaunch === true ? trustedLaunchObstacle(pool, fips) : undefined;
    if (obstacle === undefined) {
        return [];
    }
    return [
        {
            path: `${path}.trustedLaunch`,
            found: `true, with ${obstacle}`,
            allowed: "false, or nothing",
            remedy: "Remove it: the default is what Azure can do.",
        },
    ];
}

function gpuProblems({ path, pool }: NamedPool): Problem[] {
    if (pool.gpuDriver === undefined || hasGpu(pool)) {
        return [];
    }
    return [
        {
            path: `${path}.gpuDriver`,
            found: `${show(pool.gpuDriver)}, with the size ${show(pool.vmSize)}`,
            allowed: "a size with GPUs, whose name begins with Standard_N",
            remedy: "Remove it, or choose a size of the N families.",
        },
    ];
}

function diskProblems({ path, pool }: NamedPool): Problem[] {
    const local = localStorageOf(pool);
    if (pool.osDiskType === "Managed" || local === undefined || pool.osDiskSizeGB <= local) {
        return [];
    }
    return [
        {
            path: `${path}.osDiskSizeGB`,
            found: `${pool.osDiskSizeGB}, for an ephemeral OS disk on ${pool.vmSize}`,
            allowed: local === 0 ? "a size with storage of its own" : `at most ${local}, the storage of that size`,
            remedy: "Choose a larger size with a d in its features, a smaller disk, or osDiskType Managed.",
        },
    ];
}

function windowsProblems({ path, name, pool }: NamedPool, dataplane: ClusterConfig["dataplane"]): Problem[] {
    if (!isWindows(pool)) {
        return [];
    }
    return [
        ...(dataplane.mode === "azure"
            ? []
            : [
                  {
                      path: `${path}.os`,
                      found: `${show(pool.os)}, with the dataplane ${show(dataplane.mode)}`,
                      allowed: "Linux: Cilium knows no Windows nodes",
                      remedy: "Set dataplane.mode to azure before the cluster is made, or choose AzureLinux or Ubuntu.",
                  },
              ]),
        ...(name.length <= longestWindowsName
            ? []
            : [
                  {
                      path,
                      found: `the name ${show(name)} for a Windows pool`,
                      allowed: `at most ${longestWindowsName} characters`,
                      remedy: "Shorten it: machines' names are made of it.",
                  },
              ]),
    ];
}

function scaleDownProblems({ path, pool }: NamedPool): Problem[] {
    if (pool.scaleDownMode === "Delete") {
        return [];
    }
    const because = pool.spot ? "a spot pool" : pool.osDiskType === "Ephemeral" ? "ephemeral OS disks" : undefined;
    return because === undefined
        ? []
        : [
              {
                  path: `${path}.scaleDownMode`,
                  found: `"Deallocate", with ${because}`,
                  allowed: "Delete: what such nodes hold is gone when they stop",
                  remedy: "Set it to Delete, or osDiskType to Managed and spot to false.",
              },
          ];
}

/** Tenants that want the same subnet, or a name that is taken. */
function tenantProblems(path: string, { userPools, tenantPools }: ClusterConfig): Problem[] {
    const tenants = Object.entries(tenantPools);
    return tenants.flatMap(([name, { place }], index) => {
        const other = tenants.slice(0, index).find(([, earlier]) => earlier.place === place);
        return [
            ...(other
                ? [
                      {
                          path: `${path}.tenantPools.${name}.place`,
                          found: `${place}, which ${other[0]} has`,
                          allowed: "a place of its own",
                          remedy: freePlaceRemedy(tenants.map(([, tenant]) => tenant.place)),
                      },
                  ]
                : []),
            ...(name in userPools
                ? [
                      {
                          path: `${path}.tenantPools.${name}`,
                          found: `the name ${show(name)}, which a user pool has`,
                          allowed: "a name of its own",
                          remedy: "Rename one of the two.",
                      },
                  ]
                : []),
        ];
    });
}

function freePlaceRemedy(taken: readonly number[]): string {
    const free = Array.from({ length: tenantPlaces }, (_, place) => place).find((place) => !taken.includes(place));
    return free === undefined ? `A spoke has no more than ${tenantPlaces}.` : `Take another, for example ${free}.`;
}
