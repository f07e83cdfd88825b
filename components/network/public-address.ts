import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";

/** Makes a static public address; `zones` are those of the service that takes it, as Azure demands. */
export function publicAddress(
    name: string,
    zones: string[],
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.PublicIPAddress {
    const address = new network.PublicIPAddress(
        name,
        {
            publicIpAddressName: name,
            sku: { name: "Standard" },
            publicIPAllocationMethod: "Static",
            zones,
            ...placementOf(placement),
        },
        opts,
    );
    sendLogs(name, "publicAddress", address.id, placement.logWorkspaceId, opts);
    return address;
}
