import { expect } from "chai";
import { announcedLevel, levelIn, newest } from "../../policies/src/frame/profile";
import type { GraphRule, Rule } from "../../policies/src/frame/rule";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import { findingsOf, ruleNamed, verdictOf } from "./support/judge";
import type { RuleCase } from "./support/rule-case";

const isMandatoryGraphRule = (rule: Rule): rule is GraphRule =>
    rule.kind === "graph" && announcedLevel(rule) === "mandatory";

const casesOf = (rule: Rule, verdict: RuleCase["verdict"]) =>
    allCases.filter((each) => each.rule === rule.name && each.verdict === verdict);

const refuses = (twin: string, { scene }: RuleCase) => verdictOf(findingsOf(twin, scene)) === "fail";

describe("What stops an up before its end", () => {
    for (const rule of allRules.filter(isMandatoryGraphRule)) {
        describe(rule.name, () => {
            const { twin } = rule;
            if (twin === undefined || "none" in twin) {
                it("says why no rule about single resources goes ahead of it", () => {
                    expect(twin?.none).to.match(/^[A-Z].*[^ .]\.$/);
                });
                return;
            }
            const rules = twin.rules;

            for (const name of rules) {
                it(`has ${name} ahead, which judges single resources and is mandatory in earnest`, () => {
                    const ahead = ruleNamed(name);
                    expect(ahead.kind).to.equal("resource");
                    for (const profile of ["baseline", "regulated"] as const) {
                        expect(levelIn(newest(profile), ahead), profile).to.equal("mandatory");
                    }
                });

                it(`has ${name} refuse something of what it refuses, and not all that it accepts`, () => {
                    expect(casesOf(rule, "fail").some((each) => refuses(name, each))).to.equal(true);
                    expect(casesOf(rule, "pass").every((each) => refuses(name, each))).to.equal(false);
                });
            }

            it("says what only the whole stack shows, if there is such a thing", () => {
                const late = casesOf(rule, "fail").filter((each) => !rules.some((name) => refuses(name, each)));
                const whens = late.map(({ when }) => when).join("; ");
                expect(twin.leaves !== undefined, `seen at the end alone: ${whens || "nothing"}`).to.equal(
                    late.length > 0,
                );
                expect(twin.leaves ?? "it").to.match(/^[a-z].*[^ .]$/);
            });
        });
    }

    it("has a graph rule behind every rule that leaves what is not known yet to another", () => {
        for (const rule of allRules) {
            if (rule.kind === "resource" && rule.defersTo !== undefined) {
                expect(announcedLevel(ruleNamed(rule.defersTo)), rule.name).to.equal("mandatory");
                expect(ruleNamed(rule.defersTo).kind).to.equal("graph");
            }
        }
    });
});
