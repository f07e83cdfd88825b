import { expect } from "chai";
import { appsSite, certificate, problemsOf, publicIngress, type Change } from "./sound-config";

const ingress = "spokes/platform/ingress";
const at = "spokes.platform.ingress";

const withSites = (sites: unknown, more: object = {}): Change => [ingress, { mode: "public", sites, ...more }];
const site = (changes: object) => ({ apps: { ...appsSite, ...changes } });
const withFirewall = (firewall: unknown): Change => [ingress, { ...publicIngress, firewall }];

interface Case {
    readonly changes: readonly Change[];
    readonly path: string;
    readonly found: string;
    readonly allowed: string;
    readonly remedy: string;
}

const sites: Record<string, Case> = {
    "one name of two sites": {
        changes: [withSites({ apps: appsSite, shop: appsSite })],
        path: `${at}.sites.shop.hostNames[0]`,
        found: '"apps.contoso.com", which the site apps has too',
        allowed: "a name that one site answers to",
        remedy: "Remove it from one of the two, or make them one site with paths.",
    },
    "a certificate from another vault than the gateway may read": {
        changes: [
            withSites(
                site({ certificate: { ...certificate, secretId: "https://kv-other.vault.azure.net/secrets/a" } }),
            ),
        ],
        path: `${at}.sites.apps.certificate.vaultId`,
        found: 'the vault "kv-certificates", while the secret is in "kv-other"',
        allowed: "the id of the vault that secretId names",
        remedy: "Correct one of the two: the gateway could not read its certificate.",
    },
    "the same of a backend's authority": {
        changes: [
            withSites(
                site({
                    trustedRoot: {
                        ...certificate,
                        mode: "keyVault",
                        secretId: "https://kv-ca.vault.azure.net/secrets/a",
                    },
                }),
            ),
        ],
        path: `${at}.sites.apps.trustedRoot.vaultId`,
        found: 'the vault "kv-certificates", while the secret is in "kv-ca"',
        allowed: "the id of the vault that secretId names",
        remedy: "Correct one of the two: the gateway could not read its certificate.",
    },
    "a path to a backend that isn't there": {
        changes: [withSites(site({ paths: { "/api/*": "reports" } }), { backends: { other: backend("10.101.4.5") } })],
        path: `${at}.sites.apps.paths["/api/*"]`,
        found: '"reports"',
        allowed: "one of cluster, other",
        remedy: "Name one of them, or add it to the gateway's backends.",
    },
    "a site whose backend isn't there": {
        changes: [withSites(site({ backend: "reports" }))],
        path: `${at}.sites.apps.backend`,
        found: '"reports"',
        allowed: "one of cluster",
        remedy: "Name one of them, or add it to the gateway's backends.",
    },
    "a path that is to be served and redirected": {
        changes: [withSites(site({ paths: { "/api": "cluster" }, redirects: { "/API": "/v2" } }))],
        path: `${at}.sites.apps.redirects["/API"]`,
        found: 'a redirect, beside paths["/api"]',
        allowed: "a path in one of the two",
        remedy: "Remove one of the two.",
    },
    "a redirect to itself": {
        changes: [withSites(site({ redirects: { "/old/*": "https://apps.contoso.com/old/new" } }))],
        path: `${at}.sites.apps.redirects["/old/*"]`,
        found: '"https://apps.contoso.com/old/new", which never ends: apps /old/* -> apps /old/*',
        allowed: "a target that no redirect sends on for ever",
        remedy: "Redirect to a path that a backend answers.",
    },
    "a wildcard without the name on the backend's certificate": {
        changes: [withSites(site({ hostNames: ["*.contoso.com"] }))],
        path: `${at}.sites.apps.backendHostName`,
        found: 'nothing, with "*.contoso.com", the first of hostNames',
        allowed: "the name on the cluster's certificate",
        remedy: "Set it, or put a name without * first.",
    },
    "a redirect to a path of a site whose name nobody knows": {
        changes: [
            withSites(
                site({ hostNames: ["*.contoso.com"], backendHostName: "a.contoso.com", redirects: { "/a": "/b" } }),
            ),
        ],
        path: `${at}.sites.apps.redirects["/a"]`,
        found: '"/b", with "*.contoso.com", the first of hostNames',
        allowed: "a target with its host: https://...",
        remedy: "Name the host, or put a name without * first.",
    },
    "a backend that is no neighbour": {
        changes: [withSites(site({}), { backends: { other: backend("10.102.0.4") } })],
        path: `${at}.backends.other.addresses[0]`,
        found: '"10.102.0.4"',
        allowed: "an address in 10.101.0.0/16 or 10.100.0.0/23",
        remedy: "Name one of the spoke's own or the hub's, or give this site a gateway in its backend's spoke.",
    },
};

