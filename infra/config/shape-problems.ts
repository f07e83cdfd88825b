import { z } from "zod";
import { show, type Problem } from "./problem";
import { configSchema } from "./schema";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Turns what the schema found into problems that say what would be allowed instead. */
export function shapeProblems(issues: readonly Issue[], config: unknown, namespace: string): Problem[] {
    const schema = z.toJSONSchema(configSchema, { io: "input" });
    return issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
            ? issue.keys.map((key) => unknownKey(issue.path, key, config, schema, namespace))
            : [wrongValue(issue, config, schema, namespace)],
    );
}

function unknownKey(path: Path, key: string, config: unknown, schema: JsonSchema, namespace: string): Problem {
    const keys = Object.keys(schemaAt(schema, path, config)?.properties ?? {});
    return {
        path: pathText(namespace, [...path, key]),
        found: `an unknown key with the value ${show(valueAt(config, [...path, key]))}`,
        allowed: keys.length > 0 ? `the keys ${keys.join(", ")}` : "no further key",
        remedy: "Remove it, or spell it as one of the allowed keys.",
    };
}

function wrongValue(issue: Issue, config: unknown, schema: JsonSchema, namespace: string): Problem {
    const path = pathText(namespace, issue.path);
    const value = valueAt(config, issue.path);
    if (issue.code === "invalid_key") {
        const name = String(issue.path.at(-1));
        return {
            path,
            found: `the name ${show(name)}`,
            allowed: issue.issues.map(({ message }) => message).join("; "),
            remedy: "Choose another name.",
        };
    }
    return {
        path,
        found: show(value),
        allowed: allowedFor(issue, schemaAt(schema, issue.path, config)),
        remedy:
            value === undefined
                ? `Set it in the stack file, or with: pulumi config set --path '${path}' <value>`
                : "Change it in the stack file.",
    };
}

function allowedFor(issue: Issue, schema: JsonSchema | undefined): string {
    switch (issue.code) {
        case "invalid_value":
            return `one of ${issue.values.map(show).join(", ")}`;
        case "invalid_union":
            return `one of ${("options" in issue && Array.isArray(issue.options) ? issue.options : []).map(show).join(", ")}`;
        case "too_small":
            return issue.origin === "array" ? `a list of at least ${issue.minimum}` : `at least ${issue.minimum}`;
        case "too_big":
            return issue.origin === "array" ? `a list of at most ${issue.maximum}` : `at most ${issue.maximum}`;
        case "invalid_type":
            return [typeName(issue.expected), describe(schema)].filter(Boolean).join(": ");
        default:
            return issue.message;
    }
}

function typeName(expected: string): string {
    const names: Record<string, string> = {
        array: "a list",
        boolean: "true or false",
        int: "a whole number",
        number: "a number",
        object: "a group of settings",
        record: "a group of named settings",
        string: "a text",
    };
    return names[expected] ?? expected;
}

function describe(schema: JsonSchema | undefined): string {
    if (schema?.enum) {
        return `one of ${schema.enum.map(show).join(", ")}`;
    }
    return schema?.description ?? "";
}

function valueAt(value: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (inner, key) =>
            typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
        value,
    );
}

/** The part of the JSON Schema that speaks of `path`; of alternatives, the one whose `mode` the configuration chose. */
function schemaAt(schema: JsonSchema, path: Path, config: unknown): JsonSchema | undefined {
    let current: JsonSchema | undefined = alternativeOf(schema, config);
    for (const [depth, key] of path.entries()) {
        const next: unknown =
            typeof key === "number"
                ? current?.items
                : (current?.properties?.[String(key)] ?? current?.additionalProperties);
        if (typeof next !== "object" || next === null) {
            return undefined;
        }
        current = alternativeOf(next as JsonSchema, valueAt(config, path.slice(0, depth + 1)));
    }
    return current;
}

function alternativeOf(schema: JsonSchema, value: unknown): JsonSchema {
    const mode = valueAt(value, ["mode"]);
    const chosen = schema.oneOf?.find((option) => {
        const modeSchema = (option as JsonSchema).properties?.["mode"];
        return typeof modeSchema === "object" && modeSchema.const === mode;
    });
    return (chosen as JsonSchema | undefined) ?? schema;
}

function pathText(namespace: string, path: Path): string {
    const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    return `${namespace}:${text.replace(/^\./, "")}`;
}
