import type * as pulumi from "@pulumi/pulumi";
import type { Hub } from "../components/network/hub";
import type { HubConnection } from "../components/network/hub-connection";
import { PrivateDns } from "../components/network/private-dns";
import { Spoke } from "../components/network/spoke";
import type { Placement } from "../components/placement";
import { mapValues } from "../components/record";
import { plannedSpoke, type SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import { plannedEgress } from "./egress";
import { provideHub } from "./hub";
import { buildLanding, type Landing } from "./landing";
import { Names } from "./names";
import { alertOnShared, buildLogs, buildMonitor, keepFlows, watchCosts } from "./observability";
import { askersOfZones } from "./private-zones";
import { ddosPlan, lockState, protectState } from "./protection";
import { statefulParts } from "./stateful-parts";
import { createResourceGroup, type ResourceGroup } from "./resource-group";
import { Subscriptions, type Placing } from "./subscriptions";

/** Everything that a stack deploys. */
export interface Platform {
    hub: HubConnection;
    /** Absent where the hub is an existing one. */
    ownHub?: Hub;
    spokes: Record<string, Spoke>;
    /** By spoke; spokes without a cluster have none. */
    landings: Record<string, Landing>;
}

/** A place for resources: a group in a region of a subscription. */
interface Site {
    placement: Placement;
    resourceGroup: ResourceGroup;
    placing: Placing;
}

interface BuiltSpoke extends Site {
    plan: SpokeAddresses;
    spoke: Spoke;
    /** The stack's settings, with the spoke's own region, zones and subscription. */
    settings: Settings;
}

export function buildPlatform(settings: Settings): Platform {
    protectState(settings);
    const names = new Names(settings);
    const subscriptions = new Subscriptions(settings);
    const plans = mapValues(settings.spokes, (spoke) => plannedSpoke(spoke, settings.addresses));
    // Where the hub is an existing one, what all spokes share still needs a place.
    const sharedName = names.of(settings.hub ? "hub" : "shared");
    const site = prepareSite(sharedName, settings, subscriptions);
    const logs = buildLogs({ name: sharedName, settings, names, ...site });
    const placement = { ...site.placement, logWorkspaceId: logs.workspaceId };
    const shared = { name: sharedName, settings, names, ...site, placement };
    const ddosProtectionPlanId = ddosPlan(sharedName, settings, placement);

    const { connection: hub, own: ownHub } = provideHub({
        settings,
        names,
        placement,
        subscriptions,
        egress: plannedEgress(settings, plans),
        ddosProtectionPlanId,
    });
    const spokes = mapValues(settings.spokes, (config, name) => {
        const local = localSettings(settings, config);
        const site = prepareSite(names.of(name), local, subscriptions, logs.workspaceId);
        return buildSpoke(names.of(name), plans[name], config, hub, local, site, ddosProtectionPlanId);
    });
    const dns = new PrivateDns(sharedName, {
        zones: askersOfZones(settings, hub.dnsServers.length > 0),
        existingZoneIds: settings.existingHub?.privateDnsZoneIds,
        networks: { hub: hub.network.id, ...mapValues(spokes, ({ spoke }) => spoke.networkId) },
        ...placement,
    });
    const monitor = buildMonitor(shared, logs, dns, hub, spokes);

    const landings: Record<string, Landing> = {};
    for (const [name, config] of Object.entries(settings.spokes)) {
        if (config.cluster) {
            landings[name] = buildLanding(name, config, config.cluster, {
                names,
                ...spokes[name],
                hub,
                dns,
                logWorkspaceId: logs.workspaceId,
                monitor,
                foundation: [...hub.foundation, spokes[name].spoke, dns],
            });
        }
    }
    alertOnShared(shared, logs, monitor, ownHub);
    keepFlows(shared, logs, ownHub, spokes);
    watchCosts(shared, spokes);
    const { locked, everything } = statefulParts({ logs, dns, monitor, ownHub, spokes, landings });
    lockState(settings, locked, everything);
    return { hub, ownHub, spokes: mapValues(spokes, ({ spoke }) => spoke), landings };
}

function localSettings(settings: Settings, { location, zones, subscriptionId }: Settings["spokes"][string]): Settings {
    return {
        ...settings,
        location: location ?? settings.location,
        zones: zones ?? settings.zones,
        subscriptionId: subscriptionId ?? settings.subscriptionId,
    };
}

function buildSpoke(
    name: string,
    plan: SpokeAddresses,
    { cluster, ingress }: Settings["spokes"][string],
    hub: HubConnection,
    settings: Settings,
    site: Site,
    ddosProtectionPlanId: pulumi.Input<string> | undefined,
): BuiltSpoke {
    const spoke = new Spoke(
        name,
        {
            plan,
            hub,
            podCidr: cluster && plan.podCidr,
            publicIngress: ingress.mode === "public",
            ddosProtectionPlanId: ingress.mode === "public" ? ddosProtectionPlanId : undefined,
            ...site.placement,
        },
        site.placing,
    );
    return { ...site, plan, spoke, settings };
}

function prepareSite(
    name: string,
    settings: Settings,
    subscriptions: Subscriptions,
    logWorkspaceId?: Placement["logWorkspaceId"],
): Site {
    const { location, workload, environment } = settings;
    const tags = { ...settings.tags, workload, environment };
    const placing = subscriptions.placing(settings.subscriptionId);
    const resourceGroup = createResourceGroup(`rg-${name}`, settings, tags, placing);
    const placement = { location, resourceGroupName: resourceGroup.name, tags, logWorkspaceId };
    return { placement, resourceGroup, placing };
}
