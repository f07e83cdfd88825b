import type { RuleInfo } from "./rule";

/** An exception of some resources from a rule, for a time, that somebody answers for. */
export interface Waiver {
    /** Name or id of the rule. */
    rule: string;
    /** The resources: a URN, with `*` for any text. */
    urn: string;
    /** Why the rule need not hold there. */
    reason: string;
    /** Who answers for it. */
    owner: string;
    /** Where it was agreed. */
    ticket: string;
    /** The last day on which it holds: `2026-12-31`. */
    expires: string;
}

/** The waivers of a run, and which of them were of use. */
export class Waivers {
    private readonly used = new Set<Waiver | undefined>();

    /** @param today the day of the run, `2026-11-30`: the only clock in the pack */
    constructor(
        private readonly all: readonly Waiver[],
        private readonly today: string,
    ) {}

    /** The waiver that holds for a rule on a resource. */
    find(rule: RuleInfo, urn: string): Waiver | undefined {
        if (rule.waivable === false) {
            return undefined;
        }
        const waiver = this.all.find(
            (candidate) => !this.isExpired(candidate) && isFor(candidate, rule) && matches(candidate.urn, urn),
        );
        this.used.add(waiver);
        return waiver;
    }

    expired(): Waiver[] {
        return this.all.filter((waiver) => this.isExpired(waiver));
    }

    /** Those that hold but excepted nothing so far. */
    unused(): Waiver[] {
        return this.all.filter((waiver) => !this.isExpired(waiver) && !this.used.has(waiver));
    }

    private isExpired({ expires }: Waiver): boolean {
        return expires < this.today;
    }
}

function isFor(waiver: Waiver, rule: RuleInfo): boolean {
    return waiver.rule === rule.name || waiver.rule === rule.id;
}

/** Whether a URN is one of those that a pattern means. Walks the texts between the stars, so no pattern is slow. */
function matches(pattern: string, urn: string): boolean {
    const [first = "", ...rest] = pattern.split("*");
    const last = rest.pop();
    if (last === undefined) {
        return pattern === urn;
    }
    if (!urn.startsWith(first) || urn.length < first.length + last.length || !urn.endsWith(last)) {
        return false;
    }
    const end = urn.length - last.length;
    let position = first.length;
    for (const part of rest) {
        const found = urn.indexOf(part, position);
        if (found < 0 || found + part.length > end) {
            return false;
        }
        position = found + part.length;
    }
    return true;
}
