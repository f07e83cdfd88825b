import { z } from "zod";
import { show, type Problem } from "./problem";
import { configSchema } from "./schema/config";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Settings whose values nobody may read in a message. */
const secretKeys = new Set(["gatewayKeys"]);

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
        found: foundText(issue, value),
        allowed: allowedFor(issue, schemaAt(schema, issue.path, config)),
        remedy: remedyFor(issue, path, value),
    };
}

function foundText(issue: Issue, value: unknown): string {
    if (value !== undefined && secretKeys.has(String(issue.path[0]))) {
        return "a value that is kept secret";
    }
    // A group or list in the environment or on the command line is JSON; one that can't be read arrives as a text.
    const unreadable = isGroup(issue) && typeof value === "string" && /^\s*[[{]/.test(value);
    return unreadable ? `${show(value)}, which is not valid JSON` : show(value);
}

function remedyFor(issue: Issue, path: string, value: unknown): string {
    if (value === undefined) {
        return isGroup(issue)
            ? "Add it to the stack file."
            : `Set it in the stack file, or with: pulumi config set --path '${path}' <value>`;
    }
    if (issue.code === "invalid_type" && issue.expected === "string" && /^(number|boolean)$/.test(typeof value)) {
        return `Put it in quotes: "${String(value)}".`;
    }
    if (issue.code === "invalid_type" && typeof value === "string" && /^(true|false|-?\d+(\.\d+)?)$/.test(value)) {
        return "Write it without quotes.";
    }
    return "Change it in the stack file.";
}

function isGroup(issue: Issue): boolean {
    return issue.code === "invalid_type" && ["array", "object", "record"].includes(issue.expected);
}

function allowedFor(issue: Issue, schema: JsonSchema | undefined): string {
    switch (issue.code) {
        case "invalid_value":
            return `one of ${issue.values.map(show).join(", ")}`;
        case "invalid_union":
            return `one of ${("options" in issue && Array.isArray(issue.options) ? issue.options : []).map(show).join(", ")}`;
        case "too_small":
            return amount(issue.origin, `at least ${issue.minimum}`);
        case "too_big":
            return amount(issue.origin, `at most ${issue.maximum}`);
        case "invalid_type":
            return [typeName(issue.expected), describe(schema)].filter(Boolean).join(": ");
        default:
            return issue.message;
    }
}

function amount(origin: string, limit: string): string {
    switch (origin) {
        case "array":
            return `a list with ${limit} in it`;
        case "string":
            return `a text, its number of characters ${limit}`;
        default:
            return limit;
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
    const modes = (schema?.oneOf ?? []).map((option) => show(modeOf(option as JsonSchema)));
    const keys = Object.keys(schema?.properties ?? {});
    return [
        schema?.description ?? "",
        modes.length > 0 ? `Its mode is one of ${modes.join(", ")}.` : "",
        keys.length > 0 ? `Its keys are ${keys.join(", ")}.` : "",
    ]
        .filter(Boolean)
        .join(" ");
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
    const chosen = schema.oneOf?.find((option) => modeOf(option as JsonSchema) === mode);
    return (chosen as JsonSchema | undefined) ?? schema;
}

function modeOf({ properties }: JsonSchema): unknown {
    const mode = properties?.["mode"];
    return typeof mode === "object" ? mode.const : undefined;
}

/** The path as `pulumi config set --path` takes it. */
function pathText(namespace: string, path: Path): string {
    const text = path.map((key) => {
        const name = String(key);
        return typeof key === "number" ? `[${name}]` : /[.[\]"]/.test(name) ? `[${JSON.stringify(name)}]` : `.${name}`;
    });
    return `${namespace}:${text.join("").replace(/^\./, "")}`;
}
