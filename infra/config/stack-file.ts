import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";

const folder = join(__dirname, "..", "..", "stacks");

/** A stack file that isn't there, or that can't be read; its message is for people. */
export class StackFileError extends Error {}

/**
 * Reads a stack's configuration without Pulumi, as Pulumi would hand it to the program: everything is text, groups and
 * lists are JSON. Secrets stay sealed: a placeholder stands for each.
 * @throws StackFileError where there is no such stack, or its file is no YAML.
 */
export function readStackFile(stack: string, from: string = folder): Record<string, string> {
    const file = join(from, `Pulumi.${stack}.yaml`);
    if (!/^[\w.-]+$/.test(stack) || !existsSync(file)) {
        const known = stacksIn(from).join(", ") || "none";
        throw new StackFileError(
            `There is no stack "${stack}". Stacks: ${known}. A stack is a file Pulumi.<stack>.yaml in stacks/.`,
        );
    }
    const content = parseFile(file);
    const config = isGroup(content) && isGroup(content["config"]) ? content["config"] : {};
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => {
            const opened = withoutSecrets(value);
            return [key, typeof opened === "object" ? JSON.stringify(opened) : String(opened)];
        }),
    );
}

function stacksIn(from: string): string[] {
    return existsSync(from) ? readdirSync(from).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []) : [];
}

function parseFile(file: string): unknown {
    try {
        return parse(readFileSync(file, "utf8"));
    } catch (error) {
        if (!(error instanceof YAMLParseError)) {
            throw error;
        }
        throw new StackFileError(`${file} is no YAML: ${error.message.split("\n")[0]}`);
    }
}

/** Pulumi writes a secret as `{ secure: <ciphertext> }`. */
function withoutSecrets(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutSecrets);
    }
    if (!isGroup(value)) {
        return value;
    }
    const keys = Object.keys(value);
    return keys.length === 1 && typeof value["secure"] === "string"
        ? "[secret]"
        : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

function isGroup(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
