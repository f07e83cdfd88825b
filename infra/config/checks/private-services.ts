import { isKnownGroup, zonesOfGroup } from "../../../components/network/private-dns-zones";
import { show, type Problem } from "../problem";
import type { SpokeConfig } from "../schema/spoke";
import type { SoundParts } from "../sound-parts";

/** Storage accounts, private endpoints and the jump host of one spoke: settings that don't fit each other. */
export function privateServiceProblems(path: string, spoke: SpokeConfig, parts: SoundParts): Problem[] {
    return [
        ...Object.entries(spoke.storageAccounts)
            .filter(([, { services, hierarchicalNamespace }]) => services.includes("dfs") && !hierarchicalNamespace)
            .map(([name]) => ({
                path: `${path}.storageAccounts.${name}.services`,
                found: "dfs, without a hierarchical namespace",
                allowed: "dfs where hierarchicalNamespace is true",
                remedy: "Set hierarchicalNamespace, or remove dfs.",
            })),
        ...Object.entries(spoke.privateEndpoints)
            .filter(([, { group, zones }]) => zones === undefined && !isKnownGroup(group))
            .map(([name, { group }]) => ({
                path: `${path}.privateEndpoints.${name}.zones`,
                found: `nothing, for the group ${show(group)}`,
                allowed: `the zones of its names; known without are ${Object.keys(zonesOfGroup).join(", ")}`,
                remedy: "Take them from Azure's list of private DNS zone values.",
            })),
        ...(spoke.jumpHost && !hasBastion(parts)
            ? [
                  {
                      path: `${path}.jumpHost`,
                      found: "a jump host behind a hub without Bastion",
                      allowed: "a hub with Bastion: nothing else reaches it",
                      remedy: "Give the hub a Bastion (existingHub.bastionSubnet, hub.bastion), or remove jumpHost.",
                  },
              ]
            : []),
    ];
}

function hasBastion({ hub, existingHub }: SoundParts): boolean {
    return hub ? hub.bastion.mode !== "none" : existingHub?.bastionSubnet !== undefined;
}
