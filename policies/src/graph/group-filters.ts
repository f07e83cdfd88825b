import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { AddressSet, EVERYWHERE, NOWHERE, parseRange } from "./address-set";
import { PLATFORM_ADDRESS } from "./internet";
import type { Subnet } from "./network-model";
import { NetworkModel } from "./network-model";
import type { FilterRule, Protocol } from "./packet-filter";
import { ALL_PORTS, portRangeOf } from "./port-range";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { Topology } from "./topology";

const GROUP = "network:NetworkSecurityGroup";

/** Tags of services that nobody but Azure itself sends from. In lower case. */
const CONTROL_TAGS: ReadonlySet<string> = new Set(["gatewaymanager", "azureloadbalancer", "azureactivedirectory"]);

/** A rule as it is written, or one of those that every group ends with. */
export interface GroupRule extends FilterRule {
    /** None: it is Azure's own. */
    value?: Value;
}

/** Security groups, as filters for inbound packets. */
export class SecurityGroups {
    private readonly topology: Topology;
    private readonly ownRules = new Map<GraphResource, GraphResource[]>();
    private readonly tags = new Map<GraphResource, Tags>();
    private readonly built = new Map<string, GroupRule[]>();

    constructor(private readonly graph: ResourceGraph) {
        this.topology = graph.model(Topology);
        for (const rule of graph.ofType("network:SecurityRule")) {
            for (const group of graph.parents(rule, "networkSecurityGroupName", GROUP)) {
                this.ownRules.set(group, [...(this.ownRules.get(group) ?? []), rule]);
            }
        }
    }

    /** The group that an `networkSecurityGroup.id` names; undefined if none. Throws if that is not known. */
    groupAt(owner: GraphResource, id: Value): GraphResource | undefined {
        const reference = this.graph.follow(owner, id, GROUP);
        if (reference.kind === "none") {
            return undefined;
        }
        if (reference.kind !== "resources" || reference.resources.length !== 1) {
            throw new UndecidedError(id.path);
        }
        return reference.resources[0];
    }

    groupOf({ owner, properties }: Subnet): GraphResource | undefined {
        return this.groupAt(owner, properties.at("networkSecurityGroup.id"));
    }

    /** A group's inbound rules as they work in a network. Throws what is not known of them. */
    inbound(group: GraphResource, network: GraphResource): readonly GroupRule[] {
        const key = `${group.urn} ${network.urn}`;
        let rules = this.built.get(key);
        if (rules === undefined) {
            rules = this.build(group, network);
            this.built.set(key, rules);
        }
        return rules;
    }

    /** A network and those peered with it: what the tag VirtualNetwork surely stands for. */
    private near(network: GraphResource): AddressSet {
        const peers = this.topology
            .peeringsOf(network)
            .flatMap(({ remote }) => (remote.kind === "resources" ? remote.resources : []));
        return AddressSet.union([network, ...peers].map((each) => this.topology.spaceOf(each)));
    }

    /** The tag also stands for the prefixes of user-defined routes (Azure documentation, "Virtual network service tags"). */
    private routed(network: GraphResource): AddressSet {
        const model = this.graph.model(NetworkModel);
        const prefixes = model.subnetsIn(network).flatMap(({ owner, properties }) => {
            const table = this.graph.follow(owner, properties.at("routeTable.id"), "network:RouteTable");
            const tables = table.kind === "resources" ? table.resources : [];
            return tables.flatMap((each) =>
                model.routesOf(each).flatMap(({ properties: route }) => route.at("addressPrefix").text() ?? []),
            );
        });
        return AddressSet.parse(prefixes);
    }

    private tagsOf(network: GraphResource): Tags {
        let tags = this.tags.get(network);
        if (tags === undefined) {
            const near = this.near(network);
            tags = { near, routed: near.or(this.routed(network)) };
            this.tags.set(network, tags);
        }
        return tags;
    }

    private build(group: GraphResource, network: GraphResource): GroupRule[] {
        const tags = this.tagsOf(network);
        const inline = group.inputs.at("securityRules").items();
        const own = (this.ownRules.get(group) ?? []).map(({ inputs }) => inputs);
        const written = [...inline, ...own]
            .filter((value) => value.at("direction").folded() === "inbound")
            .map((value) => ruleOf(value, tags));
        const byDefault = (name: string, priority: number, sources: AddressSet, allow: boolean): GroupRule => ({
            name,
            priority,
            allow,
            protocol: "*",
            sources,
            destinations: EVERYWHERE,
            ports: [ALL_PORTS],
        });
        return [
            ...written,
            byDefault("AllowVnetInBound", 65000, tags.routed, true),
            byDefault("AllowAzureLoadBalancerInBound", 65001, PLATFORM_ADDRESS, true),
            byDefault("DenyAllInBound", 65500, EVERYWHERE, false),
        ];
    }
}

interface Tags {
    near: AddressSet;
    routed: AddressSet;
}

function ruleOf(value: Value, tags: Tags): GroupRule {
    const allow = value.at("access").folded() === "allow";
    const protocol = value.at("protocol").folded() ?? "*";
    const end = (name: string) => {
        const texts = textsOf(value, `${name}AddressPrefix`, `${name}AddressPrefixes`);
        const groups = value.at(`${name}ApplicationSecurityGroups`).items();
        const sets = texts.map((text) => addressesOf(text, allow, tags));
        // Members of application security groups are somewhere in the network.
        return AddressSet.union([...sets, ...(groups.length > 0 && allow ? [tags.near] : [])]);
    };
    const priority = value.at("priority").known().raw;
    return {
        name: value.at("name").text() ?? value.path,
        priority: typeof priority === "number" ? priority : 0,
        allow,
        protocol: protocol === "tcp" || protocol === "udp" || protocol === "icmp" ? (protocol as Protocol) : "*",
        sources: end("source"),
        destinations: end("destination"),
        ports: textsOf(value, "destinationPortRange", "destinationPortRanges").flatMap(
            (text) => portRangeOf(text) ?? [],
        ),
        value,
    };
}

/** Both spellings of a list: Azure takes either. */
function textsOf(value: Value, single: string, several: string): string[] {
    const one = value.at(single);
    return [...(one.present ? [one.text() ?? ""] : []), ...value.at(several).texts()];
}

/**
 * Addresses that a prefix or a service tag stands for. A tag whose addresses nobody can list stands for as much as it may
 * in a rule that allows, and for nothing in one that denies.
 */
function addressesOf(text: string, allow: boolean, { near, routed }: Tags): AddressSet {
    const folded = text.toLowerCase();
    const range = parseRange(text);
    if (range) {
        return AddressSet.of([range]);
    }
    switch (folded) {
        case "*":
        case "any":
            return EVERYWHERE;
        case "virtualnetwork":
            return allow ? routed : near;
        case "internet":
            return EVERYWHERE.minus(near);
        case "azureloadbalancer":
            return PLATFORM_ADDRESS;
        default:
            return allow && !CONTROL_TAGS.has(folded) ? EVERYWHERE.minus(near) : NOWHERE;
    }
}
