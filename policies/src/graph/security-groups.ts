import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { AddressSet } from "./address-set";
import type { GroupRule, Reading, SecurityRule, Surroundings } from "./group-rule";
import { defaultRules, WrittenRule } from "./group-rule";
import type { Subnet } from "./network-model";
import { NetworkModel } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { Topology } from "./topology";

const GROUP = "network:NetworkSecurityGroup";

export type Direction = "inbound" | "outbound";

/** A network security group with all its rules, whichever way the program wrote them. */
export interface SecurityGroup {
    /** The group; the rule itself where another stack holds the group. */
    resource: GraphResource;
    rules: readonly SecurityRule[];
}

/** The network security groups of a stack, as filters for packets. */
export class SecurityGroups {
    readonly all: readonly SecurityGroup[];
    private readonly byResource: ReadonlyMap<GraphResource, SecurityGroup>;
    private readonly surroundings = new Map<GraphResource, Surroundings>();
    private readonly built = new Map<string, GroupRule[]>();

    constructor(private readonly graph: ResourceGraph) {
        const groups = new Map(graph.ofType(GROUP).map((resource) => [resource, inlineRules(resource)]));
        const strangers: SecurityGroup[] = [];
        for (const owner of graph.ofType("network:SecurityRule")) {
            const possible = graph.parents(owner, "networkSecurityGroupName", GROUP);
            const rule = { owner, properties: owner.inputs, certain: possible.length <= 1 };
            possible.forEach((group) => groups.get(group)?.push(rule));
            if (possible.length === 0) {
                strangers.push({ resource: owner, rules: [rule] });
            }
        }
        this.all = [...[...groups].map(([resource, rules]) => ({ resource, rules })), ...strangers];
        this.byResource = new Map(this.all.map((group) => [group.resource, group]));
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

    /** A group's inbound rules as they may let packets into a network. Throws if their order is not known. */
    inbound(group: GraphResource, network: GraphResource): readonly GroupRule[] {
        return this.filter(group, network, "inbound", "open");
    }

    /** A group's rules as they work in a network. Throws if their order is not known. */
    filter(group: GraphResource, network: GraphResource, direction: Direction, reading: Reading): readonly GroupRule[] {
        const key = `${group.urn} ${network.urn} ${direction} ${reading}`;
        let rules = this.built.get(key);
        if (rules === undefined) {
            const own = this.byResource.get(group) as SecurityGroup;
            const around = this.around(network);
            rules = [...writtenRules(own, direction, around, reading), ...defaultRules(direction, around, reading)];
            this.built.set(key, rules);
        }
        return rules;
    }

    private around(network: GraphResource): Surroundings {
        let around = this.surroundings.get(network);
        if (around === undefined) {
            const near = this.near(network);
            const read = () => near.or(this.routed(network));
            let routed: AddressSet | undefined;
            around = {
                near,
                // What is only asked of rules that may let in too much.
                get routed() {
                    return (routed ??= read());
                },
            };
            this.surroundings.set(network, around);
        }
        return around;
    }

    /** A network and those peered with it: what the tag VirtualNetwork surely stands for. */
    private near(network: GraphResource): AddressSet {
        const topology = this.graph.model(Topology);
        const peers = topology.peeringsOf(network).flatMap(({ remote }) => resourcesOf(remote));
        return AddressSet.union([network, ...peers].map((each) => topology.spaceOf(each)));
    }

    /** The tag also stands for the prefixes of user-defined routes (Azure documentation, "Virtual network service tags"). */
    private routed(network: GraphResource): AddressSet {
        const model = this.graph.model(NetworkModel);
        const prefixes = model.subnetsIn(network).flatMap(({ owner, properties }) => {
            const table = this.graph.follow(owner, properties.at("routeTable.id"), "network:RouteTable");
            const tables = resourcesOf(table);
            tables.forEach((each) => each.inputs.at("routes").items());
            return tables.flatMap((each) =>
                model.routesOf(each).flatMap(({ properties: route }) => route.at("addressPrefix").text() ?? []),
            );
        });
        return AddressSet.parse(prefixes);
    }
}

function inlineRules(owner: GraphResource): SecurityRule[] {
    const list = owner.inputs.at("securityRules");
    return list.unknown ? [] : list.items().map((properties) => ({ owner, properties, certain: true }));
}

/** The rules of one direction that the program wrote. Throws if their priorities, or a direction, are not known. */
export function writtenRules(
    { resource, rules }: SecurityGroup,
    direction: Direction,
    around: Surroundings,
    reading: Reading,
): WrittenRule[] {
    resource.inputs.at("securityRules").items();
    return rules
        .filter(({ properties }) => properties.known().at("direction").folded() === direction)
        .map((rule) => new WrittenRule(rule, around, reading));
}
