import {
    apiServerZone,
    machineLearningZones,
    prometheusZone,
    zonesOfGroup,
} from "../components/network/private-dns-zones";
import type { Settings } from "./config/load";
import type { SpokeConfig } from "./config/schema/spoke";
import { collectsMetrics, onInProd } from "./defaults";

/**
 * The zones of whatever is switched on, with who asks them. Where spokes have a DNS server in the hub, the hub asks for
 * everybody, and a spoke for itself in two cases only: AKS wants its API server's zone linked to the cluster's network,
 * and a gateway with a public frontend looks Key Vault up in Azure's own DNS, whatever server its network names.
 * Where spokes ask Azure's DNS, each asks for itself.
 */
export function askersOfZones(settings: Settings, hubAnswers: boolean): Record<string, string[]> {
    const askers: Record<string, string[]> = {};
    for (const [name, spoke] of Object.entries(settings.spokes)) {
        const own = zonesOf(spoke, spoke.location ?? settings.location);
        for (const zone of [...own, ...zonesOfBackup(settings, spoke), ...monitorZones(settings)]) {
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
        ...(cluster && cluster.apiAccess.mode !== "public" ? [apiServerZone(cluster.apiAccess.mode, location)] : []),
        ...(machineLearning ? machineLearningZones : []),
        ...(ingress.mode === "public" ? zonesOfGroup.vault : []),
    ];
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
