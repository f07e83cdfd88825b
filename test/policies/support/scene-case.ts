import type { Kind, RuleCase, Verdict } from "./rule-case";
import type { Declared, Properties } from "./scene";
import { changed } from "./scene";

/** Resources of a scene by name: some of their inputs changed, a resource added, or (by `undefined`) left out. */
export type SceneChange = Record<string, Properties | Declared | undefined>;

/** Changes to a compliant scene, by what they mean. */
export interface SceneVariants {
    compliant?: Record<string, SceneChange>;
    violating: Record<string, SceneChange>;
    boundary: Record<string, [SceneChange, Verdict]>;
    unknown: Record<string, SceneChange>;
}

/** Cases of a rule about several resources: the scene as it is, which must comply, and variants that differ from it. */
export function scenesOf(rule: string, base: readonly Declared[], variants: SceneVariants): RuleCase[] {
    const variant =
        (kind: Kind, verdict: Verdict) =>
        ([when, change]: [string, SceneChange]): RuleCase => ({
            rule,
            kind,
            when,
            scene: sceneWith(base, change),
            verdict,
        });
    return [
        { rule, kind: "compliant", when: "all is set as recommended", scene: [...base], verdict: "pass" },
        ...Object.entries(variants.compliant ?? {}).map(variant("compliant", "pass")),
        ...Object.entries(variants.violating).map(variant("violating", "fail")),
        ...Object.entries(variants.boundary).map(([when, [change, verdict]]) =>
            variant("boundary", verdict)([when, change]),
        ),
        ...Object.entries(variants.unknown).map(variant("unknown", "undecided")),
    ];
}

function sceneWith(base: readonly Declared[], change: SceneChange): Declared[] {
    const kept = base.filter(({ name }) => !(name in change) || change[name] !== undefined);
    const result = kept.map((resource) => {
        const own = change[resource.name];
        if (own === undefined) {
            return resource;
        }
        return isDeclared(own) ? own : { ...resource, inputs: changed(resource.inputs, own) };
    });
    const added = Object.values(change).filter(
        (own): own is Declared => own !== undefined && isDeclared(own) && !base.some(({ name }) => name === own.name),
    );
    return [...result, ...added];
}

function isDeclared(own: Properties | Declared): own is Declared {
    return typeof own["type"] === "string" && typeof own["inputs"] === "object";
}
