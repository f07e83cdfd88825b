/**
 * What the engine sends to a policy in place of a value that is not known before the resource exists.
 * One constant per kind of value; source: Pulumi's `sdk/go/common/resource/plugin/rpc.go`.
 */
const UNKNOWN_VALUES: ReadonlySet<unknown> = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Whether the engine says that `raw` can't be known yet. */
export function isUnknown(raw: unknown): boolean {
    return UNKNOWN_VALUES.has(raw);
}

/** Thrown when a decision needs a value that is not known yet. A finding collector turns it into "undecided". */
export class UndecidedError extends Error {
    /** @param path the property, as a user would write it: `agentPoolProfiles[0].vnetSubnetID` */
    constructor(readonly path: string) {
        super(`${path} is not known yet`);
    }
}

/**
 * A property of a resource, with the path that leads to it.
 *
 * Three states: known, absent (not set, or null) and unknown. Everything below an unknown is unknown, and its path is
 * that of the unknown itself. Reading an unknown as a text, flag, number or list throws `UndecidedError`.
 */
export class Value {
    constructor(
        readonly raw: unknown,
        readonly path: string,
    ) {}

    get unknown(): boolean {
        return isUnknown(this.raw);
    }

    get absent(): boolean {
        return this.raw === undefined || this.raw === null;
    }

    /** The property at a dotted path below this one: `at("networkProfile.outboundType")`. */
    at(path: string): Value {
        return path.split(".").reduce<Value>((value, key) => value.key(key), this);
    }

    /** One property by its name, which may hold dots (as Kubernetes annotations do). */
    key(name: string): Value {
        if (this.unknown) {
            return this;
        }
        const isObject = typeof this.raw === "object" && this.raw !== null;
        const raw = isObject ? (this.raw as Record<string, unknown>)[name] : undefined;
        return new Value(raw, this.path === "" ? name : `${this.path}.${name}`);
    }

    /** Another value at the same place. */
    withRaw(raw: unknown): Value {
        return new Value(raw, this.path);
    }

    /** The elements of a list; none if it is absent. */
    items(): Value[] {
        this.known();
        return Array.isArray(this.raw) ? this.raw.map((item, index) => new Value(item, `${this.path}[${index}]`)) : [];
    }

    /** The text, or undefined if it is absent or no text. */
    text(): string | undefined {
        this.known();
        return typeof this.raw === "string" ? this.raw : undefined;
    }

    /** The text in lower case: ARM compares its enumerations and names without regard to case. */
    folded(): string | undefined {
        return this.text()?.toLowerCase();
    }

    /** The texts of a list. Throws on the first that is unknown. */
    texts(): string[] {
        return this.items().flatMap((item) => item.text() ?? []);
    }

    /** Whether it is `true`. Azure's booleans are never strings. */
    isTrue(): boolean {
        this.known();
        return this.raw === true;
    }

    /**
     * Whether something is set here. An unknown counts as set: a program that passes another resource's id has set it,
     * and which id it is decides nothing for such a question.
     */
    get present(): boolean {
        return !this.absent && this.raw !== "";
    }

    /** The value as a message shows it: short, and without the content of objects, which may be secret. */
    shown(): string {
        if (this.absent) {
            return "nothing";
        }
        if (this.unknown) {
            return "a value that is not known yet";
        }
        if (Array.isArray(this.raw)) {
            return this.raw.length === 0 ? "an empty list" : `a list of ${this.raw.length}`;
        }
        return typeof this.raw === "object" ? "an object" : JSON.stringify(this.raw);
    }

    /** This value, if it is known. A rule asks it of an object whose absence would decide. */
    known(): this {
        if (this.unknown) {
            throw new UndecidedError(this.path);
        }
        return this;
    }
}
