import { bySpecificity, sitesInOrder, type RoutedSite } from "./path-rules";

/** A certificate's or key's secret in Key Vault. */
export interface VaultSecret {
    /** Id of the secret; without a version, so that renewals are picked up. */
    readonly secretId: string;
    /** Id of that vault: the gateway's identity is given the right to read secrets there. */
    readonly vaultId: string;
}

/** The authority that signed a backend's certificate, where that is none that everybody trusts. */
export type TrustedRoot =
    { readonly mode: "pem"; readonly certificate: string } | ({ readonly mode: "keyVault" } & VaultSecret);

/** What answers under one or more host names. */
export interface GatewaySite extends RoutedSite {
    /** 1 to 5; `*.contoso.com` stands for every name with one label more. */
    readonly hostNames: readonly string[];
    readonly certificate: VaultSecret;
    /** Backend of whatever no path takes: {@link clusterBackend}, or the name of another. */
    readonly backend: string;
    /** Host name that the cluster's certificate is issued for. Default: the site's first name. */
    readonly backendHostName?: string;
    /** A path of the cluster that answers 200 to 399 while the site is healthy. */
    readonly probePath: string;
    /** Of the cluster's certificate for this site. Default: a public authority. */
    readonly trustedRoot?: TrustedRoot;
    /** Whether a client stays with the instance that answered it first, by a cookie. */
    readonly affinity: boolean;
    readonly timeouts: {
        /** For a backend's whole answer. */
        readonly requestSeconds: number;
        /** How long requests that are under way may go on when an instance is taken out. */
        readonly drainSeconds: number;
    };
}

/** Something that answers over TLS on 443, inside the platform. */
export interface GatewayBackend {
    /** Private addresses or host names. */
    readonly addresses: readonly string[];
    /** Host name that its certificate is issued for. */
    readonly hostName: string;
    readonly probePath: string;
    /** Default: a public authority. */
    readonly trustedRoot?: TrustedRoot;
}

/** The cluster's internal load balancer, among the names of backends. */
export const clusterBackend = "cluster";

export interface GatewaySpec<Reference> {
    readonly sites: Readonly<Record<string, GatewaySite>>;
    /** By name, besides {@link clusterBackend}. */
    readonly backends: Readonly<Record<string, GatewayBackend>>;
    /** Private address of the cluster's internal load balancer. */
    readonly clusterAddress: string;
    /** Sites with a firewall policy of their own; the others have the gateway's. */
    readonly firewallPolicies: Readonly<Record<string, Reference>>;
}

/** Gives a reference to another part of the same gateway. */
export type PartReference<Reference> = (collection: string, name: string) => Reference;

/** Name of the frontend that every listener belongs to. */
export const frontendName = "frontend";

/** Every part of a gateway that follows from its sites. Clients come in over HTTPS; HTTP only redirects to it. */
export function planGateway<Reference>(spec: GatewaySpec<Reference>, part: PartReference<Reference>) {
    const names = sitesInOrder(spec.sites);
    const each = <Part>(plan: (name: string, site: GatewaySite, index: number) => Part[]): Part[] =>
        names.flatMap((name, index) => plan(name, spec.sites[name], index));
    return {
        frontendPorts: [
            { name: "https", port: 443 },
            { name: "http", port: 80 },
        ],
        sslCertificates: each((name, { certificate }) => [{ name, keyVaultSecretId: certificate.secretId }]),
        trustedRootCertificates: trustedRoots(spec),
        httpListeners: each((name, site) => listeners(name, site, spec, part)),
        backendAddressPools: pools(spec),
        probes: each((name, site) => backendsOf(site).map((backend) => probe(name, backend, spec))),
        backendHttpSettingsCollection: each((name, site) =>
            backendsOf(site).map((backend) => httpSettings(name, backend, spec, part)),
        ),
        redirectConfigurations: each((name, site) => redirects(name, site, part)),
        urlPathMaps: each((name, site) => (hasPaths(site) ? [pathMap(name, site, part)] : [])),
        requestRoutingRules: each((name, site, index) => routingRules(name, site, index, part)),
    };
}

/** What a gateway reads from vaults. */
export function secretsOf({ sites, backends }: Pick<GatewaySpec<unknown>, "sites" | "backends">): VaultSecret[] {
    const roots = [...Object.values(sites), ...Object.values(backends)].flatMap(({ trustedRoot }) =>
        trustedRoot?.mode === "keyVault" ? [trustedRoot] : [],
    );
    return [...Object.values(sites).map(({ certificate }) => certificate), ...roots];
}

/** Ids of the vaults that hold something of a gateway's, each once, by the vault's name. */
export function vaultsOf(gateway: Parameters<typeof secretsOf>[0]): Record<string, string> {
    // A vault's name is unique in all of Azure.
    return Object.fromEntries(
        secretsOf(gateway).map(({ vaultId }) => [vaultId.split("/").at(-1)?.toLowerCase() ?? "", vaultId]),
    );
}

function listeners<Reference>(
    name: string,
    { hostNames }: GatewaySite,
    { firewallPolicies }: GatewaySpec<Reference>,
    part: PartReference<Reference>,
) {
    const common = {
        frontendIPConfiguration: part("frontendIPConfigurations", frontendName),
        hostNames: [...hostNames],
    };
    return [
        {
            name: `${name}-https`,
            protocol: "Https",
            frontendPort: part("frontendPorts", "https"),
            sslCertificate: part("sslCertificates", name),
            requireServerNameIndication: true,
            ...(name in firewallPolicies ? { firewallPolicy: firewallPolicies[name] } : {}),
            ...common,
        },
        { name: `${name}-http`, protocol: "Http", frontendPort: part("frontendPorts", "http"), ...common },
    ];
}

