import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../components/cluster/cluster";
import { ApplicationGateway, type GatewayFrontend } from "../components/ingress/application-gateway";
import { GatewayForContainers } from "../components/ingress/gateway-for-containers";
import type { WafSettings } from "../components/ingress/waf-plan";
import type { SpokeIngress } from "../components/network/ingress-subnet-plan";
import { hubSpace, type SpokeAddresses } from "./address-plan";
import type { Settings } from "./config/load";
import type { GatewayIngressConfig, IngressConfig } from "./config/schema/ingress";
import type { Ground } from "./landing";

/** The gateways that a spoke may have: at most one of them stands. */
export interface LandingIngress {
    gateway?: ApplicationGateway;
    containersGateway?: GatewayForContainers;
}

/** Builds the way in to a spoke's cluster. */
export function buildIngress(name: string, config: IngressConfig, cluster: Cluster, ground: Ground): LandingIngress {
    switch (config.mode) {
        case "none":
            return {};
        case "public":
            return { gateway: buildGateway(name, config, { mode: "public" }, ground) };
        case "private":
            return {
                gateway: buildGateway(name, config, { mode: "private", address: ground.plan.gatewayAddress }, ground),
            };
        case "containers":
            return { containersGateway: buildContainersGateway(name, config, cluster, ground) };
    }
}

function buildGateway(
    name: string,
    { sites, backends, capacity, firewall }: GatewayIngressConfig,
    frontend: GatewayFrontend,
    { settings, names, placement, placing, resourceGroup, spoke, plan, foundation }: Ground,
): ApplicationGateway {
    const ownFirewalls = Object.entries(sites).flatMap(([site, { firewall: own }]): [string, WafSettings][] =>
        own ? [[site, own]] : [],
    );
    return new ApplicationGateway(
        names.of(name),
        {
            resourceGroupId: resourceGroup.id,
            subnetId: spoke.subnetIds.ingress,
            frontend,
            zones: settings.zones,
            capacity,
            sites,
            backends,
            clusterAddress: plan.loadBalancerAddress,
            firewall,
            siteFirewalls: Object.fromEntries(ownFirewalls),
            foundation,
            ...placement,
        },
        placing,
    );
}

function buildContainersGateway(
    name: string,
    { frontends, firewall }: Extract<IngressConfig, { mode: "containers" }>,
    cluster: Cluster,
    { settings, names, placement, placing, resourceGroup, spoke }: Ground,
): GatewayForContainers {
    return new GatewayForContainers(
        names.of(name),
        {
            resourceGroupId: resourceGroup.id,
            subnetId: spoke.subnetIds.ingress,
            frontends,
            firewall: { ...firewall, ruleSet: "DRS 2.1" },
            cluster: {
                oidcIssuerUrl: cluster.oidcIssuerUrl,
                nodeResourceGroupId: pulumi.interpolate`/subscriptions/${settings.subscriptionId}/resourceGroups/${cluster.resource.nodeResourceGroup}`,
            },
            ...placement,
        },
        placing,
    );
}

/** What a spoke's network has to know of its way in. */
export function ingressOfSpoke(
    ingress: IngressConfig,
    settings: Settings,
    plans: Readonly<Record<string, SpokeAddresses>>,
): SpokeIngress {
    switch (ingress.mode) {
        case "private":
            return { mode: "private", clients: ingress.clients ?? networksOf(settings, plans) };
        case "public":
            return { mode: "public", networkIsolation: ingress.networkIsolation };
        default:
            return { mode: ingress.mode };
    }
}

/** Every network that belongs to the platform, or is connected to it. */
function networksOf(
    { hub, existingHub, addresses, onPremises }: Settings,
    plans: Readonly<Record<string, SpokeAddresses>>,
): string[] {
    const ownHub = hub && hubSpace(hub, addresses);
    return [
        ...(ownHub === undefined ? [] : [ownHub]),
        ...(existingHub?.addressSpaces ?? []),
        ...Object.values(plans).map(({ addressSpace }) => addressSpace),
        ...onPremises,
    ];
}
