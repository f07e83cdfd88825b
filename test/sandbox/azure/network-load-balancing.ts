import { itemsAt, stringAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { contains, isReserved } from "./addresses";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { hash } from "./derive";
import { subnetHasNoGateway } from "./network-application-gateway-subnet";
import {
    allPortsGoWithAllProtocols,
    basicBalancerIsRetired,
    inlinePoolOutputs,
    poolsAreOfTheNetwork,
} from "./network-backend-pools";
import { addressesAreFree } from "./network-references";
import { dynamicAddress, ownerOfAddress, subnetRange } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: load balancers and network interfaces, whose IP configurations take addresses from subnets. */

/** Addresses of IP configurations: the requested static one, else a dynamic one of the subnet. */
export function configuredAddresses(resource: Resource, property: string, cloud: CloudView): Value {
    return itemsAt(resource.inputs, property).map((configuration, index) => {
        const subnet = stringAt(configuration, "subnet.id");
        if (subnet === undefined) return {};
        const requested = stringAt(configuration, "privateIPAddress");
        return {
            privateIPAddress: requested ?? dynamicAddress(resource, subnet, cloud, index),
            privateIPAllocationMethod: requested === undefined ? "Dynamic" : "Static",
        };
    });
}

function machineOf(nic: Resource, cloud: CloudView): Properties | undefined {
    const machine = cloud.holders(nic.id).find(({ type }) => type === "compute:VirtualMachine");
    return machine && { id: machine.id };
}

/** A static address must lie in its subnet. */
export function addressLiesInSubnet(property: string): Rule {
    return ({ id, inputs }, cloud) => {
        for (const configuration of itemsAt(inputs, property)) {
            const address = stringAt(configuration, "privateIPAddress");
            const range = subnetRange(stringAt(configuration, "subnet.id"), cloud);
            if (address !== undefined && range !== undefined && !contains(range, address)) {
                return addressRefusal(id, configuration, address, range);
            }
        }
        return undefined;
    };
}

function addressRefusal(id: string, configuration: Properties, address: string, range: string): ArmError {
    return new ArmError(
        "PrivateIPAddressNotInSubnet",
        `Private static IP address ${address} of ${lastSegment(id)}/${String(configuration["name"])} does not belong to the ` +
            `range of its subnet ${range}.`,
    );
}

/** A static address is one that Azure gives away, and that nobody else has. */
export function addressIsFree(property: string): Rule {
    return (resource, cloud) => {
        for (const configuration of itemsAt(resource.inputs, property)) {
            const [address, subnet] = ["privateIPAddress", "subnet.id"].map((path) => stringAt(configuration, path));
            const range = subnetRange(subnet, cloud);
            if (address === undefined || subnet === undefined || range === undefined) continue;
            if (isReserved(range, address)) {
                const message = `Private static IP address ${address} of ${lastSegment(resource.id)} falls within reserved IP range of subnet prefix ${range}.`;
                return new ArmError("PrivateIPAddressInReservedRange", message);
            }
            const owner = ownerOfAddress(address, subnet, resource, cloud);
            if (!owner) continue;
            const message = `IP configuration ${resource.id}/${String(configuration["name"])} is using the private IP address ${address} which is already allocated to resource ${owner.id}.`;
            return new ArmError("PrivateIPAddressIsAllocated", message);
        }
        return undefined;
    };
}

export const loadBalancing: ServiceTypes = {
    LoadBalancer: {
        id: inGroup("Microsoft.Network/loadBalancers/{loadBalancerName}"),
        replaceOn: ["sku", "extendedLocation"],
        rules: [
            addressLiesInSubnet("frontendIPConfigurations"),
            addressIsFree("frontendIPConfigurations"),
            addressesAreFree("frontendIPConfigurations[].publicIPAddress.id"),
            subnetHasNoGateway("frontendIPConfigurations[].subnet.id"),
            allPortsGoWithAllProtocols,
            basicBalancerIsRetired,
        ],
        inUse: "LoadBalancerInUse",
        computed: (balancer, cloud) => ({
            frontendIPConfigurations: configuredAddresses(balancer, "frontendIPConfigurations", cloud),
            backendAddressPools: inlinePoolOutputs(balancer, cloud),
        }),
    },
    NetworkInterface: {
        id: inGroup("Microsoft.Network/networkInterfaces/{networkInterfaceName}"),
        rules: [
            addressLiesInSubnet("ipConfigurations"),
            addressIsFree("ipConfigurations"),
            addressesAreFree("ipConfigurations[].publicIPAddress.id"),
            subnetHasNoGateway("ipConfigurations[].subnet.id"),
            poolsAreOfTheNetwork,
        ],
        inUse: "NicInUse",
        computed: (nic, cloud) => ({
            macAddress: hash("mac", nic.id)
                .slice(0, 12)
                .toUpperCase()
                .replace(/(..)(?=.)/g, "$1-"),
            ipConfigurations: configuredAddresses(nic, "ipConfigurations", cloud),
            enableIPForwarding: nic.inputs["enableIPForwarding"] ?? false,
            enableAcceleratedNetworking: nic.inputs["enableAcceleratedNetworking"] ?? false,
            virtualMachine: machineOf(nic, cloud),
        }),
    },
};
