import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Shapes of azure-native types, read from the type declarations of the installed SDK: which arguments and outputs there
 * are, which are required, and how they nest. Only what is asked for is parsed.
 */

export type Shape =
    | { readonly kind: "scalar" }
    | { readonly kind: "array"; readonly items: Shape }
    | { readonly kind: "map"; readonly values: Shape }
    | { readonly kind: "object"; readonly interface: string }
    | { readonly kind: "any" };

export interface Field {
    readonly required: boolean;
    readonly shape: Shape;
}
export type Fields = ReadonlyMap<string, Field>;

export interface ClassShape {
    /** Constructor arguments. */
    readonly inputs: Fields;
    readonly outputs: Fields;
    /** The REST API version that the class uses. */
    readonly apiVersion: string;
}

type Side = "input" | "output";

const sdkRoot = dirname(require.resolve("@pulumi/azure-native/package.json"));
const declarations = new Map<Side, ReadonlyMap<string, Buffer>>();
const interfaces = new Map<string, Fields>();
const classes = new Map<string, ClassShape | undefined>();

/** Shape of a class such as `network:Subnet`, or undefined if the SDK has none of that name. */
export function classShape(type: string): ClassShape | undefined {
    if (!classes.has(type)) classes.set(type, readClass(type));
    return classes.get(type);
}

/** Fields of an interface such as `inputs.network.SubnetArgs` or `outputs.network.SubnetResponse`. */
export function interfaceFields(name: string): Fields {
    const known = interfaces.get(name);
    if (known) return known;
    const [side = "", module = "", ...rest] = name.split(".");
    const body = interfaceBody(side === "inputs" ? "input" : "output", module, rest);
    const fields = readFields(body, /^\s{8,12}(\w+)(\??): /);
    interfaces.set(name, fields);
    return fields;
}

export const sdkVersion: string = (
    JSON.parse(readFileSync(join(sdkRoot, "package.json"), "utf8")) as { version: string }
).version;

function readClass(type: string): ClassShape | undefined {
    const [module = "", className = ""] = type.split(":");
    const file = join(sdkRoot, module, `${className.charAt(0).toLowerCase()}${className.slice(1)}.d.ts`);
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch {
        return undefined;
    }
    const argsStart = text.indexOf(`export interface ${className}Args`);
    return {
        inputs: argsStart < 0 ? new Map() : readFields(text.slice(argsStart), /^ {4}(\w+)(\??): /),
        outputs: readFields(argsStart < 0 ? text : text.slice(0, argsStart), /^ {4}readonly (\w+)(\??): /),
        apiVersion: /API version (\S+?)\.?\s/.exec(text)?.[1] ?? "",
    };
}

/** The text between the braces of one interface; empty if there is none of that name. */
function interfaceBody(side: Side, module: string, path: string[]): string {
    const text = modules(side).get(module);
    if (!text) return "";
    let from = 0;
    // A versioned module is a namespace inside of its service's namespace.
    for (const nested of path.slice(0, -1)) from = text.indexOf(`namespace ${nested} {`, from);
    const start = text.indexOf(`interface ${path[path.length - 1]} {`, from);
    if (from < 0 || start < 0) return "";
    return text.toString("utf8", start, text.indexOf("\n    }\n", start));
}

const NAMESPACE = "\nexport declare namespace ";

/**
 * Where each module's declarations stand in a file of several megabytes. One pass finds all modules; whoever looked for
 * each interface from the start of the file would spend more time on that than on everything else.
 */
function modules(side: Side): ReadonlyMap<string, Buffer> {
    const known = declarations.get(side);
    if (known) return known;
    const text = readFileSync(join(sdkRoot, "types", `${side}.d.ts`));
    const found = new Map<string, Buffer>();
    let start = text.indexOf(NAMESPACE);
    while (start >= 0) {
        const next = text.indexOf(NAMESPACE, start + NAMESPACE.length);
        const nameStart = start + NAMESPACE.length;
        const name = text.toString("utf8", nameStart, text.indexOf(" {", nameStart));
        found.set(name, text.subarray(start, next < 0 ? text.length : next));
        start = next;
    }
    declarations.set(side, found);
    return found;
}

/** A field starts on a line of its own; its type may go on over the following ones. */
function readFields(body: string, fieldStart: RegExp): Fields {
    const fields = new Map<string, Field>();
    const lines = body.split("\n");
    for (let index = 0; index < lines.length; index++) {
        const line = lines[index] ?? "";
        const match = fieldStart.exec(line);
        if (!match?.[1]) continue;
        let type = line.slice(match[0].length);
        while (!type.trimEnd().endsWith(";") || unbalanced(type)) type += lines[++index] ?? ";}";
        fields.set(match[1], { required: match[2] === "" && !/\bundefined\b/.test(type), shape: parseShape(type) });
    }
    return fields;
}

function unbalanced(text: string): boolean {
    return (text.match(/\{/g) ?? []).length > (text.match(/\}/g) ?? []).length;
}

function parseShape(declared: string): Shape {
    const text = declared
        .replace(/pulumi\.(Input|Output)<|>/g, "")
        .replace(/\|?\s*undefined/g, "")
        .replace(/;\s*$/, "")
        .trim();
    const map = /^\{\s*\[key: string\]: ([\s\S]*?);?\s*\}$/.exec(text);
    if (map?.[1] !== undefined) return { kind: "map", values: parseShape(map[1]) };
    if (text.endsWith("[]"))
        return { kind: "array", items: parseShape(text.slice(0, -2).replace(/^\(([\s\S]*)\)$/, "$1")) };
    const objects = text.match(/\b(?:inputs|outputs)(?:\.\w+)+/g) ?? [];
    if (objects.length === 1 && objects[0] === text) return { kind: "object", interface: text };
    // One of several objects: which one can't be told from the declaration.
    if (objects.length > 0 || text === "any") return { kind: "any" };
    return { kind: "scalar" };
}
