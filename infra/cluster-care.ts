import { ClusterBackup } from "../components/cluster/backup";
import { ClusterMonitoring, type ClusterAgents } from "../components/cluster/monitoring";
import type { PrivateAccess } from "../components/network/private-endpoint";
import { clusterRules, gatewayRules } from "../components/observability/alert-rules-plan";
import { Alerts } from "../components/observability/alerts";
import type { ClusterConfig } from "./config/schema/cluster";
import { agentsOf, onInProd } from "./defaults";
import type { ClusteredLanding, Ground } from "./landing";
import { createResourceGroup } from "./resource-group";

/** What a cluster is told of its monitoring when it is made. */
export function agentProfilesOf(
    config: ClusterConfig,
    { settings, logWorkspaceId }: Ground,
): { agents: ClusterAgents; fullAudit: boolean } {
    const { containerLogs, prometheus } = agentsOf(settings, config);
    return {
        agents: { containerLogsWorkspaceId: containerLogs ? logWorkspaceId : undefined, prometheus },
        fullAudit: config.monitoring.fullAudit,
    };
}

/** Monitors and backs up what stands in a spoke, as its cluster's settings say. */
export function lookAfterCluster(
    name: string,
    config: ClusterConfig,
    access: PrivateAccess,
    landing: ClusteredLanding,
    ground: Ground,
): void {
    monitorCluster(name, config, landing, ground);
    if (onInProd(ground.settings, config.backup.enabled)) {
        landing.backup = backUpCluster(name, config, access, landing, ground);
    }
    alertOn(name, landing, ground);
}

function monitorCluster(
    name: string,
    config: ClusterConfig,
    { cluster, workspace }: ClusteredLanding,
    { settings, names, placement, placing, logWorkspaceId, monitor }: Ground,
): void {
    const agents = agentsOf(settings, config);
    const { excludedNamespaces, recordingRules } = config.monitoring;
    if (agents.containerLogs || agents.prometheus) {
        new ClusterMonitoring(
            names.of(name),
            {
                clusterId: cluster.clusterId,
                clusterName: cluster.clusterName,
                workspaceLocation: monitor.location,
                containerLogs: agents.containerLogs ? { workspaceId: logWorkspaceId, excludedNamespaces } : undefined,
                prometheus:
                    agents.prometheus && monitor.metrics
                        ? { workspaceId: monitor.metrics.workspaceId, recordingRules }
                        : undefined,
                privateLink: monitor.privateLink,
                ...placement,
            },
            placing,
        );
    }
    if (workspace) {
        monitor.privateLink?.admit(`appi-ml-${names.of(name)}`, workspace.insightsId);
    }
}

function backUpCluster(
    name: string,
    { backup }: ClusterConfig,
    access: PrivateAccess,
    { cluster }: ClusteredLanding,
    { settings, names, placement, placing }: Ground,
): ClusterBackup {
    const zoned = settings.zones.length > 1;
    return new ClusterBackup(
        names.of(name),
        {
            cluster: { id: cluster.clusterId, name: cluster.clusterName, principalId: cluster.principalId },
            subscriptionId: settings.subscriptionId,
            tenantId: settings.tenantId,
            schedule: backup,
            excludedNamespaces: backup.excludedNamespaces,
            redundancy: backup.redundancy ?? (zoned ? "ZoneRedundant" : "LocallyRedundant"),
            immutability: backup.immutability,
            softDeleteInDays: backup.softDeleteInDays,
            storageAccountName: names.global("stbackup", name),
            storageSku: zoned ? "Standard_ZRS" : "Standard_LRS",
            access,
            snapshots: createResourceGroup(`rg-snapshots-${names.of(name)}`, settings, placement.tags ?? {}, placing),
            foundation: [cluster],
            ...placement,
        },
        placing,
    );
}

function alertOn(
    name: string,
    { cluster, gateway }: ClusteredLanding,
    { names, placement, placing, monitor }: Ground,
): void {
    if (!monitor.actionGroupId) {
        return;
    }
    new Alerts(
        names.of(name),
        {
            actionGroupId: monitor.actionGroupId,
            watched: {
                aks: { id: cluster.clusterId, rules: clusterRules },
                ...(gateway ? { agw: { id: gateway.gatewayId, rules: gatewayRules } } : {}),
            },
            ...placement,
        },
        placing,
    );
}
