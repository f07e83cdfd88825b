import { AddressSet, parseRange } from "./address-set";
import type { GroupRule, Reading, SecurityRule, WrittenRule } from "./group-rule";
import { defaultRules, OWN_SUBNET, surely, UNNAMED } from "./group-rule";
import { INTERNET, isAnyone } from "./internet";
import type { Protocol, Traffic } from "./packet-filter";
import { judge } from "./packet-filter";
import type { PortRange } from "./port-range";
import type { Direction, SecurityGroup } from "./security-groups";
import { writtenRules } from "./security-groups";

/** Traffic that a question is about, wherever the group's subnet is. */
export interface Flow {
    direction: Direction;
    /** Default: any protocol. */
    protocol?: "tcp" | "udp";
    /** A service tag. Default: the group's own subnet. */
    source?: string;
    /** A service tag. Default: the group's own subnet. */
    destination?: string;
    ports: PortRange;
}

/** A rule that lets traffic of anyone in, and no rule before it takes that back. */
export interface Opening {
    rule: SecurityRule;
    /** What its source is, as the program wrote it. */
    source: string;
    ports: PortRange;
}

const ANY_PROTOCOL: readonly Protocol[] = ["tcp", "udp", "icmp"];
const EVERY_PROTOCOL: readonly Protocol[] = [...ANY_PROTOCOL, "esp", "ah"];

/** Whether a group surely lets all of a flow through, be it by Azure's own last rules. */
export function admits(group: SecurityGroup, flow: Flow): boolean {
    const rules = rulesFor(group, flow, "closed");
    return trafficOf(flow).every((traffic) => judge(rules, traffic).refused.length === 0);
}

/** Whether a group surely stops all of a flow. */
export function refuses(group: SecurityGroup, flow: Flow): boolean {
    const rules = rulesFor(group, flow, "open");
    return trafficOf(flow).every((traffic) => judge(rules, traffic).passed.length === 0);
}

function rulesFor(group: SecurityGroup, { direction }: Flow, reading: Reading): GroupRule[] {
    return [...writtenRules(group, direction, UNNAMED, reading), ...defaultRules(direction, UNNAMED, reading)];
}

function trafficOf({ protocol, source, destination, ports }: Flow): Traffic[] {
    const sources = membersOf(source);
    const destinations = membersOf(destination);
    return (protocol ? [protocol] : ANY_PROTOCOL).map((each) => ({ protocol: each, sources, destinations, ports }));
}

function membersOf(tag: string | undefined): AddressSet {
    if (tag === undefined) {
        return OWN_SUBNET;
    }
    return tag === "Internet" ? INTERNET : surely(tag, UNNAMED);
}

/** Everything through which anyone on the Internet comes in with one of `ports`, by a protocol. */
export function openings(group: SecurityGroup, flow: Pick<Flow, "protocol" | "ports">): Opening[] {
    const rules = writtenRules(group, "inbound", UNNAMED, "open");
    const denials = rules.filter(({ allow }) => !allow);
    return rules
        .filter(({ allow }) => allow)
        .flatMap((rule) =>
            rule.entriesOf("source").flatMap((source) =>
                rule.ports
                    .map((ports) => narrower(ports, flow.ports))
                    .filter((ports) => isOpen([...denials, rule], rule, source, { ...flow, ports }))
                    .map((ports) => ({ rule: rule.written, source, ports })),
            ),
        );
}

function narrower(one: PortRange, other: PortRange): PortRange {
    return { first: Math.max(one.first, other.first), last: Math.min(one.last, other.last) };
}

/** Whether anyone whom a source stands for passes denials and the rule behind them. */
function isOpen(
    filter: readonly WrittenRule[],
    rule: WrittenRule,
    source: string,
    { protocol, ports }: Pick<Flow, "protocol" | "ports">,
): boolean {
    const protocols = protocol ? [protocol] : EVERY_PROTOCOL;
    const descriptions = anyoneBehind(source);
    const destinations = rule.reach("destination");
    return (
        descriptions.length > 0 &&
        descriptions.every((sources) =>
            protocols.some((each) => judge(filter, { protocol: each, sources, destinations, ports }).passed.length > 0),
        )
    );
}

/**
 * Anyone on the Internet whom a source stands for, each set a description of them all: they are stopped if one of these
 * is denied. A tag such as AzureCloud stands for anyone: everybody can rent a machine there.
 */
function anyoneBehind(source: string): AddressSet[] {
    const range = parseRange(source);
    if (range) {
        return isAnyone(range) ? [AddressSet.of([range]).and(INTERNET)] : [];
    }
    const [tag] = source.toLowerCase().split(".");
    if (tag === "*" || tag === "any" || tag === "internet") {
        return [INTERNET];
    }
    // A region's follows a dot: AzureCloud.westeurope.
    return tag === "azurecloud" ? [INTERNET, AddressSet.named(source)] : [];
}
