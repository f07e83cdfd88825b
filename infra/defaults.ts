import type { Settings } from "./config/load";
import type { ClusterConfig } from "./config/schema/cluster";

/** Settings that are on in production and cost too much for anything else, unless a stack says otherwise. */

type InEnvironment = Pick<Settings, "environment">;

/** Whether something is on: as the stack says, else in production. */
export function onInProd({ environment }: InEnvironment, chosen: boolean | undefined): boolean {
    return chosen ?? environment === "prod";
}

/** What is watched in a cluster by agents, which need a way to Azure Monitor. */
export function agentsOf(settings: InEnvironment, { monitoring }: ClusterConfig) {
    return {
        containerLogs: onInProd(settings, monitoring.containerLogs),
        prometheus: onInProd(settings, monitoring.prometheus),
    };
}

/** Whether Azure Monitor's own private endpoints stand beside the platform's shared parts. */
export function sharesEndpoints({ observability: { privateLink, grafana } }: Pick<Settings, "observability">): boolean {
    return privateLink || (grafana !== undefined && !grafana.publicAccess);
}

/** Whether any cluster of the platform sends metrics to a workspace for them. */
export function collectsMetrics(settings: Settings): boolean {
    return Object.values(settings.spokes).some(({ cluster }) => cluster && agentsOf(settings, cluster).prometheus);
}
