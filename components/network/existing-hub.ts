import * as pulumi from "@pulumi/pulumi";
import type { HubConnection } from "./hub-connection";

export interface ExistingHubArgs {
    /** Id of the hub's network. */
    networkId: string;
    /** Private address of the firewall or appliance there. */
    nextHop: string;
    /** Public addresses that it sends from. */
    egressAddresses: string[];
    /** DNS servers of the spokes. Empty: Azure's own. */
    dnsServers: string[];
    /** CIDR of the hub's `AzureBastionSubnet`. Default: none. */
    bastionSubnet?: string;
    /** Id of its Bastion. Default: none. */
    bastionId?: string;
    /** Whether spokes use the hub's gateway. */
    gatewayTransit: boolean;
    /** `spokeSideOnly` leaves the hub's side of each peering to its owners. */
    peering: "both" | "spokeSideOnly";
}

/** A hub that others run: nothing of it is made, and its peerings to the spokes are all that is written there. */
export class ExistingHub extends pulumi.ComponentResource {
    public readonly connection: HubConnection;

    constructor(name: string, args: ExistingHubArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ExistingHub", name, { networkId: args.networkId }, opts);
        const [, , , , resourceGroupName = "", , , , networkName = ""] = args.networkId.split("/");
        this.connection = {
            network: { id: args.networkId, name: networkName, resourceGroupName },
            component: this,
            nextHop: args.nextHop,
            dnsServers: args.dnsServers,
            egressAddresses: args.egressAddresses,
            bastionSubnet: args.bastionSubnet,
            bastionId: args.bastionId === undefined ? undefined : pulumi.output(args.bastionId),
            gatewayTransit: args.gatewayTransit ? [] : undefined,
            peersBack: args.peering === "both",
            foundation: [],
        };
        this.registerOutputs({ networkId: args.networkId });
    }
}
