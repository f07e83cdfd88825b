import { smallestHub, smallestSpoke } from "../../components/network/address-plan";
import { contains, overlaps, parseCidr, type Cidr } from "../../components/network/cidr";
import { show, type Problem } from "./problem";
import type { ClusterConfig, Config, MachineLearningConfig, SpokeConfig } from "./schema";

/** The parts of a configuration that are sound by themselves; what isn't has been reported already. */
export interface SoundParts {
    readonly hub?: Config["hub"];
    readonly spokes: Readonly<Record<string, SpokeConfig>>;
}

/** A range of addresses, and the setting that asks for it. */
interface Range {
    readonly path: string;
    readonly cidr: Cidr;
}

/** What AKS refuses for networks, pods and services. From "Concepts - networking in AKS". */
const forbiddenRanges = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"].map(parseCidr);
/** Containers on a node see Docker's bridge there; Azure Machine Learning jobs fail to reach what lies behind it. */
const dockerBridge = parseCidr("172.17.0.0/16");
/** Azure's limit; each public address of the firewall takes one. */
const mostAuthorizedRanges = 200;

/** What no single setting shows: ranges that overlap, settings that don't fit each other. */
export function crossChecks({ hub, spokes }: SoundParts): Problem[] {
    const problems: Problem[] = [];
    const networks: Range[] = [];
    const overlays: { spoke: string; ranges: Range[] }[] = [];

    const read = (path: string, text: string, smallest?: number): Range[] => {
        const result = readRange(path, text, smallest);
        if ("remedy" in result) {
            problems.push(result);
            return [];
        }
        return [result];
    };

    if (hub) {
        networks.push(...read("hub.addressSpace", hub.addressSpace, smallestHub));
    }
    for (const [name, spoke] of Object.entries(spokes)) {
        const path = `spokes.${name}`;
        networks.push(...read(`${path}.addressSpace`, spoke.addressSpace, smallestSpoke));
        if (spoke.cluster) {
            const { podCidr, serviceCidr } = spoke.cluster;
            overlays.push({
                spoke: name,
                ranges: [
                    ...read(`${path}.cluster.podCidr`, podCidr, 23),
                    ...read(`${path}.cluster.serviceCidr`, serviceCidr, 28),
                ],
            });
        }
        problems.push(...spokeProblems(path, spoke, hub));
    }
    problems.push(...overlapProblems(networks, overlays));
    return problems.map((problem) => ({ ...problem, path: `secure-aks-ml:${problem.path}` }));
}

function readRange(path: string, text: string, smallest?: number): Range | Problem {
    try {
        const cidr = parseCidr(text);
        if (smallest !== undefined && cidr.prefix > smallest) {
            return {
                path,
                found: show(text),
                allowed: `a /${smallest} or larger`,
                remedy: `Give it more addresses, for example ${text.replace(/\/\d+$/, `/${smallest}`)} if that is free.`,
            };
        }
        const forbidden = forbiddenRanges.find((range) => overlaps(range, cidr));
        if (forbidden) {
            return {
                path,
                found: `${show(text)}, which overlaps ${forbidden.text}`,
                allowed: `ranges outside ${forbiddenRanges.map((range) => range.text).join(", ")}`,
                remedy: "Choose another private range; AKS refuses this one.",
            };
        }
        return { path, cidr };
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return { path, found: error.message, allowed: "a network address with its prefix", remedy: "Correct it." };
    }
}

function overlapProblems(networks: readonly Range[], overlays: readonly { ranges: Range[] }[]): Problem[] {
    // Clusters don't see each other's overlays, so these may be used again; they must fit the networks, and each other.
    const groups = [networks, ...overlays.map(({ ranges }) => [...networks, ...ranges])];
    const found = new Map<string, Problem>();
    for (const group of groups) {
        group.forEach((range, index) => {
            const other = group.slice(0, index).find((earlier) => overlaps(earlier.cidr, range.cidr));
            if (other) {
                found.set(range.path, {
                    path: range.path,
                    found: `"${range.cidr.text}", which overlaps ${other.path} (${other.cidr.text})`,
                    allowed: "a range of its own",
                    remedy: "Move one of the two.",
                });
            }
        });
    }
    return [...found.values()];
}

function spokeProblems(path: string, spoke: SpokeConfig, hub: Config["hub"] | undefined): Problem[] {
    const { cluster, ingress, machineLearning } = spoke;
    const problems: Problem[] = [];
    if (cluster) {
        problems.push(...clusterProblems(`${path}.cluster`, cluster, hub));
    }
    if (machineLearning) {
        problems.push(...machineLearningProblems(path, spoke.addressSpace, machineLearning, cluster));
    }
    if (ingress.mode !== "none" && !cluster) {
        problems.push({
            path: `${path}.ingress`,
            found: "a gateway in a spoke without a cluster",
            allowed: "mode none, or a cluster beside it",
            remedy: `Add ${path}.cluster, or remove the gateway.`,
        });
    }
    if (ingress.mode === "public" && ingress.capacity.min > ingress.capacity.max) {
        problems.push(minimumAboveMaximum(`${path}.ingress.capacity`, ingress.capacity.min, ingress.capacity.max));
    }
    return problems;
}

