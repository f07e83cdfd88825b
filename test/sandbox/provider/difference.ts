import { isProperties, joinPath, UNKNOWN } from "./values";
import type { PropertyChange } from "./server";
import type { Value } from "./values";

/** How a type's properties are compared. Paths leave out indexes: `subnets[].name`. */
export interface Comparison {
    /** A change at such a path, or below it, needs a new resource. */
    readonly replaceOn: readonly string[];
    /** Arrays whose order the service ignores. */
    readonly sets?: readonly string[];
}

/** Paths without indexes: `a[0].b` becomes `a[].b`, so that declarations can be matched. */
function general(path: string): string {
    return path.replace(/\[\d+\]/g, "[]");
}

function covers(declared: string, path: string): boolean {
    const generalPath = general(path);
    return generalPath === declared || generalPath.startsWith(`${declared}.`) || generalPath.startsWith(`${declared}[`);
}

/** A set member's identity: objects by name where they have one, everything else by content. */
function memberKey(item: Value): string {
    if (isProperties(item) && typeof item["name"] === "string") return item["name"];
    return JSON.stringify(item, (_key, value) => (value === UNKNOWN ? "unknown" : value)) ?? "";
}

function inSetOrder(items: Value[]): Value[] {
    return [...items].sort((a, b) => (memberKey(a) < memberKey(b) ? -1 : 1));
}

/**
 * Deep comparison of inputs. Order matters in arrays, except in the declared sets. An unknown differs from every known
 * value: what will be there can't be said before create.
 */
export function difference(olds: Value, news: Value, comparison: Comparison): Map<string, PropertyChange> {
    const changes = new Map<string, PropertyChange>();
    const record = (path: string, kind: PropertyChange["kind"]): void => {
        changes.set(path, { kind, replaces: comparison.replaceOn.some((declared) => covers(declared, path)) });
    };
    const compare = (before: Value, after: Value, path: string): void => {
        if (isAbsent(before) && isAbsent(after)) return;
        if (isAbsent(before)) return record(path, "add");
        if (isAbsent(after)) return record(path, "delete");
        if (Array.isArray(before) && Array.isArray(after)) return compareArrays(before, after, path);
        if (isProperties(before) && isProperties(after)) {
            for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
                compare(before[key], after[key], joinPath(path, key));
            }
            return;
        }
        if (before !== after || after === UNKNOWN) record(path, "update");
    };
    const compareArrays = (before: Value[], after: Value[], path: string): void => {
        const isSet = comparison.sets?.includes(general(path)) ?? false;
        const [first, second] = isSet ? [inSetOrder(before), inSetOrder(after)] : [before, after];
        for (let index = 0; index < Math.max(first.length, second.length); index++) {
            compare(first[index], second[index], joinPath(path, index));
        }
    };
    compare(olds, news, "");
    return changes;
}

function isAbsent(value: Value): boolean {
    return value === undefined || value === null;
}
