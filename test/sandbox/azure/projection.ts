import { isProperties, UNKNOWN } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { interfaceFields } from "./sdk-shapes";
import type { Fields, Shape } from "./sdk-shapes";

/**
 * Outputs in a preview, by the rule of the real provider: every output that the program set keeps its value; every
 * other one, at every depth, is unknown until Azure has answered.
 */
export function previewOutputs(inputs: Properties, outputs: Fields): Properties {
    return project(inputs, outputs, UNKNOWN);
}

/** The part of the inputs that Azure gives back: neither path arguments nor write-only properties. */
export function echoedOutputs(inputs: Properties, outputs: Fields): Properties {
    return project(inputs, outputs, undefined);
}

function project(inputs: Properties, outputs: Fields, absent: Value): Properties {
    const projected: Properties = {};
    for (const [name, { shape }] of outputs) {
        const input = inputs[name];
        const value = input === undefined || input === null ? absent : projectValue(input, shape, absent);
        if (value !== undefined) projected[name] = value;
    }
    return projected;
}

function projectValue(input: Value, shape: Shape, absent: Value): Value {
    if (input === UNKNOWN) return UNKNOWN;
    switch (shape.kind) {
        case "any":
            return input;
        case "scalar":
            return typeof input === "object" ? absent : input;
        case "array":
            return Array.isArray(input) ? input.map((item) => projectValue(item, shape.items, absent)) : absent;
        case "map":
            if (!isProperties(input)) return absent;
            return Object.fromEntries(
                Object.entries(input).map(([key, value]) => [key, projectValue(value, shape.values, absent)]),
            );
        case "object":
            return isProperties(input) ? project(input, interfaceFields(shape.interface), absent) : absent;
    }
}

/** Deep merge: objects by key, arrays by position; elsewhere `over` wins where it has a value. */
export function merge(base: Value, over: Value): Value {
    if (over === undefined) return base;
    if (isProperties(base) && isProperties(over)) {
        const merged: Properties = { ...base };
        for (const [key, value] of Object.entries(over)) merged[key] = merge(base[key], value);
        return merged;
    }
    if (Array.isArray(base) && Array.isArray(over)) {
        return Array.from({ length: Math.max(base.length, over.length) }, (_item, index) =>
            merge(base[index], over[index]),
        );
    }
    return over;
}

/** Paths of required properties that are missing, at every depth. */
export function missingProperties(inputs: Properties, fields: Fields, path = ""): string[] {
    return [...fields].flatMap(([name, { required, shape }]) => {
        const here = path === "" ? name : `${path}.${name}`;
        const value = inputs[name];
        if (value === undefined || value === null) return required ? [here] : [];
        return missingIn(value, shape, here);
    });
}

function missingIn(value: Value, shape: Shape, path: string): string[] {
    if (shape.kind === "array" && Array.isArray(value)) {
        return value.flatMap((item, index) => missingIn(item, shape.items, `${path}[${index}]`));
    }
    if (shape.kind === "map" && isProperties(value)) {
        return Object.entries(value).flatMap(([key, item]) => missingIn(item, shape.values, `${path}.${key}`));
    }
    if (shape.kind === "object" && isProperties(value)) {
        return missingProperties(value, interfaceFields(shape.interface), path);
    }
    return [];
}
