import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";

export interface JumpHostArgs extends Placement {
    /** Id of a subnet that Bastion alone may enter. */
    subnetId: pulumi.Input<string>;
    /** Azure VM size, generation 2. */
    vmSize: string;
    /** Availability zone. Default: none, for a region without any. */
    zone?: string;
    /** Of the machine's own account, which Azure demands. */
    sshPublicKey: string;
    /** Object ids of the Entra groups that may sign in as administrators. */
    adminGroupIds: string[];
    /** Needs the subscription feature `Microsoft.Compute/EncryptionAtHost`. */
    encryptionAtHost: boolean;
    /** What must stand before its extension is fetched: the way out. */
    foundation: pulumi.Resource[];
}

/** A Linux machine for operators: no public address, no passwords, Entra sign-in, patched by Azure. */
export class JumpHost extends pulumi.ComponentResource {
    public readonly machineId: pulumi.Output<string>;

    constructor(name: string, args: JumpHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:JumpHost", name, args, opts);
        const placement = placementOf(args);
        const child = { parent: this };

        const networkInterface = new network.NetworkInterface(
            `nic-vm-${name}`,
            {
                networkInterfaceName: `nic-vm-${name}`,
                ipConfigurations: [
                    { name: "private", subnet: { id: args.subnetId }, privateIPAllocationMethod: "Dynamic" },
                ],
                ...placement,
            },
            child,
        );
        const machine = new compute.VirtualMachine(
            `vm-${name}`,
            {
                vmName: `vm-${name}`,
                hardwareProfile: { vmSize: args.vmSize },
                zones: args.zone === undefined ? undefined : [args.zone],
                identity: { type: "SystemAssigned" },
                networkProfile: { networkInterfaces: [{ id: networkInterface.id, primary: true }] },
                osProfile: {
                    computerName: "jump",
                    adminUsername: "azureuser",
                    linuxConfiguration: {
                        disablePasswordAuthentication: true,
                        ssh: {
                            publicKeys: [{ path: "/home/azureuser/.ssh/authorized_keys", keyData: args.sshPublicKey }],
                        },
                        provisionVMAgent: true,
                        patchSettings: {
                            patchMode: "AutomaticByPlatform",
                            assessmentMode: "AutomaticByPlatform",
                        },
                    },
                },
                storageProfile: {
                    imageReference: {
                        publisher: "Canonical",
                        offer: "ubuntu-24_04-lts",
                        sku: "server",
                        version: "latest",
                    },
                    osDisk: {
                        createOption: "FromImage",
                        deleteOption: "Delete",
                        managedDisk: { storageAccountType: "Premium_LRS" },
                    },
                },
                securityProfile: {
                    securityType: "TrustedLaunch",
                    uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
                    encryptionAtHost: args.encryptionAtHost,
                },
                diagnosticsProfile: { bootDiagnostics: { enabled: true } },
                ...placement,
            },
            child,
        );
        new compute.VirtualMachineExtension(
            `vmx-${name}`,
            {
                vmExtensionName: "AADSSHLoginForLinux",
                vmName: machine.name,
                publisher: "Microsoft.Azure.ActiveDirectory",
                type: "AADSSHLoginForLinux",
                typeHandlerVersion: "1.0",
                autoUpgradeMinorVersion: true,
                ...placement,
            },
            { ...child, dependsOn: args.foundation },
        );
        args.adminGroupIds.forEach((principalId, index) => {
            assignRole(
                `vm-${name}-admins-${index + 1}`,
                {
                    principalId,
                    principalType: "Group",
                    role: BuiltInRole.VirtualMachineAdministratorLogin,
                    scope: machine.id,
                },
                child,
            );
        });

        this.machineId = machine.id;
        this.registerOutputs({ machineId: this.machineId });
    }
}
