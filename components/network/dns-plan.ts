import type { HubPlan } from "./address-plan";

/** Who answers the DNS queries of a platform. */
export type HubDns =
    | { readonly mode: "firewall" | "azure" }
    | {
          readonly mode: "resolver";
          /** DNS servers of other sites, by domain. */
          readonly forwarding: Readonly<Record<string, readonly string[]>>;
      };

/** Who asks whom. */
export interface DnsServers {
    /** DNS servers of the spokes. Empty: Azure's own. */
    readonly spokes: string[];
    /** Whom the firewall's proxy asks. Default: Azure's own. */
    readonly firewall?: string[];
}

/**
 * Where a firewall stands, the spokes ask it even if there is a resolver, and it asks the resolver: so its log has every
 * query, and it lets a host name through to the very addresses that the client was told.
 */
export function dnsServersOf({ mode }: HubDns, plan: HubPlan, hasFirewall: boolean): DnsServers {
    if (mode === "azure") {
        return { spokes: [] };
    }
    if (mode === "firewall") {
        return { spokes: [plan.firewallAddress] };
    }
    return hasFirewall
        ? { spokes: [plan.firewallAddress], firewall: [plan.resolverAddress] }
        : { spokes: [plan.resolverAddress] };
}
