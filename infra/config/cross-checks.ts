import { addressProblems } from "./address-checks";
import { machineLearningProblems } from "./machine-learning-checks";
import type { Problem } from "./problem";
import type { SoundParts } from "./sound-parts";
import { spokeProblems } from "./spoke-checks";

/** What no single setting shows: ranges that overlap, settings that don't fit each other. */
export function crossChecks(parts: SoundParts): Problem[] {
    const problems = [
        ...addressProblems(parts),
        ...Object.entries(parts.spokes).flatMap(([name, spoke]) => [
            ...spokeProblems(`spokes.${name}`, spoke, parts.hub),
            ...machineLearningProblems(`spokes.${name}`, spoke),
        ]),
    ];
    return problems.map((problem) => ({ ...problem, path: `secure-aks-ml:${problem.path}` }));
}
