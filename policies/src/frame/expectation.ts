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

/** Not set, which leaves it to Azure, or a number that is so. */
export function absentOr(accepts: (number: number) => boolean, text: string): Expectation {
    return { accepts: (raw) => raw === undefined || raw === null || (typeof raw === "number" && accepts(raw)), text };
}

/** A text that says something. */
export const someText: Expectation = {
    accepts: (raw) => typeof raw === "string" && raw.trim() !== "",
    text: "a text",
};

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
