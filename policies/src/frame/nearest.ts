/** A sentence that offers the name that was meant, or all names where there are few, for a name that isn't known. */
export function nearest(name: string, known: readonly string[]): string {
    const [best] = known
        .map((candidate) => ({ candidate, distance: distanceOf(name.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    if (best && best.distance <= Math.max(2, name.length / 3)) {
        return `Did you mean ${JSON.stringify(best.candidate)}?`;
    }
    return known.length <= 10 ? `There are ${known.join(", ")}.` : "The names are in rules.json.";
}

/** Letters to add, remove or replace to get from one text to the other. */
function distanceOf(from: string, to: string): number {
    let row = Array.from({ length: to.length + 1 }, (_, index) => index);
    for (const [line, letter] of [...from].entries()) {
        const next = [line + 1];
        for (let column = 1; column <= to.length; column++) {
            const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
            next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
        }
        row = next;
    }
    return row[to.length] ?? 0;
}
