import type { Profile } from "./profile";
import { announcedLevel, DEFAULT_PROFILE, levelIn, PROFILES } from "./profile";
import type { ReceivedConfig } from "./received-config";
import type { Level, Rule, RuleInfo } from "./rule";
import type { Settings } from "./settings";
import { problemsOf, PROFILE_TAG, settingsOf } from "./settings";
import { Waivers } from "./waivers";

/** Tags of the stack. Pulumi knows them in preview and up, and has none for an exported state. */
export type Tags = ReadonlyMap<string, string>;

/** What the user's configuration means for every rule. */
export class Configuration {
    readonly waivers: Waivers;
    private readonly settings: Settings;
    private readonly options = new Map<RuleInfo, object>();

    /**
     * @param rules the rules of the pack
     * @param received what the engine sent; empty if it sent nothing, as for an exported state
     * @param today the day of the run, `2026-11-30`
     */
    constructor(
        private readonly rules: readonly Rule[],
        private readonly received: ReceivedConfig,
        today: string,
    ) {
        this.settings = settingsOf(received);
        this.waivers = new Waivers(this.settings.waivers, today);
    }

    /**
     * A rule's level: what `levels` of the pack's settings says, or the level that the user gave the rule in Pulumi's own
     * way, or that of the profile. Pulumi sends the announced level where the user gave none, so one that equals it says
     * nothing, unless the user set the level of all.
     */
    levelOf(rule: RuleInfo, tags: Tags): Level {
        const own = this.settings.levels[rule.name] ?? this.settings.levels[rule.id];
        if (own !== undefined) {
            return own;
        }
        const given = this.received.get(rule.name)?.level;
        if (given !== undefined && (given !== announcedLevel(rule) || this.received.has("all"))) {
            return given === "remediate" ? "mandatory" : given;
        }
        return levelIn(this.profile(tags), rule);
    }

    /** Whether a mandatory rule refuses what it can't decide. */
    isStrict(tags: Tags): boolean {
        return this.settings.strict ?? this.profile(tags).name !== "dev";
    }

    /** Whether Pulumi is to set what the rule wants. */
    remediates(rule: RuleInfo): boolean {
        return this.received.get(rule.name)?.level === "remediate";
    }

    /** The rule's options. The engine fills in defaults in preview and up, but not when it judges an exported state. */
    optionsOf(rule: RuleInfo): object {
        const options = this.options.get(rule) ?? this.readOptions(rule);
        this.options.set(rule, options);
        return options;
    }

    /** What is wrong with the configuration, each in one sentence or two. */
    problems(tags: Tags): string[] {
        const tag = tags.get(PROFILE_TAG);
        const profiles = [...PROFILES.keys()].join(", ");
        return [
            ...problemsOf(this.received, this.rules),
            ...(tag !== undefined && !PROFILES.has(tag)
                ? [`The stack's tag ${PROFILE_TAG} is ${JSON.stringify(tag)}; it must be one of ${profiles}.`]
                : []),
            ...this.waivers
                .expired()
                .map(
                    ({ rule, urn, owner, ticket, expires }) =>
                        `The waiver of ${rule} for ${urn} (${owner}, ${ticket}) expired on ${expires}. ` +
                        "Remove it, or agree on a new day.",
                ),
        ];
    }

    private readOptions(rule: RuleInfo): object {
        const defaults = Object.entries(rule.config ?? {}).map(([option, schema]) => [option, schema.default]);
        return { ...Object.fromEntries(defaults), ...this.received.get(rule.name)?.options };
    }

    /** The chosen profile. What is no profile is reported as a problem, and until then counts as the default. */
    private profile(tags: Tags): Profile {
        const name = this.settings.profile ?? tags.get(PROFILE_TAG);
        return (name === undefined ? undefined : PROFILES.get(name)) ?? DEFAULT_PROFILE;
    }
}
