import type * as pulumi from "@pulumi/pulumi";
import type { Hub } from "../components/network/hub";
import type { HubConnection } from "../components/network/hub-connection";
import { PrivateDns } from "../components/network/private-dns";
import type { SpokeIngress } from "../components/network/ingress-subnet-plan";
import { Spoke } from "../components/network/spoke";
import type { Placement } from "../components/placement";
import { mapValues } from "../components/record";
import { plannedSpoke, type SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import { plannedEgress } from "./egress";
import { provideHub } from "./hub";
import { buildLanding, type Landing } from "./landing";
import { ingressOfSpoke } from "./landing-ingress";
import { Names } from "./names";
import { alertOnShared, buildLogs, buildMonitor, keepFlows, watchCosts } from "./observability";
import { askersOfZones, existingZonesOf } from "./private-zones";
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
    /** What stands in each spoke. */
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
        resourceGroup: site.resourceGroup,
        subscriptions,
        egress: plannedEgress(settings, plans),
        ddosProtectionPlanId,
    });
    const spokes = mapValues(settings.spokes, (config, name) => {
        const local = localSettings(settings, config);
        const site = prepareSite(names.of(name), local, subscriptions, logs.workspaceId);
        const ingress = ingressOfSpoke(config.ingress, settings, plans);
        return buildSpoke(names.of(name), plans[name], config, ingress, hub, local, site, ddosProtectionPlanId);
    });
    const dns = new PrivateDns(sharedName, {
        zones: askersOfZones(settings),
        existingZones: mapValues(existingZonesOf(settings).ids, (id) => ({
            id,
            ...subscriptions.placing(id.split("/")[2]),
        })),
        networks: { hub: hub.network.id, ...mapValues(spokes, ({ spoke }) => spoke.networkId) },
        ...placement,
    });
    const monitor = buildMonitor(shared, logs, dns, hub, spokes);

    const landings = mapValues(settings.spokes, (config, name) => {
        const foundation = [...hub.foundation, spokes[name].spoke, dns];
        const ground = { names, ...spokes[name], hub, dns, logWorkspaceId: logs.workspaceId, monitor, foundation };
        return buildLanding(name, config, ground);
    });
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
    { cluster, jumpHost }: Settings["spokes"][string],
    ingress: SpokeIngress,
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
            tenants: cluster && mapValues(cluster.tenantPools, ({ place }) => place),
            ingress,
            jumpHost: jumpHost !== undefined,
            ddosProtectionPlanId: hasPublicFrontend(ingress) ? ddosProtectionPlanId : undefined,
            ...site.placement,
        },
        site.placing,
    );
    return { ...site, plan, spoke, settings };
}

function hasPublicFrontend({ mode }: SpokeIngress): boolean {
    return mode === "public" || mode === "containers";
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
