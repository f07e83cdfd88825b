import type { Value } from "../frame/value";
import { AddressSet, isIpv6, parsePrefix } from "./address-set";
import { Appliances } from "./appliances";
import type { NetworkModel } from "./network-model";
import { prefixesOf } from "./network-model";
import type { GraphResource } from "./resource-graph";

/** Whether an address belongs to a firewall, and what there is to compare it with. */
export interface AddressVerdict {
    verdict: "firewall" | "other" | "undecided";
    /** Completes "the next hop ..." in a message. */
    reason: string;
}

/** Knows the addresses of a stack's firewalls, and those that its owners trust although another stack holds them. */
export class FirewallAddresses {
    private readonly firewalls: readonly GraphResource[];

    /** @param trusted addresses of firewalls or network virtual appliances outside of the stack */
    constructor(
        private readonly model: NetworkModel,
        private readonly trusted: readonly string[],
    ) {
        this.firewalls = model.graph.ofType("network:AzureFirewall");
    }

    /** Judges a route's `nextHopIpAddress`, which `route` set. */
    judge(route: GraphResource, nextHop: Value): AddressVerdict {
        if (nextHop.unknown) {
            return this.judgeUnknown(route, nextHop);
        }
        const address = nextHop.text();
        const place = address?.includes("/") ? undefined : parsePrefix(address ?? "");
        if (address === undefined || place === undefined || isIpv6(place)) {
            return { verdict: "other", reason: `${nextHop.shown()} is not an IPv4 address` };
        }
        if (this.trusted.includes(address)) {
            return { verdict: "firewall", reason: `${address} is trusted by configuration` };
        }
        const verdicts = this.firewalls.map((firewall) => this.compare(firewall, address));
        const best = verdicts.find((v) => v.verdict === "firewall") ?? verdicts.find((v) => v.verdict === "undecided");
        if (best) {
            return best;
        }
        const known = verdicts.map((v) => v.reason).join(", ");
        const appliances = this.model.graph.model(Appliances).refuse(address);
        if (appliances === undefined) {
            return { verdict: "firewall", reason: `${address} is that of appliances which take every port` };
        }
        if (verdicts.length === 0 && this.model.graph.ofType("network:LoadBalancer").length > 0) {
            return { verdict: "other", reason: `${address} is not an appliance's address (${appliances})` };
        }
        return {
            verdict: "other",
            reason: `${address} is not a firewall's address (${known || "the stack has no firewall"})`,
        };
    }

    /** An unknown address is a firewall's if nothing but firewalls went into the property. */
    private judgeUnknown(route: GraphResource, nextHop: Value): AddressVerdict {
        const sources = this.model.graph.sourcesOf(route, nextHop);
        if (sources.length > 0 && sources.every((source) => source.type === "network:AzureFirewall")) {
            return { verdict: "firewall", reason: "the address is an output of the firewall" };
        }
        const from = sources.map((source) => `${source.type} ${source.name}`).join(", ") || "no resource of this stack";
        return {
            verdict: "undecided",
            reason: `the address is not known yet, and it comes from ${from}, not from a firewall alone`,
        };
    }

    private compare(firewall: GraphResource, address: string): AddressVerdict {
        const own = privateAddressOf(firewall);
        if (own !== undefined) {
            const verdict = own === address ? "firewall" : "other";
            return { verdict, reason: `${firewall.name} has ${own}` };
        }
        const prefixes = this.subnetPrefixesOf(firewall);
        if (prefixes === undefined) {
            return {
                verdict: "undecided",
                reason: `neither the address nor the subnet of ${firewall.name} is known yet`,
            };
        }
        const inside = AddressSet.parse(prefixes).covers(AddressSet.parse([address]));
        return {
            verdict: inside ? "firewall" : "other",
            reason: `${firewall.name} is in ${prefixes.join(", ")}`,
        };
    }

    private subnetPrefixesOf(firewall: GraphResource): string[] | undefined {
        const configurations = firewall.inputs.at("ipConfigurations");
        if (configurations.unknown) {
            return undefined;
        }
        const prefixes: string[] = [];
        for (const configuration of configurations.items()) {
            const reference = this.model.follow(
                firewall,
                configuration.at("subnet.id"),
                (subnet) => subnet.name === "azurefirewallsubnet",
            );
            // Azure gives the firewall its address in the first configuration that names a subnet; the others add public ones.
            if (reference.kind === "subnets") {
                const own = reference.subnets.map(prefixesOf);
                if (own.includes(undefined)) {
                    return undefined;
                }
                prefixes.push(...own.flatMap((list) => list ?? []));
            } else if (reference.kind !== "none") {
                return undefined;
            }
        }
        return prefixes.length > 0 ? prefixes : undefined;
    }
}

/** The private address that Azure gave a firewall; undefined until it is known. */
function privateAddressOf(firewall: GraphResource): string | undefined {
    const configurations = firewall.outputs.at("ipConfigurations");
    const candidates = [
        ...(configurations.unknown ? [] : configurations.items().map((item) => item.at("privateIPAddress"))),
        firewall.outputs.at("hubIPAddresses.privateIPAddress"),
    ];
    const known = candidates.find((value) => value.present && !value.unknown);
    return known?.text();
}
