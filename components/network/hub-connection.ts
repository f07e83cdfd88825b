import type * as pulumi from "@pulumi/pulumi";

/** What the rest of a platform must know of its hub, whoever made it. */
export interface HubConnection {
    network: {
        id: pulumi.Input<string>;
        name: pulumi.Input<string>;
        resourceGroupName: pulumi.Input<string>;
    };
    /** Owns what is written to the hub, and so has the provider of the hub's subscription. */
    component: pulumi.ComponentResource;
    /** Private address of the firewall or appliance: next hop of everything that leaves a spoke. */
    nextHop: string;
    /** DNS servers of the spokes. Empty: Azure's own. */
    dnsServers: string[];
    /** What the Internet sees as the platform's sources. */
    egressAddresses: pulumi.Input<string>[];
    /** CIDR of `AzureBastionSubnet`. Default: the hub has no Bastion. */
    bastionSubnet?: string;
    bastionId?: pulumi.Output<string>;
    /** Subnet of private endpoints that all spokes share. Default: the hub has none. */
    privateEndpointSubnetId?: pulumi.Input<string>;
    /** Whether spokes use the hub's gateway; the resources to wait for before they may. Default: they don't. */
    gatewayTransit?: pulumi.Resource[];
    /** Whether peerings are made from the hub's side too. */
    peersBack: boolean;
    /** What must stand before anything may need the Internet. */
    foundation: pulumi.Resource[];
}
