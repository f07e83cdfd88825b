import { expect } from "chai";
import fc from "fast-check";
import {
    egressRules,
    mergeEgress,
    type EgressFeatures,
    type EgressRule,
    type SourcedRule,
} from "../../components/network/egress-rules";
import { blocks, region } from "./arbitraries";

type Switch = "publicApiServer" | "azurePolicy" | "monitoring" | "defender" | "gpu" | "machineLearning";

const switches: readonly Switch[] = [
    "publicApiServer",
    "azurePolicy",
    "monitoring",
    "defender",
    "gpu",
    "machineLearning",
];

/** Domains of Microsoft, and of the makers of GPU drivers: what rules that nobody configured may open. */
const owners = [
    "azmk8s.io",
    "azure.com",
    "azurecr.io",
    "azureml.ms",
    "azureml.net",
    "microsoft.com",
    "microsoftmetrics.com",
    "msftcloudes.com",
    "visualstudio.com",
    "windows.net",
    "nvidia.com",
    "nvidia.github.io",
    "download.docker.com",
];

const additional = fc.uniqueArray(
    fc.record({
        name: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
        fqdns: fc.array(fc.stringMatching(/^(\*\.)?[a-z]{1,8}\.contoso\.com$/), { minLength: 1, maxLength: 3 }),
        reason: fc.string({ maxLength: 40 }).map((why) => `because of ${why}`),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
);

const switched = fc.record(
    Object.fromEntries(switches.map((name) => [name, fc.boolean()])) as Record<Switch, fc.Arbitrary<boolean>>,
);

const features: fc.Arbitrary<EgressFeatures> = fc
    .tuple(region, switched, additional)
    .map(([location, on, more]) => ({ location, ...on, additional: more }));

describe("The allow-list of a cluster", () => {
    it("says of every rule why it is there and who demands it", () => {
        eachRule(({ why, source, name }) => {
            expect(why.trim(), name).to.have.length.at.least(10);
            expect(source, name).not.to.equal("");
        });
    });

    it("names destinations, never everything", () => {
        eachRule((rule) => {
            const destinations = destinationsOf(rule);
            expect(destinations, rule.name).not.to.have.length(0);
            for (const destination of destinations) {
                expect(destination, rule.name).not.to.match(/^\*$|^0\.0\.0\.0|^Internet$|^\*\.[^.]+$/);
            }
        });
    });

    it("opens no service tag of all of Azure for HTTPS", () => {
        eachRule((rule) => {
            const wide = rule.kind === "network" && rule.destinations.some((tag) => /^AzureCloud/.test(tag));
            expect(wide && rule.ports.some((ports) => /443|\*/.test(ports)), rule.name).to.equal(false);
        });
    });

    it("opens no storage of strangers", () => {
        eachRule((rule) => {
            for (const destination of destinationsOf(rule)) {
                expect(destination).not.to.match(/^\*\.(blob|file|queue|table|dfs|z\d+\.web)\.core\.windows\.net$/);
                expect(destination).not.to.match(/^Storage/);
            }
        });
    });

    it("opens hosts of the platform's makers alone, so no package index, unless configuration names others", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                for (const rule of egressRules({ ...drawn, additional: [] })) {
                    for (const host of rule.kind === "application" ? (rule.fqdns ?? []) : []) {
                        expect(
                            owners.some((owner) => host === owner || host.endsWith(`.${owner}`)),
                            host,
                        ).to.equal(true);
                    }
                }
            }),
        );
    });

    it("goes over TLS where it is decided by host name; only AKS's own tag has plain HTTP beside it", () => {
        eachRule((rule) => {
            if (rule.kind === "application") {
                expect(rule.protocols).to.deep.include({ protocolType: "Https", port: 443 });
                const others = rule.protocols.length - 1;
                expect(others, rule.name).to.equal(rule.fqdnTags?.includes("AzureKubernetesService") ? 1 : 0);
            }
        });
    });

    it("has no two rules of one name", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const names = egressRules(drawn).map(({ name }) => name);
                expect(new Set(names)).to.have.property("size", names.length);
            }),
        );
    });

    it("holds what its features bring and nothing else: a feature that is off leaves no rule behind", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const off = Object.fromEntries(switches.map((name) => [name, false])) as Record<Switch, boolean>;
                const base = egressRules({ ...drawn, ...off });
                const broughtBy = (name: Switch) =>
                    egressRules({ ...drawn, ...off, [name]: true }).filter(isMissingIn(base));
                for (const name of switches) {
                    expect(broughtBy(name), name).not.to.have.length(0);
                }
                const on = switches.filter((name) => drawn[name]);
                expect(egressRules(drawn)).to.have.deep.members([...base, ...on.flatMap(broughtBy)]);
            }),
        );
    });

    it("holds what configuration adds, with its reason", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const rules = egressRules(drawn);
                for (const { name, fqdns, reason } of drawn.additional) {
                    expect(rules).to.deep.include({
                        kind: "application",
                        name: `allowed-${name}`,
                        why: reason,
                        source: "configuration",
                        fqdns,
                        protocols: [{ protocolType: "Https", port: 443 }],
                    });
                }
            }),
        );
    });

    function eachRule(check: (rule: EgressRule) => void): void {
        fc.assert(fc.property(features, (drawn) => egressRules(drawn).forEach(check)));
    }
});

describe("The allow-list of all spokes", () => {
    const needs = fc
        .tuple(
            additional,
            fc.array(fc.tuple(features, fc.array(blocks(21, 24), { minLength: 1, maxLength: 2 })), { maxLength: 4 }),
        )
        .map(([more, spokes]) =>
            spokes.map(([drawn, sources]) => ({ rules: egressRules({ ...drawn, additional: more }), sources })),
        );

    it("opens each rule to those who need it and to nobody else", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const asked = all.flatMap(({ rules, sources }) => pairs(rules.map((rule) => ({ rule, sources }))));
                expect(new Set(pairs(mergeEgress(all)))).to.deep.equal(new Set(asked));
            }),
        );
    });

    it("has each rule once, and no two of one name, even over several regions", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const names = mergeEgress(all).map(({ rule }) => rule.name);
                expect(new Set(names)).to.have.property("size", names.length);
            }),
        );
    });

    it("changes nothing of what it was given", () => {
        fc.assert(
            fc.property(needs, (all) => {
                const before = structuredClone(all);
                mergeEgress(all);
                expect(all).to.deep.equal(before);
            }),
        );
    });
});

function pairs(entries: readonly SourcedRule[]): string[] {
    return entries.flatMap(({ rule, sources }) => sources.map((source) => `${source} ${JSON.stringify(rule)}`));
}

function destinationsOf(rule: EgressRule): readonly string[] {
    return rule.kind === "network" ? rule.destinations : [...(rule.fqdns ?? []), ...(rule.fqdnTags ?? [])];
}

function isMissingIn(rules: readonly EgressRule[]): (rule: EgressRule) => boolean {
    const known = new Set(rules.map((rule) => JSON.stringify(rule)));
    return (rule) => !known.has(JSON.stringify(rule));
}
