import type { Value } from "../frame/value";
import { AddressSet, EVERYTHING, EVERYWHERE, NOWHERE, parseRange } from "./address-set";
import { isPrivate, PLATFORM_ADDRESS } from "./internet";
import type { FilterRule, Protocol } from "./packet-filter";
import type { PortRange } from "./port-range";
import { ALL_PORTS, holdsPorts, portRangeOf } from "./port-range";
import type { GraphResource } from "./resource-graph";

/** A rule of a network security group, whether it is a resource of its own or an entry of its group's `securityRules`. */
export interface SecurityRule {
    owner: GraphResource;
    properties: Value;
    /** False if it only may belong to the group, because its `networkSecurityGroupName` is not known. */
    certain: boolean;
}

/**
 * How to read what nobody can know, such as the addresses of a service tag. Whoever proves that a group refuses something
 * reads it "open": its rules allow all that they may, and deny what they surely do. "closed" is the contrary.
 */
export type Reading = "open" | "closed";

/** Where a group's rules work. */
export interface Surroundings {
    /** What the tag VirtualNetwork surely stands for. */
    near: AddressSet;
    /** What it may stand for. */
    routed: AddressSet;
}

export type Side = "source" | "destination";

/** The subnet that a group guards and its network, where nobody asks for their addresses. */
export const OWN_SUBNET = AddressSet.named("its subnet");
const SOME_NETWORK = AddressSet.named("VirtualNetwork");
export const UNNAMED: Surroundings = { near: SOME_NETWORK.or(OWN_SUBNET), routed: SOME_NETWORK.or(OWN_SUBNET) };

const AZURE_CLOUD = AddressSet.named("AzureCloud");
const WHOLE_IPV4 = AddressSet.parse(["0.0.0.0/0"]);

/** Tags of services that nobody but Azure itself sends from. In lower case. */
const CONTROL_TAGS: ReadonlySet<string> = new Set(["gatewaymanager", "azureactivedirectory"]);

const PROTOCOLS: ReadonlySet<string> = new Set<Protocol>(["tcp", "udp", "icmp", "esp", "ah"]);

/** A rule as it is written, or one of those that every group ends with. */
export interface GroupRule extends FilterRule {
    /** None: it is Azure's own. */
    written?: SecurityRule;
}

/** A rule as the program wrote it. Whoever asks for another property that is not known gets an `UndecidedError`. */
export class WrittenRule implements GroupRule {
    private readonly ends: { [side in Side]?: AddressSet } = {};
    private readonly properties: Value;
    readonly priority: number;

    /** Throws if its priority is not known: no rule of its group can be judged then. */
    constructor(
        readonly written: SecurityRule,
        private readonly surroundings: Surroundings,
        private readonly reading: Reading,
    ) {
        this.properties = written.properties;
        const priority = this.properties.at("priority").known().raw;
        // Azure's last rules begin at 65000; one without a priority comes before them.
        this.priority = typeof priority === "number" ? priority : 64999;
    }

    get name(): string {
        const name = this.properties.at("name");
        return (name.unknown ? undefined : name.text()) ?? (this.properties.path || this.written.owner.name);
    }

    get allow(): boolean {
        return this.properties.at("access").folded() === "allow";
    }

    get protocol(): Protocol | "*" {
        const protocol = this.properties.at("protocol").folded() ?? "*";
        return PROTOCOLS.has(protocol) ? (protocol as Protocol) : "*";
    }

    get sources(): AddressSet {
        return (this.ends.source ??= this.end("source"));
    }

    get destinations(): AddressSet {
        return (this.ends.destination ??= this.end("destination"));
    }

    /** None, if the rule does not surely match and may only be counted where it does. */
    get ports(): readonly PortRange[] {
        const sure = this.written.certain && this.rangesOf("source").some((range) => holdsPorts(range, ALL_PORTS));
        return sure || this.isWide ? this.rangesOf("destination") : [];
    }

    /** Prefixes and tags of one side. Azure's default for a side that names nothing is everything. */
    entriesOf(side: Side): string[] {
        const texts = this.textsOf(`${side}AddressPrefix`, `${side}AddressPrefixes`);
        return texts.length > 0 || this.hasGroups(side) ? texts : ["*"];
    }