const gateways: Record<string, Case> = {
    "a gateway whose minimum is above its maximum": {
        changes: [[ingress, { ...publicIngress, capacity: { min: 3, max: 2 } }]],
        path: `${at}.capacity`,
        found: "a minimum of 3 and a maximum of 2",
        allowed: "a minimum no greater than the maximum",
        remedy: "Swap them, or raise the maximum.",
    },
    "a gateway without a cluster": {
        changes: [
            [ingress, publicIngress],
            ["spokes/platform/cluster", undefined],
        ],
        path: at,
        found: "a gateway in a spoke without a cluster",
        allowed: "mode none, or a cluster beside it",
        remedy: "Add spokes.platform.cluster, or remove the gateway.",
    },
    "more instances than their subnet has addresses": {
        changes: [
            ["spokes/platform/addressSpace", "10.101.0.0/22"],
            [ingress, { ...publicIngress, capacity: { min: 2, max: 60 } }],
        ],
        path: `${at}.capacity.max`,
        found: "60 instances, in 10.101.3.128/26",
        allowed: "at most 59: each takes an address, and a private frontend one more",
        remedy: "Lower it, or give the spoke more addresses.",
    },
    "a private frontend that no address is left for": {
        changes: [
            ["spokes/platform/addressSpace", "10.101.0.0/22"],
            [ingress, { ...publicIngress, mode: "private", capacity: { min: 2, max: 59 } }],
        ],
        path: `${at}.capacity.max`,
        found: "59 instances, in 10.101.3.128/26",
        allowed: "at most 58: each takes an address, and a private frontend one more",
        remedy: "Lower it, or give the spoke more addresses.",
    },
    "everybody as the clients of a private gateway": {
        changes: [[ingress, { ...publicIngress, mode: "private", clients: ["0.0.0.0/0"] }]],
        path: `${at}.clients[0]`,
        found: '"0.0.0.0/0"',
        allowed: "networks of clients, /8 or narrower",
        remedy: "Name the networks that clients really come from.",
    },
    "clients that are no network": {
        changes: [[ingress, { ...publicIngress, mode: "private", clients: ["10.0.0.1/8"] }]],
        path: `${at}.clients[0]`,
        found: '"10.0.0.1/8" has host bits set; its network is 10.0.0.0/8',
        allowed: "a network address and its prefix length, such as 10.0.0.0/16",
        remedy: "Correct the address or the prefix length.",
    },
    "Application Gateway for Containers where it has no /24": {
        changes: [
            ["spokes/platform/addressSpace", "10.101.0.0/21"],
            [ingress, { mode: "containers" }],
        ],
        path: `${at}.mode`,
        found: '"containers", with 10.101.7.0/25 for it',
        allowed: "a spoke of which the sixteenth part is a /24: a /20 or larger",
        remedy: "Give the spoke more addresses, or use mode public.",
    },
};

const firewalls: Record<string, Case> = {
    "two rules at one priority": {
        changes: [
            withFirewall({
                customRules: {
                    One: { mode: "countries", priority: 5, countries: ["DE"] },
                    Two: { mode: "rateLimit", priority: 5, requests: 10 },
                },
            }),
        ],
        path: `${at}.firewall.customRules.Two.priority`,
        found: "5, which One has too",
        allowed: "a priority of its own",
        remedy: "Change one of the two: Azure asks rules in their order.",
    },
    "more to inspect than there may be": {
        changes: [withFirewall({ body: { maxKB: 64 } })],
        path: `${at}.firewall.body.inspectKB`,
        found: "128, with bodies of at most 64",
        allowed: "no more than maxKB",
        remedy: "Lower it, or raise maxKB.",
    },
    "a range that is none, in the firewall of one site": {
        changes: [
            withSites(
                site({
                    firewall: { customRules: { A: { mode: "addresses", priority: 1, ranges: ["198.51.100.7/24"] } } },
                }),
            ),
        ],
        path: `${at}.sites.apps.firewall.customRules.A.ranges[0]`,
        found: '"198.51.100.7/24" has host bits set; its network is 198.51.100.0/24',
        allowed: "a network address and its prefix length, such as 10.0.0.0/16",
        remedy: "Correct the address or the prefix length.",
    },
    "more reasons than there are tags for": {
        changes: [withFirewall({ overrides: overrides(41) })],
        path: `${at}.firewall`,
        found: "41 exclusions and overrides",
        allowed: "at most 40: their reasons are kept as tags",
        remedy: "Give sites that need many a firewall of their own.",
    },
};

