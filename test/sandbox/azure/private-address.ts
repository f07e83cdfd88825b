import { isProperties, stringsAt } from "../provider/values";
import type { Value } from "../provider/values";
import { addressAt, contains, FIRST_USABLE, prefixLength } from "./addresses";
import { idKey } from "./arm-id";
import { hash } from "./derive";
import { subnetPrefixes } from "./network";
import type { CloudView, Resource } from "./resource-type";

/** The first IPv4 range of a subnet. */
export function subnetRange(subnetId: string | undefined, cloud: CloudView): string | undefined {
    const subnet = subnetId === undefined ? undefined : cloud.get(subnetId);
    return subnet && subnetPrefixes(subnet.inputs).find((prefix) => !prefix.includes(":"));
}

/**
 * The `index`-th dynamic address of a resource in a subnet. It keeps the one that it has; a new one is the first free
 * address from a place derived from the id, so that it doesn't depend on the order of creation unless two collide.
 */
export function dynamicAddress(
    resource: Resource,
    subnetId: string | undefined,
    cloud: CloudView,
    index = 0,
): string | undefined {
    const range = subnetRange(subnetId, cloud);
    if (range === undefined || subnetId === undefined) return undefined;
    const kept = addressesIn(cloud.get(resource.id)?.outputs, range)[index];
    if (kept !== undefined) return kept;
    const taken = new Set(cloud.holders(subnetId).flatMap((holder) => addressesIn(holder.outputs, range)));
    const size = 2 ** (32 - (prefixLength(range) ?? 32));
    const usable = size - FIRST_USABLE - 1;
    const start = Number.parseInt(hash("address", resource.id, "0").slice(0, 8), 16) % usable;
    let skipped = 0;
    for (let step = 0; step < usable; step++) {
        const address = addressAt(range, FIRST_USABLE + ((start + step) % usable));
        // The addresses of one resource follow each other, so that none is given twice.
        if (address !== undefined && !taken.has(address) && skipped++ === index) return address;
    }
    return undefined;
}

/** The addresses of a subnet that Azure keeps for itself: the first four and the last. */
export function reservedAddresses(range: string): (string | undefined)[] {
    const size = 2 ** (32 - (prefixLength(range) ?? 32));
    return [0, 1, 2, 3, size - 1].map((offset) => addressAt(range, offset));
}

/** All addresses of a range that stand anywhere in the outputs, in order and once. */
export function addressesIn(value: Value, range: string): string[] {
    const found = new Set<string>();
    const walk = (current: Value): void => {
        if (typeof current === "string") {
            if (/^\d+\.\d+\.\d+\.\d+$/.test(current) && contains(range, current)) found.add(current);
        } else if (Array.isArray(current)) current.forEach(walk);
        else if (isProperties(current)) Object.values(current).forEach(walk);
    };
    walk(value);
    return [...found];
}

/** Who else has an address of a subnet already. */
export function ownerOfAddress(
    address: string,
    subnetId: string,
    resource: Resource,
    cloud: CloudView,
): Resource | undefined {
    return cloud
        .holders(subnetId)
        .find(
            (holder) =>
                idKey(holder.id) !== idKey(resource.id) &&
                (claims(holder.inputs, address) || claims(holder.outputs, address)),
        );
}

/** Only these are a resource's own: a list of DNS servers or of backends may name any address. */
const OWN_ADDRESSES = /^(privateIPAddress|privateIpAddress|ipAddresses)$/;

function claims(value: Value, address: string, isOwn = false): boolean {
    if (typeof value === "string") return isOwn && value === address;
    if (Array.isArray(value)) return value.some((item) => claims(item, address, isOwn));
    if (!isProperties(value)) return false;
    return Object.entries(value).some(([key, item]) => claims(item, address, OWN_ADDRESSES.test(key)));
}

/** Address spaces of a virtual network. */
export function addressSpaces(network: Resource | undefined): string[] {
    return stringsAt(network?.inputs, "addressSpace.addressPrefixes[]");
}