    /** What a side names. Members of application security groups are somewhere in the network. */
    reach(side: Side): AddressSet {
        const sets = this.entriesOf(side).map((text) => surely(text, this.surroundings));
        return AddressSet.union([...sets, this.hasGroups(side) ? this.surroundings.near : NOWHERE]);
    }

    /** Whether the reading gives the rule all that it may match. */
    private get isWide(): boolean {
        return this.allow === (this.reading === "open");
    }

    private end(side: Side): AddressSet {
        const read = this.isWide ? atMost : surely;
        const sets = this.entriesOf(side).map((text) => read(text, this.surroundings));
        return AddressSet.union([...sets, this.hasGroups(side) && this.isWide ? this.surroundings.routed : NOWHERE]);
    }

    private hasGroups(side: Side): boolean {
        return this.properties.at(`${side}ApplicationSecurityGroups`).items().length > 0;
    }

    private rangesOf(side: Side): PortRange[] {
        const texts = this.textsOf(`${side}PortRange`, `${side}PortRanges`);
        return texts.length === 0 ? [ALL_PORTS] : texts.flatMap((text) => portRangeOf(text) ?? []);
    }

    /** Both spellings of a list: Azure takes either. */
    private textsOf(single: string, several: string): string[] {
        const texts = [this.properties.at(single).text() ?? "", ...this.properties.at(several).texts()];
        return texts.filter((text) => text !== "");
    }
}

/** The rules that every group ends with. */
export function defaultRules(direction: "inbound" | "outbound", around: Surroundings, reading: Reading): GroupRule[] {
    const network = reading === "open" ? around.routed : around.near;
    const rule = (name: string, priority: number, allow: boolean, far: AddressSet): GroupRule => ({
        name,
        priority,
        allow,
        protocol: "*",
        sources: direction === "inbound" ? far : EVERYTHING,
        destinations: direction === "inbound" ? EVERYTHING : far,
        ports: [ALL_PORTS],
    });
    return direction === "inbound"
        ? [
              rule("AllowVnetInBound", 65000, true, network),
              rule("AllowAzureLoadBalancerInBound", 65001, true, PLATFORM_ADDRESS),
              rule("DenyAllInBound", 65500, false, EVERYTHING),
          ]
        : [
              rule("AllowVnetOutBound", 65000, true, network),
              rule("AllowInternetOutBound", 65001, true, outside(EVERYTHING, around)),
              rule("DenyAllOutBound", 65500, false, EVERYTHING),
          ];
}

/** Addresses that a prefix or a service tag stands for without any doubt. */
export function surely(text: string, around: Surroundings): AddressSet {
    const range = parseRange(text);
    if (range) {
        const set = AddressSet.of([range]);
        // Which prefixes the group's own subnet has is not asked here: any may be its.
        return set.covers(WHOLE_IPV4) ? set.or(EVERYTHING.minus(EVERYWHERE)) : set.or(OWN_SUBNET);
    }
    switch (text.toLowerCase()) {
        case "*":
        case "any":
            return EVERYTHING;
        case "virtualnetwork":
            return around.near;
        case "internet":
            return outside(EVERYWHERE, around);
        case "azureloadbalancer":
            return PLATFORM_ADDRESS;
        default:
            return AddressSet.named(text);
    }
}

/** Everything that a prefix or a service tag may stand for. */
function atMost(text: string, around: Surroundings): AddressSet {
    const folded = text.toLowerCase();
    const least = surely(text, around);
    const range = parseRange(text);
    if (range) {
        return AddressSet.union([least, SOME_NETWORK, isPrivate(range) ? NOWHERE : AZURE_CLOUD]);
    }
    if (folded === "virtualnetwork") {
        return around.routed;
    }
    if (folded === "internet") {
        return outside(EVERYTHING, around);
    }
    if (/^(\*|any|azureloadbalancer)$/.test(folded) || CONTROL_TAGS.has(folded)) {
        return least;
    }
    const cloud = /^azurecloud(\.|$)/.test(folded) ? AZURE_CLOUD : NOWHERE;
    return AddressSet.union([least, cloud, outside(EVERYWHERE, around)]);
}

function outside(all: AddressSet, { near }: Surroundings): AddressSet {
    return all.minus(AddressSet.union([near, UNNAMED.near, PLATFORM_ADDRESS]));
}
