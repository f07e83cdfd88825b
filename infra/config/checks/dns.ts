import { zonesOfGroup } from "../../../components/network/private-dns-zones";
import { dnsOf } from "../../hub-dns";
import { show, type Problem } from "../problem";
import type { HubConfig } from "../schema/hub";
import type { SoundParts } from "../sound-parts";

/** Suffixes of the zones that private endpoints and API servers are registered in. */
const platformZones = [...Object.values(zonesOfGroup).flat(), "azmk8s.io"];

/** DNS of the hub: servers that aren't there, and domains that would be lost to it. */
export function dnsProblems({ hub }: SoundParts): Problem[] {
    if (!hub) {
        return [];
    }
    const dns = dnsOf(hub);
    return dns.mode === "resolver"
        ? Object.keys(dns.forwarding).flatMap(forwardingProblem)
        : firewallProblem(dns.mode, hub);
}

function firewallProblem(mode: "firewall" | "azure", { egress }: HubConfig): Problem[] {
    const egressMode: string = egress.mode;
    return mode === "azure" || egressMode === "firewall"
        ? []
        : [
              {
                  path: "hub.dns.mode",
                  found: `"firewall", in a hub whose egress is ${show(egressMode)}`,
                  allowed: "azure or resolver, where there is no firewall",
                  remedy: "Choose one of them, or leave hub.dns out.",
              },
          ];
}

function forwardingProblem(domain: string): Problem[] {
    const zone = platformZones.find((suffix) => domain === suffix || domain.endsWith(`.${suffix}`));
    return zone === undefined
        ? []
        : [
              {
                  path: `hub.dns.forwarding.${domain}`,
                  found: `a domain in ${zone}, which the platform's private zones answer for`,
                  allowed: "domains of other sites",
                  remedy: "Remove it: names of private endpoints would be asked for elsewhere.",
              },
          ];
}
