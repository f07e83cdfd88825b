import { expect } from "chai";
import { problemsOf, type Change } from "./sound-config";

const egress = "hub/egress";
const cluster = "spokes/platform/cluster";
const publicApi: Change = [`${cluster}/apiAccess`, { mode: "public", authorizedRanges: ["198.51.100.0/24"] }];
const image = { publisher: "contoso", offer: "firewall", sku: "byol", version: "1.2.3" };
const appliance = { mode: "appliance", image, adminSshKey: "ssh-ed25519 AAAA" };
const given = { mode: "address", nextHop: "10.100.1.4" };
const azureDns: Change = ["hub/dns", { mode: "azure" }];
const inspection = {
    certificateSecretId: "https://kv-certificates.vault.azure.net/secrets/authority",
    certificateVaultId:
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-certificates",
};
const reason = "The partner's interface";
const entry = { name: "partner", fqdns: ["api.contoso.com"], reason };

const sound: Record<string, readonly Change[]> = {
    "a firewall that nobody describes": [],
    "a firewall that looks into TLS": [[egress, { mode: "firewall", tier: "Premium", inspection }]],
    "public ranges of one's own": [[egress, { mode: "firewall", snat: { privateRanges: ["203.0.113.0/24"] } }]],
    "a pair of appliances": [[egress, { ...appliance, bootstrap: "#cloud-config" }], azureDns],
    "a given address": [[egress, given], azureDns],
    "a given address whose sources are known to a public API server": [
        [egress, { ...given, publicAddresses: ["203.0.113.10"] }],
        azureDns,
        publicApi,
    ],
    "a firewall that spokes don't ask for names": [azureDns],
    "host names, blocks and service tags that are allowed": [
        ["allowedEgress", [{ ...entry, network: [{ destinations: ["203.0.113.0/24", "Sql"], ports: ["1433"] }] }]],
        ["spokes/platform/allowedEgress", [{ ...entry, pools: ["system", "user"] }]],
    ],
};

/** What is wrong, by its path. */
const wrong: Record<string, { changes: readonly Change[]; path: string; found: string }> = {
    "DNS from a firewall where there is none": {
        changes: [
            [egress, appliance],
            ["hub/dns", { mode: "firewall" }],
        ],
        path: "hub.dns.mode",
        found: '"firewall", in a hub whose egress is "appliance"',
    },
    "TLS inspection by a Standard firewall": {
        changes: [[egress, { mode: "firewall", inspection }]],
        path: "hub.egress.inspection",
        found: "TLS inspection with the tier Standard",
    },
    "a certificate in another vault": {
        changes: [
            [
                egress,
                {
                    mode: "firewall",
                    tier: "Premium",
                    inspection: {
                        ...inspection,
                        certificateVaultId: inspection.certificateVaultId.replace(/[^/]+$/, "kv-other"),
                    },
                },
            ],
        ],
        path: "hub.egress.inspection.certificateVaultId",
        found: 'the vault "kv-other", while the certificate is in "kv-certificates"',
    },
    "a tunnel without a gateway": {
        changes: [[egress, { mode: "firewall", forcedTunnelling: {} }]],
        path: "hub.egress.forcedTunnelling",
        found: "a tunnel without a gateway",
    },
    "public addresses that a tunnel never uses": {
        changes: [[egress, { mode: "firewall", forcedTunnelling: {}, publicAddresses: 2 }]],
        path: "hub.egress.publicAddresses",
        found: "2, with forced tunnelling",
    },
    "all addresses as one's own": {
        changes: [[egress, { mode: "firewall", snat: { privateRanges: ["0.0.0.0/0"] } }]],
        path: "hub.egress.snat.privateRanges[0]",
        found: '"0.0.0.0/0"',
    },
    "a range of one's own that is none": {
        changes: [[egress, { mode: "firewall", snat: { privateRanges: ["203.0.113.1/24"] } }]],
        path: "hub.egress.snat.privateRanges[0]",
        found: '"203.0.113.1/24" has host bits set; its network is 203.0.113.0/24',
    },
    "a next hop in a spoke": {
        changes: [[egress, { ...given, nextHop: "10.101.0.4" }], azureDns],
        path: "hub.egress.nextHop",
        found: '"10.101.0.4", which is in spokes.platform (10.101.0.0/16)',
    },
    "a public API server that doesn't know its nodes": {
        changes: [[egress, given], azureDns, publicApi],
        path: "spokes.platform.cluster.apiAccess",
        found: "a public API server, while nobody says which addresses the nodes come from",
    },
    "a setting of another mode": {
        changes: [[egress, { ...given, tier: "Premium" }], azureDns],
        path: "hub.egress.tier",
        found: 'an unknown key with the value "Premium"',
    },
    "an unknown mode": { changes: [[egress, { mode: "none" }]], path: "hub.egress.mode", found: '"none"' },
    "an appliance that logs in with something else than a key": {
        changes: [[egress, { ...appliance, adminSshKey: "secret" }], azureDns],
        path: "hub.egress.adminSshKey",
        found: '"secret"',
    },
    "an entry that opens nothing": {
        changes: [["allowedEgress", [{ name: "partner", reason }]]],
        path: "allowedEgress[0]",
        found: '{"name":"partner","reason":"The partner\'s interface"}',
    },
    "an entry without a reason worth the name": {
        changes: [["spokes/platform/allowedEgress", [{ ...entry, reason: "needed" }]]],
        path: "spokes.platform.allowedEgress[0].reason",
        found: '"needed"',
    },
    "an entry for pools that there are not": {
        changes: [["allowedEgress", [{ ...entry, pools: ["gpu"] }]]],
        path: "allowedEgress[0].pools[0]",
        found: '"gpu"',
    },
};

