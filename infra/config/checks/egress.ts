import { contains, parseCidr } from "../../../components/network/cidr";
import { mostGroups } from "../../../components/network/ip-groups-plan";
import { plannedSpoke } from "../../address-plan";
import { show, type Problem } from "../problem";
import type { HubConfig } from "../schema/hub";
import type { HubEgressConfig } from "../schema/hub-egress";
import type { SoundParts } from "../sound-parts";
import { notABlock } from "./addresses";
import { vaultProblems } from "./vaults";

type FirewallConfig = Extract<HubEgressConfig, { mode: "firewall" }>;

/** The way out: settings that don't fit each other, or the rest of the platform. */
export function egressProblems(parts: SoundParts): Problem[] {
    const { hub } = parts;
    return [...(hub ? wayOutProblems(hub, parts) : []), ...publicApiProblems(parts), ...groupProblems(parts)];
}

/** How many public addresses the nodes' own traffic comes from. */
export function egressAddressCount({ hub, existingHub }: Pick<SoundParts, "hub" | "existingHub">): number {
    if (!hub) {
        return existingHub?.egressAddresses.length ?? 1;
    }
    const { egress } = hub;
    switch (egress.mode) {
        case "firewall":
            return egress.forcedTunnelling?.egressAddresses.length ?? egress.publicAddresses;
        case "appliance":
            return 2;
        case "address":
            return egress.publicAddresses.length;
    }
}

function wayOutProblems({ egress, gateway }: HubConfig, parts: SoundParts): Problem[] {
    switch (egress.mode) {
        case "firewall":
            return firewallProblems(egress, gateway.mode);
        case "appliance":
            return [];
        case "address":
            return nextHopProblems(egress.nextHop, parts);
    }
}

function firewallProblems(egress: FirewallConfig, gatewayMode: string): Problem[] {
    const { tier, inspection, forcedTunnelling, publicAddresses } = egress;
    const path = "hub.egress";
    return [
        ...(inspection && tier !== "Premium"
            ? [
                  {
                      path: `${path}.inspection`,
                      found: `TLS inspection with the tier ${tier}`,
                      allowed: "TLS inspection with the tier Premium",
                      remedy: "Set hub.egress.tier to Premium, or remove inspection.",
                  },
              ]
            : []),
        ...(inspection ? inspectionProblems(`${path}.inspection`, inspection) : []),
        ...(forcedTunnelling && gatewayMode === "none"
            ? [
                  {
                      path: `${path}.forcedTunnelling`,
                      found: "a tunnel without a gateway",
                      allowed: "a gateway that learns a default route from its other end",
                      remedy: "Add hub.gateway, or remove forcedTunnelling.",
                  },
              ]
            : []),
        ...(forcedTunnelling && publicAddresses > 1
            ? [
                  {
                      path: `${path}.publicAddresses`,
                      found: `${publicAddresses}, with forced tunnelling`,
                      allowed: "none: nothing leaves through them",
                      remedy: "Remove publicAddresses; name those of the other end in forcedTunnelling.egressAddresses.",
                  },
              ]
            : []),
        ...egress.snat.privateRanges.flatMap((range, index) =>
            rangeProblem(`${path}.snat.privateRanges[${index}]`, range, forcedTunnelling !== undefined),
        ),
    ];
}

function inspectionProblems(
    path: string,
    { certificateSecretId, certificateVaultId }: NonNullable<FirewallConfig["inspection"]>,
): Problem[] {
    return vaultProblems({
        path: `${path}.certificateVaultId`,
        itemId: certificateSecretId,
        vaultId: certificateVaultId,
        item: "certificate",
        setting: "certificateSecretId",
        consequence: "the firewall could not read its certificate",
    });
}

/** Ranges that keep their sender: all of them only where nothing goes straight to the Internet. */
function rangeProblem(path: string, range: string, tunnelled: boolean): Problem[] {
    try {
        const { prefix } = parseCidr(range);
        return prefix >= 8 || tunnelled
            ? []
            : [
                  {
                      path,
                      found: show(range),
                      allowed: "public ranges of your own, /8 or narrower",
                      remedy: "Name the ranges that are really yours: answers from all others would find no way back.",
                  },
              ];
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return [notABlock(path, error)];
    }
}

/** A next hop inside a spoke would send the spoke's traffic back to itself. */
function nextHopProblems(nextHop: string, { addressed, addresses }: SoundParts): Problem[] {
    const hop = parseCidr(`${nextHop}/32`);
    return Object.entries(addressed).flatMap(([name, spoke]): Problem[] => {
        const space = readable(() => parseCidr(plannedSpoke(spoke, addresses).addressSpace));
        return space && contains(space, hop)
            ? [
                  {
                      path: "hub.egress.nextHop",
                      found: `${show(nextHop)}, which is in spokes.${name} (${space.text})`,
                      allowed: "an address in the hub",
                      remedy: "Name the appliance's address in the hub; traffic of the spoke would go round in a circle.",
                  },
              ]
            : [];
    });
}

/** Nodes reach a public API server from the platform's public addresses, which it must let in. */
function publicApiProblems(parts: SoundParts): Problem[] {
    if (!parts.hub || egressAddressCount(parts) > 0) {
        return [];
    }
    return Object.entries(parts.spokes)
        .filter(([, { cluster }]) => cluster?.apiAccess.mode === "public")
        .map(([name]) => ({
            path: `spokes.${name}.cluster.apiAccess`,
            found: "a public API server, while nobody says which addresses the nodes come from",
            allowed: "a public API server that knows the platform's public addresses",
            remedy: "Name the public addresses in hub.egress, or take another mode of apiAccess.",
        }));
}

/** System and user pools have an IP group each. */
const sharedPools = 2;

function groupProblems({ spokes }: SoundParts): Problem[] {
    const groups = Object.values(spokes).reduce(
        (sum, { cluster, jumpHost }) =>
            sum + (cluster ? sharedPools + Object.keys(cluster.tenantPools).length : 0) + (jumpHost ? 1 : 0),
        0,
    );
    return groups <= mostGroups
        ? []
        : [
              {
                  path: "spokes",
                  found: `${groups} pools and jump hosts with needs of their own`,
                  allowed: `at most ${mostGroups}: each has an IP group, and a firewall policy takes no more`,
                  remedy: "Give some of the spokes a hub of their own, in another stack.",
              },
          ];
}

/** What can be read; what can't is reported where it is set. */
function readable<Result>(read: () => Result): Result | undefined {
    try {
        return read();
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return undefined;
    }
}
