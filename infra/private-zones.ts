import { apiServerZone, zonesOfGroup } from "../components/network/private-dns-zones";
import type { Settings } from "./config/load";
import type { SpokeConfig } from "./config/schema/spoke";

/**
 * The zones of whatever is switched on, with who asks them. Where spokes have a DNS server in the hub, the hub asks for
 * everybody, and a spoke for itself in two cases only: AKS wants its API server's zone linked to the cluster's network,
 * and a gateway with a public frontend looks Key Vault up in Azure's own DNS, whatever server its network names.
 * Where spokes ask Azure's DNS, each asks for itself.
 */
export function askersOfZones(settings: Settings, hubAnswers: boolean): Record<string, string[]> {
    const askers: Record<string, string[]> = {};
    for (const [name, spoke] of Object.entries(settings.spokes)) {
        for (const zone of zonesOf(spoke, spoke.location ?? settings.location)) {
            const itself = !hubAnswers || asksItself(zone, spoke);
            askers[zone] = [...new Set([...(askers[zone] ?? ["hub"]), ...(itself ? [name] : [])])];
        }
    }
    return askers;
}

/** Zones in which a spoke's own private endpoints are registered. */
function zonesOf({ cluster, machineLearning, ingress }: SpokeConfig, location: string): string[] {
    return [
        ...(cluster ? [...zonesOfGroup.registry, ...zonesOfGroup.vault] : []),
        ...apiServerZones(cluster, location),
        ...(machineLearning ? Object.values(zonesOfGroup).flat() : []),
        ...(ingress.mode === "public" ? zonesOfGroup.vault : []),
    ];
}

/** Public API servers have no private name, those that nodes reach inside the network included. */
function apiServerZones(cluster: SpokeConfig["cluster"], location: string): string[] {
    const mode = cluster?.apiAccess.mode;
    return mode === "privateLink" || mode === "vnetIntegration" ? [apiServerZone(mode, location)] : [];
}

function asksItself(zone: string, { ingress }: SpokeConfig): boolean {
    const isApiServer = zone.endsWith(".azmk8s.io");
    return isApiServer || (ingress.mode === "public" && zonesOfGroup.vault.some((vault) => vault === zone));
}
