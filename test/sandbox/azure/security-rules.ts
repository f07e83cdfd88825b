import { itemsAt, stringAt, stringsAt } from "../provider/values";
import type { Properties } from "../provider/values";
import type { CloudView, Resource } from "./resource-type";

/** What a network security group lets through, as far as Azure checks it before it accepts the group for a service. */

export interface Flow {
    /** How a refusal speaks of it. */
    readonly what: string;
    readonly direction: "Inbound" | "Outbound";
    /** Service tags that stand for the whole flow; `*` always does. */
    readonly from: readonly string[];
    readonly to: readonly string[];
    /** Port, or first and last port. */
    readonly ports: readonly [first: number, last: number];
    /** Also chosen addresses are enough for the source. */
    readonly chosenSources?: true;
}

const ANYTHING = ["*", "any", "0.0.0.0/0"];

/** Inline rules and those that are resources of their own. */
export function rulesOf(group: Resource, cloud: CloudView): Properties[] {
    const standalone = cloud.children(group.id, "network:SecurityRule").filter(({ partOf }) => partOf === undefined);
    return [...itemsAt(group.inputs, "securityRules"), ...standalone.map(({ inputs }) => inputs)];
}

/** The flows that no rule allows, or that a rule of higher precedence denies. Default rules don't count. */
export function missingFlows(rules: readonly Properties[], flows: readonly Flow[]): Flow[] {
    return flows.filter((flow) => !isAdmitted(rules, flow));
}

function isAdmitted(rules: readonly Properties[], flow: Flow): boolean {
    const ordered = rules
        .filter(({ direction }) => direction === flow.direction)
        .sort((one, other) => Number(one["priority"]) - Number(other["priority"]));
    const decisive = ordered.find((rule) => (rule["access"] === "Deny" ? denies(rule, flow) : allows(rule, flow)));
    return decisive?.["access"] === "Allow";
}

function allows(rule: Properties, flow: Flow): boolean {
    const sources = prefixes(rule, "source");
    const fromChosen = flow.chosenSources === true && sources.some((source) => /^\d|:/.test(source));
    return (fromChosen || covers(sources, flow.from)) && coversTarget(rule, flow);
}

function denies(rule: Properties, flow: Flow): boolean {
    return covers(prefixes(rule, "source"), flow.from) && coversTarget(rule, flow);
}

function coversTarget(rule: Properties, flow: Flow): boolean {
    const isTcp = ["*", "tcp"].includes(String(rule["protocol"]).toLowerCase());
    return isTcp && covers(prefixes(rule, "destination"), flow.to) && coversPorts(rule, flow.ports);
}

function covers(found: readonly string[], tags: readonly string[]): boolean {
    const wanted = [...ANYTHING, ...tags.map((tag) => tag.toLowerCase())];
    return found.some((prefix) => wanted.includes(prefix.toLowerCase()));
}

function prefixes(rule: Properties, side: "source" | "destination"): string[] {
    const single = stringAt(rule, `${side}AddressPrefix`);
    return [...(single === undefined ? [] : [single]), ...stringsAt(rule, `${side}AddressPrefixes[]`)];
}

function coversPorts(rule: Properties, [first, last]: readonly [number, number]): boolean {
    const single = stringAt(rule, "destinationPortRange");
    const ranges = [...(single === undefined ? [] : [single]), ...stringsAt(rule, "destinationPortRanges[]")];
    return ranges.some((range) => {
        if (range === "*") return true;
        const [low = NaN, high = low] = range.split("-").map(Number);
        return low <= first && last <= high;
    });
}
