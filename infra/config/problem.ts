/** Something in a stack's configuration that can't be. */
export interface Problem {
    /** Where, for example `secure-aks-ml:spokes.platform.addressSpace`. */
    readonly path: string;
    readonly found: string;
    readonly allowed: string;
    /** What to do about it. */
    readonly remedy: string;
}

/** One text with every problem, for people. */
export function describeProblems(stack: string, problems: readonly Problem[]): string {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const entries = problems.map(({ path, found, allowed, remedy }) =>
        [`  ${path}`, `    found:   ${found}`, `    allowed: ${allowed}`, `    remedy:  ${remedy}`].join("\n"),
    );
    return [`The configuration of stack "${stack}" has ${count}; nothing was created or changed.`, ...entries].join(
        "\n\n",
    );
}

/** A value as it is shown in a problem: short, and on one line. */
export function show(value: unknown): string {
    if (value === undefined) {
        return "nothing";
    }
    const text = JSON.stringify(value);
    return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