function clusterProblems(path: string, cluster: ClusterConfig, hub: Config["hub"] | undefined): Problem[] {
    const problems: Problem[] = [];
    const pools = { systemPool: cluster.systemPool, ...prefixKeys("userPools.", cluster.userPools) };
    for (const [name, pool] of Object.entries(pools)) {
        if (pool.minCount > pool.maxCount) {
            problems.push(minimumAboveMaximum(`${path}.${name}`, pool.minCount, pool.maxCount));
        }
    }
    if (cluster.systemPool.minCount < 1) {
        problems.push({
            path: `${path}.systemPool.minCount`,
            found: "0",
            allowed: "at least 1",
            remedy: "Keep a node for the cluster's own add-ons; 3 in production.",
        });
    }
    if (cluster.apiAccess.mode === "public") {
        problems.push(
            ...authorizedRangeProblems(`${path}.apiAccess.authorizedRanges`, cluster.apiAccess.authorizedRanges, hub),
        );
    }
    return problems;
}

function authorizedRangeProblems(path: string, ranges: readonly string[], hub: Config["hub"] | undefined): Problem[] {
    const most = mostAuthorizedRanges - (hub?.firewall.publicAddresses ?? 1);
    const problems: Problem[] = [];
    if (ranges.length > most) {
        problems.push({
            path,
            found: `${ranges.length} ranges`,
            allowed: `at most ${most}: Azure takes ${mostAuthorizedRanges}, and the firewall's addresses are among them`,
            remedy: "Merge neighbouring ranges, or use mode privateLink.",
        });
    }
    ranges.forEach((text, index) => {
        const range = readRange(`${path}[${index}]`, text);
        if ("remedy" in range) {
            problems.push(range);
        } else if (range.cidr.prefix < 8) {
            problems.push({
                path: range.path,
                found: show(text),
                allowed: "networks of administrators, /8 or narrower",
                remedy: "Name the networks that administrators really come from.",
            });
        }
    });
    return problems;
}

function machineLearningProblems(
    path: string,
    addressSpace: string,
    machineLearning: MachineLearningConfig,
    cluster: ClusterConfig | undefined,
): Problem[] {
    if (!cluster) {
        return [
            {
                path: `${path}.machineLearning`,
                found: "Azure Machine Learning in a spoke without a cluster",
                allowed: "a cluster beside it: jobs run there",
                remedy: `Add ${path}.cluster, or remove machineLearning.`,
            },
        ];
    }
    const problems: Problem[] = [];
    const userNodes = Object.values(cluster.userPools).reduce((sum, pool) => sum + pool.maxCount, 0);
    if (machineLearning.inference?.highlyAvailable && userNodes < 3) {
        problems.push({
            path: `${path}.machineLearning.inference.highlyAvailable`,
            found: `true, with at most ${userNodes} user nodes`,
            allowed: "true with three user nodes or more",
            remedy: "Raise maxCount of a user pool, or set highlyAvailable to false.",
        });
    }
    const labels = Object.entries(cluster.userPools).map(([name, pool]) => ({
        agentpool: name,
        "kubernetes.azure.com/mode": "user",
        ...pool.labels,
    }));
    for (const [name, { nodeSelector }] of Object.entries(machineLearning.instanceTypes)) {
        const fits = labels.some((pool: Record<string, string>) =>
            Object.entries(nodeSelector).every(([key, value]) => pool[key] === value),
        );
        if (!fits) {
            problems.push({
                path: `${path}.machineLearning.instanceTypes.${name}.nodeSelector`,
                found: show(nodeSelector),
                allowed: `labels of a user pool: agentpool (${Object.keys(cluster.userPools).join(", ")}) or its own labels`,
                remedy: "Select labels that a user pool has; jobs of this type would wait for ever.",
            });
        }
    }
    const space = readRange(path, addressSpace);
    if ("cidr" in space && (overlaps(space.cidr, dockerBridge) || contains(dockerBridge, space.cidr))) {
        problems.push({
            path: `${path}.addressSpace`,
            found: `"${addressSpace}", which overlaps ${dockerBridge.text}`,
            allowed: "ranges beside Docker's own bridge network",
            remedy: "Choose another range for a spoke with Azure Machine Learning.",
        });
    }
    return problems;
}

function minimumAboveMaximum(path: string, min: number, max: number): Problem {
    return {
        path,
        found: `a minimum of ${min} and a maximum of ${max}`,
        allowed: "a minimum no greater than the maximum",
        remedy: "Swap them, or raise the maximum.",
    };
}

function prefixKeys<Value>(prefix: string, record: Readonly<Record<string, Value>>): Record<string, Value> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [prefix + key, value]));
}
