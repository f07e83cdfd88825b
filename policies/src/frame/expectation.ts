/** What a property must be, as a test and in words that complete "must be ...". */
export interface Expectation {
    accepts(raw: unknown): boolean;
    text: string;
}

/** Exactly this value; texts without regard to case, as ARM compares its enumerations. */
export function is(expected: string | boolean | number): Expectation {
    return { accepts: (raw) => same(raw, expected), text: JSON.stringify(expected) };
}

/** One of these values; texts without regard to case. */
export function oneOf(...expected: string[]): Expectation {
    return {
        accepts: (raw) => expected.some((value) => same(raw, value)),
        text:
            expected.length === 1
                ? JSON.stringify(expected[0])
                : `one of ${expected.map((v) => JSON.stringify(v)).join(", ")}`,
    };
}

/** Any other value than this one; absent is fine, because Azure's default is safe here. */
export function not(refused: string | boolean): Expectation {
    return { accepts: (raw) => !same(raw, refused), text: `absent or anything but ${JSON.stringify(refused)}` };
}

/** False or not set: Azure's default is false. */
export const falseOrAbsent: Expectation = {
    accepts: (raw) => raw === undefined || raw === null || raw === false,
    text: "false or absent",
};

/** A text that passes a test. Nothing else than a text does. */
export function textThat(passes: (text: string) => boolean, text: string): Expectation {
    return { accepts: (raw) => typeof raw === "string" && passes(raw), text };
}

/** A number, this one or a larger one. */
export function atLeast(least: number): Expectation {
    return { accepts: (raw) => typeof raw === "number" && raw >= least, text: `${least} or more` };
}

/** As expected or not set: Azure's default is as good. */
export function absentOr({ accepts, text }: Expectation): Expectation {
    return { accepts: (raw) => raw === undefined || raw === null || accepts(raw), text: `absent or ${text}` };
}

/** A text that says something. */
export const someText = textThat((text) => text.trim() !== "", "a text");

/** Not set at all. */
export const absent: Expectation = {
    accepts: (raw) => raw === undefined || raw === null || raw === "" || (Array.isArray(raw) && raw.length === 0),
    text: "absent",
};

function same(raw: unknown, expected: unknown): boolean {
    if (typeof raw === "string" && typeof expected === "string") {
        return raw.toLowerCase() === expected.toLowerCase();
    }
    return raw === expected;
}
