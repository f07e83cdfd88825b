import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import type { Hub } from "../components/network/hub";
import type { HubConnection } from "../components/network/hub-connection";
import type { PrivateDns } from "../components/network/private-dns";
import type { PrivateAccess } from "../components/network/private-endpoint";
import type { Spoke } from "../components/network/spoke";
import { firewallRules, queryRules } from "../components/observability/alert-rules-plan";
import { actionGroup, Alerts } from "../components/observability/alerts";
import { budget } from "../components/observability/budget";
import { FlowLogs } from "../components/observability/flow-logs";
import { Grafana } from "../components/observability/grafana";
import { LogWorkspace } from "../components/observability/log-workspace";
import { MetricsWorkspace } from "../components/observability/metrics-workspace";
import { MonitorPrivateLink } from "../components/observability/private-link-scope";
import type { Placement } from "../components/placement";
import type { Settings } from "./config/load";
import { collectsMetrics, onInProd } from "./defaults";
import type { Names } from "./names";
import type { ResourceGroup } from "./resource-group";
import type { Placing } from "./subscriptions";

/** What all clusters share of Azure Monitor. */
export interface Monitor {
    /** Region of the workspaces. */
    location: string;
    metrics?: MetricsWorkspace;
    privateLink?: MonitorPrivateLink;
    grafana?: Grafana;
    /** Who is told of alerts. Absent where nobody is. */
    actionGroupId?: pulumi.Output<string>;
}

/** Where the platform's shared parts stand. */
interface Shared {
    name: string;
    settings: Settings;
    names: Names;
    placement: Placement;
    resourceGroup: ResourceGroup;
}

/** A network, with what lies around it. */
interface Site {
    spoke: Spoke;
    settings: Settings;
    placement: Placement;
    placing: Placing;
}

export function buildLogs({ name, settings, placement, resourceGroup }: Shared): LogWorkspace {
    const { logRetentionInDays, dailyQuotaInGb, privateLink } = settings.observability;
    return new LogWorkspace(name, {
        resourceGroupId: resourceGroup.id,
        retentionInDays: logRetentionInDays,
        dailyQuotaInGb,
        privateOnly: privateLink,
        ...placement,
    });
}

/** Makes metrics' workspace, dashboards and private link, as far as they are asked for. */
export function buildMonitor(
    { name, settings, names, placement }: Shared,
    logs: LogWorkspace,
    dns: PrivateDns,
    hub: HubConnection,
    sites: Readonly<Record<string, Site>>,
): Monitor {
    const { privateLink, grafana, alerts } = settings.observability;
    const access: PrivateAccess = { subnetId: endpointSubnet(settings, hub, sites), dns };
    const monitor: Monitor = { location: settings.location };
    if (privateLink) {
        monitor.privateLink = new MonitorPrivateLink(name, { access, ...placement });
        monitor.privateLink.admit(`log-${name}`, logs.workspaceId);
    }
    if (collectsMetrics(settings)) {
        const queries = privateLink ? access : undefined;
        monitor.metrics = new MetricsWorkspace(name, { access: queries, ...placement });
    }
    if (grafana && monitor.metrics) {
        monitor.grafana = new Grafana(name, {
            // At most 23 characters.
            workspaceName: `amg-${settings.workload}-${settings.environment}`,
            metrics: {
                id: monitor.metrics.workspaceId,
                location: settings.location,
                private: privateLink,
            },
            logsId: logs.workspaceId,
            access: grafana.publicAccess ? undefined : access,
            zoneRedundant: settings.zones.length > 1,
            adminGroupIds: grafana.adminGroups,
            viewerGroupIds: grafana.viewerGroups,
            ...placement,
        });
    }
    if (alerts.emails.length > 0) {
        monitor.actionGroupId = actionGroup(names.of("alerts"), alerts.emails, placement).id;
    }
    return monitor;
}

/** The hub's own subnet, or where others run the hub, that of the first spoke beside the platform's shared parts. */
function endpointSubnet(
    settings: Settings,
    hub: HubConnection,
    sites: Readonly<Record<string, Site>>,
): pulumi.Input<string> {
    const beside = Object.values(sites).find(
        ({ settings: { location, subscriptionId } }) =>
            location === settings.location && subscriptionId === settings.subscriptionId,
    );
    return hub.privateEndpointSubnetId ?? beside?.spoke.subnetIds.privateEndpoints ?? "";
}