function pools({ backends, clusterAddress }: GatewaySpec<unknown>) {
    const all = { [clusterBackend]: { addresses: [clusterAddress] }, ...backends };
    return Object.entries(all).map(([name, { addresses }]) => ({
        name,
        backendAddresses: addresses.map((address) =>
            /^[\d.]+$/.test(address) ? { ipAddress: address } : { fqdn: address },
        ),
    }));
}

function probe(site: string, backend: string, { sites, backends }: GatewaySpec<unknown>) {
    return {
        name: `${site}-${backend}`,
        protocol: "Https",
        path: backend === clusterBackend ? sites[site].probePath : backends[backend].probePath,
        interval: 30,
        timeout: 30,
        unhealthyThreshold: 3,
        pickHostNameFromBackendHttpSettings: true,
    };
}

function httpSettings<Reference>(
    siteName: string,
    backend: string,
    { sites, backends }: GatewaySpec<Reference>,
    part: PartReference<Reference>,
) {
    const site = sites[siteName];
    const isCluster = backend === clusterBackend;
    const { trustedRoot } = isCluster ? site : backends[backend];
    return {
        name: `${siteName}-${backend}`,
        protocol: "Https",
        port: 443,
        hostName: isCluster ? (site.backendHostName ?? site.hostNames[0]) : backends[backend].hostName,
        cookieBasedAffinity: site.affinity ? "Enabled" : "Disabled",
        requestTimeout: site.timeouts.requestSeconds,
        connectionDraining: { enabled: true, drainTimeoutInSec: site.timeouts.drainSeconds },
        probe: part("probes", `${siteName}-${backend}`),
        trustedRootCertificates: trustedRoot && [
            part("trustedRootCertificates", isCluster ? siteRoot(siteName) : backendRoot(backend)),
        ],
    };
}

function trustedRoots({ sites, backends }: GatewaySpec<unknown>) {
    const owners = [
        ...Object.entries(sites).map(([name, { trustedRoot }]) => ({ name: siteRoot(name), trustedRoot })),
        ...Object.entries(backends).map(([name, { trustedRoot }]) => ({ name: backendRoot(name), trustedRoot })),
    ];
    return owners.flatMap(({ name, trustedRoot }) => (trustedRoot ? [{ name, ...contentOf(trustedRoot) }] : []));
}

function contentOf(root: TrustedRoot): { data?: string; keyVaultSecretId?: string } {
    return root.mode === "pem"
        ? { data: root.certificate.replace(/-----[^-]+-----|\s/g, "") }
        : { keyVaultSecretId: root.secretId };
}

const siteRoot = (site: string) => `site-${site}`;
const backendRoot = (backend: string) => `backend-${backend}`;

function redirects<Reference>(name: string, site: GatewaySite, part: PartReference<Reference>) {
    return [
        {
            name: `${name}-to-https`,
            redirectType: "Permanent",
            targetListener: part("httpListeners", `${name}-https`),
            includePath: true,
            includeQueryString: true,
        },
        ...orderedPaths(site).flatMap(({ pattern, label }) =>
            pattern in site.redirects
                ? [
                      {
                          name: `${name}-${label}`,
                          // Not permanent: browsers would keep it for ever.
                          redirectType: "Found",
                          targetUrl: new URL(site.redirects[pattern], `https://${site.hostNames[0]}`).href,
                          includePath: false,
                          includeQueryString: true,
                      },
                  ]
                : [],
        ),
    ];
}

function pathMap<Reference>(name: string, site: GatewaySite, part: PartReference<Reference>) {
    return {
        name,
        defaultBackendAddressPool: part("backendAddressPools", site.backend),
        defaultBackendHttpSettings: part("backendHttpSettingsCollection", `${name}-${site.backend}`),
        pathRules: orderedPaths(site).map(({ pattern, label }) => ({
            name: label,
            paths: [pattern],
            ...(pattern in site.redirects
                ? { redirectConfiguration: part("redirectConfigurations", `${name}-${label}`) }
                : {
                      backendAddressPool: part("backendAddressPools", site.paths[pattern]),
                      backendHttpSettings: part("backendHttpSettingsCollection", `${name}-${site.paths[pattern]}`),
                  }),
        })),
    };
}

function routingRules<Reference>(name: string, site: GatewaySite, index: number, part: PartReference<Reference>) {
    const priority = 100 + index * 20;
    return [
        {
            name: `${name}-https`,
            priority,
            httpListener: part("httpListeners", `${name}-https`),
            ...(hasPaths(site)
                ? { ruleType: "PathBasedRouting", urlPathMap: part("urlPathMaps", name) }
                : {
                      ruleType: "Basic",
                      backendAddressPool: part("backendAddressPools", site.backend),
                      backendHttpSettings: part("backendHttpSettingsCollection", `${name}-${site.backend}`),
                  }),
        },
        {
            name: `${name}-to-https`,
            ruleType: "Basic",
            priority: priority + 10,
            httpListener: part("httpListeners", `${name}-http`),
            redirectConfiguration: part("redirectConfigurations", `${name}-to-https`),
        },
    ];
}

function hasPaths({ paths, redirects }: GatewaySite): boolean {
    return Object.keys(paths).length + Object.keys(redirects).length > 0;
}

/** All patterns of a site in the order in which they are tried, each with a name. */
function orderedPaths({ paths, redirects }: GatewaySite): { pattern: string; label: string }[] {
    const patterns = bySpecificity([...Object.keys(paths), ...Object.keys(redirects)]);
    return patterns.map((pattern, index) => ({ pattern, label: `path-${index + 1}` }));
}

function backendsOf({ backend, paths }: GatewaySite): string[] {
    return [...new Set([backend, ...Object.values(paths)])];
}
