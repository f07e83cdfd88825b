import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const folder = join(__dirname, "..", "..", "stacks");

/** Names of all stacks that have a file in `stacks/`. */
export function stackNames(): string[] {
    return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** A stack's file, as the YAML in it says. */
export function stackFile(stack: string): { config: Record<string, unknown> } {
    return parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8"));
}

/** A stack's configuration as Pulumi hands it to a program: see {@link asPulumiConfig}. */
export function stackConfig(stack: string): Record<string, string> {
    return asPulumiConfig(stackFile(stack).config);
}

/** Values as Pulumi keeps them: everything is text; groups and lists are JSON. */
export function asPulumiConfig(values: Readonly<Record<string, unknown>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
            key,
            typeof value === "object" ? JSON.stringify(value) : String(value),
        ]),
    );
}

/** The JSON Schema that editors use for stack files, as text. */
export function stackSchemaText(): string {
    return readFileSync(join(folder, "stack.schema.json"), "utf8");
}
