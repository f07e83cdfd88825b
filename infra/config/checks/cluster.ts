import { parseCidr } from "../../../components/network/cidr";
import { show, type Problem } from "../problem";
import type { ClusterConfig } from "../schema/cluster";
import type { SoundParts } from "../sound-parts";
import { notABlock } from "./addresses";
import { egressAddressCount } from "./egress";
import { orderProblems } from "./order";

/** Azure's limit; each public address of the firewall takes one. From "Use authorized IP ranges in AKS". */
const mostAuthorizedRanges = 200;
/** The largest network, as a prefix length, that can still be called the administrators'. */
const largestAuthorizedRange = 8;

/** The cluster of one spoke: settings that don't fit each other. */
export function clusterProblems(
    path: string,
    { systemPool, userPools, apiAccess }: ClusterConfig,
    parts: SoundParts,
): Problem[] {
    const pools = [
        ["systemPool", systemPool] as const,
        ...Object.entries(userPools).map(([name, pool]) => [`userPools.${name}`, pool] as const),
    ];
    return [
        ...pools.flatMap(([name, { minCount, maxCount }]) => orderProblems(`${path}.${name}`, minCount, maxCount)),
        ...(systemPool.minCount < 1
            ? [
                  {
                      path: `${path}.systemPool.minCount`,
                      found: "0",
                      allowed: "at least 1",
                      remedy: "Keep a node for the cluster's own add-ons; 3 in production.",
                  },
              ]
            : []),
        ...(apiAccess.mode === "public"
            ? authorizedRangeProblems(`${path}.apiAccess.authorizedRanges`, apiAccess.authorizedRanges, parts)
            : []),
    ];
}

function authorizedRangeProblems(path: string, ranges: readonly string[], parts: SoundParts): Problem[] {
    const most = mostAuthorizedRanges - egressAddressCount(parts);
    return [
        ...(ranges.length > most
            ? [
                  {
                      path,
                      found: `${ranges.length} ranges`,
                      allowed: `at most ${most}: Azure takes ${mostAuthorizedRanges}, and the firewall's addresses are among them`,
                      remedy: "Merge neighbouring ranges, or use mode privateLink.",
                  },
              ]
            : []),
        ...ranges.flatMap((text, index) => authorizedRangeProblem(`${path}[${index}]`, text)),
    ];
}

function authorizedRangeProblem(path: string, text: string): Problem[] {
    try {
        return parseCidr(text).prefix >= largestAuthorizedRange
            ? []
            : [
                  {
                      path,
                      found: show(text),
                      allowed: `networks of administrators, /${largestAuthorizedRange} or narrower`,
                      remedy: "Name the networks that administrators really come from.",
                  },
              ];
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return [notABlock(path, error)];
    }
}
