import { windowsOverlap } from "../../../components/cluster/maintenance-plan";
import { parseCidr } from "../../../components/network/cidr";
import { show, type Problem } from "../problem";
import type { EtcdKeyConfig } from "../schema/api-access";
import type { ClusterConfig } from "../schema/cluster";
import type { MaintenanceConfig } from "../schema/maintenance";
import type { SoundParts } from "../sound-parts";
import { notABlock } from "./addresses";
import { egressAddressCount } from "./egress";
import { nodePoolProblems } from "./node-pools";
import { vaultProblems } from "./vaults";

/** Azure's limits; each public address of the firewall takes one. From "Use authorized IP ranges in AKS". */
const mostAuthorizedRanges = { public: 200, vnetIntegrationPublic: 2000 } as const;
/** The largest network, as a prefix length, that can still be called the administrators'. */
const largestAuthorizedRange = 8;

/** The cluster of one spoke: settings that don't fit each other. */
export function clusterProblems(path: string, cluster: ClusterConfig, parts: SoundParts): Problem[] {
    return [
        ...nodePoolProblems(path, cluster),
        ...apiAccessProblems(`${path}.apiAccess`, cluster.apiAccess, parts),
        ...tierProblems(path, cluster),
        ...upgradeProblems(`${path}.upgrades`, cluster),
        ...maintenanceProblems(`${path}.maintenance`, cluster.maintenance),
    ];
}

function apiAccessProblems(path: string, access: ClusterConfig["apiAccess"], parts: SoundParts): Problem[] {
    return [
        ...("authorizedRanges" in access ? authorizedRangeProblems(path, access, parts) : []),
        ...(access.etcdKey ? etcdKeyProblems(`${path}.etcdKey`, access.etcdKey) : []),
    ];
}

function etcdKeyProblems(path: string, key: EtcdKeyConfig): Problem[] {
    if (key.mode === "ownVault") {
        return [];
    }
    return vaultProblems({
        path: `${path}.vaultId`,
        itemId: key.keyId,
        vaultId: key.vaultId,
        item: "key",
        setting: "keyId",
        consequence: "the cluster could not read its key",
    });
}

function tierProblems(path: string, { tier, longTermSupport, costAnalysis }: ClusterConfig): Problem[] {
    return [
        ...(longTermSupport && tier !== "Premium"
            ? [
                  {
                      path: `${path}.longTermSupport`,
                      found: `true, with the tier ${tier}`,
                      allowed: "true with the tier Premium alone",
                      remedy: `Set ${path}.tier to Premium, or longTermSupport to false.`,
                  },
              ]
            : []),
        ...(costAnalysis && tier === "Free"
            ? [
                  {
                      path: `${path}.costAnalysis`,
                      found: "true, with the tier Free",
                      allowed: "true with the tiers Standard and Premium",
                      remedy: "Remove it, or choose another tier.",
                  },
              ]
            : []),
    ];
}

function upgradeProblems(path: string, { upgrades }: ClusterConfig): Problem[] {
    return upgrades.cluster !== "node-image" || upgrades.nodeOs === "NodeImage"
        ? []
        : [
              {
                  path: `${path}.nodeOs`,
                  found: `${show(upgrades.nodeOs)}, with the channel node-image`,
                  allowed: "NodeImage: both say how nodes get new images",
                  remedy: "Set nodeOs to NodeImage, or cluster to none.",
              },
          ];
}

function maintenanceProblems(path: string, { clusterUpgrades, nodeImages, freezes }: MaintenanceConfig): Problem[] {
    return [
        ...(windowsOverlap(clusterUpgrades, nodeImages)
            ? [
                  {
                      path: `${path}.nodeImages`,
                      found: `${show(nodeImages)}, which overlaps clusterUpgrades (${show(clusterUpgrades)})`,
                      allowed: "hours of its own: two upgrades of the same nodes wait for each other until time is up",
                      remedy: "Move one of the two to another day.",
                  },
              ]
            : []),
        ...freezes.flatMap(({ start, end }, index) =>
            start <= end
                ? []
                : [
                      {
                          path: `${path}.freezes[${index}]`,
                          found: `from ${start} to ${end}`,
                          allowed: "an end that isn't before its start",
                          remedy: "Swap them.",
                      },
                  ],
        ),
    ];
}

function authorizedRangeProblems(
    path: string,
    { mode, authorizedRanges }: Extract<ClusterConfig["apiAccess"], { authorizedRanges: string[] }>,
    parts: SoundParts,
): Problem[] {
    const limit = mostAuthorizedRanges[mode];
    const most = limit - egressAddressCount(parts);
    const where = `${path}.authorizedRanges`;
    return [
        ...(authorizedRanges.length > most
            ? [
                  {
                      path: where,
                      found: `${authorizedRanges.length} ranges`,
                      allowed: `at most ${most}: Azure takes ${limit}, and the firewall's addresses are among them`,
                      remedy:
                          mode === "public"
                              ? "Merge neighbouring ranges, or use mode privateLink or vnetIntegrationPublic."
                              : "Merge neighbouring ranges, or use mode vnetIntegration.",
                  },
              ]
            : []),
        ...authorizedRanges.flatMap((text, index) => authorizedRangeProblem(`${where}[${index}]`, text)),
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
