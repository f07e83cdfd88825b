import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";

interface ProjectFile {
    name: string;
    main?: string;
    stackConfigDir?: string;
    [key: string]: unknown;
}

/**
 * A copy of a project's Pulumi.yaml and stack files in the sandbox, whose program is the project itself. Pulumi writes
 * into stack files (the salt of the passphrase, `pulumi config set`); so the tracked ones stay as they are.
 */
export class ScratchProject {
    /** Where Pulumi is to run. */
    readonly directory: string;
    /** Folder of Pulumi's file backend. */
    readonly backend: string;
    private readonly definition: ProjectFile;

    /** @throws Error if the folder holds no Pulumi project. */
    constructor(
        root: string,
        private readonly projectDir: string,
    ) {
        const file = join(projectDir, "Pulumi.yaml");
        if (!existsSync(file)) throw new Error(`${projectDir} holds no Pulumi project: it has no Pulumi.yaml.`);
        this.definition = parse(readFileSync(file, "utf8")) as ProjectFile;
        this.backend = join(root, "backend");
        this.directory = join(root, "projects", this.definition.name);
    }

    get name(): string {
        return this.definition.name;
    }

    /** Folder with the project's own stack files. */
    get stackFolder(): string {
        return join(this.projectDir, this.definition.stackConfigDir ?? ".");
    }

    /** Brings the copies up to date with the project. */
    refresh(): void {
        const { stackConfigDir, main } = this.definition;
        const scratchStacks = join(this.directory, stackConfigDir ?? ".");
        mkdirSync(scratchStacks, { recursive: true });
        // Pulumi runs a program in the folder of `main`, so that it sees its own files as ever.
        const program = relative(this.directory, join(this.projectDir, main ?? "."));
        writeFileSync(join(this.directory, "Pulumi.yaml"), stringify({ ...this.definition, main: program }));
        for (const stack of this.stacks())
            this.refreshStack(stackFile(this.stackFolder, stack), stackFile(scratchStacks, stack));
    }

    /** Stacks that have a configuration file. */
    stacks(): string[] {
        if (!existsSync(this.stackFolder)) return [];
        return readdirSync(this.stackFolder)
            .flatMap((file) => /^Pulumi\.([\w-]+)\.ya?ml$/.exec(file)?.[1] ?? [])
            .sort();
    }

    /** Text of a stack's configuration file; empty if it has none. */
    configuration(stack: string): string {
        const file = stackFile(this.stackFolder, stack);
        return existsSync(file) ? readFileSync(file, "utf8") : "";
    }

    /** Whether the file backend has the stack already. */
    hasStack(stack: string): boolean {
        return existsSync(join(this.backend, ".pulumi", "stacks", this.name, `${stack}.json`));
    }

    /** What was set in the sandbox stays until the project's own file changes; the salt stays for good. */
    private refreshStack(source: string, scratch: string): void {
        const origin = `${scratch}.origin`;
        const text = readFileSync(source, "utf8");
        if (existsSync(scratch) && existsSync(origin) && readFileSync(origin, "utf8") === text) return;
        const salt = existsSync(scratch) ? /^encryptionsalt: .*$/m.exec(readFileSync(scratch, "utf8"))?.[0] : undefined;
        writeFileSync(scratch, salt === undefined ? text : `${salt}\n${text}`);
        copyFileSync(source, origin);
    }
}

function stackFile(folder: string, stack: string): string {
    const long = join(folder, `Pulumi.${stack}.yaml`);
    return existsSync(long) || !existsSync(join(folder, `Pulumi.${stack}.yml`))
        ? long
        : join(folder, `Pulumi.${stack}.yml`);
}
