import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { publicAddress } from "./public-address";

export interface ExpressRouteGatewayArgs extends Placement {
    /** Id of the subnet called `GatewaySubnet`. */
    subnetId: pulumi.Input<string>;
    /** Availability zones of its public address. Empty where the region has none. */
    zones: string[];
    /** `ErGw1AZ` to `ErGw3AZ`. */
    sku: string;
    /** Whether it has an address of this subscription's own, or one that Azure brings, as some regions offer. */
    publicAddress: "own" | "azure";
    /** Circuits, by name. */
    connections: Readonly<Record<string, CircuitArgs>>;
}

/** A circuit that the gateway is connected with. */
export interface CircuitArgs {
    circuitId: string;
    /** A secret that the circuit's owner gave out. Default: none, for a circuit of the same subscription. */
    authorizationKey?: pulumi.Output<string>;
    /** The circuit with the highest weight is preferred. */
    routingWeight: number;
    /** Data goes past the gateway; takes `ErGw3AZ`. */
    fastPath: boolean;
}

/** An ExpressRoute gateway in every zone, connected with circuits that a provider has set up. */
export class ExpressRouteGateway extends pulumi.ComponentResource {
    public readonly gatewayId: pulumi.Output<string>;
    /** Addresses of Azure's management of the gateway; circuits don't use them. */
    public readonly publicAddresses: pulumi.Output<string>[];
    /** What who uses the gateway waits for. */
    public readonly gateway: network.VirtualNetworkGateway;

    constructor(name: string, args: ExpressRouteGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ExpressRouteGateway", name, { sku: args.sku }, opts);
        const child = { parent: this };
        const addresses =
            args.publicAddress === "own" ? [publicAddress(`pip-ergw-${name}`, args.zones, args, child)] : [];
        this.gateway = new network.VirtualNetworkGateway(
            `ergw-${name}`,
            {
                virtualNetworkGatewayName: `ergw-${name}`,
                gatewayType: "ExpressRoute",
                sku: { name: args.sku, tier: args.sku },
                ipConfigurations: [
                    {
                        name: "address",
                        privateIPAllocationMethod: "Dynamic",
                        publicIPAddress: addresses[0] && { id: addresses[0].id },
                        subnet: { id: args.subnetId },
                    },
                ],
                ...placementOf(args),
            },
            // Azure takes the better part of an hour, now and then more.
            { ...child, customTimeouts: { create: "90m", update: "90m", delete: "90m" } },
        );
        for (const [circuit, connection] of Object.entries(args.connections)) {
            connectCircuit(`${circuit}-${name}`, this.gateway, connection, args, child);
        }

        this.gatewayId = this.gateway.id;
        this.publicAddresses = addresses.map((address) => address.ipAddress.apply((ip) => ip ?? ""));
        this.registerOutputs({ gatewayId: this.gatewayId, publicAddresses: this.publicAddresses });
    }
}

function connectCircuit(
    name: string,
    gateway: network.VirtualNetworkGateway,
    { circuitId, authorizationKey, routingWeight, fastPath }: CircuitArgs,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): void {
    new network.VirtualNetworkGatewayConnection(
        `con-${name}`,
        {
            virtualNetworkGatewayConnectionName: `con-${name}`,
            connectionType: "ExpressRoute",
            // The class takes a whole gateway here; Azure reads nothing of it but the id.
            virtualNetworkGateway1: { id: gateway.id },
            peer: { id: circuitId },
            authorizationKey,
            routingWeight,
            expressRouteGatewayBypass: fastPath,
            ...placementOf(placement),
        },
        opts,
    );
}
