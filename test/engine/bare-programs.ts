import type { PulumiResult } from "../sandbox/sandbox";

/**
 * Mandatory rules that the programs of test/programs break even where they comply: these are about networks and forms of
 * declaration, and their clusters, firewalls and registries are bare.
 */
const EVERY_CLUSTER = [
    "afw-zones",
    "aks-auto-upgrade",
    "aks-defender",
    "aks-logs",
    "aks-node-os-upgrade",
    "aks-oidc-wi",
    "aks-paid-tier",
    "aks-policy-addon",
    "aks-secret-store",
    "aks-user-assigned",
    "diag-all",
    "management-narrow",
    "nsg-no-lateral-login",
    "pip-zones",
    "pool-host-encryption",
    "pool-ssh-off",
    "pool-system-taint",
    "pool-trusted-launch",
    "pool-zones",
];

export const BARE = {
    "inline-network": [...EVERY_CLUSTER, "api-ranges-hold-egress", "subnet-route-table"].sort(),
    "pinned-versions": [
        ...EVERY_CLUSTER,
        "acr-bypass",
        "acr-no-export",
        "acr-zones",
        "aks-private-dns-byo",
        "aks-private-dns-named",
    ].sort(),
};

/** What a registry that is closed lacks beside; an open one needs no endpoint. */
export const CLOSED_WITHOUT_ENDPOINT = "private-service-closure";

/** The pack's configuration that leaves out what is bare, and nothing else; in `regulated` that is one more. */
export const WITHOUT_BARE: Readonly<Record<string, string>> = Object.fromEntries(
    [...Object.values(BARE).flat(), CLOSED_WITHOUT_ENDPOINT, "aks-node-rg-lockdown"].map((rule) => [rule, "disabled"]),
);

/** Names of the rules that Pulumi prints at a level, each once. */
export function printedAt(level: "mandatory" | "advisory", { stdout }: PulumiResult): string[] {
    const lines = stdout.matchAll(new RegExp(`\\[${level}\\] \\[severity: \\w+\\]\\s+(\\S+)`, "g"));
    return [...new Set([...lines].map(([, name = ""]) => name))].sort();
}
