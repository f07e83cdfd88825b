import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";

export interface PrivateDnsArgs extends Omit<Placement, "location"> {
    /** Names of the zones, for example `privatelink.azurecr.io`, each with the short names of the networks that ask it. */
    zones: Record<string, string[]>;
    /** Ids of zones that others run and link, by name; they are not made. Default: none. */
    existingZoneIds?: Record<string, string>;
    /** Ids of those networks, by their short names. */
    networks: Record<string, pulumi.Input<string>>;
}

/** Private DNS zones, one of each name, linked to the networks whose resolvers ask them. */
export class PrivateDns extends pulumi.ComponentResource {
    private readonly zoneIds: ReadonlyMap<string, pulumi.Output<string>>;

    constructor(name: string, args: PrivateDnsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:PrivateDns", name, args, opts);
        this.zoneIds = new Map(
            Object.entries(args.zones).map(([zone, askers]) => [
                zone,
                pulumi.output(args.existingZoneIds?.[zone] ?? this.createZone(zone, askers, args)),
            ]),
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

    private createZone(
        zone: string,
        askers: string[],
        { networks, resourceGroupName, tags }: PrivateDnsArgs,
    ): pulumi.Output<string> {
        const placement = { location: "Global", resourceGroupName, tags };
        const { id, name: privateZoneName } = new privatedns.PrivateZone(
            zone,
            { privateZoneName: zone, ...placement },
            { parent: this },
        );
        for (const network of askers) {
            new privatedns.VirtualNetworkLink(
                `${zone}-${network}`,
                {
                    virtualNetworkLinkName: network,
                    privateZoneName,
                    virtualNetwork: { id: networks[network] },
                    registrationEnabled: false,
                    ...placement,
                },
                { parent: this },
            );
        }
        return id;
    }
}
