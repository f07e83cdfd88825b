import { changed } from "./scene";
import type { Declared, Properties } from "./scene";

export type Verdict = "pass" | "fail" | "undecided";
export type Kind = "compliant" | "violating" | "boundary" | "unknown";

/** One program (or the part of it that a rule looks at) and what the rule must say about it. */
export interface RuleCase {
    /** Name of the rule, as Pulumi prints it. */
    rule: string;
    kind: Kind;
    /** Completes "passes/fails/is undecided if ...". */
    when: string;
    scene: Declared[];
    verdict: Verdict;
    /** What the message must name. */
    message?: RegExp;
    config?: Properties;
}

/** Changes to a compliant resource, by what they mean. */
export interface Variants {
    compliant?: Record<string, Properties>;
    violating: Record<string, Properties>;
    boundary: Record<string, [Properties, Verdict]>;
    unknown: Record<string, Properties>;
}

/** Cases of a rule about one resource: that resource as it is, which must comply, and variants that differ from it. */
export function variantsOf(rule: string, base: Declared, variants: Variants): RuleCase[] {
    const variant =
        (kind: Kind, verdict: Verdict) =>
        ([when, changes]: [string, Properties]): RuleCase => {
            const scene = [{ ...base, inputs: changed(base.inputs, changes) }];
            return { rule, kind, when, scene, verdict };
        };
    return [
        { rule, kind: "compliant", when: "it is set as recommended", scene: [base], verdict: "pass" },
        ...Object.entries(variants.compliant ?? {}).map(variant("compliant", "pass")),
        ...Object.entries(variants.violating).map(variant("violating", "fail")),
        ...Object.entries(variants.boundary).map(([when, [changes, verdict]]) =>
            variant("boundary", verdict)([when, changes]),
        ),
        ...Object.entries(variants.unknown).map(variant("unknown", "undecided")),
    ];
}

/** Resources of a scene that differ, by name: changed properties, or null where the resource is not there. */
export type SceneChanges = Record<string, Properties | null>;

/** Changes to a compliant scene, by what they mean. */
export interface SceneVariants {
    compliant?: Record<string, SceneChanges>;
    violating: Record<string, SceneChanges>;
    boundary: Record<string, [SceneChanges, Verdict]>;
    unknown: Record<string, SceneChanges>;
}

/** Cases of a rule about several resources: those as they are, which must comply, and variants that differ from them. */
export function sceneVariantsOf(rule: string, base: Declared[], variants: SceneVariants): RuleCase[] {
    const variant =
        (kind: Kind, verdict: Verdict) =>
        ([when, changes]: [string, SceneChanges]): RuleCase => {
            const scene = base
                .filter(({ name }) => changes[name] !== null)
                .map((resource) => ({ ...resource, inputs: changed(resource.inputs, changes[resource.name] ?? {}) }));
            return { rule, kind, when, scene, verdict };
        };
    return [
        { rule, kind: "compliant", when: "it is set as recommended", scene: base, verdict: "pass" },
        ...Object.entries(variants.compliant ?? {}).map(variant("compliant", "pass")),
        ...Object.entries(variants.violating).map(variant("violating", "fail")),
        ...Object.entries(variants.boundary).map(([when, [changes, verdict]]) =>
            variant("boundary", verdict)([when, changes]),
        ),
        ...Object.entries(variants.unknown).map(variant("unknown", "undecided")),
    ];
}

/** Resources of a scene by name: with other parts, added, or (by `undefined`) left out. */
export type Changes = Record<string, Partial<Declared> | undefined>;

/** Makes the cases of rules whose scenes all differ from one. */
export const casesIn =
    (sceneWith: (changes: Changes) => Declared[]) =>
    (rule: string, base: Changes = {}) =>
    (kind: Kind, verdict: Verdict, when: string, changes: Changes, rest: Partial<RuleCase> = {}): RuleCase => ({
        rule,
        kind,
        verdict,
        when,
        scene: sceneWith({ ...base, ...changes }),
        ...rest,
    });
