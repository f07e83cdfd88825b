import * as pulumi from "@pulumi/pulumi";

/**
 * Settings of Pulumi's own machinery. They change how long a preview takes, never what it shows.
 * Each can be switched off in a stack, for example: pulumi config set secure-aks-ml-engine:keepVersionedAliases true
 */
export const engineNamespace = "secure-aks-ml-engine";
export const engineSwitches = ["keepVersionedAliases", "keepTracesOfPromises", "keepDebugMessages"] as const;

const settings = new pulumi.Config(engineNamespace);
const isOn = (name: (typeof engineSwitches)[number]): boolean => settings.getBoolean(name) ?? false;

/**
 * azure-native sends 50 to 113 aliases with each resource, one for each API version it was ever known under, and the
 * SDK resolves them one by one. A stack that was born on the default tokens needs none of them.
 * Keep them (`keepVersionedAliases`) for the update that takes over a stack from a program with versioned tokens.
 */
export function dropVersionedAliases(): void {
    if (isOn("keepVersionedAliases")) {
        return;
    }
    pulumi.runtime.registerStackTransformation(({ props, opts }) => {
        const aliases = (opts as pulumi.CustomResourceOptions).aliases;
        return {
            props,
            opts: Array.isArray(aliases) ? { ...opts, aliases: aliases.filter(isNotVersioned) } : opts,
        };
    });
}

/**
 * The SDK reports three or four steps of every resource to the engine, one call each and one after the other; the engine
 * shows them with `--debug` alone. Keep them (`keepDebugMessages`) when that is what you are after.
 */
export function dropDebugMessages(): void {
    if (!isOn("keepDebugMessages")) {
        Object.assign(pulumi.log, { debug: () => Promise.resolve() });
    }
}

/**
 * The SDK takes a stack trace for each promise that it makes, and the loader translates every frame of it to a line of
 * TypeScript: a third of the program's time. They are needed to find promises that never end, with
 * PULUMI_DEBUG_PROMISE_LEAKS=true, and are kept there. Errors that say something, and the source positions that Pulumi
 * takes of resources (which lift the frame limit), keep their whole trace always.
 */
export function skipTracesOfPromises(): void {
    if (isOn("keepTracesOfPromises") || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
        return;
    }
    const format = Error.prepareStackTrace ?? ((error, frames) => [error, ...frames].join("\n    at "));
    Error.prepareStackTrace = (error, frames) =>
        error.message === "" && Number.isFinite(Error.stackTraceLimit) ? String(error) : format(error, frames);
}

function isNotVersioned(alias: pulumi.Input<string | pulumi.Alias>): boolean {
    return !(
        typeof alias === "object" &&
        "type" in alias &&
        typeof alias.type === "string" &&
        /^azure-native:\w+\/v\d{8}/.test(alias.type)
    );
}
