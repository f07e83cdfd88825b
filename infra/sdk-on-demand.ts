import { createRequire, Module } from "node:module";

/*
 * With its first line the SDK loads npm's dependency resolver, a third of the modules, to serialise functions for the
 * cloud. A program without such functions never uses it: it is loaded here when first asked for.
 */

const resolver = "@npmcli/arborist";
const requireAsSdk = createRequire(require.resolve("@pulumi/pulumi"));
const file = requireAsSdk.resolve(resolver);
const standIn = new Module(file);
standIn.loaded = true;
// Compiled TypeScript asks a module for its kind, and takes one of this kind as it is.
standIn.exports = new Proxy({}, { get: (_, key) => key === "__esModule" || load()[key] });
require.cache[file] = standIn;

function load(): Record<string | symbol, unknown> {
    if (require.cache[file] === standIn) {
        delete require.cache[file];
    }
    return requireAsSdk(file);
}
