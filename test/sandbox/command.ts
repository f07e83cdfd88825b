import { existsSync } from "node:fs";
import { join } from "node:path";
import { startOf } from "./policy-pack";
import type { ScratchProject } from "./scratch-project";

export interface PreparedCommand {
    readonly args: string[];
    /** The stack that the command works on, if it works on one. */
    readonly stack: string | undefined;
    /** Folder of this repository's policy pack, if the command uses it. */
    readonly policyPack?: string;
}

interface Surroundings {
    readonly project: ScratchProject;
    /** The repository, which holds the policy pack. */
    readonly repository: string;
}

export const DEFAULT_STACK = "dev";

/** Commands that judge what would be deployed. */
const JUDGED = ["preview", "pre", "up", "update", "deploy"];
/** Commands that work on a stack, which is created on first use. */
const ON_STACK = [
    ...JUDGED,
    ...["cancel", "config", "console", "destroy", "dn", "down", "import", "logs", "refresh", "stack", "state", "watch"],
];
/** Those of them that name stacks themselves, or need none. */
const NOT_ON_STACK = ["stack init", "stack ls", "stack rename", "stack rm", "stack select"];

/** Options that may stand before the command, with their value as the next argument. */
const WITH_VALUE = ["--stack", "-s", "--cwd", "-C", "--color", "--verbose", "-v", "--tracing", "--profiling"];

/** The arguments of `preview` from those of its short form: `[<stack>] [pulumi options]`. */
export function previewArguments([first, ...rest]: readonly string[]): string[] {
    if (first === undefined) return ["preview", "--non-interactive"];
    const stack = first.startsWith("-") ? [first] : ["--stack", first];
    return ["preview", "--non-interactive", ...stack, ...rest];
}

/**
 * Adds what makes a command run in the sandbox: the stack, and for preview and up the policy pack with the stack's
 * configuration. `--no-policy` leaves the pack out, a `--policy-pack` of the caller replaces it.
 * @throws Error for a stack that has no configuration file.
 */
export function prepareCommand(args: readonly string[], { project, repository }: Surroundings): PreparedCommand {
    const words = args.filter((arg, index) => !arg.startsWith("-") && !WITH_VALUE.includes(args[index - 1] ?? ""));
    const [command = ""] = words;
    const named = optionValue(args, "--stack", "-s");
    const stack = named ?? (needsStack(command, words) ? DEFAULT_STACK : undefined);
    if (stack !== undefined) refuseUnknown(stack, project);
    const kept = args.filter((arg) => arg !== "--no-policy");
    if (!JUDGED.includes(command) || kept.length < args.length || optionValue(args, "--policy-pack") !== undefined) {
        return { args: kept, stack };
    }
    const policyPack = join(repository, "policies");
    const config = join(project.stackFolder, `policy.${stack ?? DEFAULT_STACK}.json`);
    const configOptions = existsSync(config) ? ["--policy-pack-config", config] : [];
    return { args: [...kept, "--policy-pack", startOf(policyPack), ...configOptions], stack, policyPack };
}

function needsStack(command: string, words: string[]): boolean {
    return ON_STACK.includes(command) && !NOT_ON_STACK.includes(words.slice(0, 2).join(" "));
}

function refuseUnknown(stack: string, project: ScratchProject): void {
    const known = project.stacks();
    if (known.includes(stack) || project.hasStack(stack)) return;
    const listed = known.length === 0 ? "There is none" : `Stacks: ${known.join(", ")}`;
    throw new Error(
        `There is no stack '${stack}'. ${listed}. A stack is added by its file Pulumi.${stack}.yaml in ${project.stackFolder}.`,
    );
}

/** The value of `--name value`, `--name=value` or their short forms. */
function optionValue(args: readonly string[], ...names: string[]): string | undefined {
    for (const [index, arg] of args.entries()) {
        if (names.includes(arg)) return args[index + 1];
        const name = names.find((candidate) => arg.startsWith(`${candidate}=`));
        if (name !== undefined) return arg.slice(name.length + 1);
    }
    return undefined;
}
