import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Stands for a value that is known only after create. */
export const UNKNOWN: unique symbol = Symbol("unknown");

// The only symbol is UNKNOWN; `typeof UNKNOWN` would be widened to `symbol` wherever a type is inferred.
export type Value = undefined | null | boolean | number | string | symbol | Value[] | Properties;
export interface Properties {
    [name: string]: Value;
}

/** Properties as the engine sent them, and which of them are secret (paths in Pulumi's notation: `a.b[0].c`). */
export interface Received {
    readonly properties: Properties;
    readonly secrets: ReadonlySet<string>;
}

// Fixed by Pulumi's wire format for property values ("Property values" in the developer documentation).
const UNKNOWN_SENTINELS = new Set([
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

export function isProperties(value: Value): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function joinPath(path: string, key: string | number): string {
    if (typeof key === "number") return `${path}[${key}]`;
    const plain = /^[\w$-]+$/.test(key);
    if (!plain) return `${path}["${key.replace(/"/g, '\\"')}"]`;
    return path === "" ? key : `${path}.${key}`;
}

/** Decodes a property bag: sentinels become `UNKNOWN`, secrets are unwrapped and their paths remembered. */
export function receive(struct: Struct | undefined): Received {
    const secrets = new Set<string>();
    const decode = (wire: unknown, path: string): Value => {
        if (typeof wire === "string") return UNKNOWN_SENTINELS.has(wire) ? UNKNOWN : wire;
        if (Array.isArray(wire)) return wire.map((item, index) => decode(item, joinPath(path, index)));
        if (typeof wire === "object" && wire !== null) {
            const fields = wire as Record<string, unknown>;
            if (fields[SIGNATURE] === SECRET_SIGNATURE) {
                secrets.add(path);
                return decode(fields["value"], path);
            }
            const decoded: Properties = {};
            for (const [key, value] of Object.entries(fields)) decoded[key] = decode(value, joinPath(path, key));
            return decoded;
        }
        return wire as Value;
    };
    const decoded = struct ? decode(struct.toJavaScript(), "") : {};
    return { properties: isProperties(decoded) ? decoded : {}, secrets };
}

/** Encodes a property bag; what stands at a path in `secrets` is marked secret again. */
export function send(properties: Properties, secrets: ReadonlySet<string> = new Set()): Struct {
    const encode = (value: Value, path: string): JavaScriptValue => {
        const plain = encodePlain(value, path);
        return secrets.has(path) ? { [SIGNATURE]: SECRET_SIGNATURE, value: plain } : plain;
    };
    const encodePlain = (value: Value, path: string): JavaScriptValue => {
        if (value === UNKNOWN) return UNKNOWN_ON_WIRE;
        if (value === undefined || value === null) return null;
        if (Array.isArray(value)) return value.map((item, index) => encode(item, joinPath(path, index)));
        if (typeof value === "object") return encodeFields(value, path);
        return value;
    };
    const encodeFields = (fields: Properties, path: string): Record<string, JavaScriptValue> => {
        const encoded: Record<string, JavaScriptValue> = {};
        for (const [key, value] of Object.entries(fields)) {
            if (value !== undefined) encoded[key] = encode(value, joinPath(path, key));
        }
        return encoded;
    };
    return Struct.fromJavaScript(encodeFields(properties, ""));
}

export function containsUnknown(value: Value): boolean {
    if (value === UNKNOWN) return true;
    if (Array.isArray(value)) return value.some(containsUnknown);
    return isProperties(value) && Object.values(value).some(containsUnknown);
}

/**
 * The values at a path such as `agentPoolProfiles[].vnetSubnetID`; `[]` stands for every item. Absent values are left
 * out, unknown ones are kept as `UNKNOWN`.
 */
export function valuesAt(value: Value, path: string): Value[] {
    let current: Value[] = [value];
    for (const step of path.split(".")) {
        const every = step.endsWith("[]");
        const key = every ? step.slice(0, -2) : step;
        current = current.flatMap((item) => {
            if (item === UNKNOWN) return [UNKNOWN];
            const field = isProperties(item) ? item[key] : undefined;
            if (field === undefined || field === null) return [];
            return every && Array.isArray(field) ? field : [field];
        });
    }
    return current;
}

/** The single value at a path without `[]`, or undefined. */
export function valueAt(value: Value, path: string): Value {
    return valuesAt(value, path)[0];
}

/** The string at a path, or undefined if it is absent or unknown. */
export function stringAt(value: Value, path: string): string | undefined {
    const found = valueAt(value, path);
    return typeof found === "string" ? found : undefined;
}

/** The known strings at a path. */
export function stringsAt(value: Value, path: string): string[] {
    return valuesAt(value, path).filter((found) => typeof found === "string");
}

/** The objects in an array at a path. */
export function itemsAt(value: Value, path: string): Properties[] {
    return valuesAt(value, `${path}[]`).filter(isProperties);
}
