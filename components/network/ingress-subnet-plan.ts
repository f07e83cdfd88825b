import { blockAt, contains, parseCidr } from "./cidr";
import { closedRules, denyRest, inbound, loadBalancerProbes, type Flow, type NsgRule } from "./nsg-rules";

/** What stands in a spoke's ingress subnet. */
export type SpokeIngress =
    | { readonly mode: "none" }
    | {
          /** Application Gateway with a public frontend. */
          readonly mode: "public";
          /** Whether the subscription has the feature EnableApplicationGatewayNetworkIsolation registered. */
          readonly networkIsolation: boolean;
      }
    | {
          /** Application Gateway with a private frontend alone; takes that same feature. */
          readonly mode: "private";
          /** CIDRs that may come in. */
          readonly clients: readonly string[];
      }
    | {
          /** Application Gateway for Containers. */
          readonly mode: "containers";
      };

export interface IngressSubnetPlan {
    readonly addressPrefix: string;
    /** The service that alone may use it. */
    readonly delegation?: string;
    /** Whether what leaves it goes to the hub's firewall or appliance. */
    readonly toFirewall: boolean;
    readonly rules: readonly NsgRule[];
}

/** Application Gateway for Containers takes exactly that of a network with an overlay, and alone. */
export const containersPrefix = 24;

/**
 * The subnet in a spoke's share for it. From "Application Gateway infrastructure configuration", "Private Application
 * Gateway deployment" and "Container networking with Application Gateway for Containers".
 * @throws RangeError where the share is too small for Application Gateway for Containers.
 */
export function planIngressSubnet(ingress: SpokeIngress, share: string): IngressSubnetPlan {
    switch (ingress.mode) {
        case "none":
            return { addressPrefix: share, toFirewall: true, rules: closedRules() };
        case "public":
            return {
                addressPrefix: share,
                delegation: ingress.networkIsolation ? gatewayDelegation : undefined,
                // Azure doesn't support a default route to an appliance there, and answers must leave as requests came.
                toFirewall: false,
                rules: publicGatewayRules(share, ingress.networkIsolation),
            };
        case "private":
            return {
                addressPrefix: share,
                delegation: gatewayDelegation,
                toFirewall: true,
                rules: privateGatewayRules(share, ingress.clients),
            };
        case "containers": {
            const addressPrefix = containersBlock(share);
            return {
                addressPrefix,
                delegation: "Microsoft.ServiceNetworking/trafficControllers",
                toFirewall: false,
                rules: inbound([clients(["Internet"], addressPrefix), loadBalancerProbes, denyRest("Inbound")]),
            };
        }
    }
}

/** Subscriptions with network isolation refuse every gateway in a subnet without it. */
const gatewayDelegation = "Microsoft.Network/applicationGateways";

function publicGatewayRules(subnet: string, networkIsolation: boolean): NsgRule[] {
    return inbound([
        clients(["Internet"], subnet),
        // With network isolation Azure controls the instances from inside.
        ...(networkIsolation ? [] : [gatewayManager]),
        loadBalancerProbes,
        denyRest("Inbound"),
    ]);
}

function privateGatewayRules(subnet: string, from: readonly string[]): NsgRule[] {
    return inbound([
        ...(from.length > 0 ? [clients(withoutContained(from), subnet)] : []),
        loadBalancerProbes,
        denyRest("Inbound"),
    ]);
}

function clients(sources: readonly string[], subnet: string): Flow {
    return {
        name: "AllowClients",
        description: "HTTPS, and HTTP that is redirected to it.",
        protocol: "Tcp",
        sources,
        destinations: [subnet],
        ports: ["443", "80"],
    };
}

const gatewayManager: Flow = {
    name: "AllowGatewayManager",
    description: "Azure's control of the gateway's instances.",
    protocol: "Tcp",
    sources: ["GatewayManager"],
    destinations: ["*"],
    ports: ["65200-65535"],
};

function containersBlock(share: string): string {
    const { first, prefix } = parseCidr(share);
    if (prefix > containersPrefix) {
        throw new RangeError(`${share} is too small: Application Gateway for Containers takes a /${containersPrefix}`);
    }
    return blockAt(first, containersPrefix).text;
}

/** The same addresses without a range twice: what lies in another range is left out. */
function withoutContained(ranges: readonly string[]): string[] {
    const blocks = [...new Set(ranges)].map(parseCidr);
    return blocks
        .filter((block) => !blocks.some((other) => other !== block && contains(other, block)))
        .map(({ text }) => text);
}
