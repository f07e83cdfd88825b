import { expect } from "chai";
import * as fc from "fast-check";
import { Configuration } from "../../policies/src/frame/configuration";
import { levelIn, newest, PROFILE_DATES, PROFILE_NAMES, PROFILES } from "../../policies/src/frame/profile";
import type { ReceivedConfig, ReceivedPolicy } from "../../policies/src/frame/received-config";
import type { Level, Rule } from "../../policies/src/frame/rule";
import { Waivers } from "../../policies/src/frame/waivers";
import { allRules } from "../../policies/src/rules/all-rules";
import { ruleNamed } from "./support/judge";

const TODAY = "2026-11-30";
const NO_TAGS = new Map<string, string>();

const WAIVER = {
    rule: "st-tls12",
    urn: "urn:*::legacy",
    reason: "A scanner in the plant speaks TLS 1.0 alone",
    owner: "plant-it@example.com",
    ticket: "OPS-12",
    expires: "2026-12-31",
};

function configured(config: Record<string, Partial<ReceivedPolicy>>, rules: readonly Rule[] = allRules): Configuration {
    const received: ReceivedConfig = new Map(
        Object.entries(config).map(([name, { level = "mandatory", options = {} }]) => [name, { level, options }]),
    );
    return new Configuration(rules, received, TODAY);
}

const withSettings = (options: Record<string, unknown>) => configured({ "pack-settings": { options } });
const problems = (configuration: Configuration) => configuration.problems(NO_TAGS);

describe("Levels of rules", () => {
    const medium = ruleNamed("acr-premium");
    const critical = ruleNamed("acr-no-public");

    it("are the rule's own without a configuration", () => {
        expect(configured({}).levelOf(medium, NO_TAGS)).to.equal("mandatory");
    });

    it("follow the profile of the settings, then that of the stack's tag", () => {
        const tags = new Map([["guardrails:profile", "dev-2026-11"]]);
        expect(configured({}).levelOf(medium, tags)).to.equal("advisory");
        expect(configured({}).levelOf(critical, tags)).to.equal("mandatory");
        expect(withSettings({ profile: "regulated" }).levelOf(medium, tags)).to.equal("mandatory");
        expect(withSettings({ profile: "dev" }).levelOf(medium, NO_TAGS)).to.equal("advisory");
    });

    it("are those that the user gave the rule, unless that is the level it has anyway", () => {
        const profile = { "pack-settings": { options: { profile: "dev" } } };
        const levelWith = (level: ReceivedPolicy["level"]) =>
            configured({ ...profile, "acr-premium": { level } }).levelOf(medium, NO_TAGS);
        expect(levelWith("disabled")).to.equal("disabled");
        expect(levelWith("remediate")).to.equal("mandatory");
        expect(levelWith("mandatory")).to.equal("advisory");
    });

    it("are those of the settings before all others, by name or id", () => {
        for (const name of [medium.name, medium.id]) {
            const options = { profile: "dev", levels: { [name]: "mandatory" } };
            expect(withSettings(options).levelOf(medium, NO_TAGS)).to.equal("mandatory");
        }
    });

    it("are the user's level of all, even where a rule has it anyway", () => {
        const all = configured({ all: { level: "mandatory" }, "acr-premium": {}, "pack-settings": { options: {} } });
        expect(all.levelOf(medium, new Map([["guardrails:profile", "dev"]]))).to.equal("mandatory");
    });

    it("only rise from baseline to regulated, and only fall from baseline to dev", () => {
        const order = ["disabled", "advisory", "mandatory"];
        for (const rule of allRules) {
            const rank = (name: string) => order.indexOf(levelIn(PROFILES.get(name) ?? expect.fail(name), rule));
            expect(rank("regulated"), rule.name).to.be.at.least(rank("baseline"));
            expect(rank("dev"), rule.name).to.be.at.most(rank("baseline"));
        }
    });

    const derived: [Rule["severity"], Level | undefined, baseline: Level, regulated: Level, dev: Level][] = [
        ["critical", undefined, "mandatory", "mandatory", "mandatory"],
        ["high", undefined, "mandatory", "mandatory", "mandatory"],
        ["medium", undefined, "mandatory", "mandatory", "advisory"],
        ["low", undefined, "advisory", "advisory", "advisory"],
        ["low", "mandatory", "mandatory", "mandatory", "advisory"],
        ["high", "advisory", "advisory", "mandatory", "advisory"],
        ["medium", "advisory", "advisory", "mandatory", "advisory"],
        ["high", "disabled", "disabled", "disabled", "disabled"],
    ];
    for (const [severity, level, ...expected] of derived) {
        it(`follow severity and level where the rule names none: ${severity}, ${level ?? "no level"}`, () => {
            const rule: Rule = { ...medium, severity, ...(level && { level }) };
            const levels = PROFILE_NAMES.map((name) => levelIn(newest(name), rule));
            expect(levels).to.deep.equal(expected);
        });
    }

    it("are the rule's own in a profile that it names", () => {
        const rule: Rule = { ...medium, profiles: { dev: "disabled" } };
        expect(PROFILE_NAMES.map((name) => levelIn(newest(name), rule))).to.deep.equal([
            "mandatory",
            "mandatory",
            "disabled",
        ]);
    });

    it("follow the newest of the profiles' dates, where none is named", () => {
        expect(PROFILES.get("baseline")).to.deep.equal({ name: "baseline", date: PROFILE_DATES.at(-1) });
    });

    it("leave out rules that are newer than the profile's date", () => {
        const newer: Rule = { ...medium, since: "2027-05" };
        expect(levelIn({ name: "regulated", date: "2026-11" }, newer)).to.equal("disabled");
        expect(levelIn({ name: "regulated", date: "2027-05" }, newer)).to.equal("mandatory");
    });
});

