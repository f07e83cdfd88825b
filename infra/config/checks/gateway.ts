import { contains, overlaps, parseCidr, type Cidr } from "../../../components/network/cidr";
import { hubSpace, spokeSpace } from "../../address-plan";
import { show, type Problem } from "../problem";
import type { ExpressRouteConfig, VpnConfig } from "../schema/gateway";
import type { SoundParts } from "../sound-parts";
import { notABlock } from "./addresses";

type Connection = VpnConfig["connections"][string];

/** AS number of gateways that name none; Azure lets nobody else have it. */
const azuresDefaultAsn = 65_515;
/** Addresses of tunnels themselves, which take settings of the gateway that are not made here. */
const linkLocal = parseCidr("169.254.0.0/16");

/** The way to other sites: keys and ranges that are missing, and ranges that somebody else has. */
export function gatewayProblems(parts: SoundParts): Problem[] {
    const { gateway } = parts;
    if (!gateway) {
        return [];
    }
    const connections = gateway.mode === "none" ? [] : Object.keys(gateway.connections);
    return [
        ...parts.gatewayKeys.filter((name) => !connections.includes(name)).map((name) => idleKey(name, connections)),
        ...(gateway.mode === "vpn" ? vpnProblems(gateway, parts) : []),
        ...(gateway.mode === "expressRoute" ? fastPathProblems(gateway) : []),
    ];
}

function idleKey(name: string, connections: readonly string[]): Problem {
    return {
        path: `gatewayKeys.${name}`,
        found: "a key of no connection",
        allowed: connections.length > 0 ? `keys of ${connections.join(", ")}` : "no key: there are no connections",
        remedy: "Remove it, or name it after the connection that it belongs to.",
    };
}

function vpnProblems(gateway: VpnConfig, parts: SoundParts): Problem[] {
    return [
        ...Object.entries(gateway.connections).flatMap(([name, connection]) => {
            const path = `hub.gateway.connections.${name}`;
            return [
                ...keyProblems(name, parts),
                ...networkProblems(path, connection, parts),
                ...bgpProblems(`${path}.bgp`, connection, gateway),
            ];
        }),
        ...(gateway.pointToSite?.clientAddresses ?? []).flatMap((text, index) =>
            clientProblems(`hub.gateway.pointToSite.clientAddresses[${index}]`, text, parts),
        ),
    ];
}

function keyProblems(name: string, { gatewayKeys }: SoundParts): Problem[] {
    return gatewayKeys.includes(name)
        ? []
        : [
              {
                  path: `gatewayKeys.${name}`,
                  found: "nothing",
                  allowed: "the pre-shared key of that connection, 16 to 128 characters",
                  remedy: `Set it with: pulumi config set --secret --path 'secure-aks-ml:gatewayKeys.${name}'`,
              },
          ];
}

function networkProblems(path: string, { networks, bgp }: Connection, { onPremises }: SoundParts): Problem[] {
    const known = onPremises.map(({ text }) => text);
    if (!bgp && (networks ?? known).length === 0) {
        return [
            {
                path: `${path}.networks`,
                found: "nothing, without BGP and without onPremises",
                allowed: "the networks behind the site's device",
                remedy: "Add them to onPremises, or exchange routes by bgp.",
            },
        ];
    }
    return (networks ?? []).flatMap((text, index): Problem[] => {
        const cidr = read(`${path}.networks[${index}]`, text);
        if ("remedy" in cidr) {
            return [cidr];
        }
        return known.some((outer) => isWithin(outer, cidr))
            ? []
            : [
                  {
                      path: `${path}.networks[${index}]`,
                      found: `${show(text)}, which onPremises doesn't hold`,
                      allowed: known.length > 0 ? `part of ${known.join(", ")}` : "part of onPremises",
                      remedy: "Add it to onPremises, where it is kept apart from the platform's own ranges.",
                  },
              ];
    });
}

