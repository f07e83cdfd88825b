import {
    egressRules,
    jumpHostEgress,
    type AdditionalEgress,
    type EgressFeatures,
} from "../components/network/egress-rules";
import type { SpokePlan } from "../components/network/address-plan";
import { planEgress, type EgressNeed, type EgressPlan } from "../components/network/ip-groups-plan";
import type { SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import type { ClusterConfig } from "./config/schema/cluster";
import { egressPools, type AllowedEgress } from "./config/schema/egress";
import type { SpokeConfig } from "./config/schema/spoke";
import { visitorNeeds } from "./hub-gateway";
import { gatewayEgress } from "./ingress-egress";

/** Sets of a cluster's nodes that have a subnet, and so needs, of their own. */
type Pool = (typeof egressPools)[number];

/** What may leave the platform: what the features of each spoke need, each pool for itself. */
export function plannedEgress(settings: Settings, plans: Readonly<Record<string, SpokeAddresses>>): EgressPlan {
    const needs = Object.entries(settings.spokes).flatMap(([name, spoke]) => [
        ...(spoke.cluster ? needsOf(name, spoke, spoke.cluster, plans[name], settings) : []),
        ...(spoke.jumpHost
            ? [{ group: `${name}-jump`, sources: [plans[name].subnets.jumpHost], rules: jumpHostEgress() }]
            : []),
    ]);
    const visitors = settings.hub ? visitorNeeds(settings.hub.gateway, settings) : [];
    return planEgress([...needs, ...gatewayEgress(settings, plans), ...visitors]);
}

function needsOf(
    name: string,
    spoke: SpokeConfig,
    cluster: ClusterConfig,
    { subnets }: SpokePlan,
    settings: Settings,
): EgressNeed[] {
    const sources: Record<Pool, string> = { system: subnets.systemPool, user: subnets.userPools };
    return egressPools.map((pool) => ({
        group: `${name}-${pool}`,
        sources: [sources[pool]],
        rules: egressRules({
            ...featuresOf(spoke, cluster, pool),
            location: spoke.location ?? settings.location,
            additional: [
                ...additional(settings.allowedEgress, pool, ""),
                ...additional(spoke.allowedEgress, pool, `${name}.`),
            ],
        }),
    }));
}

/** What is switched on for the nodes of a pool: the one place where settings become needs. */
function featuresOf(
    { machineLearning }: SpokeConfig,
    { apiAccess, defender, userPools }: ClusterConfig,
    pool: Pool,
): Omit<EgressFeatures, "location" | "additional"> {
    const isUser = pool === "user";
    return {
        publicApiServer: apiAccess.mode === "public",
        timeServer: false,
        ubuntuPatches: false,
        windows: false,
        gpu: isUser && Object.values(userPools).some(({ vmSize }) => /^Standard_N/.test(vmSize)),
        azurePolicy: true,
        defender,
        containerInsights: false,
        prometheus: false,
        privateMonitoring: false,
        extensions: machineLearning !== undefined,
        // The extension's pods don't stand the system pool's taint, and no more do jobs.
        machineLearning: isUser && machineLearning !== undefined,
        gitHosts: [],
    };
}

/** A dot keeps names of a spoke's entries apart from those that hold for all spokes: neither has one. */
function additional(entries: readonly AllowedEgress[], pool: Pool, prefix: string): AdditionalEgress[] {
    return entries
        .filter(({ pools }) => pools.includes(pool))
        .map(({ name, fqdns, network, inspect, reason }) => ({
            name: prefix + name,
            fqdns,
            network,
            inspect,
            reason,
        }));
}
