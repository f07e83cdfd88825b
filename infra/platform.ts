import type { Hub } from "../components/network/hub";
import type { HubConnection } from "../components/network/hub-connection";
import { PrivateDns } from "../components/network/private-dns";
import type { SpokeIngress } from "../components/network/ingress-subnet-plan";
import { Spoke } from "../components/network/spoke";
import { LogWorkspace } from "../components/observability/log-workspace";
import type { Placement } from "../components/placement";
import { mapValues } from "../components/record";
import { plannedSpoke, type SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import { plannedEgress } from "./egress";
import { provideHub } from "./hub";
import { buildLanding, type Landing } from "./landing";
import { ingressOfSpoke } from "./landing-ingress";
import { Names } from "./names";
import { askersOfZones, existingZonesOf } from "./private-zones";
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
    const names = new Names(settings);
    const subscriptions = new Subscriptions(settings);
    const plans = mapValues(settings.spokes, (spoke) => plannedSpoke(spoke, settings.addresses));
    // Where the hub is an existing one, what all spokes share still needs a place.
    const sharedName = names.of(settings.hub ? "hub" : "shared");
    const shared = prepareSite(sharedName, settings, subscriptions);

    const logs = new LogWorkspace(sharedName, {
        resourceGroupId: shared.resourceGroup.id,
        retentionInDays: settings.observability.logRetentionInDays,
        ...shared.placement,
    });
    const { connection: hub, own: ownHub } = provideHub({
        settings,
        names,
        placement: { ...shared.placement, logWorkspaceId: logs.workspaceId },
        resourceGroup: shared.resourceGroup,
        subscriptions,
        egress: plannedEgress(settings, plans),
    });
    const spokes = mapValues(settings.spokes, (config, name) => {
        const local = localSettings(settings, config);
        const site = prepareSite(names.of(name), local, subscriptions, logs.workspaceId);
        const ingress = ingressOfSpoke(config.ingress, settings, plans);
        return buildSpoke(names.of(name), plans[name], config, ingress, hub, local, site);
    });
    const dns = new PrivateDns(sharedName, {
        zones: askersOfZones(settings),
        existingZones: mapValues(existingZonesOf(settings).ids, (id) => ({
            id,
            ...subscriptions.placing(id.split("/")[2]),
        })),
        networks: { hub: hub.network.id, ...mapValues(spokes, ({ spoke }) => spoke.networkId) },
        ...shared.placement,
    });

    const landings = mapValues(settings.spokes, (config, name) => {
        const foundation = [...hub.foundation, spokes[name].spoke, dns];
        const ground = { names, ...spokes[name], hub, dns, logWorkspaceId: logs.workspaceId, foundation };
        return buildLanding(name, config, ground);
    });
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