describe("Strictness", () => {
    it("is on, off in dev, and as the settings say before both", () => {
        expect(configured({}).isStrict(NO_TAGS)).to.equal(true);
        expect(withSettings({ profile: "regulated" }).isStrict(NO_TAGS)).to.equal(true);
        expect(withSettings({ profile: "dev" }).isStrict(NO_TAGS)).to.equal(false);
        expect(withSettings({ profile: "dev", strict: true }).isStrict(NO_TAGS)).to.equal(true);
        expect(withSettings({ strict: false }).isStrict(NO_TAGS)).to.equal(false);
    });
});

describe("The check of the configuration", () => {
    it("finds nothing in a right one", () => {
        const right = configured({
            all: { level: "advisory" },
            "acr-premium": { level: "disabled" },
            "aks-private-cluster": { options: { requirePrivate: true } },
            "pack-settings": {
                options: {
                    profile: "regulated-2026-11",
                    strict: true,
                    levels: { "SAM-ACR-001": "advisory" },
                    waivers: [WAIVER],
                },
            },
        });
        expect(problems(right)).to.deep.equal([]);
    });

    const wrong: [string, Record<string, Partial<ReceivedPolicy>>, string][] = [
        ["a misspelt rule", { "acr-premum": {} }, '"acr-premum" is no rule of this pack. Did you mean "acr-premium"?'],
        [
            "a misspelt option",
            { "aks-private-cluster": { options: { requirePrivte: true } } },
            '"aks-private-cluster" has no option "requirePrivte". Did you mean "requirePrivate"?',
        ],
        [
            "an option of a rule without options",
            { "acr-premium": { options: { sku: "x" } } },
            '"acr-premium" has no options; found "sku". Remove it.',
        ],
        ["options of all", { all: { options: { strict: true } } }, '"all" has no options; found "strict". Remove it.'],
        [
            "a misspelt setting",
            { "pack-settings": { options: { profil: "dev" } } },
            '"pack-settings" has no option "profil". Did you mean "profile"?',
        ],
        [
            "a profile that does not exist",
            { "pack-settings": { options: { profile: "production" } } },
            'pack-settings.profile is "production"; it must be one of baseline, baseline-2026-11, regulated, ' +
                "regulated-2026-11, dev, dev-2026-11.",
        ],
        [
            "a strictness that is no flag",
            { "pack-settings": { options: { strict: "no" } } },
            'pack-settings.strict is "no"; it must be true or false.',
        ],
        [
            "a level that does not exist",
            { "pack-settings": { options: { levels: { "acr-premium": "warn" } } } },
            'pack-settings.levels["acr-premium"] is "warn"; it must be one of mandatory, advisory, disabled.',
        ],
        [
            "the level of a misspelt rule",
            { "pack-settings": { options: { levels: { "acr-premum": "disabled" } } } },
            'pack-settings.levels["acr-premum"] names no rule of this pack. Did you mean "acr-premium"?',
        ],
        [
            "a waiver of a rule that does not exist",
            { "pack-settings": { options: { waivers: [{ ...WAIVER, rule: "tls" }] } } },
            'pack-settings.waivers[0].rule is "tls", which is no rule of this pack. The names are in rules.json.',
        ],
        [
            "a waiver of a rule that can't be waived",
            { "pack-settings": { options: { waivers: [{ ...WAIVER, rule: "aks-rbac-on" }] } } },
            'pack-settings.waivers[0].rule is "aks-rbac-on", which can\'t be waived. Remove this waiver.',
        ],
        [
            "a waiver that nobody answers for",
            { "pack-settings": { options: { waivers: [{ ...WAIVER, owner: " " }] } } },
            'pack-settings.waivers[0].owner is " "; it must be a text that says something.',
        ],
        [
            "a waiver until a day that does not exist",
            { "pack-settings": { options: { waivers: [{ ...WAIVER, expires: "2026-02-30" }] } } },
            'pack-settings.waivers[0].expires is "2026-02-30"; it must be a day such as "2026-12-31".',
        ],
        [
            "a misspelt field of a waiver",
            { "pack-settings": { options: { waivers: [{ ...WAIVER, expiry: "2026-12-31" }] } } },
            'pack-settings.waivers[0].expiry means nothing here. Did you mean "expires"?',
        ],
        [
            "a waiver that has expired",
            { "pack-settings": { options: { waivers: [{ ...WAIVER, expires: "2026-11-29" }] } } },
            "The waiver of st-tls12 for urn:*::legacy (plant-it@example.com, OPS-12) expired on 2026-11-29. " +
                "Remove it, or agree on a new day.",
        ],
    ];
    for (const [what, config, message] of wrong) {
        it(`reports ${what}, once`, () => {
            expect(problems(configured(config))).to.deep.equal([message]);
        });
    }

    it("reports a tag of the stack that names no profile, which then counts for nothing", () => {
        const tags = new Map([["guardrails:profile", "none"]]);
        expect(configured({}).problems(tags).join()).to.match(
            /^The stack's tag guardrails:profile is "none"; it must be/,
        );
        expect(configured({}).levelOf(ruleNamed("acr-premium"), tags)).to.equal("mandatory");
    });
});

