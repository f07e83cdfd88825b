import type { Level, ProfileName, RuleInfo } from "./rule";

/**
 * What the profiles are for. `baseline`: what every platform keeps. `regulated`: nothing of medium severity or above is
 * merely advised. `dev`: only what opens a platform to the world, or to everyone in it, is refused.
 */
export const PROFILE_NAMES: readonly ProfileName[] = ["baseline", "regulated", "dev"];

/** A rule's level in a profile. */
export function levelIn(profile: ProfileName, rule: RuleInfo): Level {
    const baseline = rule.level ?? (rule.severity === "low" ? "advisory" : "mandatory");
    return rule.profiles?.[profile] ?? (baseline === "disabled" ? baseline : derivedLevel(profile, rule, baseline));
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
