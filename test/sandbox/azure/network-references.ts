import { itemsAt, stringAt, stringsAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError, shortName } from "./arm-error";
import { idKey, lastSegment } from "./arm-id";
import type { CloudView, Rule } from "./resource-type";

/** Microsoft.Network: what a service demands of the subnets and public addresses that it refers to. */

/** Subnets that the service prescribes by name. */
export function subnetIsNamed(path: string, name: string, code: string, service: string): Rule {
    return ({ inputs }) => {
        const wrong = stringsAt(inputs, path).find((id) => lastSegment(id) !== name);
        if (wrong === undefined) return undefined;
        return new ArmError(
            code,
            `Subnet name ${wrong} is invalid for ${service}. ${service} can only be created in subnet with name '${name}'.`,
        );
    };
}

/** Frontends of a zone-redundant, always static service. */
export function addressesAreStandard(path: string): Rule {
    return ({ id, inputs }, cloud) => {
        for (const address of stringsAt(inputs, path)) {
            const sku = stringAt(cloud.get(address)?.inputs, "sku.name");
            if (sku !== undefined && sku !== "Standard") {
                const message = `${lastSegment(id)} needs public IP addresses of SKU Standard, but ${lastSegment(address)} is ${sku}.`;
                return new ArmError("PublicIPAddressSkuMustBeStandard", message);
            }
        }
        return undefined;
    };
}

const ADDRESS_OWNERS = [
    "network:ApplicationGateway",
    "network:AzureFirewall",
    "network:BastionHost",
    "network:LoadBalancer",
    "network:NatGateway",
    "network:NetworkInterface",
    "network:VirtualNetworkGateway",
];

/** A public address belongs to one resource, and there to one IP configuration. */
export function addressesAreFree(path: string): Rule {
    return ({ id, inputs }, cloud) => {
        const addresses = stringsAt(inputs, path);
        for (const [index, address] of addresses.entries()) {
            const twice = addresses.findIndex((other) => idKey(other) === idKey(address)) < index;
            const holder = cloud
                .holders(address)
                .find((other) => idKey(other.id) !== idKey(id) && ADDRESS_OWNERS.includes(other.type));
            if (!twice && !holder) continue;
            const found = holder ? shortName(holder.id) : "another of its own IP configurations";
            const message = `${shortName(id)} references public IP address ${address}, which is already allocated to ${found}.`;
            return new ArmError("PublicIPAddressInUse", message);
        }
        return undefined;
    };
}

/** Where a route table sends what no other route takes; undefined if it doesn't say. */
export function defaultRouteHop(tableId: string | undefined, cloud: CloudView): string | undefined {
    if (tableId === undefined) return undefined;
    const standalone = cloud.children(tableId, "network:Route").map(({ inputs }) => inputs);
    const routes = [...itemsAt(cloud.get(tableId)?.inputs, "routes"), ...standalone];
    return defaultHop(routes);
}

export function defaultHop(routes: Properties[]): string | undefined {
    return stringAt(
        routes.find((route) => route["addressPrefix"] === "0.0.0.0/0"),
        "nextHopType",
    );
}
