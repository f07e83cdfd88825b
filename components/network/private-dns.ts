import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";

export interface PrivateDnsArgs extends Omit<Placement, "location"> {
    /** Names of the zones, for example `privatelink.azurecr.io`, each with the short names of the networks to link. */
    zones: Record<string, string[]>;
    /** Zones that others run, by name; they are not made, only linked. Default: none. */
    existingZones?: Record<string, ExistingZone>;
    /** Ids of those networks, by their short names. */
    networks: Record<string, pulumi.Input<string>>;
}

export interface ExistingZone {
    id: string;
    /** Writes to the zone's subscription. Default: the component's own. */
    provider?: pulumi.ProviderResource;
}

/** Private DNS zones, one of each name, linked to the networks whose resolvers ask them. */
export class PrivateDns extends pulumi.ComponentResource {
    private readonly zoneIds: ReadonlyMap<string, pulumi.Output<string>>;

    constructor(name: string, args: PrivateDnsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:PrivateDns", name, { zones: args.zones }, opts);
        this.zoneIds = new Map(
            Object.entries(args.zones).map(([zone, askers]) => {
                const existing = args.existingZones?.[zone];
                return [
                    zone,
                    existing
                        ? this.linkExisting(zone, askers, existing, `of-${name}`, args)
                        : this.createZone(zone, askers, args),
                ];
            }),
        );
        this.registerOutputs({ zoneIds: Object.fromEntries(this.zoneIds) });
    }

    /** @throws Error where the zone is not among those that were asked for. */
    public zoneId(zone: string): pulumi.Output<string> {
        const id = this.zoneIds.get(zone);
        if (!id) {
            throw new Error(`No private DNS zone "${zone}"; there are: ${[...this.zoneIds.keys()].join(", ")}`);
        }
        return id;
    }

    private createZone(zone: string, askers: string[], args: PrivateDnsArgs): pulumi.Output<string> {
        const { resourceGroupName, tags } = args;
        const { id, name } = new privatedns.PrivateZone(
            zone,
            { privateZoneName: zone, location: "Global", resourceGroupName, tags },
            { parent: this },
        );
        for (const asker of askers) {
            this.link(`${zone}-${asker}`, { privateZoneName: name, resourceGroupName }, asker, asker, args);
        }
        return id;
    }

    /** Stacks share such a zone, so that the links of each carry its name. */
    private linkExisting(
        zone: string,
        askers: string[],
        { id, provider }: ExistingZone,
        suffix: string,
        args: PrivateDnsArgs,
    ): pulumi.Output<string> {
        const [, , , , resourceGroupName = "", , , , privateZoneName = zone] = id.split("/");
        for (const asker of askers) {
            const linkName = `${asker}-${suffix}`;
            this.link(`${zone}-${asker}`, { privateZoneName, resourceGroupName }, asker, linkName, args, provider);
        }
        return pulumi.output(id);
    }

    private link(
        name: string,
        zone: { privateZoneName: pulumi.Input<string>; resourceGroupName: pulumi.Input<string> },
        asker: string,
        virtualNetworkLinkName: string,
        { networks, tags }: PrivateDnsArgs,
        provider?: pulumi.ProviderResource,
    ): void {
        new privatedns.VirtualNetworkLink(
            name,
            {
                virtualNetworkLinkName,
                virtualNetwork: { id: networks[asker] },
                registrationEnabled: false,
                location: "Global",
                tags,
                ...zone,
            },
            { parent: this, provider },
        );
    }
}
