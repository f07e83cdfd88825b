import { createRequire, Module } from "node:module";

/*
 * With its first line the SDK loads the TypeScript compiler and npm's dependency resolver, which serialise functions; a
 * policy pack has none to serialise, and the engine waits for its start. They are loaded here when first asked for.
 */

const requireAsPolicySdk = createRequire(require.resolve("@pulumi/policy"));
const requireAsSdk = createRequire(requireAsPolicySdk.resolve("@pulumi/pulumi"));

loadOnDemand("typescript");
loadOnDemand("@npmcli/arborist");

function loadOnDemand(name: string): void {
    const file = find(name);
    if (file === undefined) {
        return;
    }
    const module = new Module(file);
    module.loaded = true;
    module.exports = new Proxy({}, { get: (_, key) => (isAskedForItsKind(key) ? true : load(file, module)[key]) });
    require.cache[file] = module;
}

function load(file: string, standIn: Module): Record<string | symbol, unknown> {
    if (require.cache[file] === standIn) {
        delete require.cache[file];
    }
    return requireAsSdk(file);
}

/** Absent packages are the SDK's affair: it has a compiler of its own where TypeScript is not installed. */
function find(name: string): string | undefined {
    try {
        return requireAsSdk.resolve(name);
    } catch {
        return undefined;
    }
}

/** What compiled TypeScript asks of every module that it imports. A module of this kind is taken as it is. */
function isAskedForItsKind(key: string | symbol): boolean {
    return key === "__esModule";
}
