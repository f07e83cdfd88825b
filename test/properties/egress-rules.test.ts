import { expect } from "chai";
import fc from "fast-check";
import { egressRules, type EgressRule } from "../../components/network/egress-rules";
import { features, off, switches, type Switch } from "./egress-arbitraries";

/** Domains of Microsoft, Ubuntu and the makers of GPU drivers: what rules that nobody configured may open. */
const owners = [
    "azmk8s.io",
    "azure.com",
    "azurecr.io",
    "azureedge.net",
    "azureml.ms",
    "azureml.net",
    "microsoft.com",
    "microsoftmetrics.com",
    "msftconnecttest.com",
    "msftcloudes.com",
    "visualstudio.com",
    "windowsupdate.com",
    "windows.net",
    "nvidia.com",
    "nvidia.github.io",
    "download.docker.com",
    "ubuntu.com",
];

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
                expect(destination, rule.name).not.to.match(/^\*$|\/0$|^Internet$|^\*\.[^.]+$/);
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
                for (const rule of egressRules({ ...drawn, gitHosts: [], additional: [] })) {
                    for (const host of rule.fqdns ?? []) {
                        expect(
                            owners.some((owner) => host === owner || host.endsWith(`.${owner}`)),
                            host,
                        ).to.equal(true);
                    }
                }
            }),
        );
    });

    it("goes over TLS where it is decided by host name, but for what Microsoft documents as plain HTTP", () => {
        const plain = ["aks", "ubuntu-patches", "windows-updates"];
        eachRule((rule) => {
            if (rule.kind === "application") {
                const isPlain = rule.protocols.some(({ protocolType }) => protocolType === "Http");
                expect(isPlain, rule.name).to.equal(plain.includes(rule.name));
                for (const { protocolType, port } of rule.protocols) {
                    expect(port, rule.name).to.equal(protocolType === "Https" ? 443 : 80);
                }
            }
        });
    });

    it("lets nobody look into the TLS of platform services, nor where configuration forbids it", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const inspected = egressRules(drawn).filter((rule) => rule.kind === "application" && rule.inspect);
                const wanted = drawn.additional.filter(({ inspect, fqdns }) => inspect && fqdns.length > 0);
                expect(inspected.map(({ name }) => name)).to.have.members(wanted.map(({ name }) => `allowed-${name}`));
            }),
        );
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
                const base = egressRules({ ...drawn, ...off });
                const { privateMonitoring } = drawn;
                const broughtBy = (name: Switch) =>
                    egressRules({ ...drawn, ...off, privateMonitoring, [name]: true }).filter(isMissingIn(base));
                const brought = switches.filter((name) => drawn[name]).flatMap(broughtBy);
                expect(textsOf(egressRules(drawn))).to.deep.equal(textsOf([...base, ...brought]));
            }),
        );
    });

    it("holds something for every feature", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const base = egressRules({ ...drawn, ...off });
                for (const name of switches) {
                    const rules = egressRules({ ...drawn, ...off, [name]: true });
                    expect(rules.filter(isMissingIn(base)), name).not.to.have.length(0);
                }
            }),
        );
    });

    it("opens nothing more where Azure Monitor is reached privately, and what private links carry no longer", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const [privately, publicly] = [true, false].map((privateMonitoring) =>
                    egressRules({ ...drawn, privateMonitoring }),
                );
                expect(privately.filter(isMissingIn(publicly))).to.deep.equal([]);
                for (const host of privately.flatMap(destinationsOf)) {
                    expect(host).not.to.match(/opinsights|ingest\.monitor|handler\.control\.monitor/);
                }
            }),
        );
    });

    it("holds what configuration adds, with its reason", () => {
        fc.assert(
            fc.property(features, (drawn) => {
                const rules = egressRules(drawn);
                for (const { name, fqdns, network, inspect, reason } of drawn.additional) {
                    const common = { why: reason, source: "configuration" };
                    if (fqdns.length > 0) {
                        const protocols = [{ protocolType: "Https", port: 443 }];
                        const rule = { kind: "application", name: `allowed-${name}`, fqdns, protocols, inspect };
                        expect(rules).to.deep.include({ ...rule, ...common });
                    }
                    network.forEach((match, index) => {
                        const rule = { kind: "network", name: `allowed-${name}_${index + 1}`, ...match };
                        expect(rules).to.deep.include({ ...rule, ...common });
                    });
                }
            }),
        );
    });

    function eachRule(check: (rule: EgressRule) => void): void {
        fc.assert(fc.property(features, (drawn) => egressRules(drawn).forEach(check)));
    }
});

function destinationsOf(rule: EgressRule): readonly string[] {
    return rule.kind === "network"
        ? [...rule.destinations, ...(rule.fqdns ?? [])]
        : [...(rule.fqdns ?? []), ...(rule.fqdnTags ?? [])];
}

/** Each rule once, however many features bring it. */
function textsOf(rules: readonly EgressRule[]): Set<string> {
    return new Set(rules.map((rule) => JSON.stringify(rule)));
}

function isMissingIn(rules: readonly EgressRule[]): (rule: EgressRule) => boolean {
    const known = textsOf(rules);
    return (rule) => !known.has(JSON.stringify(rule));
}
