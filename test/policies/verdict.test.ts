import { expect } from "chai";
import { Configuration } from "../../policies/src/frame/configuration";
import { inDoubt } from "../../policies/src/frame/doubt";
import * as expectations from "../../policies/src/frame/expectation";
import type { Expectation } from "../../policies/src/frame/expectation";
import { Findings } from "../../policies/src/frame/findings";
import type { Finding } from "../../policies/src/frame/findings";
import type { ReceivedPolicy } from "../../policies/src/frame/received-config";
import { graphRule, resourceRule } from "../../policies/src/frame/rule";
import { UndecidedError, Value } from "../../policies/src/frame/value";
import { judgeGraph, judgeResource } from "../../policies/src/frame/verdict";
import { ResourceGraph } from "../../policies/src/graph/resource-graph";
import { UNKNOWN, UNKNOWN_FLAG, UNKNOWN_LIST, UNKNOWN_OBJECT } from "./support/scene";

const UNKNOWNS = {
    text: UNKNOWN,
    list: UNKNOWN_LIST,
    flag: UNKNOWN_FLAG,
    object: UNKNOWN_OBJECT,
    number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    asset: "030794c1-ac77-496b-92df-f27374a8bd58",
    archive: "e48ece36-62e2-4504-bad9-02848725956a",
};

const value = (raw: unknown) => new Value(raw, "place");
const asked = (check: (findings: Findings) => void): Finding[] => {
    const findings = new Findings();
    check(findings);
    return findings.list;
};

describe("A value", () => {
    for (const [kind, raw] of Object.entries(UNKNOWNS)) {
        it(`is unknown if the engine sends no ${kind} yet, and then has no content`, () => {
            const unknown = value(raw);
            expect(unknown.unknown).to.equal(true);
            expect(unknown.present).to.equal(true);
            expect(unknown.at("deep.below").path).to.equal("place");
            const reads = [
                () => unknown.text(),
                () => unknown.folded(),
                () => unknown.items(),
                () => unknown.isTrue(),
                () => unknown.known(),
            ];
            for (const read of reads) {
                expect(read).to.throw(UndecidedError, "place is not known yet");
            }
        });
    }

    it("leads to what it holds, and to nothing where it holds none", () => {
        const root = new Value({ list: [{ name: "A" }, 7, UNKNOWN], dotted: { "a.b": 1 } }, "");
        expect(root.at("list").items()[0]?.at("name")).to.deep.include({ raw: "A", path: "list[0].name" });
        expect(root.at("dotted").key("a.b")).to.deep.include({ raw: 1, path: "dotted.a.b" });
        expect(root.at("list").withRaw("x")).to.deep.include({ raw: "x", path: "list" });
        for (const raw of [undefined, null, "text", 7, true]) {
            expect(value(raw).at("length").absent, String(raw)).to.equal(true);
            expect(value(raw).items()).to.deep.equal([]);
        }
        expect(() => root.at("list").texts()).to.throw(UndecidedError, "list[2]");
        expect(value(["a", 7, null, "B"]).texts()).to.deep.equal(["a", "B"]);
    });

    it("is a text or true only if it is of that kind", () => {
        expect(value("Text").text()).to.equal("Text");
        expect(value("Text").folded()).to.equal("text");
        expect(value(7).text()).to.equal(undefined);
        expect(value(undefined).folded()).to.equal(undefined);
        expect([true, "true", 1, undefined].map((raw) => value(raw).isTrue())).to.deep.equal([
            true,
            false,
            false,
            false,
        ]);
    });

    it("is present if something is set, be it false or nothing in number", () => {
        const present = [false, 0, "x", [], {}].map((raw) => value(raw).present);
        expect(present).to.deep.equal([true, true, true, true, true]);
        expect([undefined, null, ""].map((raw) => value(raw).present)).to.deep.equal([false, false, false]);
    });

    it("is shown without what may be secret", () => {
        const shown = [undefined, null, UNKNOWN, [], [{ password: "x" }], { password: "x" }, "a", 7, false];
        expect(shown.map((raw) => value(raw).shown())).to.deep.equal([
            "nothing",
            "nothing",
            "a value that is not known yet",
            "an empty list",
            "a list of 1",
            "an object",
            '"a"',
            "7",
            "false",
        ]);
    });
});

