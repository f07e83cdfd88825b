import type * as pulumi from "@pulumi/pulumi";
import { ExistingHub } from "../components/network/existing-hub";
import { Hub } from "../components/network/hub";
import type { HubConnection } from "../components/network/hub-connection";
import type { HubBastionArgs } from "../components/network/hub-services";
import type { EgressPlan } from "../components/network/ip-groups-plan";
import { publicOnes } from "../components/network/private-ranges-plan";
import type { WayOutArgs } from "../components/network/way-out";
import type { Placement } from "../components/placement";
import { plannedHub, plannedSpoke } from "./address-plan";
import type { Settings } from "./config/load";
import type { BastionConfig } from "./config/schema/bastion";
import type { HubConfig } from "./config/schema/hub";
import { sharesEndpoints } from "./defaults";
import { dnsOf } from "./hub-dns";
import { gatewayOf } from "./hub-gateway";
import type { Names } from "./names";
import type { ResourceGroup } from "./resource-group";
import type { Subscriptions } from "./subscriptions";

/** What a hub is built with. */
export interface HubGround {
    settings: Settings;
    names: Names;
    placement: Placement;
    resourceGroup: ResourceGroup;
    subscriptions: Subscriptions;
    /** What spokes may reach on the Internet. */
    egress: EgressPlan;
    ddosProtectionPlanId?: pulumi.Input<string>;
}

/** Builds the hub, or takes up one that others run; `own` is absent then. */
export function provideHub(ground: HubGround): { connection: HubConnection; own?: Hub } {
    const { hub, existingHub } = ground.settings;
    if (hub) {
        const own = buildHub(hub, ground);
        return { connection: own.connection, own };
    }
    if (!existingHub) {
        throw new Error("Settings have neither a hub nor an existing one, although they were checked.");
    }
    const { names, subscriptions } = ground;
    const opts = subscriptions.placing(existingHub.networkId.split("/")[2]);
    const { connection } = new ExistingHub(names.of("hub"), existingHub, opts);
    return { connection };
}

function buildHub(hub: HubConfig, ground: HubGround): Hub {
    const { settings, names, placement, ddosProtectionPlanId } = ground;
    return new Hub(names.of("hub"), {
        plan: plannedHub(hub, settings.addresses),
        zones: settings.zones,
        egress: wayOut(hub, ground),
        services: {
            dns: dnsOf(hub),
            bastion: bastionOf(hub.bastion),
            gateway: gatewayOf(hub.gateway, settings),
        },
        sharedEndpoints: sharesEndpoints(settings),
        ddosProtectionPlanId,
        ...placement,
    });
}

function bastionOf(bastion: BastionConfig): HubBastionArgs | undefined {
    if (bastion.mode === "none") {
        return undefined;
    }
    const { scaleUnits, copyPaste, clients } = bastion;
    return {
        sku: bastion.mode === "premium" ? "Premium" : "Standard",
        sessionRecording: bastion.mode === "premium" && bastion.sessionRecording,
        scaleUnits,
        copyPaste,
        clients,
    };
}

function wayOut(hub: HubConfig, { settings, resourceGroup, egress }: HubGround): WayOutArgs {
    switch (hub.egress.mode) {
        case "firewall": {
            const { mode, tier, publicAddresses, inspection, forcedTunnelling, snat } = hub.egress;
            const ownPublicRanges = [...publicOnes(ownRanges(hub, settings)), ...snat.privateRanges];
            return {
                mode,
                resourceGroupId: resourceGroup.id,
                tier,
                publicAddressCount: publicAddresses,
                egress,
                inspection,
                forcedTunnelling,
                ownPublicRanges: [...new Set(ownPublicRanges)],
            };
        }
        case "appliance":
            return { ...hub.egress, resourceGroupId: resourceGroup.id };
        case "address":
            return hub.egress;
    }
}

/** Every range that belongs to the platform or to its other sites. */
function ownRanges(hub: HubConfig, { addresses, onPremises, spokes }: Settings): string[] {
    const networks = Object.values(spokes).map((spoke) => plannedSpoke(spoke, addresses).addressSpace);
    return [plannedHub(hub, addresses).addressSpace, ...networks, ...onPremises];
}
