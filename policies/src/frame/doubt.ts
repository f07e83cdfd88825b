import { Findings } from "./findings";

/**
 * Runs a check of something that may not be what the check is for: what it finds is undecided, never a failure.
 * @param doubt completes "Whether that matters is not known in this preview, because ..."
 */
export function inDoubt(findings: Findings, doubt: string, check: (own: Findings) => void): void {
    const own = new Findings();
    own.attempt(() => check(own));
    for (const { verdict, message, urn } of own.list) {
        const place = urn === undefined ? findings : findings.on(urn);
        place.undecided(
            verdict === "fail"
                ? `${message} Whether that matters is not known in this preview, because ${doubt}.`
                : message,
        );
    }
}
