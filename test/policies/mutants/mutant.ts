import { Value } from "../../../policies/src/frame/value";
import type { GraphResource } from "../../../policies/src/graph/resource-graph";

/** One fault in a stack that has none. */
export interface Mutant {
    /** What is wrong, as a test's title. */
    what: string;
    /** The rule that must speak. */
    rule: string;
    /** Rules that the same fault breaks too. Each of them must speak, and no other. */
    also: readonly string[];
    /** The stack with the fault, and the faulty resource where there still is one. */
    apply(resources: readonly GraphResource[]): Faulty;
}

export interface Faulty {
    resources: readonly GraphResource[];
    changed?: GraphResource;
}

/** A property that is taken out. */
export const MISSING = undefined;

/**
 * Path of a property, its bad value, the rule that must speak, and those that the same fault breaks too. An element of a
 * list is named by its `name` or its position, and `+` is a new one at its end; keys with dots in them need a list.
 */
export type Row = readonly [path: string | readonly string[], bad: unknown, rule: string, ...also: string[]];

/** Faults of one resource, a property each. */
export function faultsOf(type: string, name: string, rows: readonly Row[]): Mutant[] {
    return rows.map(([path, bad, rule, ...also]) => {
        const keys = typeof path === "string" ? path.split(".") : path;
        return {
            what: `${keys.join(".")} of ${name} ${bad === MISSING ? "is missing" : `is ${JSON.stringify(bad)}`}`,
            rule,
            also,
            apply: (resources) => {
                const original = only(resources, type, name);
                const changed = withProperty(original, keys, bad);
                return { resources: resources.map((each) => (each === original ? changed : each)), changed };
            },
        };
    });
}

/** A resource that is not there. */
export function gone(type: string, name: string, rule: string, ...also: string[]): Mutant {
    return {
        what: `${type} ${name} is missing`,
        rule,
        also,
        apply: (resources) => {
            const original = only(resources, type, name);
            return { resources: resources.filter((each) => each !== original) };
        },
    };
}

/** A resource that should not be there. */
export function added(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
    rule: string,
    ...also: string[]
): Mutant {
    return {
        what: `${type} ${name} is there`,
        rule,
        also,
        apply: (resources) => {
            const value = new Value(inputs, "");
            const urn = `urn:pulumi:test::secure-aks-ml::${type}::${name}`;
            const changed = {
                urn,
                type,
                name,
                inputs: value,
                outputs: value,
                dependencies: [],
                propertyDependencies: {},
            };
            return { resources: [...resources, changed], changed };
        },
    };
}

function only(resources: readonly GraphResource[], type: string, name: string): GraphResource {
    const found = resources.filter((resource) => resource.type === type && resource.name === name);
    if (found.length !== 1 || !found[0]) {
        throw new Error(`Expected one ${type} called ${name}, found ${found.length}`);
    }
    return found[0];
}

function withProperty(resource: GraphResource, keys: readonly string[], bad: unknown): GraphResource {
    const inputs = structuredClone(resource.inputs.raw) as Record<string, unknown>;
    set(inputs, keys, bad);
    const top = keys[0] ?? "";
    const outputs = { ...(resource.outputs.raw as object), [top]: inputs[top] };
    return { ...resource, inputs: new Value(inputs, ""), outputs: new Value(outputs, "") };
}

/** @throws Error where a fault would change nothing: the table no longer fits the program. */
function set(holder: Record<string, unknown> | unknown[], [key = "", ...rest]: readonly string[], bad: unknown): void {
    const place = Array.isArray(holder) ? positionOf(holder, key) : key;
    const fields = holder as Record<string | number, unknown>;
    if (rest.length > 0) {
        fields[place] ??= rest[0] === "+" ? [] : {};
        set(fields[place] as Record<string, unknown> | unknown[], rest, bad);
        return;
    }
    if (JSON.stringify(fields[place]) === JSON.stringify(bad)) {
        throw new Error(`${key} is ${JSON.stringify(bad)} anyway`);
    }
    if (bad !== MISSING) {
        fields[place] = bad;
    } else if (Array.isArray(holder)) {
        holder.splice(Number(place), 1);
    } else {
        delete fields[place];
    }
}

function positionOf(list: readonly unknown[], key: string): number {
    if (key === "+") {
        return list.length;
    }
    const named = list.findIndex((item) => (item as { name?: unknown } | undefined)?.name === key);
    const position = named >= 0 ? named : Number(key);
    if (!(position < list.length)) {
        throw new Error(`the list has no ${key}`);
    }
    return position;
}
