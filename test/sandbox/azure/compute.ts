import { itemsAt, stringAt, stringsAt, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { adminCanSignIn, imageHasItsPlan, whatIsFixedStays } from "./compute-machine-rules";
import { guid } from "./derive";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Compute: virtual machines with their extensions, and encryption of their disks. */

const MACHINE = "Microsoft.Compute/virtualMachines/{vmName}";
const INTERFACES = "networkProfile.networkInterfaces[].id";

const interfacesAreFree: Rule = ({ id, inputs }, cloud) => {
    for (const nic of stringsAt(inputs, INTERFACES)) {
        const owner = cloud
            .holders(nic)
            .find((holder) => holder.type === "compute:VirtualMachine" && idKey(holder.id) !== idKey(id));
        if (owner) return new ArmError("NicInUse", `Network Interface ${nic} is used by existing VM ${owner.id}.`);
    }
    return undefined;
};

const oneInterfaceIsPrimary: Rule = ({ id, inputs }) => {
    const interfaces = itemsAt(inputs, "networkProfile.networkInterfaces");
    const primaries = interfaces.filter(({ primary }) => primary === true).length;
    if (interfaces.length < 2 ? primaries <= 1 : primaries === 1) return undefined;
    const message = `Virtual machine ${id} must have one network interface set as the primary, but has ${primaries}.`;
    return new ArmError("VirtualMachineMustHaveOneNetworkInterfaceAsPrimary", message);
};

/** Sizes without accelerated networking, of those that are still sold. */
const SLOW_SIZES = /^(Basic_A\d|Standard_A\d+m?_v2|Standard_B(1ls|1s|1ms|2s|2ms|4ms|8ms))$/i;

const sizeCarriesItsInterfaces: Rule = ({ id, inputs }, cloud) => {
    const size = stringAt(inputs, "hardwareProfile.vmSize") ?? "";
    const fast = stringsAt(inputs, INTERFACES).find(
        (nic) => valueAt(cloud.get(nic)?.inputs, "enableAcceleratedNetworking") === true,
    );
    if (fast === undefined || !SLOW_SIZES.test(size)) return undefined;
    const message = `${lastSegment(id)} has size ${size}, which is not compatible with accelerated networking on network interface ${lastSegment(fast)}.`;
    return new ArmError("VMSizeIsNotPermittedToEnableAcceleratedNetworking", message);
};

/** A machine is in one zone, and a zonal address serves machines of its zones only. */
const zonesMatch: Rule = ({ id, inputs }, cloud) => {
    const zones = stringsAt(inputs, "zones[]");
    const refuse = (reason: string) =>
        new ArmError(
            "InvalidParameter",
            `Virtual machine ${lastSegment(id)} has zones ${zones.join(", ")}: ${reason}.`,
        );
    if (zones.length > 1) return refuse("a machine takes one zone");
    if (zones[0] !== undefined && inputs["availabilitySet"] !== undefined) {
        return refuse("it can't be in an availability set too");
    }
    const addresses = stringsAt(inputs, INTERFACES).flatMap((nic) =>
        stringsAt(cloud.get(nic)?.inputs, "ipConfigurations[].publicIPAddress.id"),
    );
    for (const address of zones[0] === undefined ? [] : addresses) {
        const theirs = stringsAt(cloud.get(address)?.inputs, "zones[]");
        if (theirs.length === 0 || theirs.includes(zones[0] ?? "")) continue;
        return refuse(`public IP address ${lastSegment(address)} is in zone ${theirs.join(", ")}`);
    }
    return undefined;
};

/** "Restrictions" of encryption at host: not together with encryption inside of the machine. */
const disksAreEncryptedOnce: Rule = ({ id, inputs }, cloud) => {
    const inside =
        valueAt(inputs, "storageProfile.osDisk.encryptionSettings.enabled") === true ||
        cloud.children(id, "compute:VirtualMachineExtension").some((extension) => isDiskEncryption(extension));
    if (!inside || valueAt(inputs, "securityProfile.encryptionAtHost") !== true) return undefined;
    return encryptedTwice(id);
};

function isDiskEncryption({ inputs }: Resource): boolean {
    return (
        inputs["publisher"] === "Microsoft.Azure.Security" &&
        /^AzureDiskEncryption/.test(stringAt(inputs, "type") ?? "")
    );
}

function encryptedTwice(machineId: string): ArmError {
    const message = `Virtual machine ${lastSegment(machineId)} can't have both encryptionAtHost and Azure Disk Encryption.`;
    return new ArmError("OperationNotAllowed", message, 409);
}

const extensionEncryptsAlone: Rule = (extension, cloud) => {
    const machine = cloud.get(parentId(extension.id) ?? "");
    if (!machine || !isDiskEncryption(extension)) return undefined;
    if (valueAt(machine.inputs, "securityProfile.encryptionAtHost") !== true) return undefined;
    return encryptedTwice(machine.id);
};

const machineTakesExtensions: Rule = ({ id }, cloud) => {
    const machine = cloud.get(parentId(id) ?? "");
    const switches = [
        "osProfile.allowExtensionOperations",
        "osProfile.linuxConfiguration.provisionVMAgent",
        "osProfile.windowsConfiguration.provisionVMAgent",
    ];
    const off = switches.find((path) => valueAt(machine?.inputs, path) === false);
    if (off === undefined) return undefined;
    const message = `This operation cannot be performed when extension operations are disallowed: ${lastSegment(parentId(id) ?? "")} has ${off} false.`;
    return new ArmError("OperationNotAllowed", message, 409);
};

const handlerIsInstalledOnce: Rule = ({ id, inputs }, cloud) => {
    const twin = cloud
        .children(parentId(id) ?? "", "compute:VirtualMachineExtension")
        .find(
            (other) =>
                idKey(other.id) !== idKey(id) &&
                other.inputs["publisher"] === inputs["publisher"] &&
                other.inputs["type"] === inputs["type"],
        );
    if (!twin || typeof inputs["type"] !== "string") return undefined;
    const handler = `${String(inputs["publisher"])}.${inputs["type"]}`;
    const message = `Multiple VMExtensions per handler not supported. VMExtension '${lastSegment(twin.id)}' with handler '${handler}' already added.`;
    return new ArmError("BadRequest", message);
};

/** A key that could vanish would take the disks along. */
const vaultKeepsItsKeys: Rule = ({ id, inputs }, cloud) => {
    const vault = cloud.get(stringAt(inputs, "activeKey.sourceVault.id") ?? "");
    if (!vault || valueAt(vault.inputs, "properties.enablePurgeProtection") === true) return undefined;
    const message = `Key vault ${lastSegment(vault.id)} of disk encryption set ${lastSegment(id)} must have soft delete and purge protection enabled.`;
    return new ArmError("KeyVaultNotPurgeProtected", message);
};

function machineOutputs(machine: Resource, cloud: CloudView): Properties {
    const name = lastSegment(machine.id);
    const path = "storageProfile.osDisk.name";
    const disk = stringAt(machine.inputs, path) ?? `${name}_OsDisk_1_${guid("disk", machine.id).replace(/-/g, "")}`;
    const diskId = machine.id.replace(/\/virtualMachines\/[^/]+$/i, `/disks/${disk}`);
    const computerName = valueAt(machine.inputs, "osProfile.computerName") ?? name;
    return {
        vmId: guid("vm", machine.id),
        timeCreated: "2026-01-01T00:00:00.0000000+00:00",
        osProfile: machine.inputs["osProfile"] === undefined ? undefined : { computerName },
        storageProfile: { osDisk: { name: disk, managedDisk: { id: diskId } } },
        resources: cloud.children(machine.id, "compute:VirtualMachineExtension").map(({ id }) => ({ id })),
    };
}

export const compute: ServiceTypes = {
    VirtualMachine: {
        id: inGroup(MACHINE),
        required: ["networkProfile", "hardwareProfile.vmSize", "storageProfile.osDisk"],
        replaceOn: ["zones", "availabilitySet", "extendedLocation"],
        rules: [
            adminCanSignIn,
            imageHasItsPlan,
            whatIsFixedStays,
            interfacesAreFree,
            oneInterfaceIsPrimary,
            sizeCarriesItsInterfaces,
            zonesMatch,
            disksAreEncryptedOnce,
        ],
        sets: ["zones"],
        computed: machineOutputs,
    },
    VirtualMachineExtension: {
        id: inGroup(`${MACHINE}/extensions/{vmExtensionName}`),
        required: ["publisher", "type", "typeHandlerVersion"],
        replaceOn: ["publisher", "type"],
        rules: [machineTakesExtensions, handlerIsInstalledOnce, extensionEncryptsAlone],
    },
    DiskEncryptionSet: {
        id: inGroup("Microsoft.Compute/diskEncryptionSets/{diskEncryptionSetName}"),
        required: ["identity", "activeKey.keyUrl"],
        replaceOn: ["encryptionType"],
        rules: [vaultKeepsItsKeys],
        inUse: "DiskEncryptionSetInUse",
        computed: () => ({ previousKeys: [] }),
    },
};
