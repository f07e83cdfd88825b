import { itemsAt, stringAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { contains } from "./addresses";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { hash } from "./derive";
import { subnetHasNoGateway } from "./network-application-gateway-subnet";
import { dynamicAddress, subnetRange } from "./private-address";
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

export const loadBalancing: ServiceTypes = {
    LoadBalancer: {
        id: inGroup("Microsoft.Network/loadBalancers/{loadBalancerName}"),
        replaceOn: ["sku", "extendedLocation"],
        rules: [
            addressLiesInSubnet("frontendIPConfigurations"),
            subnetHasNoGateway("frontendIPConfigurations[].subnet.id"),
        ],
        inUse: "LoadBalancerInUse",
        computed: (balancer, cloud) => ({
            frontendIPConfigurations: configuredAddresses(balancer, "frontendIPConfigurations", cloud),
        }),
    },
    NetworkInterface: {
        id: inGroup("Microsoft.Network/networkInterfaces/{networkInterfaceName}"),
        rules: [addressLiesInSubnet("ipConfigurations"), subnetHasNoGateway("ipConfigurations[].subnet.id")],
        inUse: "NicInUse",
        computed: (nic, cloud) => ({
            macAddress: hash("mac", nic.id)
                .slice(0, 12)
                .toUpperCase()
                .replace(/(..)(?=.)/g, "$1-"),
            ipConfigurations: configuredAddresses(nic, "ipConfigurations", cloud),
        }),
    },
};
