import type { Expectation } from "./expectation";
import type { Value } from "./value";
import { UndecidedError } from "./value";

/**
 * One reason why a resource does not pass.
 * `fail`: it breaks the rule. `undecided`: a value that decides is not known, so nobody can say that it keeps the rule.
 */
export interface Finding {
    verdict: "fail" | "undecided";
    /** One or two sentences: property, what it must be, what was found, what to set. */
    message: string;
    /** The resource to blame, where a rule looks at more than one. */
    urn?: string;
}

/** Collects what a rule finds. No finding means that the resource passes. */
export class Findings {
    /**
     * @param urn the resource that findings are attached to; none in a rule that looks at a single resource
     * @param prefix opens every message: the way that led to the resource
     * @param list where findings go
     */
    constructor(
        private readonly urn?: string,
        private readonly prefix = "",
        readonly list: Finding[] = [],
    ) {}

    fail(message: string): void {
        this.add("fail", message);
    }

    undecided(message: string): void {
        this.add("undecided", message);
    }

    /** Demands that a property is as expected. */
    require(value: Value, expected: Expectation, remedy = `Set ${value.path} to ${expected.text}.`): void {
        if (value.unknown) {
            this.undecided(unknownMessage(value.path, `it must be ${expected.text}`));
        } else if (!expected.accepts(value.raw)) {
            this.fail(`${value.path} must be ${expected.text}; found ${value.shown()}. ${remedy}`);
        }
    }

    /** Demands that a property is set, to whatever value. */
    requirePresent(value: Value, remedy = `Set ${value.path}.`): void {
        if (!value.present) {
            this.fail(`${value.path} must be set; found ${value.shown()}. ${remedy}`);
        }
    }

    /** Runs a part of a check whose branches read values; what can't be read makes that part undecided. */
    attempt(part: () => void): void {
        try {
            part();
        } catch (error) {
            if (!(error instanceof UndecidedError)) {
                throw error;
            }
            this.undecided(unknownMessage(error.path, "this rule depends on it"));
        }
    }

    /** The same collection, for findings about another resource. */
    on(urn: string): Findings {
        return new Findings(urn, this.prefix, this.list);
    }

    /** The same collection, for findings at the end of a way. */
    prefixed(way: string): Findings {
        return new Findings(this.urn, this.prefix + way, this.list);
    }

    private add(verdict: Finding["verdict"], reason: string): void {
        const message = this.prefix + reason;
        this.list.push(this.urn === undefined ? { verdict, message } : { verdict, message, urn: this.urn });
    }
}

function unknownMessage(path: string, why: string): string {
    return (
        `${path} is not known in this preview, and ${why}. ` +
        "Set it to a constant or compute it from configuration, so that it is known before anything is created."
    );
}
