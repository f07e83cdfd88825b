import type { ApplicationRule, NetworkRule } from "../network/egress-rules";

/**
 * What a gateway whose way out is the firewall needs of it: the vaults of its certificates, where those have no private
 * endpoint that its network knows. Whether it needs more is not documented; Azure controls it from inside.
 */
export function certificateRules(secretIds: readonly string[]): ApplicationRule[] {
    const hosts = [...new Set(secretIds.map((id) => new URL(id).hostname))].sort();
    return hosts.map((host) => ({
        kind: "application",
        name: `gateway-certificates-${host.split(".")[0]}`,
        why: "Application gateways read their certificates, and their renewals.",
        source: "Private Application Gateway deployment",
        fqdns: [host],
        protocols: [{ protocolType: "Https", port: 443 }],
        inspect: false,
    }));
}

/** What clients in other networks need of the firewall between them and a private gateway. */
export function clientRule(spoke: string, gatewayAddress: string): NetworkRule {
    return {
        kind: "network",
        name: `gateway-${spoke}`,
        why: "Clients come to the private application gateway; HTTP is redirected.",
        source: "configuration",
        protocol: "TCP",
        destinations: [`${gatewayAddress}/32`],
        ports: ["443", "80"],
    };
}
