import { expect } from "chai";
import { allCases } from "./fixtures/all-cases";
import type { RuleCase } from "./support/rule-case";
import { findingsOf, verdictOf } from "./support/judge";
import { changed, UNKNOWN } from "./support/scene";

/** Dotted paths of everything below a value, objects and lists included. */
function pathsIn(value: unknown, path = ""): string[] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([key, child]) => {
        const own = path === "" ? key : `${path}.${key}`;
        return [own, ...pathsIn(child, own)];
    });
}

/** The case with one property of one of its resources unknown, and nothing known to have gone into it. */
function blurred({ scene }: RuleCase): { what: string; scene: RuleCase["scene"] }[] {
    return scene.flatMap((resource, index) =>
        pathsIn(resource.inputs).map((path) => ({
            what: `${path} of ${resource.name}`,
            scene: scene.map((other, position) =>
                position === index ? { ...other, inputs: changed(other.inputs, { [path]: UNKNOWN }) } : other,
            ),
        })),
    );
}

/** An id that is not known is set, which is all that this rule asks; where it leads is egress-through-firewall's question. */
const SET_IF_UNKNOWN = /^pool-byo-subnet: .*vnetSubnetID of/;

/** Where an unknown range comes from is aks-authorized-ranges-origin's question. */
const OTHERS_QUESTION = /^aks-authorized-ranges: .*authorizedIPRanges\.\d+ of/;

describe("An unknown value", () => {
    for (const ruleCase of allCases.filter(({ verdict }) => verdict === "fail")) {
        it(`never makes ${ruleCase.rule} pass where ${ruleCase.when}`, () => {
            const passing = blurred(ruleCase).filter(
                ({ scene }) => verdictOf(findingsOf(ruleCase.rule, scene, ruleCase.config)) === "pass",
            );
            const names = passing.map(({ what }) => `${ruleCase.rule}: ${what}`);
            expect(names.filter((name) => !SET_IF_UNKNOWN.test(name) && !OTHERS_QUESTION.test(name))).to.deep.equal([]);
        });
    }
});