for (const [title, cases] of Object.entries({ Sites: sites, Gateways: gateways, Firewalls: firewalls })) {
    describe(`Configuration, the way in: ${title}`, () => {
        for (const [name, { changes, ...expected }] of Object.entries(cases)) {
            it(`reports ${name}`, () => {
                expect(problemsOf(...changes)).to.deep.equal([expected]);
            });
        }
    });
}

describe("Configuration, the way in: shapes", () => {
    const wrong: Record<string, readonly [change: Change, path: string]> = {
        "an exclusion without a reason": [
            withFirewall({ exclusions: { editor: { variable: "RequestArgValues", selector: "body" } } }),
            `${at}.firewall.exclusions.editor.reason`,
        ],
        "an override without a reason": [
            withFirewall({ overrides: { "942430": { group: "SQLI", action: "Log" } } }),
            `${at}.firewall.overrides.942430.reason`,
        ],
        "an override that lets requests past": [
            withFirewall({ overrides: { "942430": { group: "SQLI", action: "Allow", reason: "no" } } }),
            `${at}.firewall.overrides.942430.action`,
        ],
        "a mode of the firewall: it always blocks": [withFirewall({ mode: "Detection" }), `${at}.firewall.mode`],
        "a redirect to plain HTTP": [
            withSites(site({ redirects: { "/a": "http://apps.contoso.com/b" } })),
            `${at}.sites.apps.redirects["/a"]`.replace('["/a"]', "./a"),
        ],
        "a path with * in its middle": [
            withSites(site({ paths: { "/a*b": "cluster" } })),
            `${at}.sites.apps.paths./a*b`,
        ],
        "the whole site as a path": [withSites(site({ paths: { "/*": "cluster" } })), `${at}.sites.apps.paths./*`],
        "a backend with the cluster's name": [
            withSites(site({}), { backends: { cluster: backend("10.101.4.5") } }),
            `${at}.backends.cluster`,
        ],
        "a certificate with its version": [
            withSites(site({ certificate: { ...certificate, secretId: `${certificate.secretId}/0123` } })),
            `${at}.sites.apps.certificate.secretId`,
        ],
        "no site at all": [withSites({}), `${at}.sites`],
        "OWASP's rules for Application Gateway for Containers": [
            [ingress, { mode: "containers", firewall: { ruleSet: "CRS 3.2" } }],
            `${at}.firewall.ruleSet`,
        ],
        "a limit of rates there": [
            [ingress, { mode: "containers", firewall: { customRules: { A: { mode: "rateLimit", priority: 1 } } } }],
            `${at}.firewall.customRules.A.mode`,
        ],
    };
    for (const [name, [change, path]] of Object.entries(wrong)) {
        it(`refuses ${name}`, () => {
            expect(problemsOf(change).map((problem) => problem.path)).to.deep.equal([path]);
        });
    }

    const fine: Record<string, readonly Change[]> = {
        "one site with nothing but its name and certificate": [[ingress, publicIngress]],
        "a vault whose name is written in capitals": [
            withSites(site({ certificate: { ...certificate, vaultId: certificate.vaultId.replace("kv-c", "KV-C") } })),
        ],
        "a private gateway with the platform's own clients": [[ingress, { ...publicIngress, mode: "private" }]],
        "Application Gateway for Containers with nothing more": [[ingress, { mode: "containers" }]],
        "a site that only redirects": [withSites(site({ redirects: { "/old/*": "https://contoso.com/new" } }))],
    };
    for (const [name, changes] of Object.entries(fine)) {
        it(`accepts ${name}`, () => {
            expect(problemsOf(...changes)).to.deep.equal([]);
        });
    }
});

function backend(address: string) {
    return { addresses: [address], hostName: "reports.contoso.com" };
}

function overrides(count: number) {
    return Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
            `${942000 + index}`,
            { group: "SQLI", action: "Log", reason: "for the tests" },
        ]),
    );
}
