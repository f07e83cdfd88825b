import { planSpoke } from "../../../components/network/address-plan";
import { contains, parseCidr, usableAddresses } from "../../../components/network/cidr";
import { containersPrefix } from "../../../components/network/ingress-subnet-plan";
import { hubSpace, spokeSpace } from "../../address-plan";
import { show, type Problem } from "../problem";
import type { GatewayIngressConfig } from "../schema/ingress";
import type { ContainersFirewallConfig, FirewallConfig } from "../schema/ingress-firewall";
import type { SpokeConfig } from "../schema/spoke";
import type { SoundParts } from "../sound-parts";
import { notABlock } from "./addresses";
import { siteProblems } from "./ingress-sites";
import { orderProblems } from "./order";

/** Azure's limit of a resource's tags, less those that every resource has. */
const mostReasons = 40;
/** The largest network, as a prefix length, that can still be called somebody's. */
const largestClientRange = 8;

/** The way in of one spoke: settings that don't fit each other. */
export function ingressProblems(path: string, spoke: SpokeConfig, parts: SoundParts): Problem[] {
    const { ingress, cluster } = spoke;
    if (ingress.mode === "none") {
        return [];
    }
    const where = `${path}.ingress`;
    const plan = spokePlan(spoke, parts);
    return [
        ...(cluster
            ? []
            : [
                  {
                      path: where,
                      found: "a gateway in a spoke without a cluster",
                      allowed: "mode none, or a cluster beside it",
                      remedy: `Add ${path}.cluster, or remove the gateway.`,
                  },
              ]),
        ...firewallProblems(`${where}.firewall`, ingress.firewall),
        ...(ingress.mode === "containers"
            ? containersProblems(where, plan?.subnets.ingress)
            : [
                  ...orderProblems(`${where}.capacity`, ingress.capacity.min, ingress.capacity.max),
                  ...capacityProblems(where, ingress, plan?.subnets.ingress),
                  ...siteProblems(where, ingress),
                  ...Object.entries(ingress.sites).flatMap(([name, { firewall }]) =>
                      firewall ? firewallProblems(`${where}.sites.${name}.firewall`, firewall) : [],
                  ),
                  ...backendProblems(where, ingress, [plan?.addressSpace, ...hubSpaces(parts)]),
              ]),
        ...(ingress.mode === "private"
            ? (ingress.clients ?? []).flatMap((text, index) => clientProblems(`${where}.clients[${index}]`, text))
            : []),
    ];
}

/** Where the spoke's own range is at fault, others say so. */
function spokePlan(spoke: SpokeConfig, { addresses }: SoundParts) {
    return unlessOutOfRange(() => {
        const space = spokeSpace(spoke, addresses)?.addressSpace;
        return space === undefined ? undefined : planSpoke(space);
    });
}

function hubSpaces({ hub, existingHub, addresses }: SoundParts): (string | undefined)[] {
    return [unlessOutOfRange(() => hub && hubSpace(hub, addresses)), ...(existingHub?.addressSpaces ?? [])];
}

function unlessOutOfRange<Result>(compute: () => Result): Result | undefined {
    try {
        return compute();
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return undefined;
    }
}

/** An address for each instance, and one for a private frontend. */
function capacityProblems(where: string, { mode, capacity }: GatewayIngressConfig, subnet?: string): Problem[] {
    const most = subnet === undefined ? capacity.max : usableAddresses(parseCidr(subnet)) - Number(mode === "private");
    return capacity.max <= most
        ? []
        : [
              {
                  path: `${where}.capacity.max`,
                  found: `${capacity.max} instances, in ${subnet}`,
                  allowed: `at most ${most}: each takes an address, and a private frontend one more`,
                  remedy: "Lower it, or give the spoke more addresses.",
              },
          ];
}

function containersProblems(where: string, share?: string): Problem[] {
    if (share === undefined || parseCidr(share).prefix <= containersPrefix) {
        return [];
    }
    return [
        {
            path: `${where}.mode`,
            found: `"containers", with ${share} for it`,
            allowed: `a spoke of which the sixteenth part is a /${containersPrefix}: a /20 or larger`,
            remedy: "Give the spoke more addresses, or use mode public.",
        },
    ];
}

/** Nobody but the hub is a neighbour of a spoke, and a gateway's requests don't pass the firewall. */
function backendProblems(
    where: string,
    { backends }: GatewayIngressConfig,
    reachable: readonly (string | undefined)[],
): Problem[] {
    const spaces = reachable.flatMap(
        (text) => unlessOutOfRange(() => (text === undefined ? [] : [parseCidr(text)])) ?? [],
    );
    return Object.entries(backends).flatMap(([name, { addresses }]) =>
        addresses.flatMap((text, index) => {
            const isAddress = /^[\d.]+$/.test(text);
            if (!isAddress || spaces.some((space) => contains(space, parseCidr(`${text}/32`)))) {
                return [];
            }
            return [
                {
                    path: `${where}.backends.${name}.addresses[${index}]`,
                    found: show(text),
                    allowed: `an address in ${spaces.map((space) => space.text).join(" or ")}`,
                    remedy: "Name one of the spoke's own or the hub's, or give this site a gateway in its backend's spoke.",
                },
            ];
        }),
    );
}

function clientProblems(path: string, text: string): Problem[] {
    const problems = blockProblems(path, text);
    return problems.length > 0 || parseCidr(text).prefix >= largestClientRange
        ? problems
        : [
              {
                  path,
                  found: show(text),
                  allowed: `networks of clients, /${largestClientRange} or narrower`,
                  remedy: "Name the networks that clients really come from.",
              },
          ];
}

function blockProblems(path: string, text: string): Problem[] {
    try {
        parseCidr(text);
        return [];
    } catch (error) {
        if (!(error instanceof RangeError)) {
            throw error;
        }
        return [notABlock(path, error)];
    }
}

function firewallProblems(where: string, firewall: ContainersFirewallConfig | FirewallConfig): Problem[] {
    const { exclusions, overrides, body } = firewall;
    const rules = Object.entries<FirewallConfig["customRules"][string]>(firewall.customRules);
    const reasons = Object.keys(exclusions).length + Object.keys(overrides).length;
    return [
        ...rules.flatMap(([name, { priority }], index) => {
            const twin = rules.slice(0, index).find(([, earlier]) => earlier.priority === priority);
            return twin
                ? [
                      {
                          path: `${where}.customRules.${name}.priority`,
                          found: `${priority}, which ${twin[0]} has too`,
                          allowed: "a priority of its own",
                          remedy: "Change one of the two: Azure asks rules in their order.",
                      },
                  ]
                : [];
        }),
        ...(reasons > mostReasons
            ? [
                  {
                      path: where,
                      found: `${reasons} exclusions and overrides`,
                      allowed: `at most ${mostReasons}: their reasons are kept as tags`,
                      remedy: "Give sites that need many a firewall of their own.",
                  },
              ]
            : []),
        ...(body.inspectKB > body.maxKB
            ? [
                  {
                      path: `${where}.body.inspectKB`,
                      found: `${body.inspectKB}, with bodies of at most ${body.maxKB}`,
                      allowed: "no more than maxKB",
                      remedy: "Lower it, or raise maxKB.",
                  },
              ]
            : []),
        ...rules.flatMap(([name, rule]) =>
            rule.mode === "addresses"
                ? rule.ranges.flatMap((text, index) =>
                      blockProblems(`${where}.customRules.${name}.ranges[${index}]`, text),
                  )
                : [],
        ),
    ];
}
