import { readSettings } from "../../../infra/config/load";
import type { Problem } from "../../../infra/config/problem";
import { asPulumiConfig } from "../../support/stack-files";

const own = "secure-aks-ml:";

export const certificate = {
    secretId: "https://kv-certificates.vault.azure.net/secrets/apps",
    vaultId:
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certificates",
};
export const appsSite = { hostNames: ["apps.contoso.com"], certificate };
export const publicIngress = { mode: "public", sites: { apps: appsSite } };

const sound = {
    "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001",
    [`${own}workload`]: "contoso",
    [`${own}environment`]: "dev",
    [`${own}location`]: "westeurope",
    [`${own}tenantId`]: "00000000-0000-0000-0000-000000000002",
    [`${own}groups`]: { clusterAdmins: ["00000000-0000-0000-0000-000000000003"] },
    [`${own}hub`]: { addressSpace: "10.100.0.0/23" },
    [`${own}spokes`]: { platform: { addressSpace: "10.101.0.0/16", cluster: {} } },
};

/** Where a value is put: keys from the outside in, the first of them a whole key such as `hub` or `azure-native:region`. */
export type Change = readonly [path: string, value: unknown];

/**
 * A configuration without a fault, changed in places. Paths are written with `/`, because Azure's names have dots:
 * `spokes/platform/cluster/tier`. `undefined` removes what is there.
 */
export function changed(...changes: readonly Change[]): Record<string, string> {
    const config: Record<string, unknown> = structuredClone(sound);
    for (const [path, value] of changes) {
        const [first, ...inner] = path.split("/");
        put(config, [first.includes(":") ? first : own + first, ...inner], value);
    }
    return asPulumiConfig(config);
}

/** The problems of such a configuration, without the program's namespace in their paths. */
export function problemsOf(...changes: readonly Change[]): Problem[] {
    return readSettings(changed(...changes)).problems.map((problem) => ({
        ...problem,
        path: problem.path.replace(own, ""),
    }));
}

function put(target: Record<string, unknown>, [key, ...inner]: readonly string[], value: unknown): void {
    if (inner.length > 0) {
        const next = (target[key] ??= {}) as Record<string, unknown>;
        put(next, inner, value);
    } else if (value === undefined) {
        delete target[key];
    } else {
        target[key] = value;
    }
}
