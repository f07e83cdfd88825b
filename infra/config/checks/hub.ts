import { contains, parseCidr, type Cidr } from "../../../components/network/cidr";
import { show, type Problem } from "../problem";
import type { ExistingHubConfig, HubConfig } from "../schema/hub";
import type { SoundParts } from "../sound-parts";

/** The hub, whoever made it: one of the two, with a way in, and addresses that are its own. */
export function hubProblems({ hub, existingHub, hasBothHubs, spokes }: SoundParts): Problem[] {
    return [
        ...(hasBothHubs
            ? [
                  {
                      path: "existingHub",
                      found: "an existing hub beside settings of hub",
                      allowed: "one of the two",
                      remedy: "Remove hub to join the existing one, or existingHub to have one made.",
                  },
              ]
            : []),
        ...(hub ? wayInProblems(hub) : []),
        ...(existingHub ? existingHubProblems(existingHub, spokes) : []),
        ...zoneProblems(hub ? "hub" : "existingHub", hub ?? existingHub),
    ];
}

function wayInProblems({ bastion, gateway }: HubConfig): Problem[] {
    return bastion.mode !== "none" || gateway.mode !== "none"
        ? []
        : [
              {
                  path: "hub.bastion.mode",
                  found: '"none", in a hub without a gateway',
                  allowed: "standard or premium, or a gateway that operators come through",
                  remedy: "Add one of the two: nobody could reach a private API server.",
              },
          ];
}

function existingHubProblems(hub: ExistingHubConfig, spokes: SoundParts["spokes"]): Problem[] {
    const inHub = (block: string) => hub.addressSpaces.some((space) => isWithin(space, block));
    const outside = (path: string, value: string | undefined, block: string, remedy: string): Problem[] =>
        value === undefined || inHub(block)
            ? []
            : [
                  {
                      path: `existingHub.${path}`,
                      found: `${show(value)}, which is outside of ${hub.addressSpaces.join(", ")}`,
                      allowed: "part of existingHub.addressSpaces",
                      remedy,
                  },
              ];
    const publicApi = Object.entries(spokes).find(([, { cluster }]) => cluster?.apiAccess.mode === "public");
    return [
        ...outside(
            "nextHop",
            hub.nextHop,
            `${hub.nextHop}/32`,
            "Give the firewall's address in the hub's own network: a route reaches no further than a peered one.",
        ),
        ...outside("bastionSubnet", hub.bastionSubnet, hub.bastionSubnet ?? "", "Correct one of the two."),
        ...(publicApi && hub.egressAddresses.length === 0
            ? [
                  {
                      path: "existingHub.egressAddresses",
                      found: `nothing, while the API server of spoke ${publicApi[0]} is public`,
                      allowed: "the public addresses that the hub's firewall sends from",
                      remedy: "Add them: the API server would not let its own nodes in.",
                  },
              ]
            : []),
    ];
}

/** Whether `block` lies in `space`; what is no block at all is reported elsewhere. */
function isWithin(space: string, block: string): boolean {
    const [outer, inner] = [readCidr(space), readCidr(block)];
    return !outer || !inner || contains(outer, inner);
}

function readCidr(text: string): Cidr | undefined {
    try {
        return parseCidr(text);
    } catch {
        return undefined;
    }
}

function zoneProblems(path: string, hub: Pick<HubConfig, "privateDnsZoneIds"> | undefined): Problem[] {
    return Object.entries(hub?.privateDnsZoneIds ?? {}).flatMap(([zone, id]) => {
        const named = id.split("/").at(-1) ?? "";
        return named.toLowerCase() === zone
            ? []
            : [
                  {
                      path: `${path}.privateDnsZoneIds["${zone}"]`,
                      found: `the id of a zone called ${show(named)}`,
                      allowed: "the id of the zone of that name, in lower case",
                      remedy: "Correct one of the two.",
                  },
              ];
    });
}