describe("An expectation", () => {
    const { absent, absentOr, atLeast, falseOrAbsent, is, not, oneOf, someText, textThat } = expectations;
    const cases: [Expectation, string, accepted: unknown[], refused: unknown[]][] = [
        [is("Deny"), '"Deny"', ["Deny", "deny"], ["Allow", undefined, null, ["Deny"], true]],
        [is(true), "true", [true], [false, "true", undefined]],
        [is(0), "0", [0], ["0", 1, false, null]],
        [oneOf("A", "b"), 'one of "A", "b"', ["a", "B"], ["c", "", undefined]],
        [oneOf("A"), '"A"', ["a"], ["b"]],
        [not("Enabled"), 'absent or anything but "Enabled"', ["Disabled", undefined, null, true], ["enabled"]],
        [not(false), "absent or anything but false", [true, undefined, "false"], [false]],
        [falseOrAbsent, "false or absent", [false, undefined, null], [true, "false", 0, ""]],
        [absent, "absent", [undefined, null, "", []], [false, 0, "x", [1], {}]],
        [someText, "a text", ["x", " x "], ["", " ", undefined, 7, ["x"]]],
        [textThat((text) => text !== "*", "a name"), "a name", ["x", ""], ["*", undefined, 7, ["x"]]],
        [atLeast(7), "7 or more", [7, 8], [6, "8", undefined, true]],
        [absentOr(atLeast(7)), "absent or 7 or more", [undefined, null, 7], [6, "8", ""]],
    ];
    for (const [{ accepts, text }, words, accepted, refused] of cases) {
        it(`of ${words} accepts that and nothing else`, () => {
            expect(text).to.equal(words);
            for (const raw of accepted) expect(accepts(raw), JSON.stringify(raw)).to.equal(true);
            for (const raw of refused) expect(accepts(raw), JSON.stringify(raw)).to.equal(false);
        });
    }
});

describe("Findings", () => {
    const advice =
        "Set it to a constant or compute it from configuration, so that it is known before anything is created.";

    it("tell what a property must be, what it is, and what to do", () => {
        const { is } = expectations;
        const found = asked((findings) => {
            findings.require(new Value("Deny", "fine"), is("Deny"));
            findings.require(new Value("Allow", "wrong"), is("Deny"));
            findings.require(new Value(undefined, "none"), is("Deny"), "Close it.");
            findings.require(new Value(UNKNOWN, "later"), is("Deny"));
            findings.requirePresent(new Value(UNKNOWN, "later"));
            findings.requirePresent(new Value("", "empty"));
            findings.requirePresent(new Value(null, "null"), "Name it.");
        });
        expect(found).to.deep.equal([
            { verdict: "fail", message: 'wrong must be "Deny"; found "Allow". Set wrong to "Deny".' },
            { verdict: "fail", message: 'none must be "Deny"; found nothing. Close it.' },
            {
                verdict: "undecided",
                message: `later is not known in this preview, and it must be "Deny". ${advice}`,
            },
            { verdict: "fail", message: 'empty must be set; found "". Set empty.' },
            { verdict: "fail", message: "null must be set; found nothing. Name it." },
        ]);
    });

    it("are undecided from where a part reads what is not known, and only that part", () => {
        const found = asked((findings) => {
            findings.attempt(() => {
                new Value(UNKNOWN, "later").text();
                findings.fail("Never said.");
            });
            findings.attempt(() => findings.fail("Said."));
        });
        expect(found).to.deep.equal([
            {
                verdict: "undecided",
                message: `later is not known in this preview, and this rule depends on it. ${advice}`,
            },
            { verdict: "fail", message: "Said." },
        ]);
    });

    it("hide no mistake of a rule", () => {
        const broken = () => {
            throw new TypeError("broken");
        };
        expect(() => new Findings().attempt(broken)).to.throw(TypeError, "broken");
    });

    it("name the resource, and the way that led to it", () => {
        const found = asked((findings) => {
            findings.prefixed("a -> ").prefixed("b: ").on("urn:1").fail("Wrong.");
            findings.on("urn:2").prefixed("c: ").undecided("Unknown.");
        });
        expect(found).to.deep.equal([
            { verdict: "fail", message: "a -> b: Wrong.", urn: "urn:1" },
            { verdict: "undecided", message: "c: Unknown.", urn: "urn:2" },
        ]);
    });

    it("of what may not matter are undecided", () => {
        const found = asked((findings) =>
            inDoubt(findings.on("urn:0"), "its name is not", (own) => {
                own.fail("Wrong.");
                own.on("urn:1").undecided("Unknown.");
                new Value(UNKNOWN, "later").text();
            }),
        );
        expect(found).to.deep.equal([
            {
                verdict: "undecided",
                message: "Wrong. Whether that matters is not known in this preview, because its name is not.",
                urn: "urn:0",
            },
            { verdict: "undecided", message: "Unknown.", urn: "urn:1" },
            {
                verdict: "undecided",
                message: `later is not known in this preview, and this rule depends on it. ${advice}`,
                urn: "urn:0",
            },
        ]);
    });
});

