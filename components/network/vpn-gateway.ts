import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { publicAddress } from "./public-address";
import { connectSite, type VpnSiteArgs } from "./vpn-connection";

export interface VpnGatewayArgs extends Placement {
    /** Id of the subnet called `GatewaySubnet`. */
    subnetId: pulumi.Input<string>;
    /** Availability zones of its public addresses: Azure wants some wherever the region has any. */
    zones: string[];
    /** `VpnGw1AZ` to `VpnGw5AZ`: Azure makes no others any more. */
    sku: string;
    /** Two instances that both carry traffic, each with a public address. */
    activeActive: boolean;
    /** AS number of the gateway. Default: no BGP. */
    asn?: number;
    /** Sites at the other ends, by name. */
    connections: Readonly<Record<string, VpnSiteArgs>>;
    /** Single machines that sign in to Entra. Default: none. */
    pointToSite?: PointToSiteArgs;
}

export interface PointToSiteArgs {
    /** CIDRs that clients get their addresses from; nobody else's. */
    clientAddresses: string[];
    /** The Entra tenant whose members may sign in. */
    tenantId: string;
    /** Application id that clients sign in to. */
    audience: string;
}

/** A VPN gateway in every zone, with a connection for each site. */
export class VpnGateway extends pulumi.ComponentResource {
    public readonly gatewayId: pulumi.Output<string>;
    /** Where devices at other sites build their tunnels to. */
    public readonly publicAddresses: pulumi.Output<string>[];
    /** The gateway's BGP speakers, for the devices at other sites. Empty without BGP. */
    public readonly bgpAddresses: pulumi.Output<string[]>;
    /** What who uses the gateway waits for. */
    public readonly gateway: network.VirtualNetworkGateway;

    constructor(name: string, args: VpnGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:VpnGateway", name, { sku: args.sku, activeActive: args.activeActive }, opts);
        const { asn, sku, activeActive, pointToSite } = args;
        const child = { parent: this };

        const addresses = addressNames(args).map((address) =>
            publicAddress(`pip-vgw-${address}-${name}`, args.zones, args, child),
        );
        this.gateway = new network.VirtualNetworkGateway(
            `vgw-${name}`,
            {
                virtualNetworkGatewayName: `vgw-${name}`,
                gatewayType: "Vpn",
                vpnType: "RouteBased",
                vpnGatewayGeneration: sku === "VpnGw1AZ" ? "Generation1" : "Generation2",
                sku: { name: sku, tier: sku },
                activeActive,
                enableBgp: asn !== undefined,
                bgpSettings: asn === undefined ? undefined : { asn },
                ipConfigurations: addresses.map((address, index) => ({
                    name: addressNames(args)[index],
                    privateIPAllocationMethod: "Dynamic",
                    publicIPAddress: { id: address.id },
                    subnet: { id: args.subnetId },
                })),
                vpnClientConfiguration: pointToSite && clientConfiguration(pointToSite),
                ...placementOf(args),
            },
            // Azure takes the better part of an hour, now and then more.
            { ...child, customTimeouts: { create: "90m", update: "90m", delete: "90m" } },
        );
        sendLogs(`vgw-${name}`, "vpnGateway", this.gateway.id, args.logWorkspaceId, child);
        for (const [site, connection] of Object.entries(args.connections)) {
            connectSite(`${site}-${name}`, this.gateway, connection, args, child);
        }

        this.gatewayId = this.gateway.id;
        this.publicAddresses = addresses.map((address) => address.ipAddress.apply((ip) => ip ?? ""));
        this.bgpAddresses = this.gateway.bgpSettings.apply(
            (settings) => (asn === undefined ? undefined : settings?.bgpPeeringAddress)?.split(",") ?? [],
        );
        this.registerOutputs({
            gatewayId: this.gatewayId,
            publicAddresses: this.publicAddresses,
            bgpAddresses: this.bgpAddresses,
        });
    }
}

/** One for each instance, and where both carry traffic a third for single machines. */
function addressNames({ activeActive, pointToSite }: VpnGatewayArgs): string[] {
    return ["first", ...(activeActive ? ["second", ...(pointToSite ? ["clients"] : [])] : [])];
}

/** Forms after "Configure a P2S VPN gateway for Microsoft Entra ID authentication": the slash ends the issuer alone. */
function clientConfiguration({ clientAddresses, tenantId, audience }: PointToSiteArgs) {
    return {
        vpnClientAddressPool: { addressPrefixes: clientAddresses },
        vpnClientProtocols: ["OpenVPN"],
        vpnAuthenticationTypes: ["AAD"],
        aadTenant: `https://login.microsoftonline.com/${tenantId}`,
        aadAudience: audience,
        aadIssuer: `https://sts.windows.net/${tenantId}/`,
    };
}
