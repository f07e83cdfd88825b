/** Which of a site's path patterns takes a request, and where its redirects lead. */

/** `/api/*` takes `/api/` and everything below; a pattern without `*` takes that path alone. Azure ignores case. */
export function takes(pattern: string, path: string): boolean {
    const [one, other] = [pattern.toLowerCase(), path.toLowerCase()];
    return one.endsWith("*") ? other.startsWith(one.slice(0, -1)) : one === other;
}

/**
 * The patterns in the order that a gateway is to try them in, the most specific first: Application Gateway takes the
 * first that fits, whatever follows, and the order in a stack file should not matter.
 */
export function bySpecificity(patterns: readonly string[]): string[] {
    const wildcard = (pattern: string) => Number(pattern.endsWith("*"));
    const literal = (pattern: string) => pattern.replace(/\*$/, "").length;
    return [...patterns].sort(
        (a, b) => literal(b) - literal(a) || wildcard(a) - wildcard(b) || (a.toLowerCase() < b.toLowerCase() ? -1 : 1),
    );
}

/** The pattern that takes `path`; undefined where none does. */
export function patternFor(patterns: readonly string[], path: string): string | undefined {
    return bySpecificity(patterns).find((pattern) => takes(pattern, path));
}

/** `*.contoso.com` stands for one label: `a.contoso.com`, and neither `a.b.contoso.com` nor `contoso.com`. */
export function answers(hostNames: readonly string[], host: string): boolean {
    return hostNames.some((name) =>
        name.startsWith("*.") ? host.slice(host.indexOf(".")) === name.slice(1) : name === host,
    );
}

/** What decides where a request to a site goes. */
export interface RoutedSite {
    readonly hostNames: readonly string[];
    /** Backends by path pattern. */
    readonly paths: Readonly<Record<string, string>>;
    /** Targets by path pattern: an HTTPS address, or a path of the same site. */
    readonly redirects: Readonly<Record<string, string>>;
}

/** A redirect of a site. */
interface Hop {
    readonly site: string;
    readonly pattern: string;
}

/** The redirects that a client goes through for ever when it starts with this one; undefined where it comes to an end. */
export function redirectLoop(
    sites: Readonly<Record<string, RoutedSite>>,
    site: string,
    pattern: string,
): string[] | undefined {
    const seen: string[] = [];
    for (let hop: Hop | undefined = { site, pattern }; hop; hop = nextHop(sites, hop)) {
        const name = `${hop.site} ${hop.pattern}`;
        if (seen.includes(name)) {
            return [...seen, name];
        }
        seen.push(name);
    }
    return undefined;
}

/** The redirect that the target of another one meets, where it leads back to this gateway and meets one. */
function nextHop(sites: Readonly<Record<string, RoutedSite>>, { site, pattern }: Hop): Hop | undefined {
    const target = new URL(sites[site].redirects[pattern], `https://${concrete(sites[site].hostNames[0])}`);
    const isOwnPath = sites[site].redirects[pattern].startsWith("/");
    const name = isOwnPath
        ? site
        : siteFor(sites, target.port === "" && target.protocol === "https:" ? target.hostname : "");
    if (name === undefined) {
        return undefined;
    }
    const { paths, redirects } = sites[name];
    const next = patternFor([...Object.keys(paths), ...Object.keys(redirects)], target.pathname);
    return next !== undefined && next in redirects ? { site: name, pattern: next } : undefined;
}

/** Names before wildcards, as the gateway asks its listeners. */
function siteFor(sites: Readonly<Record<string, RoutedSite>>, host: string): string | undefined {
    return sitesInOrder(sites).find((name) => answers(sites[name].hostNames, host));
}

/** Sites in the order in which their listeners are asked: a wildcard would take the names of those behind it. */
export function sitesInOrder(sites: Readonly<Record<string, Pick<RoutedSite, "hostNames">>>): string[] {
    const wild = (name: string) => Number(sites[name].hostNames.some((host) => host.startsWith("*.")));
    return Object.keys(sites).sort((a, b) => wild(a) - wild(b) || (a < b ? -1 : 1));
}

/** A name that a wildcard stands for. */
function concrete(hostName: string): string {
    return hostName.replace("*", "any");
}