/** Alerts on what all spokes share, and on what the logs of all of them tell. */
export function alertOnShared(
    { name, settings, placement }: Shared,
    logs: LogWorkspace,
    monitor: Monitor,
    hub: Hub | undefined,
): void {
    const { alerts, dailyQuotaInGb } = settings.observability;
    if (!monitor.actionGroupId) {
        return;
    }
    const has = {
        firewall: hub?.firewall !== undefined,
        gateway: Object.values(settings.spokes).some(({ ingress }) => "sites" in ingress),
        quota: dailyQuotaInGb !== undefined,
    };
    new Alerts(name, {
        actionGroupId: monitor.actionGroupId,
        watched: hub?.firewall ? { afw: { id: hub.firewall.firewallId, rules: firewallRules } } : {},
        queries: { logWorkspaceId: logs.workspaceId, rules: queryRules(has, alerts) },
        ...placement,
    });
}

/** Keeps who talked to whom, for each network of the platform. */
export function keepFlows(
    { name, settings, names, placement }: Shared,
    logs: LogWorkspace,
    hub: Hub | undefined,
    sites: Readonly<Record<string, Site>>,
): void {
    const { enabled, retentionInDays, trafficAnalytics } = settings.observability.flowLogs;
    if (!onInProd(settings, enabled)) {
        return;
    }
    const watchers = new NetworkWatchers(settings.observability.flowLogs.networkWatcher);
    const keep = (part: string, fullName: string, networkId: pulumi.Input<string>, at: Omit<Site, "spoke">) =>
        new FlowLogs(
            fullName,
            {
                networkId,
                watcher: watchers.of(at),
                storageAccountName: names.global("stflow", part),
                storageSku: at.settings.zones.length > 1 ? "Standard_ZRS" : "Standard_LRS",
                retentionInDays,
                analytics: trafficAnalytics
                    ? { workspaceId: logs.workspaceId, workspaceLocation: settings.location }
                    : undefined,
                ...at.placement,
            },
            at.placing,
        );
    if (hub) {
        keep("hub", name, hub.networkId, { settings, placement, placing: {} });
    }
    for (const [part, site] of Object.entries(sites)) {
        keep(part, names.of(part), site.spoke.networkId, site);
    }
}

/** One network watcher for each region of a subscription: Azure takes no second. */
class NetworkWatchers {
    private readonly made = new Map<string, network.NetworkWatcher>();

    constructor(private readonly mode: "existing" | "create") {}

    public of({ settings: { location, subscriptionId }, placement, placing }: Omit<Site, "spoke">) {
        const networkWatcherName = `NetworkWatcher_${location}`;
        if (this.mode === "existing") {
            return { name: networkWatcherName, resourceGroupName: "NetworkWatcherRG" };
        }
        const key = `${subscriptionId}/${location}`.toLowerCase();
        const watcher =
            this.made.get(key) ??
            new network.NetworkWatcher(
                `${networkWatcherName}-${subscriptionId}`,
                {
                    networkWatcherName,
                    location,
                    resourceGroupName: placement.resourceGroupName,
                    tags: placement.tags,
                },
                placing,
            );
        this.made.set(key, watcher);
        return { name: watcher.name, resourceGroupName: placement.resourceGroupName };
    }
}

/** Budgets of every subscription that the platform lives in: Azure has none across them, so each has the whole amount. */
export function watchCosts({ settings, names }: Shared, sites: Readonly<Record<string, Site>>): void {
    const { budget: config, alerts } = settings.observability;
    if (!config) {
        return;
    }
    const { workload, environment } = settings;
    const subscriptions = new Map([
        [settings.subscriptionId.toLowerCase(), {} as Placing],
        ...Object.values(sites).map((site) => [site.settings.subscriptionId.toLowerCase(), site.placing] as const),
    ]);
    let index = 0;
    for (const [subscriptionId, placing] of subscriptions) {
        index += 1;
        budget(
            index === 1 ? names.of("platform") : `${names.of("platform")}-${index}`,
            {
                ...config,
                subscriptionId,
                emails: config.emails.length > 0 ? config.emails : alerts.emails,
                tags: config.scope === "platform" ? { workload, environment } : undefined,
            },
            placing,
        );
    }
}
