import type { NsgRule } from "../../components/network/nsg-rules";
import { bounds, numberOf } from "./arbitraries";

/** One end of a flow: its address, and the service tags that Azure counts it to. */
export interface End {
    readonly address: string;
    readonly tags: readonly string[];
}

export interface Flow {
    readonly from: End;
    readonly to: End;
    readonly protocol: "Tcp" | "Udp";
    readonly port: number;
}

export const inNetwork = (address: string): End => ({ address, tags: ["VirtualNetwork"] });
export const internet: End = { address: "203.0.113.7", tags: ["Internet"] };
export const gatewayManager: End = { address: "20.31.0.9", tags: ["GatewayManager", "AzureCloud", "Internet"] };
export const azureCloud: End = { address: "20.50.0.9", tags: ["AzureCloud", "Internet"] };
export const loadBalancer: End = { address: "168.63.129.16", tags: ["AzureLoadBalancer"] };

type Match = Pick<NsgRule, "direction" | "access" | "priority" | "protocol" | "sources" | "destinations" | "ports">;

/** What every group ends with. From "Network security groups: default security rules". */
const defaults: readonly Match[] = [
    byDefault("Inbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    byDefault("Inbound", 65001, "Allow", "AzureLoadBalancer", "*"),
    byDefault("Inbound", 65500, "Deny", "*", "*"),
    byDefault("Outbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    byDefault("Outbound", 65001, "Allow", "*", "Internet"),
    byDefault("Outbound", 65500, "Deny", "*", "*"),
];

/** What Azure decides for a flow: the rule with the lowest priority that matches, the default rules included. */
export function decide(rules: readonly NsgRule[], direction: NsgRule["direction"], flow: Flow): "Allow" | "Deny" {
    const matching = [...rules, ...defaults]
        .filter((rule) => rule.direction === direction)
        .filter(({ protocol }) => protocol === "*" || protocol === flow.protocol)
        .filter(({ sources }) => sources.some((prefix) => matchesEnd(prefix, flow.from)))
        .filter(({ destinations }) => destinations.some((prefix) => matchesEnd(prefix, flow.to)))
        .filter(({ ports }) => ports.some((range) => matchesPort(range, flow.port)))
        .sort((a, b) => a.priority - b.priority);
    return matching[0].access;
}

function matchesEnd(prefix: string, { address, tags }: End): boolean {
    if (prefix === "*" || tags.includes(prefix)) {
        return true;
    }
    if (!/^\d/.test(prefix)) {
        return false;
    }
    const { first, last } = bounds(prefix);
    return first <= numberOf(address) && numberOf(address) <= last;
}

function matchesPort(range: string, port: number): boolean {
    const [from, to = from] = range.split("-").map(Number);
    return range === "*" || (from <= port && port <= to);
}

function byDefault(
    direction: Match["direction"],
    priority: number,
    access: Match["access"],
    source: string,
    destination: string,
): Match {
    return { direction, priority, access, protocol: "*", sources: [source], destinations: [destination], ports: ["*"] };
}
