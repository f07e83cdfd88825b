import { expect } from "chai";
import * as fc from "fast-check";
import { normalizeType } from "../../policies/src/frame/azure-type";
import { fix } from "../../policies/src/frame/remediation";
import type { ResourceRule } from "../../policies/src/frame/rule";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import { Analyzer } from "./support/analyzer";
import { findingsOf, ruleNamed, verdictOf } from "./support/judge";
import type { RuleCase } from "./support/rule-case";
import type { Declared, Properties } from "./support/scene";
import { changed, UNKNOWN } from "./support/scene";

const fixing = allRules.filter((rule): rule is ResourceRule => rule.kind === "resource" && rule.fixes !== undefined);

const casesOf = (rule: ResourceRule, verdict: RuleCase["verdict"]) =>
    allCases.filter((ruleCase) => ruleCase.rule === rule.name && ruleCase.verdict === verdict);

function fixed(rule: ResourceRule, resource: Declared): Declared {
    return { ...resource, inputs: fix(rule, normalizeType(resource.type), resource.inputs) as Properties };
}

/** Names of the rules about single resources that a resource breaks. */
function broken(resource: Declared): string[] {
    const type = normalizeType(resource.type);
    return allRules
        .filter((rule) => rule.kind === "resource" && rule.types.includes(type))
        .map((rule) => rule.name)
        .filter((name) => verdictOf(findingsOf(name, [resource])) === "fail");
}

describe("What remediation sets", () => {
    for (const rule of fixing) {
        describe(rule.name, () => {
            it("makes every violating resource pass, and no other rule refuse it", () => {
                for (const { scene, config, when } of casesOf(rule, "fail")) {
                    const after = scene.map((resource) => fixed(rule, resource));
                    expect(verdictOf(findingsOf(rule.name, after, config)), when).to.equal("pass");
                    for (const [index, resource] of after.entries()) {
                        expect(broken(scene[index] ?? resource), when).to.include.members(broken(resource));
                    }
                }
            });

            it("is the same when it is set again", () => {
                for (const { scene } of casesOf(rule, "fail")) {
                    for (const resource of scene) {
                        const once = fixed(rule, resource);
                        expect(fixed(rule, once).inputs).to.equal(once.inputs);
                    }
                }
            });

            it("opens nothing, whatever the property was", () => {
                const [compliant] = casesOf(rule, "pass")[0]?.scene ?? [];
                const values = fc.constantFrom(
                    "Enabled",
                    "Disabled",
                    "Allow",
                    "Deny",
                    "Off",
                    "TLS1_0",
                    true,
                    false,
                    undefined,
                );
                fc.assert(
                    fc.property(values, values, (first, second) => {
                        const [one] = rule.fixes ?? [];
                        const paths = [one?.path ?? "", "publicNetworkAccess"];
                        const resource = compliant && {
                            ...compliant,
                            inputs: changed(compliant.inputs, { [paths[1] ?? ""]: second, [paths[0] ?? ""]: first }),
                        };
                        if (resource && verdictOf(findingsOf(rule.name, [resource])) === "fail") {
                            expect(broken(resource)).to.include.members(broken(fixed(rule, resource)));
                        }
                    }),
                );
            });

            it("leaves what is not known yet", () => {
                const [one] = rule.fixes ?? [];
                const blurred = casesOf(rule, "fail").flatMap(({ scene }) =>
                    scene.map((resource) => changed(resource.inputs, { [one?.path ?? ""]: UNKNOWN })),
                );
                for (const inputs of blurred) {
                    expect(fix(rule, rule.types[0] ?? "", inputs)).to.equal(inputs);
                }
            });
        });
    }

    it("reaches every element of a list", () => {
        const rule = {
            ...ruleNamed("pool-no-public-ip"),
            fixes: [{ path: "pools[].open", value: false }],
        } as ResourceRule;
        const before = { pools: [{ open: true, name: "a" }, { name: "b" }, UNKNOWN] };
        expect(fix(rule, "x:Y", before)).to.deep.equal({
            pools: [{ open: false, name: "a" }, { open: false, name: "b" }, UNKNOWN],
        });
        expect(fix(rule, "x:Y", { pools: UNKNOWN })).to.deep.equal({ pools: UNKNOWN });
        expect(fix(rule, "x:Y", {})).to.deep.equal({});
    });
});

describe("Remediation, over the engine's protocol", () => {
    const OPEN: Declared = {
        type: "azure-native:storage/v20240101:StorageAccount",
        name: "data",
        inputs: {
            minimumTlsVersion: "TLS1_0",
            kind: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "StorageV2" },
            accountName: UNKNOWN,
        },
    };
    let analyzer: Analyzer;
    before(async () => {
        analyzer = await Analyzer.start();
    });
    after(() => analyzer.stop());

    it("is off unless the configuration asks", async () => {
        await analyzer.configure();
        expect(await analyzer.remediate(OPEN)).to.deep.equal({ rules: [], resource: OPEN });
    });

    it("changes the property alone; secrets stay secret and unknowns unknown; the rule then passes", async () => {
        await analyzer.configure({ "st-tls12": "remediate" });
        const { rules, resource } = await analyzer.remediate(OPEN);
        expect(rules).to.deep.equal(["st-tls12"]);
        expect(resource).to.deep.equal({ ...OPEN, inputs: { ...OPEN.inputs, minimumTlsVersion: "TLS1_2" } });
        expect(await analyzer.remediate(resource)).to.deep.equal({ rules: [], resource });
        const policies = (await analyzer.judge([resource])).map(({ policy }) => policy);
        expect(policies).to.include("st-https").and.not.include("st-tls12");
    });

    it("keeps a property secret whose value it changes", async () => {
        const secret = { ...(OPEN.inputs["kind"] as Properties), value: "TLS1_0" };
        await analyzer.configure({ "st-tls12": "remediate" });
        const { resource } = await analyzer.remediate(changed(OPEN, { "inputs.minimumTlsVersion": secret }));
        expect(resource.inputs["minimumTlsVersion"]).to.deep.equal({ ...secret, value: "TLS1_2" });
    });

    it("adds up over several rules", async () => {
        await analyzer.configure({ "st-tls12": "remediate", "st-default-deny": "remediate", "st-https": "remediate" });
        const { rules, resource } = await analyzer.remediate(OPEN);
        expect(rules).to.have.members(["st-tls12", "st-default-deny", "st-https"]);
        expect(resource.inputs).to.deep.include({
            networkRuleSet: { defaultAction: "Deny" },
            enableHttpsTrafficOnly: true,
        });
    });

    it("leaves what a waiver excepts", async () => {
        const waiver = {
            rule: "st-tls12",
            urn: "*::data",
            reason: "r",
            owner: "o",
            ticket: "t",
            expires: "2999-12-31",
        };
        await analyzer.configure({ "st-tls12": "remediate", "pack-settings": { waivers: [waiver] } });
        expect((await analyzer.remediate(OPEN)).rules).to.deep.equal([]);
    });
});
