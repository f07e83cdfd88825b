import type { Problem } from "../problem";

/** A minimum above its maximum. */
export function orderProblems(path: string, min: number, max: number): Problem[] {
    if (min <= max) {
        return [];
    }
    return [
        {
            path,
            found: `a minimum of ${min} and a maximum of ${max}`,
            allowed: "a minimum no greater than the maximum",
            remedy: "Swap them, or raise the maximum.",
        },
    ];
}
