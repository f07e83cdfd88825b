import {
    apiServerZone,
    machineLearningGroups,
    prometheusZone,
    zonesOfGroup,
} from "../components/network/private-dns-zones";
import type { Settings } from "./config/load";
import type { SpokeConfig } from "./config/schema/spoke";
import { collectsMetrics, onInProd } from "./defaults";
import { dnsSituation } from "./hub-dns";
import { zonesOfEndpoint } from "./private-services";

/**
 * The zones of whatever is switched on, with the networks that this stack links to each. Where spokes have a DNS server
 * in the hub, the hub asks for everybody, and a spoke for itself in two cases only: AKS wants its API server's zone
 * linked to the cluster's network, and a gateway with a public frontend looks Key Vault up in Azure's own DNS, whatever
 * server its network names. Where spokes ask Azure's DNS, each asks for itself.
 */
export function askersOfZones(settings: Settings): Record<string, string[]> {
    const { hubAnswers, linksHub, linksHubToExisting } = dnsSituation(settings);
    const { ids, linked } = existingZonesOf(settings);
    const askers: Record<string, string[]> = {};
    for (const [name, spoke] of Object.entries(settings.spokes)) {
        const own = zonesOf(spoke, spoke.location ?? settings.location);
        for (const zone of [...own, ...zonesOfBackup(settings, spoke), ...monitorZones(settings)]) {
            const exists = zone in ids;
            const hub = (exists ? linksHubToExisting : linksHub) ? ["hub"] : [];
            const itself = !hubAnswers || asksItself(zone, spoke) ? [name] : [];
            const before = askers[zone] ?? [];
            askers[zone] = exists && !linked ? [] : [...new Set([...before, ...hub, ...itself])];
        }
    }
    return askers;
}

/** Zones that others made, by name, and whether this stack links networks to them. */
export function existingZonesOf({ hub, existingHub }: Settings): { ids: Record<string, string>; linked: boolean } {
    const { privateDnsZoneIds = {}, linkPrivateDnsZones = true } = hub ?? existingHub ?? {};
    return { ids: privateDnsZoneIds, linked: linkPrivateDnsZones };
}

/** Zones in which a spoke's own private endpoints are registered. */
function zonesOf(spoke: SpokeConfig, location: string): string[] {
    const { cluster, machineLearning, ingress, storageAccounts, privateEndpoints } = spoke;
    const groups = [
        ...(cluster ? (["registry", "vault"] as const) : []),
        ...(machineLearning ? machineLearningGroups : []),
        ...("sites" in ingress ? (["vault"] as const) : []),
        ...Object.values(storageAccounts).flatMap(({ services }) => services),
    ];
    return [
        ...groups.flatMap((group) => zonesOfGroup[group]),
        ...apiServerZones(cluster, location),
        ...Object.values(privateEndpoints).flatMap(zonesOfEndpoint),
    ];
}

/** Public API servers have no private name, those that nodes reach inside the network included. */
function apiServerZones(cluster: SpokeConfig["cluster"], location: string): string[] {
    const mode = cluster?.apiAccess.mode;
    return mode === "privateLink" || mode === "vnetIntegration" ? [apiServerZone(mode, location)] : [];
}

/** Azure Monitor's own zones: every network asks them, because its names resolve to one private endpoint for all. */
function monitorZones(settings: Settings): string[] {
    const { privateLink, grafana } = settings.observability;
    return [
        ...(privateLink ? zonesOfGroup.azuremonitor : []),
        ...(privateLink && collectsMetrics(settings) ? [prometheusZone(settings.location)] : []),
        ...(grafana && !grafana.publicAccess ? zonesOfGroup.grafana : []),
    ];
}

function zonesOfBackup(settings: Settings, { cluster }: SpokeConfig): readonly string[] {
    return cluster && onInProd(settings, cluster.backup.enabled) ? zonesOfGroup.blob : [];
}

function asksItself(zone: string, { ingress }: SpokeConfig): boolean {
    const isApiServer = zone.endsWith(".azmk8s.io");
    return isApiServer || (ingress.mode === "public" && zonesOfGroup.vault.some((vault) => vault === zone));
}
