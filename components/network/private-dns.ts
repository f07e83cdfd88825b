import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";

export interface PrivateDnsArgs extends Omit<Placement, "location"> {
    /** Names of the zones, for example `privatelink.azurecr.io`. */
    zones: string[];
    /** Ids of the networks whose resolvers ask the zones, by a short name: the hub, and whoever resolves by itself. */
    networks: Record<string, pulumi.Input<string>>;
}

/** Private DNS zones, one of each name, linked to every network that resolves. */
export class PrivateDns extends pulumi.ComponentResource {
    private readonly zoneIds: ReadonlyMap<string, pulumi.Output<string>>;

    constructor(name: string, args: PrivateDnsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:PrivateDns", name, args, opts);
        this.zoneIds = new Map(args.zones.map((zone) => [zone, this.createZone(zone, args)]));
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

    private createZone(zone: string, { networks, resourceGroupName, tags }: PrivateDnsArgs): pulumi.Output<string> {
        const placement = { location: "Global", resourceGroupName, tags };
        const { id, name: privateZoneName } = new privatedns.PrivateZone(
            zone,
            { privateZoneName: zone, ...placement },
            { parent: this },
        );
        for (const [network, networkId] of Object.entries(networks)) {
            new privatedns.VirtualNetworkLink(
                `${zone}-${network}`,
                {
                    virtualNetworkLinkName: network,
                    privateZoneName,
                    virtualNetwork: { id: networkId },
                    registrationEnabled: false,
                    ...placement,
                },
                { parent: this },
            );
        }
        return id;
    }
}
