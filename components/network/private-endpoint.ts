import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import type { PrivateDns } from "./private-dns";
import { zonesOfGroup, type PrivateEndpointGroup } from "./private-dns-zones";

/** Where private endpoints are put, and who makes their names resolve. */
export interface PrivateAccess {
    subnetId: pulumi.Input<string>;
    dns: PrivateDns;
}

export interface PrivateEndpointArgs extends Placement {
    /** Id of the resource that the endpoint leads to. */
    targetId: pulumi.Input<string>;
    group: PrivateEndpointGroup;
    access: PrivateAccess;
}

/** A private endpoint whose names are kept in the private zones of its kind, by Azure itself. */
export class PrivateEndpoint extends pulumi.ComponentResource {
    constructor(name: string, args: PrivateEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:PrivateEndpoint", name, args, opts);
        const { group, access } = args;
        const child = { parent: this };

        const endpoint = new network.PrivateEndpoint(
            `pep-${name}`,
            {
                privateEndpointName: `pep-${name}`,
                subnet: { id: access.subnetId },
                customNetworkInterfaceName: `nic-pep-${name}`,
                privateLinkServiceConnections: [
                    { name: group, privateLinkServiceId: args.targetId, groupIds: [group] },
                ],
                ...placementOf(args),
            },
            child,
        );
        new network.PrivateDnsZoneGroup(
            `pdzg-${name}`,
            {
                privateDnsZoneGroupName: "default",
                privateEndpointName: endpoint.name,
                resourceGroupName: args.resourceGroupName,
                privateDnsZoneConfigs: zonesOfGroup[group].map((zone) => ({
                    name: zone.replaceAll(".", "-"),
                    privateDnsZoneId: access.dns.zoneId(zone),
                })),
            },
            child,
        );
        this.registerOutputs({});
    }
}