describe("The way out in the configuration", () => {
    for (const [what, changes] of Object.entries(sound)) {
        it(`may be ${what}`, () => {
            expect(problemsOf(...changes)).to.deep.equal([]);
        });
    }

    for (const [what, { changes, path, found }] of Object.entries(wrong)) {
        it(`can't be ${what}`, () => {
            const problems = problemsOf(...changes);
            const problem = problems.find((each) => each.path === path);
            expect(problem, JSON.stringify(problems)).to.include({ found });
            expect(problem?.allowed).not.to.equal("");
            expect(problem?.remedy).not.to.equal("");
        });
    }

    for (const open of ["Internet", "AzureCloud", "AzureCloud.WestEurope", "Storage", "VirtualNetwork", "*"]) {
        it(`opens nothing as wide as ${open} by address`, () => {
            expect(pathsOfNetwork({ destinations: [open], ports: ["443"] })).to.deep.equal(["destinations[0]"]);
        });
    }

    it("takes blocks of /8 or narrower, and ports that there are", () => {
        expect(pathsOfNetwork({ destinations: ["0.0.0.0/0"], ports: ["443"] })).to.deep.equal(["destinations[0]"]);
        expect(pathsOfNetwork({ destinations: ["203.0.113.0/24"], ports: ["0", "65536", "9-8", "*"] })).to.deep.equal([
            "ports[0]",
            "ports[1]",
            "ports[2]",
            "ports[3]",
        ]);
        expect(pathsOfNetwork({ destinations: ["203.0.113.0/24"], ports: ["1", "65535", "8-9"] })).to.deep.equal([]);
    });

    it("counts the addresses that a public API server must let in, whichever way out there is", () => {
        const ranges = Array.from({ length: 199 }, (_, index) => `198.51.100.${index}/32`);
        const asked: Change = [`${cluster}/apiAccess`, { mode: "public", authorizedRanges: ranges }];
        const allowed = (...changes: Change[]) => problemsOf(asked, ...changes).map((problem) => problem.allowed);
        expect(allowed()).to.deep.equal([]);
        expect(allowed([egress, appliance], azureDns)[0]).to.match(/^at most 198: /);
        expect(allowed([egress, { ...given, publicAddresses: ["203.0.113.1"] }], azureDns)).to.deep.equal([]);
    });

    it("has no more IP groups than a firewall takes", () => {
        const spokes = Object.fromEntries(
            Array.from({ length: 301 }, (_, index) => [`s${index}`, { slot: index + 1, cluster: {} }]),
        );
        const addresses = { supernet: "10.0.0.0/8", slots: 512, pods: "100.64.0.0/11", sharedOverlays: true };
        const problems = problemsOf(["spokes", spokes], ["addresses", addresses], ["hub", {}]);
        expect(problems.filter(({ path }) => path === "spokes").map(({ found }) => found)).to.deep.equal([
            "602 pools and jump hosts with needs of their own",
        ]);
    });
});

/** Where an entry by address is wrong. */
function pathsOfNetwork(rule: object): string[] {
    const where = "allowedEgress[0].network[0].";
    return problemsOf(["allowedEgress", [{ name: "partner", network: [rule], reason }]]).map(({ path }) =>
        path.replace(where, ""),
    );
}
