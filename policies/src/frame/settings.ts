import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { nearest } from "./nearest";
import { PROFILES } from "./profile";
import type { ReceivedConfig } from "./received-config";
import type { Level, Rule } from "./rule";
import type { Waiver } from "./waivers";

/** The policy whose options are the pack's own settings. */
export const PACK_SETTINGS = "pack-settings";

/** The policy that says which waivers excepted nothing. */
export const UNUSED_WAIVERS = "unused-waivers";

/** The stack's tag that names a profile, where the settings don't. */
export const PROFILE_TAG = "guardrails:profile";

/** What a user sets for the pack as a whole. */
export interface Settings {
    profile?: string;
    strict?: boolean;
    levels: Readonly<Record<string, Level>>;
    waivers: Waiver[];
}

const LEVELS: readonly string[] = ["mandatory", "advisory", "disabled"] satisfies Level[];

const WAIVER_FIELDS = ["rule", "urn", "reason", "owner", "ticket", "expires"] as const satisfies (keyof Waiver)[];

/** The settings as Pulumi's own check and its documentation know them. */
export const SETTINGS_SCHEMA: Record<keyof Settings, PolicyConfigJSONSchema> = {
    profile: { type: "string", description: "baseline, regulated or dev, with or without a date: regulated-2026-11." },
    strict: { type: "boolean", description: "Whether a mandatory rule refuses what it can't decide." },
    levels: { type: "object", default: {}, description: "Levels by the names of rules; they outweigh the profile's." },
    waivers: {
        type: "array",
        items: { type: "object" },
        default: [],
        description: "Exceptions: rule, urn, reason, owner, ticket, expires.",
    },
};

/** The settings that a user wrote. What is malformed is left out here, and `problemsOf` reports it. */
export function settingsOf(received: ReceivedConfig): Settings {
    const { profile, strict, levels, waivers } = received.get(PACK_SETTINGS)?.options ?? {};
    return {
        ...(typeof profile === "string" && { profile }),
        ...(typeof strict === "boolean" && { strict }),
        levels: Object.fromEntries(entriesOf(levels).filter((entry): entry is [string, Level] => isLevel(entry[1]))),
        waivers: listOf(waivers).filter((waiver): waiver is Waiver => waiverProblems(waiver).length === 0),
    };
}

/** What of a configuration nobody would obey, each with what to write instead. */
export function problemsOf(received: ReceivedConfig, rules: readonly Rule[]): string[] {
    const names = new Map(rules.map((rule) => [rule.name, rule]));
    return [...received].flatMap(([name, { options }]) => {
        const path = JSON.stringify(name);
        if (name === "all" || name === UNUSED_WAIVERS) {
            return unknownKeys(path, options, []);
        }
        if (name === PACK_SETTINGS) {
            return [...unknownKeys(path, options, Object.keys(SETTINGS_SCHEMA)), ...settingProblems(options, rules)];
        }
        const rule = names.get(name);
        return rule
            ? unknownKeys(path, options, Object.keys(rule.config ?? {}))
            : [`${path} is no rule of this pack. ${nearest(name, [...names.keys(), PACK_SETTINGS])}`];
    });
}

function settingProblems(options: Readonly<Record<string, unknown>>, rules: readonly Rule[]): string[] {
    const { profile, strict, levels, waivers } = options;
    const profiles = [...PROFILES.keys()];
    return [
        ...(profile !== undefined && !profiles.includes(String(profile))
            ? [`${PACK_SETTINGS}.profile is ${shown(profile)}; it must be one of ${profiles.join(", ")}.`]
            : []),
        ...(strict !== undefined && typeof strict !== "boolean"
            ? [`${PACK_SETTINGS}.strict is ${shown(strict)}; it must be true or false.`]
            : []),
        ...entriesOf(levels).flatMap(([name, level]) => levelProblems(name, level, rules)),
        ...listOf(waivers).flatMap((waiver, index) =>
            [...waiverProblems(waiver), ...waiverRuleProblems(waiver, rules)].map(
                (problem) => `${PACK_SETTINGS}.waivers[${index}]${problem}`,
            ),
        ),
    ];
}

function levelProblems(name: string, level: unknown, rules: readonly Rule[]): string[] {
    const path = `${PACK_SETTINGS}.levels[${JSON.stringify(name)}]`;
    const names = rules.flatMap((rule) => [rule.name, rule.id]);
    return [
        ...(names.includes(name) ? [] : [`${path} names no rule of this pack. ${nearest(name, names)}`]),
        ...(isLevel(level) ? [] : [`${path} is ${shown(level)}; it must be one of ${LEVELS.join(", ")}.`]),
    ];
}

function waiverProblems(waiver: unknown): string[] {
    if (typeof waiver !== "object" || waiver === null) {
        return [` is ${shown(waiver)}; it must have ${WAIVER_FIELDS.join(", ")}.`];
    }
    const fields = new Map(Object.entries(waiver));
    const missing = WAIVER_FIELDS.filter((field) => {
        const value: unknown = fields.get(field);
        return typeof value !== "string" || value.trim() === "";
    });
    const expires: unknown = fields.get("expires");
    return [
        ...missing.map((field) => `.${field} is ${shown(fields.get(field))}; it must be a text that says something.`),
        ...[...fields.keys()]
            .filter((field) => !WAIVER_FIELDS.some((known) => known === field))
            .map((field) => `.${field} means nothing here. ${nearest(field, WAIVER_FIELDS)}`),
        ...(typeof expires === "string" && !missing.includes("expires") && !isDay(expires)
            ? [`.expires is ${shown(expires)}; it must be a day such as "2026-12-31".`]
            : []),
    ];
}

function waiverRuleProblems(waiver: unknown, rules: readonly Rule[]): string[] {
    const name = typeof waiver === "object" && waiver !== null && "rule" in waiver ? waiver.rule : undefined;
    if (typeof name !== "string" || name.trim() === "") {
        return [];
    }
    const rule = rules.find((candidate) => candidate.name === name || candidate.id === name);
    if (!rule) {
        const names = rules.flatMap((candidate) => [candidate.name, candidate.id]);
        return [`.rule is ${shown(name)}, which is no rule of this pack. ${nearest(name, names)}`];
    }
    return rule.waivable === false ? [`.rule is ${shown(name)}, which can't be waived. Remove this waiver.`] : [];
}

function unknownKeys(path: string, options: object, known: readonly string[]): string[] {
    return Object.keys(options)
        .filter((key) => !known.includes(key))
        .map((key) =>
            known.length === 0
                ? `${path} has no options; found ${JSON.stringify(key)}. Remove it.`
                : `${path} has no option ${JSON.stringify(key)}. ${nearest(key, known)}`,
        );
}

function isLevel(value: unknown): value is Level {
    return typeof value === "string" && LEVELS.includes(value);
}

/** Whether a text is a day of the calendar. */
function isDay(text: string): boolean {
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function entriesOf(value: unknown): [string, unknown][] {
    return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function listOf(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

function shown(value: unknown): string {
    return value === undefined ? "missing" : JSON.stringify(value);
}
