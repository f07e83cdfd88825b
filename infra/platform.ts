import { planHub, planSpoke, type HubPlan, type SpokePlan } from "../components/network/address-plan";
import { Hub } from "../components/network/hub";
import { PrivateDns } from "../components/network/private-dns";
import { apiServerZone, zonesOfGroup } from "../components/network/private-dns-zones";
import { Spoke } from "../components/network/spoke";
import { LogWorkspace } from "../components/observability/log-workspace";
import type { Placement } from "../components/placement";
import { mapValues } from "../components/record";
import type { Settings } from "./config/load";
import { plannedEgress } from "./egress";
import { buildLanding, type Landing } from "./landing";
import { Names } from "./names";
import { createResourceGroup, type ResourceGroup } from "./resource-group";

/** Everything that a stack deploys. */
export interface Platform {
    hub: Hub;
    spokes: Record<string, Spoke>;
    /** By spoke; spokes without a cluster have none. */
    landings: Record<string, Landing>;
}

interface PlannedSpoke {
    plan: SpokePlan;
    placement: Placement;
    resourceGroup: ResourceGroup;
    spoke: Spoke;
}

export function buildPlatform(settings: Settings): Platform {
    const names = new Names(settings);
    const hubPlan = planHub(settings.hub.addressSpace);
    const plans = mapValues(settings.spokes, ({ addressSpace }) => planSpoke(addressSpace));
    const hubGroup = placeIn(settings, names.of("hub"));

    const logs = new LogWorkspace(names.of("hub"), {
        resourceGroupId: hubGroup.resourceGroup.id,
        retentionInDays: 90,
        ...hubGroup.placement,
    });
    const hub = new Hub(names.of("hub"), {
        plan: hubPlan,
        zones: settings.zones,
        firewall: { tier: settings.hub.firewall.tier, publicAddressCount: settings.hub.firewall.publicAddresses },
        egress: plannedEgress(settings, plans),
        ...hubGroup.placement,
    });
    const spokes = mapValues(settings.spokes, (_, name) =>
        buildSpoke(name, plans[name], hub, hubPlan, hubGroup.placement, settings, names),
    );
    const dns = new PrivateDns(names.of("hub"), {
        zones: zonesFor(settings),
        networks: { hub: hub.networkId, ...mapValues(spokes, ({ spoke }) => spoke.networkId) },
        ...hubGroup.placement,
    });

    const landings: Record<string, Landing> = {};
    for (const [name, config] of Object.entries(settings.spokes)) {
        if (config.cluster) {
            landings[name] = buildLanding(name, config, config.cluster, {
                settings,
                names,
                ...spokes[name],
                firewall: hub.firewall,
                dns,
                logWorkspaceId: logs.workspaceId,
                foundation: [hub.firewall, spokes[name].spoke, dns],
            });
        }
    }
    return { hub, spokes: mapValues(spokes, ({ spoke }) => spoke), landings };
}

function buildSpoke(
    name: string,
    plan: SpokePlan,
    hub: Hub,
    hubPlan: HubPlan,
    hubPlacement: Placement,
    settings: Settings,
    names: Names,
): PlannedSpoke {
    const { cluster, ingress } = settings.spokes[name];
    const { placement, resourceGroup } = placeIn(settings, names.of(name));
    const spoke = new Spoke(names.of(name), {
        plan,
        hub: {
            networkId: hub.networkId,
            networkName: hub.networkName,
            resourceGroupName: hubPlacement.resourceGroupName,
            firewallAddress: hub.firewall.privateAddress,
            bastionSubnet: hubPlan.subnets.bastion,
        },
        podCidr: cluster?.podCidr,
        publicIngress: ingress.mode === "public",
        ...placement,
    });
    return { plan, placement, resourceGroup, spoke };
}

function placeIn(settings: Settings, name: string): { placement: Placement; resourceGroup: ResourceGroup } {
    const tags = { ...settings.tags, workload: settings.workload, environment: settings.environment };
    const resourceGroup = createResourceGroup(`rg-${name}`, settings, tags);
    return { placement: { location: settings.location, resourceGroupName: resourceGroup.name, tags }, resourceGroup };
}

/**
 * The zones of whatever is switched on, with who asks them. The hub asks them all, for everybody whose DNS server is the
 * firewall. A spoke asks for itself in two cases: AKS wants its API server's zone linked to the cluster's network, and a
 * gateway with a public frontend looks Key Vault up in Azure's own DNS, whatever server its network names.
 */
function zonesFor({ location, spokes }: Settings): Record<string, string[]> {
    const askers: Record<string, string[]> = {};
    const ask = (zone: string, network: string) => {
        askers[zone] ??= ["hub"];
        if (!askers[zone].includes(network)) {
            askers[zone].push(network);
        }
    };
    for (const [name, { cluster, ingress, machineLearning }] of Object.entries(spokes)) {
        if (cluster) {
            [...zonesOfGroup.registry, ...zonesOfGroup.vault].forEach((zone) => ask(zone, "hub"));
        }
        if (cluster && cluster.apiAccess.mode !== "public") {
            ask(apiServerZone(cluster.apiAccess.mode, location), name);
        }
        if (machineLearning) {
            Object.values(zonesOfGroup)
                .flat()
                .forEach((zone) => ask(zone, "hub"));
        }
        if (ingress.mode === "public") {
            zonesOfGroup.vault.forEach((zone) => ask(zone, name));
        }
    }
    return askers;
}
