import type { Findings } from "../frame/findings";
import { parsePrefix } from "./address-set";
import type { Subnet } from "./network-model";
import { describeSubnet, NetworkModel, knownPrefixesOf, subnetsOf } from "./network-model";
import type { ResourceGraph } from "./resource-graph";
import type { Demand } from "./subnet-demand";
import { demandsOf } from "./subnet-demand";

/** The first four addresses of a prefix and its last are Azure's. */
const AZURES_OWN = 5;

interface Placed extends Demand {
    /** False if it may stand in another subnet as well. */
    certain: boolean;
}

/** Proves that every subnet has an address for all that may stand in it at once, and so many to spare. */
export function proveCapacity(graph: ResourceGraph, findings: Findings, spareAddresses: number): void {
    const model = graph.model(NetworkModel);
    const bySubnet = new Map<Subnet, Placed[]>();
    for (const demand of demandsOf(graph, findings)) {
        const reference = model.follow(demand.owner, demand.subnetId, () => true);
        if (reference.kind === "unknown") {
            findings
                .on(demand.owner.urn)
                .undecided(
                    `${demand.what} -> ${demand.subnetId.path} is not known in this preview, and no subnet of this stack went into it. ` +
                        "Pass the id of a Subnet of this stack, or one that is known.",
                );
        }
        const subnets = subnetsOf(reference);
        for (const subnet of subnets) {
            bySubnet.set(subnet, [...(bySubnet.get(subnet) ?? []), { ...demand, certain: subnets.length === 1 }]);
        }
    }
    for (const [subnet, demands] of bySubnet) {
        const own = findings.on(subnet.owner.urn);
        own.attempt(() => proveSubnet(subnet, demands, own, spareAddresses));
    }
}

function proveSubnet(subnet: Subnet, demands: readonly Placed[], findings: Findings, spareAddresses: number): void {
    const room = roomOf(subnet);
    if (room === undefined) {
        return;
    }
    const least = sum(demands.filter(({ certain }) => certain).map((demand) => demand.least)) + spareAddresses;
    const most = sum(demands.map((demand) => demand.most)) + spareAddresses;
    const largest = [...demands].sort((a, b) => b.most - a.most).slice(0, 3);
    const found = (needed: number) =>
        `${describeSubnet(subnet)} has ${room} addresses, and ${needed} are needed: ` +
        `${largest.map(({ what }) => what).join("; ")}${demands.length > largest.length ? "; and others" : ""}` +
        (spareAddresses > 0 ? `; ${spareAddresses} to spare` : "");
    if (least > room) {
        findings.fail(`${found(least)}. Give the subnet a shorter prefix, or the pools a lower maxCount.`);
    } else if (most > room) {
        findings.undecided(
            `${found(most)}. Whether this is so is not known in this preview, because a network plugin, an id or a name is not. ` +
                "Set networkProfile to constants, and use ids that lead to one subnet alone.",
        );
    }
}

/** Addresses of IPv4 that Azure gives away in a subnet; undefined if another service gives it its prefix. */
function roomOf(subnet: Subnet): number | undefined {
    const sizes = knownPrefixesOf(subnet)
        .filter((text) => !text.includes(":"))
        .flatMap((text) => parsePrefix(text) ?? [])
        .map(({ first, last }) => Math.max(0, Number(last - first + 1n) - AZURES_OWN));
    return sizes.length > 0 ? sum(sizes) : undefined;
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, each) => total + each, 0);
}
