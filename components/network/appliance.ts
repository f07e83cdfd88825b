import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { sendLogs } from "../observability/diagnostics";
import { placementOf, type Placement } from "../placement";
import { publicAddress } from "./public-address";

export interface ApplianceArgs extends Placement {
    /** Id of the resource group: the load balancer's parts refer to each other by ids that must be known before it exists. */
    resourceGroupId: pulumi.Input<string>;
    /** Availability zones; the machines stand in different ones. Empty where the region has none. */
    zones: string[];
    insideSubnetId: pulumi.Input<string>;
    outsideSubnetId: pulumi.Input<string>;
    /** Private address of the load balancer in front of the machines, in the inside subnet: the routes' next hop. */
    address: string;
    image: ApplianceImage;
    /** Size of each machine, for example `Standard_D4s_v5`; takes two interfaces or more. */
    vmSize: string;
    adminUsername: string;
    /** Public key of the administrators, `ssh-ed25519` or `ssh-rsa`; passwords are off. */
    adminSshKey: string;
    /** What the machines read at their first start, as plain text; kept as a secret. Default: nothing. */
    bootstrap?: string;
    /** TCP port on the inside that answers while a machine is well; others get no traffic. */
    probePort: number;
    /** Needs a size and an image that can. */
    acceleratedNetworking: boolean;
    /** Needs the subscription feature `Microsoft.Compute/EncryptionAtHost`. */
    encryptionAtHost: boolean;
}

export interface ApplianceImage {
    publisher: string;
    offer: string;
    sku: string;
    version: string;
    /** Whether the image is sold on the marketplace, where somebody must have accepted its terms for the subscription. */
    plan: boolean;
}

/** What tells the two interfaces of a machine apart. */
interface IpConfiguration {
    subnet: { id: pulumi.Input<string> };
    publicIPAddress?: { id: pulumi.Input<string> };
    loadBalancerBackendAddressPools?: { id: pulumi.Input<string> }[];
}

const frontend = "inside";
const pool = "appliances";
const probe = "alive";

/**
 * Two network appliances of another maker behind an internal load balancer that hands on every port.
 * Each has an interface inside, without a public address, and one outside, whose address the Internet sees.
 */
export class Appliance extends pulumi.ComponentResource {
    /** Known in a preview already. */
    public readonly privateAddress: string;
    /** What the Internet sees as the platform's source addresses. */
    public readonly publicAddresses: pulumi.Output<string>[];

    constructor(name: string, args: ApplianceArgs, opts?: pulumi.ComponentResourceOptions) {
        const { bootstrap, ...shown } = args;
        super("secure-aks-ml:index:Appliance", name, { ...shown, bootstrap: bootstrap && "secret" }, opts);
        const balancer = this.loadBalancer(`lbi-nva-${name}`, args);
        const addresses = [1, 2].map((place) => this.machine(`nva-${name}-${place}`, place, balancer, args));

        this.privateAddress = args.address;
        this.publicAddresses = addresses.map((address) => address.ipAddress.apply((ip) => ip ?? ""));
        this.registerOutputs({ privateAddress: this.privateAddress, publicAddresses: this.publicAddresses });
    }

    private loadBalancer(name: string, args: ApplianceArgs): network.LoadBalancer {
        const part = (collection: string, partName: string) => ({
            id: pulumi.interpolate`${args.resourceGroupId}/providers/Microsoft.Network/loadBalancers/${name}/${collection}/${partName}`,
        });
        const balancer = new network.LoadBalancer(
            name,
            {
                loadBalancerName: name,
                sku: { name: "Standard" },
                frontendIPConfigurations: [
                    {
                        name: frontend,
                        privateIPAddress: args.address,
                        privateIPAllocationMethod: "Static",
                        subnet: { id: args.insideSubnetId },
                        zones: args.zones,
                    },
                ],
                backendAddressPools: [{ name: pool }],
                probes: [
                    { name: probe, protocol: "Tcp", port: args.probePort, intervalInSeconds: 5, probeThreshold: 2 },
                ],
                loadBalancingRules: [
                    {
                        name: "everything",
                        // All protocols on port 0: Azure's way to write every port of each.
                        protocol: "All",
                        frontendPort: 0,
                        backendPort: 0,
                        frontendIPConfiguration: part("frontendIPConfigurations", frontend),
                        backendAddressPool: part("backendAddressPools", pool),
                        probe: part("probes", probe),
                        disableOutboundSnat: true,
                    },
                ],
                ...placementOf(args),
            },
            { parent: this },
        );
        sendLogs(name, "loadBalancer", balancer.id, args.logWorkspaceId, { parent: this });
        return balancer;
    }

    /** Makes one machine and returns its public address. */
    private machine(
        name: string,
        place: number,
        balancer: network.LoadBalancer,
        args: ApplianceArgs,
    ): network.PublicIPAddress {
        const child = { parent: this };
        const address = publicAddress(`pip-${name}`, args.zones, args, child);
        const outside = this.networkInterface(`nic-${name}-outside`, args, {
            subnet: { id: args.outsideSubnetId },
            publicIPAddress: { id: address.id },
        });
        const inside = this.networkInterface(`nic-${name}-inside`, args, {
            subnet: { id: args.insideSubnetId },
            loadBalancerBackendAddressPools: [{ id: pulumi.interpolate`${balancer.id}/backendAddressPools/${pool}` }],
        });
        const { zones } = args;
        new compute.VirtualMachine(
            `vm-${name}`,
            {
                vmName: `vm-${name}`,
                zones: zones.length > 0 ? [zones[(place - 1) % zones.length]] : undefined,
                hardwareProfile: { vmSize: args.vmSize },
                networkProfile: {
                    networkInterfaces: [
                        { id: outside.id, primary: true },
                        { id: inside.id, primary: false },
                    ],
                },
                osProfile: loginOf(`nva-${place}`, args),
                storageProfile: diskOf(args.image),
                plan: planOf(args.image),
                securityProfile: { encryptionAtHost: args.encryptionAtHost },
                diagnosticsProfile: { bootDiagnostics: { enabled: true } },
                ...placementOf(args),
            },
            child,
        );
        return address;
    }

    private networkInterface(
        name: string,
        args: ApplianceArgs,
        configuration: IpConfiguration,
    ): network.NetworkInterface {
        return new network.NetworkInterface(
            name,
            {
                networkInterfaceName: name,
                enableIPForwarding: true,
                enableAcceleratedNetworking: args.acceleratedNetworking,
                ipConfigurations: [{ name: "address", primary: true, ...configuration }],
                ...placementOf(args),
            },
            { parent: this },
        );
    }
}

function loginOf(computerName: string, { adminUsername, adminSshKey, bootstrap }: ApplianceArgs) {
    return {
        computerName,
        adminUsername,
        customData: bootstrap === undefined ? undefined : pulumi.secret(Buffer.from(bootstrap).toString("base64")),
        linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: {
                publicKeys: [{ path: `/home/${adminUsername}/.ssh/authorized_keys`, keyData: adminSshKey }],
            },
        },
    };
}

function diskOf({ publisher, offer, sku, version }: ApplianceImage) {
    return {
        imageReference: { publisher, offer, sku, version },
        osDisk: {
            createOption: "FromImage",
            caching: "ReadWrite" as const,
            managedDisk: { storageAccountType: "Premium_LRS" },
            deleteOption: "Delete",
        },
    };
}

function planOf({ publisher, offer, sku, plan }: ApplianceImage) {
    return plan ? { publisher, product: offer, name: sku } : undefined;
}
