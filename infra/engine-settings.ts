import * as pulumi from "@pulumi/pulumi";

/**
 * Settings of Pulumi's own machinery. They change how long a preview takes, never what it shows.
 * Each can be switched off in a stack, for example: pulumi config set secure-aks-ml-engine:keepVersionedAliases true
 */
const settings = new pulumi.Config("secure-aks-ml-engine");

/**
 * azure-native sends 50 to 113 aliases with each resource, one for each API version it was ever known under, and the
 * SDK resolves them one by one. A stack that was born on the default tokens needs none of them.
 * Keep them (`keepVersionedAliases`) for the update that takes over a stack from a program with versioned tokens.
 */
export function dropVersionedAliases(): void {
    if (settings.getBoolean("keepVersionedAliases")) {
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

function isNotVersioned(alias: pulumi.Input<string | pulumi.Alias>): boolean {
    return !(
        typeof alias === "object" &&
        "type" in alias &&
        typeof alias.type === "string" &&
        /^azure-native:\w+\/v\d{8}/.test(alias.type)
    );
}