const about = {
    id: "SAM-TST-001",
    name: "tst-open",
    title: "A thing must be closed.",
    severity: "high",
    risk: "It is open.",
    remediation: ["Close it."],
    control: { reference: "NS-2", mapping: "own reading" },
    scanners: {},
    types: ["network:Subnet"],
} as const;
const info = { ...about, remediation: [...about.remediation], types: [...about.types] };

const closed = resourceRule<{ by?: string }>({
    ...info,
    check({ inputs }, findings, { by }) {
        findings.require(inputs.at("open"), { ...expectations.falseOrAbsent, text: `closed by ${by ?? "nobody"}` });
    },
});

const alone = graphRule({
    ...info,
    check(graph, findings) {
        findings.fail(`There are ${graph.ofType("network:Subnet").length}.`);
        new Value(UNKNOWN, "later").known();
    },
});

const WAIVER = { rule: "tst-open", reason: "A test", owner: "o@example.com", ticket: "T-1", expires: "2026-12-31" };
const URN = "urn:pulumi:dev::p::azure-native:network:Subnet::snet";

function configured(config: Record<string, Partial<ReceivedPolicy>> = {}): Configuration {
    const received = Object.entries(config).map(
        ([name, { level = "mandatory", options = {} }]) => [name, { level, options }] as const,
    );
    return new Configuration([closed], new Map(received), "2026-11-30");
}

describe("Verdicts", () => {
    const reported = (raw: unknown, configuration = configured()) => {
        const subject = { type: "network:Subnet", urn: URN, name: "snet", inputs: new Value({ open: raw }, "") };
        return judgeResource(closed, subject, configuration, new Map()).map(({ level, message, urn }) => ({
            level,
            message: message.replace(/ \(SAM-TST-001, \S+\/SAM-TST-001\.md\)$/, " (page)"),
            urn,
        }));
    };
    const settings = (options: object) => configured({ "pack-settings": { options: { ...options } } });
    const wrong = "open must be closed by nobody; found true. Set open to closed by nobody. (page)";

    it("are none where a resource passes, or nobody asks", () => {
        expect(reported(false)).to.deep.equal([]);
        expect(reported(true, settings({ levels: { "tst-open": "disabled" } }))).to.deep.equal([]);
    });

    it("have the rule's level, the resource and the page", () => {
        expect(reported(true)).to.deep.equal([{ level: "mandatory", message: wrong, urn: URN }]);
        expect(reported(true, settings({ profile: "dev", levels: { "SAM-TST-001": "advisory" } }))).to.deep.equal([
            { level: "advisory", message: wrong, urn: URN },
        ]);
    });

    it("follow the rule's options", () => {
        const configuration = configured({ "tst-open": { options: { by: "Azure" } } });
        expect(reported(true, configuration)[0]?.message).to.contain("must be closed by Azure");
    });

    it("refuse what can't be decided, unless nobody is strict", () => {
        const [strict] = reported(UNKNOWN_FLAG);
        expect(strict).to.include({ level: "mandatory" });
        expect(strict?.message).to.match(/^Undecided, and so refused: open is not known in this preview/);
        const [lenient] = reported(UNKNOWN_FLAG, settings({ strict: false }));
        expect(lenient).to.include({ level: "advisory" });
        expect(lenient?.message).to.match(/^Undecided: open is not known in this preview/);
        expect(reported(true, settings({ strict: false }))[0]).to.include({ level: "mandatory" });
    });

    it("only advise what a waiver excepts", () => {
        const waived = (urn: string) => reported(true, settings({ waivers: [{ ...WAIVER, urn }] }));
        expect(waived("*::snet")).to.deep.equal([
            { level: "advisory", message: `Waived until 2026-12-31 (o@example.com, T-1: A test). ${wrong}`, urn: URN },
        ]);
        expect(waived("*::other")).to.deep.equal([{ level: "mandatory", message: wrong, urn: URN }]);
    });

    it("about a stack blame no resource unless the rule names one, and outlast what is not known", () => {
        const reports = judgeGraph(alone, new ResourceGraph([]), configured(), new Map());
        expect(reports.map(({ message }) => message.split(" (")[0])).to.deep.equal([
            "There are 0.",
            "Undecided, and so refused: later is not known in this preview, and this rule depends on it. " +
                "Set it to a constant or compute it from configuration, so that it is known before anything is created.",
        ]);
        expect(reports.every((report) => !("urn" in report))).to.equal(true);
    });
});
