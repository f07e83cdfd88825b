import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

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
 * The SDK takes a stack trace for each promise that it makes. They are needed to find promises that never end, with
 * PULUMI_DEBUG_PROMISE_LEAKS=true, and are kept there. Traces of errors stay as they are.
 */
export function skipTracesOfPromises(): void {
    if (isOn("keepTracesOfPromises") || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
        return;
    }
    // The SDK keeps this function to itself, so its types don't show it.
    const sdk = debuggable as unknown as {
        debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
    };
    const { debuggablePromise } = sdk;
    sdk.debuggablePromise = (promise, context) => {
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = 0;
        try {
            return debuggablePromise(promise, context);
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    };
}

/**
 * The SDK takes the source positions of each resource from a whole stack trace, of which the loader translates every frame
 * to a line of TypeScript. Most frames are the same for all resources, so each is translated once. Errors that say
 * something aren't touched.
 */
export function translateFramesOnce(): void {
    const translate = Error.prepareStackTrace;
    if (translate === undefined) {
        return;
    }
    const translated = new Map<string, string>();
    Error.prepareStackTrace = (error, frames) => {
        if (error.message !== "" || Number.isFinite(Error.stackTraceLimit)) {
            return translate(error, frames);
        }
        const lines = frames.map((frame) => {
            const place = `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
            const known = translated.get(place);
            if (known !== undefined) {
                return known;
            }
            const line = String(translate(error, [frame])).slice(String(error).length);
            translated.set(place, line);
            return line;
        });
        return String(error) + lines.join("");
    };
}

function isNotVersioned(alias: pulumi.Input<string | pulumi.Alias>): boolean {
    return !(
        typeof alias === "object" &&
        "type" in alias &&
        typeof alias.type === "string" &&
        /^azure-native:\w+\/v\d{8}/.test(alias.type)
    );
}
