import type * as pulumi from "@pulumi/pulumi";
import { ExistingHub } from "../components/network/existing-hub";
import type { SourcedRule } from "../components/network/egress-rules";
import { Hub } from "../components/network/hub";
import type { HubConnection } from "../components/network/hub-connection";
import type { Placement } from "../components/placement";
import { plannedHub } from "./address-plan";
import type { Settings } from "./config/load";
import type { HubConfig } from "./config/schema/hub";
import type { Names } from "./names";
import type { Subscriptions } from "./subscriptions";

/** What a hub is built with. */
export interface HubGround {
    settings: Settings;
    names: Names;
    placement: Placement;
    subscriptions: Subscriptions;
    /** What spokes may reach on the Internet. */
    egress: readonly SourcedRule[];
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
    return { connection: new ExistingHub(names.of("hub"), existingHub, opts).connection };
}

function buildHub(hub: HubConfig, { settings, names, placement, egress, ddosProtectionPlanId }: HubGround): Hub {
    const { tier, publicAddresses } = hub.egress;
    return new Hub(names.of("hub"), {
        plan: plannedHub(hub, settings.addresses),
        zones: settings.zones,
        firewall: { tier, publicAddressCount: publicAddresses },
        egress,
        ddosProtectionPlanId,
        ...placement,
    });
}
