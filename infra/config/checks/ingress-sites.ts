import { clusterBackend } from "../../../components/ingress/gateway-plan";
import { redirectLoop } from "../../../components/ingress/path-rules";
import { show, type Problem } from "../problem";
import type { GatewayIngressConfig } from "../schema/ingress";
import type { SiteConfig } from "../schema/ingress-site";
import { vaultProblems } from "./vaults";

/** The sites of one gateway: what they say of each other, of backends and of certificates. */
export function siteProblems(where: string, ingress: GatewayIngressConfig): Problem[] {
    const { sites, backends } = ingress;
    return [
        ...hostNameProblems(where, sites),
        ...Object.entries(sites).flatMap(([name, site]) => {
            const path = `${where}.sites.${name}`;
            return [
                ...certificateProblems(`${path}.certificate`, site.certificate),
                ...rootProblems(path, site),
                ...backendProblems(path, site, [clusterBackend, ...Object.keys(backends)]),
                ...pathProblems(path, site),
                ...wildcardProblems(path, site),
                ...Object.keys(site.redirects).flatMap((pattern) => loopProblems(path, name, pattern, sites)),
            ];
        }),
        ...Object.entries(backends).flatMap(([name, backend]) => rootProblems(`${where}.backends.${name}`, backend)),
    ];
}

function hostNameProblems(where: string, sites: GatewayIngressConfig["sites"]): Problem[] {
    const owners = new Map<string, string>();
    return Object.entries(sites).flatMap(([name, { hostNames }]) =>
        hostNames.flatMap((hostName, index) => {
            const owner = owners.get(hostName);
            owners.set(hostName, owner ?? name);
            return owner === undefined
                ? []
                : [
                      {
                          path: `${where}.sites.${name}.hostNames[${index}]`,
                          found: `${show(hostName)}, which the site ${owner} has too`,
                          allowed: "a name that one site answers to",
                          remedy: "Remove it from one of the two, or make them one site with paths.",
                      },
                  ];
        }),
    );
}

/** The vault that a secret is in, and the one that the gateway may read. */
function certificateProblems(path: string, { secretId, vaultId }: SiteConfig["certificate"]): Problem[] {
    return vaultProblems({
        path: `${path}.vaultId`,
        itemId: secretId,
        vaultId,
        item: "secret",
        setting: "secretId",
        consequence: "the gateway could not read its certificate",
    });
}

function rootProblems(path: string, { trustedRoot }: Pick<SiteConfig, "trustedRoot">): Problem[] {
    return trustedRoot?.mode === "keyVault" ? certificateProblems(`${path}.trustedRoot`, trustedRoot) : [];
}

function backendProblems(path: string, site: SiteConfig, known: readonly string[]): Problem[] {
    const used = [
        [`${path}.backend`, site.backend] as const,
        ...Object.entries(site.paths).map(([pattern, backend]) => [`${path}.paths["${pattern}"]`, backend] as const),
    ];
    return used
        .filter(([, backend]) => !known.includes(backend))
        .map(([where, backend]) => ({
            path: where,
            found: show(backend),
            allowed: `one of ${known.join(", ")}`,
            remedy: "Name one of them, or add it to the gateway's backends.",
        }));
}

/** A path that is to go to a backend and to be redirected; Azure takes no notice of case. */
function pathProblems(path: string, { paths, redirects }: SiteConfig): Problem[] {
    const seen = new Map(Object.keys(paths).map((pattern) => [pattern.toLowerCase(), `paths["${pattern}"]`]));
    return Object.keys(redirects).flatMap((pattern) => {
        const twin = seen.get(pattern.toLowerCase());
        return twin === undefined
            ? []
            : [
                  {
                      path: `${path}.redirects["${pattern}"]`,
                      found: `a redirect, beside ${twin}`,
                      allowed: "a path in one of the two",
                      remedy: "Remove one of the two.",
                  },
              ];
    });
}

/** A wildcard is no name that a backend's certificate could be checked for, or that a client could be sent to. */
function wildcardProblems(path: string, site: SiteConfig): Problem[] {
    const { hostNames, backend, paths, backendHostName, redirects } = site;
    if (!hostNames[0].startsWith("*.")) {
        return [];
    }
    const found = `${show(hostNames[0])}, the first of hostNames`;
    const asksCluster = [backend, ...Object.values(paths)].includes(clusterBackend);
    return [
        ...(asksCluster && backendHostName === undefined
            ? [
                  {
                      path: `${path}.backendHostName`,
                      found: `nothing, with ${found}`,
                      allowed: "the name on the cluster's certificate",
                      remedy: "Set it, or put a name without * first.",
                  },
              ]
            : []),
        ...Object.entries(redirects)
            .filter(([, target]) => target.startsWith("/"))
            .map(([pattern, target]) => ({
                path: `${path}.redirects["${pattern}"]`,
                found: `${show(target)}, with ${found}`,
                allowed: "a target with its host: https://...",
                remedy: "Name the host, or put a name without * first.",
            })),
    ];
}

function loopProblems(path: string, site: string, pattern: string, sites: GatewayIngressConfig["sites"]): Problem[] {
    const loop = redirectLoop(sites, site, pattern);
    return loop
        ? [
              {
                  path: `${path}.redirects["${pattern}"]`,
                  found: `${show(sites[site].redirects[pattern])}, which never ends: ${loop.join(" -> ")}`,
                  allowed: "a target that no redirect sends on for ever",
                  remedy: "Redirect to a path that a backend answers.",
              },
          ]
        : [];
}