function bgpProblems(path: string, { bgp }: Connection, gateway: VpnConfig): Problem[] {
    if (!bgp) {
        return [];
    }
    const own = gateway.bgp?.asn;
    return [
        ...(own === undefined
            ? [
                  {
                      path,
                      found: "BGP with a gateway that has none",
                      allowed: "hub.gateway.bgp, or fixed networks",
                      remedy: "Add bgp: {} to hub.gateway, or remove it here.",
                  },
              ]
            : []),
        ...(bgp.asn === own || bgp.asn === azuresDefaultAsn
            ? [
                  {
                      path: `${path}.asn`,
                      found: show(bgp.asn),
                      allowed: `another AS number than ${[...new Set([own ?? azuresDefaultAsn, azuresDefaultAsn])].join(" and ")}`,
                      remedy: "Give the number of the site's own autonomous system.",
                  },
              ]
            : []),
        ...(contains(linkLocal, parseCidr(`${bgp.peerAddress}/32`))
            ? [
                  {
                      path: `${path}.peerAddress`,
                      found: show(bgp.peerAddress),
                      allowed: `an address outside ${linkLocal.text}`,
                      remedy: "Give an address of the site's own networks, such as a loopback of its device.",
                  },
              ]
            : []),
    ];
}

function clientProblems(path: string, text: string, parts: SoundParts): Problem[] {
    const cidr = read(path, text);
    if ("remedy" in cidr) {
        return [cidr];
    }
    const taken = takenRanges(parts).find((range) => overlaps(range.cidr, cidr));
    return taken
        ? [
              {
                  path,
                  found: `${show(text)}, which overlaps ${taken.path} (${taken.cidr.text})`,
                  allowed: "a range of its own",
                  remedy: "Move one of the two.",
              },
          ]
        : [];
}

/** Ranges that clients must be able to reach, or that answers to them could get lost in. */
function takenRanges({ hub, addresses, addressed, onPremises }: SoundParts): { path: string; cidr: Cidr }[] {
    const ranges: [string, string | undefined][] = [
        ["hub.addressSpace", hub && orNothing(() => hubSpace(hub, addresses))],
        ...onPremises.map(({ path, text }): [string, string] => [path, text]),
        ...Object.entries(addressed).flatMap(([name, spoke]): [string, string | undefined][] => {
            const space = orNothing(() => spokeSpace(spoke, addresses));
            return [
                [`spokes.${name}.addressSpace`, space?.addressSpace],
                ...(spoke.cluster
                    ? ([
                          [`spokes.${name}.cluster.podCidr`, space?.podCidr],
                          [`spokes.${name}.cluster.serviceCidr`, space?.serviceCidr],
                      ] as [string, string | undefined][])
                    : []),
            ];
        }),
    ];
    return ranges.flatMap(([path, text]) => {
        const cidr = text === undefined ? undefined : orNothing(() => parseCidr(text));
        return cidr ? [{ path, cidr }] : [];
    });
}

function fastPathProblems({ sku, connections }: ExpressRouteConfig): Problem[] {
    return Object.entries(connections)
        .filter(([, { fastPath }]) => fastPath && sku !== "ErGw3AZ")
        .map(([name]) => ({
            path: `hub.gateway.connections.${name}.fastPath`,
            found: `true, with a gateway of SKU ${sku}`,
            allowed: "true with ErGw3AZ",
            remedy: "Set hub.gateway.sku to ErGw3AZ, or fastPath to false.",
        }));
}

function read(path: string, text: string): Cidr | Problem {
    try {
        return parseCidr(text);
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return notABlock(path, error);
    }
}

function isWithin(outer: string, inner: Cidr): boolean {
    const space = orNothing(() => parseCidr(outer));
    return space !== undefined && contains(space, inner);
}

/** What can't be read is reported where ranges themselves are checked. */
function orNothing<Result>(value: () => Result): Result | undefined {
    try {
        return value();
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return undefined;
    }
}
