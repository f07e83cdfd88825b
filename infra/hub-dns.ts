import type { HubDns } from "../components/network/dns-plan";
import type { Settings } from "./config/load";
import type { HubConfig } from "./config/schema/hub";

/** Who answers DNS queries behind a hub; a firewall does wherever there is one, so that its log has every query. */
export function dnsOf({ dns, egress }: Pick<HubConfig, "dns" | "egress">): HubDns {
    const egressMode: string = egress.mode;
    return dns ?? { mode: egressMode === "firewall" ? "firewall" : "azure" };
}

/** What a stack says of the DNS servers that its spokes ask. */
export interface DnsSituation {
    /** Whether spokes have DNS servers in the hub; else they ask Azure's own DNS. */
    readonly hubAnswers: boolean;
    /** Whether this stack links the hub's network to zones that it makes. */
    readonly linksHub: boolean;
    /** Whether it links the hub's network to zones that exist; those of an existing hub are linked already. */
    readonly linksHubToExisting: boolean;
}

export function dnsSituation({ hub, existingHub }: Settings): DnsSituation {
    if (hub) {
        return { hubAnswers: dnsOf(hub).mode !== "azure", linksHub: true, linksHubToExisting: true };
    }
    const hubAnswers = existingHub !== undefined && existingHub.dnsServers.length > 0;
    // Without servers there, nothing in an existing hub asks for the spokes' names, and it may have zones of these names.
    return { hubAnswers, linksHub: hubAnswers && existingHub.peering === "both", linksHubToExisting: false };
}
