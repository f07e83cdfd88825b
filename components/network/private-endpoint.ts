import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
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
    group: PrivateEndpointGroup | "prometheusMetrics";
    /** Default: the zones of its group. */
    zones?: readonly string[];
    access: PrivateAccess;
}

/** Makes a private endpoint whose names are kept in the private zones of its kind, by Azure itself. */
export function createPrivateEndpoint(
    name: string,
    { targetId, group, zones = zonesOf(group), access, ...placement }: PrivateEndpointArgs,
    opts: pulumi.CustomResourceOptions,
): void {
    const endpoint = new network.PrivateEndpoint(
        `pep-${name}`,
        {
            privateEndpointName: `pep-${name}`,
            subnet: { id: access.subnetId },
            customNetworkInterfaceName: `nic-pep-${name}`,
            privateLinkServiceConnections: [{ name: group, privateLinkServiceId: targetId, groupIds: [group] }],
            ...placementOf(placement),
        },
        opts,
    );
    new network.PrivateDnsZoneGroup(
        `pdzg-${name}`,
        {
            privateDnsZoneGroupName: "default",
            privateEndpointName: endpoint.name,
            resourceGroupName: placement.resourceGroupName,
            privateDnsZoneConfigs: zones.map((zone) => ({
                name: zone.replaceAll(".", "-"),
                privateDnsZoneId: access.dns.zoneId(zone),
            })),
        },
        opts,
    );
}

function zonesOf(group: PrivateEndpointArgs["group"]): readonly string[] {
    return group === "prometheusMetrics" ? [] : zonesOfGroup[group];
}