describe("A waiver", () => {
    const rule = ruleNamed("st-tls12");
    const LEGACY = "urn:pulumi:prod::p::azure-native:storage:StorageAccount::legacy";
    const holds = (changes: Partial<typeof WAIVER>, urn = LEGACY) =>
        new Waivers([{ ...WAIVER, ...changes }], TODAY).find(rule, urn) !== undefined;

    it("holds for its rule, by name or id, and for its resources alone", () => {
        expect(holds({})).to.equal(true);
        expect(holds({ rule: rule.id })).to.equal(true);
        expect(holds({ rule: "st-https" })).to.equal(false);
        expect(holds({}, `${LEGACY}-2`)).to.equal(false);
        expect(holds({ urn: LEGACY })).to.equal(true);
        expect(holds({ urn: "legacy" })).to.equal(false);
        expect(holds({ urn: "*" })).to.equal(true);
    });

    it("holds through its last day", () => {
        expect(holds({ expires: TODAY })).to.equal(true);
        expect(holds({ expires: "2026-11-29" })).to.equal(false);
    });

    it("holds for no rule that can't be waived", () => {
        expect(
            new Waivers([{ ...WAIVER, rule: "aks-rbac-on" }], TODAY).find(ruleNamed("aks-rbac-on"), LEGACY),
        ).to.equal(undefined);
    });

    it("is unused until it excepts something", () => {
        const waivers = new Waivers([WAIVER], TODAY);
        expect(waivers.unused()).to.deep.equal([WAIVER]);
        waivers.find(rule, LEGACY);
        expect(waivers.unused()).to.deep.equal([]);
    });

    it("matches no text twice", () => {
        expect(holds({ urn: "ab*bc" }, "abc")).to.equal(false);
        expect(holds({ urn: "*b*b" }, "ab")).to.equal(false);
        expect(holds({ urn: "*b*b" }, "bb")).to.equal(true);
        expect(holds({ urn: "*ab*ab*" }, "cab")).to.equal(false);
    });

    it("matches URNs as a regular expression would", () => {
        const text = fc.string({ unit: fc.constantFrom("a", "b", "*", ":", "."), maxLength: 8 });
        fc.assert(
            fc.property(text, text, (pattern, urn) => {
                const literal = (part: string) => part.replace(/[.:]/g, "\\$&");
                const expected = new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`).test(urn);
                expect(holds({ urn: pattern }, urn)).to.equal(expected);
            }),
            { numRuns: 500 },
        );
    });
});
