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
    /** Premium can record sessions. Azure turns neither into a lesser one in place. */
    sku: "Standard" | "Premium";
    /** Instances, 2 to 50; each serves 20 RDP or 40 SSH sessions. */
    scaleUnits: number;
    /** Whether browser sessions may copy and paste. */
    copyPaste: boolean;
    /** Whether browser sessions are recorded; takes Premium. */
    sessionRecording: boolean;
}

/** Azure Bastion: tunnels for `az aks bastion` and native clients, no shareable links, no connections by bare address. */
export class Bastion extends pulumi.ComponentResource {
    public readonly bastionId: pulumi.Output<string>;

    constructor(name: string, args: BastionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:Bastion", name, args, opts);
        const child = { parent: this };

        const address = publicAddress(`pip-bas-${name}`, args.zones, args, child);
        const bastion = new network.BastionHost(
            `bas-${name}`,
            {
                bastionHostName: `bas-${name}`,
                sku: { name: args.sku },
                zones: args.zones,
                scaleUnits: args.scaleUnits,
                enableTunneling: true,
                enableShareableLink: false,
                enableIpConnect: false,
                enableKerberos: false,
                disableCopyPaste: !args.copyPaste,
                // Azure knows the property in Premium alone.
                enableSessionRecording: args.sku === "Premium" ? args.sessionRecording : undefined,
                ipConfigurations: [
                    { name: "address", subnet: { id: args.subnetId }, publicIPAddress: { id: address.id } },
                ],
                ...placementOf(args),
            },
            child,
        );
        sendLogs(`bas-${name}`, "bastion", bastion.id, args.logWorkspaceId, child);

        this.bastionId = bastion.id;
        this.registerOutputs({ bastionId: this.bastionId });
    }
}
