import { expect } from "chai";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import { findingsOf, verdictOf } from "./support/judge";

const WORDS = { pass: "passes", fail: "fails", undecided: "is undecided" } as const;

/** What is wrong, found or unknown, and then, in a sentence of its own, what to do. */
const WHAT_AND_REMEDY = /^\S[^]*[.:;?)] ["A-Z][^]*[^\s.]\.$/;

describe("Policy rules", () => {
    for (const rule of allRules) {
        describe(rule.name, () => {
            for (const ruleCase of allCases.filter((candidate) => candidate.rule === rule.name)) {
                const subject = ruleCase.scene.map((resource) => resource.type.split(":").pop()).pop() ?? "";
                it(`${WORDS[ruleCase.verdict]} if ${ruleCase.when} (${ruleCase.kind} ${subject})`, () => {
                    const findings = findingsOf(rule.name, ruleCase.scene, ruleCase.config);
                    const messages = findings.map((finding) => finding.message).join("\n");
                    expect(verdictOf(findings), messages).to.equal(ruleCase.verdict);
                    for (const { message } of findings) expect(message).to.match(WHAT_AND_REMEDY);
                    if (ruleCase.message) {
                        expect(messages).to.match(ruleCase.message);
                    }
                });
            }
        });
    }
});
