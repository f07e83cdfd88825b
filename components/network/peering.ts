import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import type { HubConnection } from "./hub-connection";

export interface PeeringArgs {
    hub: HubConnection;
    spoke: { network: network.VirtualNetwork; resourceGroupName: pulumi.Input<string> };
    /** A peering is a write to both networks: it waits until the spoke's subnets are there. */
    subnets: pulumi.Resource[];
}

/** Peers a spoke with the hub from both sides; the spoke's side last, because it may take up the hub's gateway. */
export function peerWithHub(name: string, args: PeeringArgs, opts: { parent: pulumi.Resource }): void {
    const { hub, spoke, subnets } = args;
    const common = { allowVirtualNetworkAccess: true, allowForwardedTraffic: true };
    const transit = hub.gatewayTransit !== undefined;
    const fromHub = hub.peersBack
        ? [
              new network.VirtualNetworkPeering(
                  `peer-hub-to-${name}`,
                  {
                      virtualNetworkPeeringName: `peer-hub-to-${name}`,
                      resourceGroupName: hub.network.resourceGroupName,
                      virtualNetworkName: hub.network.name,
                      remoteVirtualNetwork: { id: spoke.network.id },
                      allowGatewayTransit: transit,
                      ...common,
                  },
                  { parent: hub.component, dependsOn: subnets },
              ),
          ]
        : [];
    new network.VirtualNetworkPeering(
        `peer-${name}-to-hub`,
        {
            virtualNetworkPeeringName: `peer-${name}-to-hub`,
            resourceGroupName: spoke.resourceGroupName,
            virtualNetworkName: spoke.network.name,
            remoteVirtualNetwork: { id: hub.network.id },
            useRemoteGateways: transit,
            ...common,
        },
        { ...opts, dependsOn: [...fromHub, ...subnets, ...(hub.gatewayTransit ?? [])] },
    );
}
