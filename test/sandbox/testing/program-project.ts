import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parse, parseDocument, stringify } from "yaml";

export const REPOSITORY = resolve(__dirname, "..", "..", "..");

interface Definition {
    readonly name: string;
    readonly stackConfigDir: string;
}

/** Settings by their path below the project's name, such as `hub/addressSpace`. */
export type Changes = Readonly<Record<string, unknown>>;

/**
 * This repository's program as a Pulumi project in a folder of its own, with copies of the stack files: what it writes
 * (rendered YAML) and what a test changes (settings) stays there.
 */
export class ProgramProject {
    readonly stackFolder: string;
    private readonly name: string;

    /**
     * @param directory It is created.
     * @param program Folder of the program. Default: the repository itself.
     */
    constructor(
        readonly directory: string,
        program: string = REPOSITORY,
    ) {
        const definition = parse(readFileSync(join(REPOSITORY, "Pulumi.yaml"), "utf8")) as Definition;
        this.name = definition.name;
        this.stackFolder = join(directory, definition.stackConfigDir);
        mkdirSync(directory, { recursive: true });
        const main = relative(directory, program);
        writeFileSync(join(directory, "Pulumi.yaml"), stringify({ ...definition, main }));
        cpSync(join(REPOSITORY, definition.stackConfigDir), this.stackFolder, { recursive: true });
    }

    /** Adds a stack with the settings of another one, some of them changed, or removed where the value is undefined. */
    addStack(stack: string, from: string, changes: Changes): void {
        const file = parseDocument(readFileSync(this.stackFile(from), "utf8"));
        for (const [path, value] of Object.entries(changes)) {
            const [key = "", ...rest] = path.split("/");
            const place = ["config", `${this.name}:${key}`, ...rest];
            if (value === undefined) file.deleteIn(place);
            else file.setIn(place, file.createNode(value));
        }
        writeFileSync(this.stackFile(stack), String(file));
    }

    private stackFile(stack: string): string {
        return join(this.stackFolder, `Pulumi.${stack}.yaml`);
    }
}
