import { expect } from "chai";
import * as fc from "fast-check";
import { announcedLevel } from "../../policies/src/frame/profile";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import { Analyzer } from "./support/analyzer";
import type { RuleCase } from "./support/rule-case";
import { findingsOf, verdictOf } from "./support/judge";
import type { Properties } from "./support/scene";
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

/** The case with some of its properties unknown, and nothing known to have gone into them. */
function blurredAt(ruleCase: RuleCase, chosen: readonly [number, string][]): RuleCase["scene"] {
    return ruleCase.scene.map((resource, position) => {
        const paths = chosen.filter(([index]) => index === position).map(([, path]) => path);
        // What is below an unknown is not there any more.
        const outermost = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}.`)));
        const unknowns = Object.fromEntries(outermost.map((path) => [path, UNKNOWN]));
        return { ...resource, inputs: changed(resource.inputs, unknowns) };
    });
}

const violating = allCases.filter(({ verdict }) => verdict === "fail");

/**
 * Rules that ask whether a property is set, which it is if its value is unknown, and rules that go ahead of a graph rule:
 * such a value decides them. Where it comes from, or leads to, is the question of another mandatory rule.
 */
const DECIDED_BY_UNKNOWN: Readonly<Record<string, { property: RegExp; asksFurther: string }>> = {
    "pool-byo-subnet": { property: /vnetSubnetID of/, asksFurther: "egress-through-firewall" },
    "aks-authorized-ranges": {
        property: /authorizedIPRanges\.\d+ of/,
        asksFurther: "aks-authorized-ranges-origin",
    },
    "route-names-appliance": { property: /nextHopIpAddress of/, asksFurther: "egress-through-firewall" },
    "id-fic-issuer": { property: /issuer of/, asksFurther: "id-fic-cluster-issuer" },
    "nsg-everywhere": { property: /networkSecurityGroup\.id of|subnets of/, asksFurther: "subnet-nsg" },
    "pe-ownership": { property: /(subnet|subnet\.id) of/, asksFurther: "subnet-endpoint-policies" },
    ...Object.fromEntries(
        allRules.flatMap((rule) =>
            rule.kind === "resource" && rule.defersTo !== undefined
                ? [[rule.name, { property: /./, asksFurther: rule.defersTo }]]
                : [],
        ),
    ),
};

describe("An unknown value", () => {
    for (const ruleCase of violating) {
        it(`never makes ${ruleCase.rule} pass where ${ruleCase.when}`, () => {
            const passing = blurred(ruleCase).filter(
                ({ scene }) => verdictOf(findingsOf(ruleCase.rule, scene, ruleCase.config)) === "pass",
            );
            const decided = DECIDED_BY_UNKNOWN[ruleCase.rule]?.property;
            expect(passing.map(({ what }) => what).filter((what) => !decided?.test(what))).to.deep.equal([]);
        });
    }
});

describe("Any number of unknown values", () => {
    for (const ruleCase of violating.filter(({ rule }) => !(rule in DECIDED_BY_UNKNOWN))) {
        const all = ruleCase.scene.flatMap(({ inputs }, index) =>
            pathsIn(inputs).map((path): [number, string] => [index, path]),
        );
        it(`never make ${ruleCase.rule} pass where ${ruleCase.when}`, () => {
            fc.assert(
                fc.property(fc.subarray(all), (chosen) => {
                    const findings = findingsOf(ruleCase.rule, blurredAt(ruleCase, chosen), ruleCase.config);
                    expect(verdictOf(findings)).not.to.equal("pass");
                }),
                { numRuns: 30 },
            );
        });
    }
});

describe("A first preview in which all that is computed is unknown", () => {
    let analyzer: Analyzer;
    before(async () => {
        analyzer = await Analyzer.start();
    });
    after(() => analyzer.stop());

    /** Every text, flag and number that the program wrote may be an output of something: each is unknown by itself. */
    function leaves(value: unknown): unknown {
        if (Array.isArray(value)) {
            return value.map(leaves);
        }
        return typeof value === "object" && value !== null
            ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, leaves(child)]))
            : UNKNOWN;
    }

    const computed: [string, (inputs: Properties) => Properties][] = [
        ["every value", (inputs) => leaves(inputs) as Properties],
        ["every property", (inputs) => Object.fromEntries(Object.keys(inputs).map((key) => [key, UNKNOWN]))],
    ];
    const mandatory = allRules.filter((rule) => announcedLevel(rule) === "mandatory");

    for (const [what, blur] of computed) {
        for (const rule of mandatory.filter(({ name }) => name !== "not-analysed")) {
            it(`refuses what violates ${rule.name}, with ${what} unknown`, async () => {
                const cases = allCases.filter(({ rule: name, kind }) => name === rule.name && kind === "violating");
                const refusing = [rule.name, DECIDED_BY_UNKNOWN[rule.name]?.asksFurther];
                expect(cases).not.to.deep.equal([]);
                for (const { scene, config, when } of cases) {
                    await analyzer.configure(config && { [rule.name]: config });
                    const reports = await analyzer.judge(
                        scene.map((resource) => ({ ...resource, inputs: blur(resource.inputs) })),
                    );
                    const own = reports.filter(
                        ({ policy, level }) => refusing.includes(policy) && level === "mandatory",
                    );
                    expect(own, when).not.to.deep.equal([]);
                }
            });
        }
    }
});
