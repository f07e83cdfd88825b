import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

/** IKEv2 and IPsec, one proposal that both ends have. */
export interface IpsecPolicy {
    ikeEncryption: string;
    ikeIntegrity: string;
    dhGroup: string;
    /** An authenticated cipher; its integrity is itself. */
    ipsecEncryption: string;
    pfsGroup: string;
    /** Of a security association, 300 or more. */
    lifetimeSeconds: number;
    /** Of a security association, 1024 or more. */
    lifetimeKilobytes: number;
}

/** A site at the other end of a tunnel. */
export interface VpnSiteArgs {
    /** Public address or host name of its VPN device. */
    peer: string;
    /** CIDRs behind it. Empty: BGP tells. */
    networks: string[];
    /** Its BGP speaker. Default: none. */
    bgp?: { asn: number; peerAddress: string };
    /** A secret; shown nowhere, and encrypted in the state. */
    sharedKey: pulumi.Output<string>;
    policy: IpsecPolicy;
    /** Silence after which the other end is taken for dead, 9 to 3600 seconds. */
    dpdTimeoutSeconds: number;
    /** Who begins a tunnel. */
    initiator: "both" | "azure" | "peer";
}

const connectionModes = { both: "Default", azure: "InitiatorOnly", peer: "ResponderOnly" } as const;

/** Connects a VPN gateway with a site. */
export function connectSite(
    name: string,
    gateway: network.VirtualNetworkGateway,
    site: VpnSiteArgs,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): void {
    const { peer, networks, bgp, sharedKey, policy } = site;
    const local = new network.LocalNetworkGateway(
        `lgw-${name}`,
        {
            localNetworkGatewayName: `lgw-${name}`,
            ...(isAddress(peer) ? { gatewayIpAddress: peer } : { fqdn: peer }),
            localNetworkAddressSpace: networks.length > 0 ? { addressPrefixes: networks } : undefined,
            bgpSettings: bgp && { asn: bgp.asn, bgpPeeringAddress: bgp.peerAddress },
            ...placementOf(placement),
        },
        opts,
    );
    new network.VirtualNetworkGatewayConnection(
        `con-${name}`,
        {
            virtualNetworkGatewayConnectionName: `con-${name}`,
            connectionType: "IPsec",
            connectionProtocol: "IKEv2",
            connectionMode: connectionModes[site.initiator],
            // The class takes whole gateways here; Azure reads nothing of them but the id.
            virtualNetworkGateway1: { id: gateway.id },
            localNetworkGateway2: { id: local.id },
            sharedKey,
            enableBgp: bgp !== undefined,
            dpdTimeoutSeconds: site.dpdTimeoutSeconds,
            ipsecPolicies: [
                {
                    ikeEncryption: policy.ikeEncryption,
                    ikeIntegrity: policy.ikeIntegrity,
                    dhGroup: policy.dhGroup,
                    ipsecEncryption: policy.ipsecEncryption,
                    ipsecIntegrity: policy.ipsecEncryption,
                    pfsGroup: policy.pfsGroup,
                    saLifeTimeSeconds: policy.lifetimeSeconds,
                    saDataSizeKilobytes: policy.lifetimeKilobytes,
                },
            ],
            ...placementOf(placement),
        },
        opts,
    );
}

function isAddress(peer: string): boolean {
    return /^[\d.]+$/.test(peer);
}
