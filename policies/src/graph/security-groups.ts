import type { Value } from "../frame/value";
import type { AddressBlock } from "./address-block";
import { blockOf, EVERYTHING, holds, isAnyone, overlaps } from "./address-block";
import type { PortRange } from "./port-range";
import { ALL_PORTS, holdsPorts, portRangeOf, sharesPorts } from "./port-range";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** A rule of a network security group, whether it is a resource of its own or an entry of its group's `securityRules`. */
export interface SecurityRule {
    owner: GraphResource;
    properties: Value;
    /** False if it only may belong to the group, because its `networkSecurityGroupName` is not known. */
    certain: boolean;
}

/** A network security group with all its rules, whichever way the program wrote them. */
export interface SecurityGroup {
    /** The group; the rule itself where another stack holds the group. */
    resource: GraphResource;
    rules: readonly SecurityRule[];
}

/** Traffic that a question is about. */
export interface Flow {
    direction: "inbound" | "outbound";
    /** Default: any protocol. */
    protocol?: "tcp" | "udp";
    /** A service tag. Default: whatever source. */
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

/** Places of a rule that hold an address prefix or a service tag, by the side that they are for. */
const SIDES = {
    source: ["sourceAddressPrefix", "sourceAddressPrefixes", "sourceApplicationSecurityGroups"],
    destination: ["destinationAddressPrefix", "destinationAddressPrefixes", "destinationApplicationSecurityGroups"],
} as const;

/** The address of Azure's load balancer probes, which the tag AzureLoadBalancer stands for. */
const LOAD_BALANCER = blockOf("168.63.129.16");

/** The groups of a stack. */
export function securityGroupsOf(graph: ResourceGraph): SecurityGroup[] {
    const groups = graph.ofType("network:NetworkSecurityGroup").map((resource) => ({
        resource,
        rules: inlineRules(resource),
    }));
    const strangers: SecurityGroup[] = [];
    for (const owner of graph.ofType("network:SecurityRule")) {
        const possible = groupsOfRule(graph, owner, groups);
        const rule = { owner, properties: owner.inputs, certain: possible.length === 1 };
        possible.forEach((group) => group.rules.push(rule));
        if (possible.length === 0) {
            strangers.push({ resource: owner, rules: [{ ...rule, certain: true }] });
        }
    }
    return [...groups, ...strangers];
}

function inlineRules(owner: GraphResource): SecurityRule[] {
    const list = owner.inputs.at("securityRules");
    return list.unknown ? [] : list.items().map((properties) => ({ owner, properties, certain: true }));
}

/** The groups that a stand-alone rule may belong to: every group, if nothing tells which. */
function groupsOfRule<Group extends SecurityGroup>(graph: ResourceGraph, rule: GraphResource, groups: Group[]) {
    const sources = new Set(graph.sourcesOf(rule, rule.inputs.at("networkSecurityGroupName")));
    const bySource = groups.filter(({ resource }) => sources.has(resource));
    if (bySource.length > 0) {
        return bySource;
    }
    const name = graph.nameOf(rule, "networkSecurityGroupName");
    return groups.filter(
        ({ resource }) => name === undefined || (graph.nameOf(resource, "networkSecurityGroupName") ?? name) === name,
    );
}

/** Rules of one direction in the order in which Azure asks them. Throws if that order, or a direction, is not known. */
export function inOrder(group: SecurityGroup, direction: Flow["direction"]): SecurityRule[] {
    if (group.resource.type === "network:NetworkSecurityGroup") {
        group.resource.inputs.at("securityRules").items();
    }
    return group.rules
        .filter(({ properties }) => properties.known().at("direction").folded() === direction)
        .map((rule) => ({ rule, priority: priorityOf(rule) }))
        .sort((one, other) => one.priority - other.priority)
        .map(({ rule }) => rule);
}

function priorityOf({ properties }: SecurityRule): number {
    const priority = properties.at("priority").known().raw;
    return typeof priority === "number" ? priority : Number.MAX_SAFE_INTEGER;
}

export function allows(rule: SecurityRule): boolean {
    return rule.properties.at("access").folded() === "allow";
}

/** Everything through which anyone on the Internet comes in with one of `ports`, by a protocol. */
export function openings(group: SecurityGroup, flow: Pick<Flow, "protocol" | "ports">): Opening[] {
    const rules = inOrder(group, "inbound");
    return rules.flatMap((rule, position) => {
        if (!allows(rule) || !mayCarry(rule, flow.protocol)) {
            return [];
        }
        const before = rules.slice(0, position).filter((other) => other.certain && !allows(other));
        return openSources(rule).flatMap((source) =>
            portsOf(rule)
                .filter((ports) => sharesPorts(ports, flow.ports))
                .map((ports) => narrower(ports, flow.ports))
                .filter((ports) => !isTakenBack(rule, source, ports, flow, before))
                .map((ports) => ({ rule, source, ports })),
        );
    });
}

function narrower(one: PortRange, other: PortRange): PortRange {
    return { first: Math.max(one.first, other.first), last: Math.min(one.last, other.last) };
}

/** Sources of a rule that stand for anyone. A tag such as AzureCloud does: everybody can rent a machine there. */
function openSources(rule: SecurityRule): string[] {
    return entriesOf(rule, "source").filter((text) => {
        const block = blockOf(text);
        return block ? isAnyone(block) : isEverything(text) || /^(internet|azurecloud(\..+)?)$/i.test(text);
    });
}

function isTakenBack(
    rule: SecurityRule,
    source: string,
    ports: PortRange,
    flow: Pick<Flow, "protocol">,
    denials: readonly SecurityRule[],
): boolean {
    const protocol = flow.protocol ?? protocolOf(rule);
    const fitting = denials.filter(
        (denial) =>
            carries(denial, protocol) &&
            everySourcePort(denial) &&
            portsOf(denial).some((range) => holdsPorts(range, ports)) &&
            coversDestination(denial, rule),
    );
    const denied = fitting.flatMap((denial) => entriesOf(denial, "source"));
    const own = blockOf(source);
    return (own ? [own] : EVERYTHING).every((block) => denied.some((text) => coversPublic(text, block, source)));
}

/** Whether a denied source covers what is public of a block. */
function coversPublic(text: string, block: AddressBlock, source: string): boolean {
    const denied = blockOf(text);
    if (denied) {
        return holds(denied, block);
    }
    return isEverything(text) || /^internet$/i.test(text) || text.toLowerCase() === source.toLowerCase();
}

function coversDestination(denial: SecurityRule, rule: SecurityRule): boolean {
    const denied = entriesOf(denial, "destination");
    return entriesOf(rule, "destination").every((text) =>
        denied.some(
            (entry) => isEverything(entry) || entry.toLowerCase() === text.toLowerCase() || within(text, entry),
        ),
    );
}

function within(inner: string, outer: string): boolean {
    const [innerBlock, outerBlock] = [blockOf(inner), blockOf(outer)];
    return innerBlock !== undefined && outerBlock !== undefined && holds(outerBlock, innerBlock);
}

/** Whether a group lets all of a flow through: the first rule that speaks of it allows it, as Azure's own last rules may. */
export function admits(group: SecurityGroup, flow: Flow): boolean {
    return decide(group, flow, "allow");
}

/** Whether a group stops all of a flow. */
export function refuses(group: SecurityGroup, flow: Flow): boolean {
    return decide(group, flow, "deny");
}

/** The wanted answer must cover the flow before any rule with the other answer touches it. */
function decide(group: SecurityGroup, flow: Flow, wanted: "allow" | "deny"): boolean {
    for (const rule of inOrder(group, flow.direction)) {
        const answer = allows(rule) ? "allow" : "deny";
        if (answer === wanted && rule.certain && covers(rule, flow)) {
            return true;
        }
        if (answer !== wanted && touches(rule, flow)) {
            return false;
        }
    }
    return defaultAnswer(flow) === wanted;
}

/** What the rules say that Azure adds to every group. */
function defaultAnswer({ direction, source, destination }: Flow): "allow" | "deny" {
    const inside = (tag?: string) => tag === undefined || /^virtualnetwork$/i.test(tag);
    if (direction === "inbound") {
        return /^(azureloadbalancer|virtualnetwork)$/i.test(source ?? "") ? "allow" : "deny";
    }
    return inside(destination) || /^(internet|azurecloud)$/i.test(destination ?? "") ? "allow" : "deny";
}

function covers(rule: SecurityRule, flow: Flow): boolean {
    return (
        carries(rule, flow.protocol) &&
        everySourcePort(rule) &&
        portsOf(rule).some((range) => holdsPorts(range, flow.ports)) &&
        entriesOf(rule, "source").some((text) => coversTag(text, flow.source)) &&
        entriesOf(rule, "destination").some((text) => coversTag(text, flow.destination))
    );
}

function touches(rule: SecurityRule, flow: Flow): boolean {
    return (
        mayCarry(rule, flow.protocol) &&
        portsOf(rule).some((range) => sharesPorts(range, flow.ports)) &&
        entriesOf(rule, "source").some((text) => touchesTag(text, flow.source)) &&
        entriesOf(rule, "destination").some((text) => touchesTag(text, flow.destination))
    );
}

/** A side without a tag is the group's own subnet, which any prefix may be. */
function coversTag(text: string, tag: string | undefined): boolean {
    const block = blockOf(text);
    if (isEverything(text) || (block !== undefined && EVERYTHING.some((all) => holds(block, all)))) {
        return true;
    }
    if (tag === undefined) {
        return block !== undefined || /^virtualnetwork$/i.test(text);
    }
    return text.toLowerCase() === tag.toLowerCase() || isProbe(block, tag);
}

function touchesTag(text: string, tag: string | undefined): boolean {
    if (coversTag(text, tag)) {
        return true;
    }
    const block = blockOf(text);
    // Which prefixes a network has is not asked here: any private one may be of it, and any other of the Internet.
    return block !== undefined && /^(virtualnetwork|internet|azurecloud)$/i.test(tag ?? "virtualnetwork");
}

function isProbe(block: AddressBlock | undefined, tag: string): boolean {
    return (
        /^azureloadbalancer$/i.test(tag) &&
        block !== undefined &&
        LOAD_BALANCER !== undefined &&
        overlaps(block, LOAD_BALANCER)
    );
}

function isEverything(text: string): boolean {
    return text === "*" || /^any$/i.test(text);
}

/** Prefixes and tags of one side of a rule. Azure's default for a side that names nothing is everything. */
export function entriesOf({ properties }: SecurityRule, side: keyof typeof SIDES): string[] {
    const [one, many, groups] = SIDES[side].map((name) => properties.at(name)) as [Value, Value, Value];
    const entries = [one.text() ?? "", ...many.texts()].filter((text) => text !== "");
    if (entries.length > 0) {
        return entries;
    }
    // Members of an application security group are network interfaces of this subscription: nobody on the Internet.
    return groups.items().length > 0 ? ["VirtualNetwork"] : ["*"];
}

/** Destination ports of a rule. */
export function portsOf({ properties }: SecurityRule): PortRange[] {
    return rangesOf(properties.at("destinationPortRange"), properties.at("destinationPortRanges"));
}

function everySourcePort({ properties }: SecurityRule): boolean {
    const ranges = rangesOf(properties.at("sourcePortRange"), properties.at("sourcePortRanges"));
    return ranges.some((range) => holdsPorts(range, ALL_PORTS));
}

function rangesOf(one: Value, many: Value): PortRange[] {
    const texts = [one.text() ?? "", ...many.texts()].filter((text) => text !== "");
    return texts.length === 0 ? [ALL_PORTS] : texts.flatMap((text) => portRangeOf(text) ?? []);
}

function protocolOf({ properties }: SecurityRule): Flow["protocol"] {
    const protocol = properties.at("protocol").folded();
    return protocol === "tcp" || protocol === "udp" ? protocol : undefined;
}

/** Whether a rule is for all of a protocol; all protocols, if none is given. */
function carries(rule: SecurityRule, protocol: Flow["protocol"]): boolean {
    const own = rule.properties.at("protocol").folded();
    return own === "*" || own === "any" || own === undefined || own === protocol;
}

function mayCarry(rule: SecurityRule, protocol: Flow["protocol"]): boolean {
    return protocol === undefined || carries(rule, protocol);
}
