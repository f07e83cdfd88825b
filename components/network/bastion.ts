import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { publicAddress } from "./public-address";

export interface BastionArgs extends Placement {
    /** Id of the subnet called `AzureBastionSubnet`. */
    subnetId: pulumi.Input<string>;
    /** Availability zones. Empty where the region has none. */
    zones: string[];
}

/** Azure Bastion, Standard: tunnels for `az aks bastion` and native clients, no shareable links, no connections by bare address. */
export class Bastion extends pulumi.ComponentResource {
    public readonly bastionId: pulumi.Output<string>;

    constructor(name: string, args: BastionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Bastion", name, args, opts);
        const placement = placementOf(args);
        const child = { parent: this };

        const address = publicAddress(`pip-bas-${name}`, args.zones, args, child);
        const bastion = new network.BastionHost(
            `bas-${name}`,
            {
                bastionHostName: `bas-${name}`,
                sku: { name: "Standard" },
                zones: args.zones,
                enableTunneling: true,
                enableShareableLink: false,
                enableIpConnect: false,
                ipConfigurations: [
                    { name: "address", subnet: { id: args.subnetId }, publicIPAddress: { id: address.id } },
                ],
                ...placement,
            },
            child,
        );

        sendLogs(`bas-${name}`, "bastion", bastion.id, args.logWorkspaceId, child);
        this.bastionId = bastion.id;
        this.registerOutputs({ bastionId: this.bastionId });
    }
}
