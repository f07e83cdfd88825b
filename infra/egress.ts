import { hasGpu, isWindows } from "../components/cluster/node-pools-plan";
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
import type { AllowedEgress, egressPools } from "./config/schema/egress";
import type { SpokeConfig } from "./config/schema/spoke";
import { agentsOf, onInProd } from "./defaults";
import { visitorNeeds } from "./hub-gateway";
import { gatewayEgress } from "./ingress-egress";

type PoolRole = (typeof egressPools)[number];
type Pool = Parameters<typeof isWindows>[0] & Parameters<typeof hasGpu>[0];

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

/** Each set of nodes that has a subnet of its own: what a tenant may reach, others may not. */
function needsOf(
    name: string,
    spoke: SpokeConfig,
    cluster: ClusterConfig,
    { subnets, tenantSubnets }: SpokePlan,
    settings: Settings,
): EgressNeed[] {
    const need = (
        group: string,
        subnet: string,
        role: PoolRole,
        pools: readonly Pool[],
        own: readonly AdditionalEgress[] = [],
    ): EgressNeed => ({
        group: `${name}-${group}`,
        sources: [subnet],
        rules: egressRules({
            ...featuresOf(settings, spoke, cluster, role, pools),
            location: spoke.location ?? settings.location,
            additional: [
                ...additional(settings.allowedEgress.filter(isFor(role)), ""),
                ...additional(spoke.allowedEgress.filter(isFor(role)), `${name}.`),
                ...own,
            ],
        }),
    });
    return [
        need("system", subnets.systemPool, "system", [cluster.systemPool]),
        need("user", subnets.userPools, "user", Object.values(cluster.userPools)),
        ...Object.entries(cluster.tenantPools).map(([tenant, pool]) => {
            const own = additional(pool.allowedEgress, `${name}.${tenant}.`);
            return need(`tenant-${tenant}`, tenantSubnets[pool.place], "tenants", [pool], own);
        }),
    ];
}

/** What is switched on for some nodes: the one place where settings become needs. */
function featuresOf(
    settings: Settings,
    { machineLearning }: SpokeConfig,
    cluster: ClusterConfig,
    role: PoolRole,
    pools: readonly Pool[],
): Omit<EgressFeatures, "location" | "additional"> {
    const { apiAccess, defender, backup, upgrades } = cluster;
    const agents = agentsOf(settings, cluster);
    return {
        publicApiServer: apiAccess.mode === "public",
        timeServer: false,
        ubuntuPatches: upgrades.nodeOs === "SecurityPatch" && pools.some(({ os }) => os === "Ubuntu"),
        windows: pools.some(isWindows),
        gpu: pools.some(hasGpu),
        azurePolicy: true,
        defender,
        containerInsights: agents.containerLogs,
        prometheus: agents.prometheus,
        privateMonitoring: settings.observability.privateLink,
        extensions: machineLearning !== undefined || onInProd(settings, backup.enabled),
        // The extension's pods stand neither the system pool's taint nor a tenant's, and no more do jobs.
        machineLearning: role === "user" && machineLearning !== undefined,
        gitHosts: [],
    };
}

const isFor =
    (role: PoolRole) =>
    ({ pools }: AllowedEgress): boolean =>
        pools.includes(role);

/** A dot keeps names of a spoke's entries, and of a tenant's, apart from those that hold for all: none has one. */
function additional(entries: readonly AllowedEgress[], prefix: string): AdditionalEgress[] {
    return entries.map(({ name, fqdns, network, inspect, reason }) => ({
        name: prefix + name,
        fqdns,
        network,
        inspect,
        reason,
    }));
}
