import { parseCidr } from "../../components/network/cidr";
import { notABlock } from "./address-checks";
import { show, type Problem } from "./problem";
import type { ClusterConfig, Config, SpokeConfig } from "./schema";

type Hub = Config["hub"] | undefined;
type PublicIngress = Extract<SpokeConfig["ingress"], { mode: "public" }>;

/** Azure's limit; each public address of the firewall takes one. From "Use authorized IP ranges in AKS". */
const mostAuthorizedRanges = 200;
/** The largest network, as a prefix length, that can still be called the administrators'. */
const largestAuthorizedRange = 8;

/** Cluster and ingress of one spoke: settings that don't fit each other. */
export function spokeProblems(path: string, { cluster, ingress }: SpokeConfig, hub: Hub): Problem[] {
    return [
        ...(cluster ? clusterProblems(`${path}.cluster`, cluster, hub) : []),
        ...(ingress.mode === "public" ? ingressProblems(path, ingress, cluster) : []),
    ];
}

function clusterProblems(path: string, { systemPool, userPools, apiAccess }: ClusterConfig, hub: Hub): Problem[] {
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
            ? authorizedRangeProblems(`${path}.apiAccess.authorizedRanges`, apiAccess.authorizedRanges, hub)
            : []),
    ];
}

function authorizedRangeProblems(path: string, ranges: readonly string[], hub: Hub): Problem[] {
    const most = mostAuthorizedRanges - (hub?.firewall.publicAddresses ?? 1);
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

function ingressProblems(path: string, ingress: PublicIngress, cluster: ClusterConfig | undefined): Problem[] {
    const { capacity, certificateSecretId, certificateVaultId } = ingress;
    const vaultOfSecret = new URL(certificateSecretId).hostname.split(".")[0];
    const vault = certificateVaultId.split("/").at(-1) ?? "";
    return [
        ...(cluster
            ? []
            : [
                  {
                      path: `${path}.ingress`,
                      found: "a gateway in a spoke without a cluster",
                      allowed: "mode none, or a cluster beside it",
                      remedy: `Add ${path}.cluster, or remove the gateway.`,
                  },
              ]),
        ...orderProblems(`${path}.ingress.capacity`, capacity.min, capacity.max),
        ...(vault.toLowerCase() === vaultOfSecret
            ? []
            : [
                  {
                      path: `${path}.ingress.certificateVaultId`,
                      found: `the vault ${show(vault)}, while the certificate is in ${show(vaultOfSecret)}`,
                      allowed: "the id of the vault that certificateSecretId names",
                      remedy: "Correct one of the two: the gateway could not read its certificate.",
                  },
              ]),
    ];
}

function orderProblems(path: string, min: number, max: number): Problem[] {
    if (min <= max) {
        return [];
    }
    return [
        {
            path,
            found: `a minimum of ${min} and a maximum of ${max}`,
            allowed: "a minimum no greater than the maximum",
            remedy: "Swap them, or raise the maximum.",
        },
    ];
}
