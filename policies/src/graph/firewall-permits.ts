import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { AddressSet, EVERYWHERE, parseRange } from "./address-set";
import type { Collection } from "./firewall-rules";
import { collectionsOf, describeRule, RULE_GROUPS } from "./firewall-rules";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

const POLICY = "network:FirewallPolicy";
const ADDRESS_GROUP = "network:IpGroup";

/** One rule by which a firewall lets something through. */
export interface Permit {
    /** The rule collection group that holds it. */
    owner: GraphResource;
    collection: Collection;
    rule: Value;
    /** "ruleCollections[0].rules[1] ("https") of rcg" */
    label: string;
}

/** One of the addresses, prefixes, ranges or tags that a rule names at one of its ends. */
export interface RuleEnd {
    /** "10.1.0.0/22", "*", or the id of an IP group that another stack holds */
    text: string;
    /** "10.1.0.0/22 of ipg-nodes" */
    label: string;
    /** None: a service tag, or an IP group that another stack holds. */
    addresses?: AddressSet;
    /** False if nobody knows yet which of several IP groups the rule names, or which policy's rule it is. */
    certain: boolean;
}

const ENDS = {
    source: { addresses: "sourceAddresses", groups: "sourceIpGroups" },
    destination: { addresses: "destinationAddresses", groups: "destinationIpGroups" },
} as const;

/** What the firewalls of a stack let through, rule by rule, with IP groups in place of their ids. */
export class FirewallPermits {
    readonly groups: readonly GraphResource[];
    private readonly groupsByPolicy = new Map<GraphResource, GraphResource[]>();
    /** Groups of which nobody knows yet whose they are. */
    private readonly loose = new Set<GraphResource>();
    private readonly permits = new Map<GraphResource, readonly Permit[]>();
    /** What ids of IP groups stand for: in a large platform, many rules name the same hundreds. */
    private readonly behindIds = new Map<string, readonly RuleEnd[]>();

    constructor(private readonly graph: ResourceGraph) {
        this.groups = RULE_GROUPS.flatMap((type) => graph.ofType(type));
        for (const group of this.groups) {
            const policies = graph.parents(group, "firewallPolicyName", POLICY);
            for (const policy of policies) {
                this.groupsByPolicy.set(policy, [...(this.groupsByPolicy.get(policy) ?? []), group]);
            }
            if (policies.length > 1) {
                this.loose.add(group);
            }
        }
    }

    /** The rule collection groups that may belong to a policy. */
    groupsOf(policy: GraphResource): readonly GraphResource[] {
        return this.groupsByPolicy.get(policy) ?? [];
    }

    /** The rules of a group that let something out or across. Throws if they are not known. */
    permitsOf(owner: GraphResource): readonly Permit[] {
        let permits = this.permits.get(owner);
        if (permits === undefined) {
            permits = collectionsOf(owner.inputs)
                .filter(({ action }) => action === "allow")
                .flatMap((collection) =>
                    collection.rules.map((rule) => ({
                        owner,
                        collection,
                        rule,
                        label: `${describeRule(rule)} of ${owner.name}`,
                    })),
                );
            this.permits.set(owner, permits);
        }
        return permits;
    }

    /** Everything that a rule names at one end. Throws if that is not known. */
    endsOf({ owner, rule }: Pick<Permit, "owner" | "rule">, side: keyof typeof ENDS): RuleEnd[] {
        const { addresses, groups } = ENDS[side];
        const named = rule
            .at(addresses)
            .texts()
            .map((text) => endOf(text, text, !this.loose.has(owner)));
        const grouped = rule
            .at(groups)
            .items()
            .flatMap((id) => this.endsBehind(owner, id));
        return [...named, ...grouped];
    }

    private endsBehind(owner: GraphResource, id: Value): readonly RuleEnd[] {
        if (id.unknown || this.loose.has(owner)) {
            return this.readEnds(owner, id);
        }
        const text = id.folded() ?? "";
        let ends = this.behindIds.get(text);
        if (ends === undefined) {
            ends = this.readEnds(owner, id);
            this.behindIds.set(text, ends);
        }
        return ends;
    }

    private readEnds(owner: GraphResource, id: Value): RuleEnd[] {
        const reference = this.graph.follow(owner, id, ADDRESS_GROUP);
        if (reference.kind === "unknown") {
            throw new UndecidedError(id.path);
        }
        if (reference.kind === "outside") {
            // A group whose name is not known yet may have any id.
            const nameless = this.graph
                .ofType(ADDRESS_GROUP)
                .filter((group) => this.graph.nameOf(group, "ipGroupsName") === undefined);
            const stranger = { text: reference.id, label: reference.id, certain: true };
            return [stranger, ...nameless.flatMap((group) => endsIn(group, false))];
        }
        const groups = resourcesOf(reference);
        const certain = groups.length === 1 && !this.loose.has(owner);
        return groups.flatMap((group) => endsIn(group, certain));
    }
}

function endsIn(group: GraphResource, certain: boolean): RuleEnd[] {
    const texts = group.inputs.at("ipAddresses").texts();
    return texts.map((text) => endOf(text, `${text} of ${group.name}`, certain));
}

function endOf(text: string, label: string, certain: boolean): RuleEnd {
    const range = parseRange(text);
    const addresses = text === "*" ? EVERYWHERE : range && AddressSet.of([range]);
    return { text, label, certain, ...(addresses && { addresses }) };
}
