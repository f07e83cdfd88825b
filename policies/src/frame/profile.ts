import type { Level, ProfileName, RuleInfo } from "./rule";

/**
 * What the profiles are for. `baseline`: what every platform keeps. `regulated`: nothing of medium severity or above is
 * merely advised. `dev`: what is below high severity, or can't be decided yet, is shown and not refused.
 */
export const PROFILE_NAMES: readonly ProfileName[] = ["baseline", "regulated", "dev"];

/**
 * Dates of the profiles, oldest first. What rules a profile of some date asks never changes: a new rule comes with a new
 * date, so a newer version of the pack surprises nobody who named a date.
 */
export const PROFILE_DATES = ["2026-11"] as const;

const NEWEST: (typeof PROFILE_DATES)[number] = "2026-11";

export interface Profile {
    name: ProfileName;
    date: string;
}

/** The profile of this name with the newest date. */
export function newest(name: ProfileName): Profile {
    return { name, date: NEWEST };
}

export const DEFAULT_PROFILE = newest("baseline");

/** Every way to name a profile. Without a date it is the newest. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
    PROFILE_NAMES.flatMap((name): [string, Profile][] => [
        [name, newest(name)],
        ...PROFILE_DATES.map((date): [string, Profile] => [`${name}-${date}`, { name, date }]),
    ]),
);

/** A rule's level in a profile. */
export function levelIn({ name, date }: Profile, rule: RuleInfo): Level {
    if ((rule.since ?? PROFILE_DATES[0]) > date) {
        return "disabled";
    }
    const baseline = rule.level ?? (rule.severity === "low" ? "advisory" : "mandatory");
    return rule.profiles?.[name] ?? (baseline === "disabled" ? baseline : derivedLevel(name, rule, baseline));
}

/** The level that Pulumi shows, and that counts where nobody chose another. */
export function announcedLevel(rule: RuleInfo): Level {
    return levelIn(DEFAULT_PROFILE, rule);
}

function derivedLevel(profile: ProfileName, { severity }: RuleInfo, baseline: Level): Level {
    switch (profile) {
        case "baseline":
            return baseline;
        case "regulated":
            return severity === "low" ? baseline : "mandatory";
        case "dev":
            return severity === "critical" || severity === "high" ? baseline : "advisory";
    }
}
