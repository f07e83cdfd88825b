import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "./resource-graph";

export const NAMESPACE = "kubernetes:core/v1:Namespace";
const NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** Which way traffic goes that a network policy speaks of. */
export type Direction = "Ingress" | "Egress";

/** Namespaces of a stack, and what of the stack is in each. */
export class Namespaces {
    constructor(private readonly graph: ResourceGraph) {}

    /**
     * What tells one namespace from another: its name. Throws if that is not known, unless it comes from a Namespace of
     * the stack.
     */
    keyOf(resource: GraphResource): string {
        const namespace = resource.inputs.at("metadata.namespace");
        if (!namespace.unknown) {
            return namespace.text() ?? "default";
        }
        const sources = this.graph.sourcesOf(resource, namespace).filter(({ type }) => type === NAMESPACE);
        const source = sources[0];
        if (sources.length === 1 && source) {
            return this.ownKey(source);
        }
        return namespace.known().path;
    }

    /** The key of a Namespace itself. One whose name Kubernetes will make is known by its URN. */
    ownKey(namespace: GraphResource): string {
        const name = namespace.inputs.at("metadata.name");
        return name.unknown ? namespace.urn : (name.text() ?? namespace.urn);
    }

    /** Resources of these types by namespace. */
    group(types: readonly string[]): Map<string, GraphResource[]> {
        const groups = new Map<string, GraphResource[]>();
        for (const resource of types.flatMap((type) => this.graph.ofType(type))) {
            const key = this.keyOf(resource);
            groups.set(key, [...(groups.get(key) ?? []), resource]);
        }
        return groups;
    }

    /** The Namespace with this key, if it is the stack's. */
    find(key: string): GraphResource | undefined {
        return this.graph.ofType(NAMESPACE).find((namespace) => this.ownKey(namespace) === key);
    }

    policies(): Map<string, GraphResource[]> {
        return this.group([NETWORK_POLICY]);
    }
}

/** Whether these policies, of one namespace, stop whatever none of them allows, for all of its pods. */
export function isDenied(policies: readonly GraphResource[], direction: Direction): boolean {
    const general = policies.map(({ inputs }) => inputs.at("spec")).filter((spec) => isAbout(spec, direction));
    return general.length > 0 && !general.some((spec) => rulesOf(spec, direction).some(allowsAll));
}

/** Whether pods of the namespace may ask a DNS server. */
export function allowsDns(policies: readonly GraphResource[]): boolean {
    return policies
        .map(({ inputs }) => inputs.at("spec"))
        .filter((spec) => isAbout(spec, "Egress"))
        .some((spec) => rulesOf(spec, "Egress").some(allowsDnsPort));
}

/** Whether a policy selects every pod of its namespace, for this direction. */
function isAbout(spec: Value, direction: Direction): boolean {
    const types = spec.at("policyTypes").texts();
    // Without types, a policy is about ingress, and about egress if it has rules for that.
    const hasEgress = !spec.at("egress").known().absent;
    const applies = types.length > 0 ? types.includes(direction) : direction === "Ingress" || hasEgress;
    return applies && selectsAll(spec.at("podSelector").known());
}

function selectsAll(selector: Value): boolean {
    const labels = (selector.at("matchLabels").known().raw ?? {}) as object;
    return Object.keys(labels).length === 0 && selector.at("matchExpressions").items().length === 0;
}

function rulesOf(spec: Value, direction: Direction): Value[] {
    return spec.at(direction === "Ingress" ? "ingress" : "egress").items();
}

function allowsAll(rule: Value): boolean {
    return ["from", "to", "ports"].every((part) => rule.known().at(part).items().length === 0);
}

function allowsDnsPort(rule: Value): boolean {
    const ports = rule.known().at("ports").items();
    return (
        ports.length === 0 ||
        ports.some((port) => {
            const number = port.at("port").known();
            const isDns = number.absent || [53, "53", "dns"].includes(number.raw as number | string);
            return isDns && (port.at("protocol").text() ?? "TCP") === "UDP";
        })
    );
}
