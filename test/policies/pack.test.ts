import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { BENCHMARK } from "../../policies/src/frame/benchmark";
import { levelIn, newest, PROFILE_NAMES } from "../../policies/src/frame/profile";
import type { IndexedRule } from "../../policies/src/frame/rule-index";
import { indexFile } from "../../policies/src/frame/rule-index";
import { pageOf, pageWith } from "../../policies/src/frame/rule-page";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import type { Kind } from "./support/rule-case";

const PACK = join(__dirname, "..", "..", "policies");

/** A type is always known, so these rules are never undecided. */
const NEVER_UNDECIDED = ["not-analysed", "res-no-preview-api"];

const SCANNER_IDS = [
    ["checkov", /^CKV2?_(AZURE|K8S)_\d+$/],
    ["psrule", /^(Azure|Kubernetes)\.\w+\.\w+$/],
    ["azurePolicy", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
] as const;

describe("The pack's catalogue of rules", () => {
    it("has unique ids and names", () => {
        for (const key of ["id", "name"] as const) {
            const values = allRules.map((rule) => rule[key]);
            expect(values).to.deep.equal([...new Set(values)]);
        }
    });

    it("decides a question of the catalogue by one rule alone", () => {
        const ids = allRules.flatMap(({ id, alsoDecides = [] }) => [id, ...alsoDecides]);
        expect(ids).to.deep.equal([...new Set(ids)]);
    });

    it("has a fixture for no rule that does not exist", () => {
        const names = allRules.map((rule) => rule.name);
        expect(allCases.filter((ruleCase) => !names.includes(ruleCase.rule))).to.deep.equal([]);
    });

    for (const rule of allRules) {
        describe(`${rule.id} ${rule.name}`, () => {
            it("has an id and a name of the agreed form, and metadata in whole sentences", () => {
                expect(rule.id).to.match(/^SAM-[A-Z][A-Z0-9]{1,3}-\d{3}$/);
                expect(rule.name).to.match(/^[a-z0-9]+(-[a-z0-9]+)+$/);
                for (const sentence of [rule.title, rule.risk, ...rule.remediation]) {
                    expect(sentence).to.match(/^[A-Z{`].*\.$/);
                }
                for (const control of rule.frameworks?.nist ?? []) {
                    expect(control).to.match(/^[A-Z]{2}-\d+(\(\d+\))?$/);
                }
                for (const control of [...(rule.frameworks?.cisAks ?? []), ...(rule.frameworks?.cisAzure ?? [])]) {
                    expect(control).to.match(/^\d+(\.\d+)+$/);
                }
                for (const [scanner, form] of SCANNER_IDS) {
                    for (const id of rule.scanners[scanner] ?? []) {
                        expect(id).to.match(form);
                    }
                }
                expect(BENCHMARK.controls).to.have.property(rule.control.reference);
            });

            it("has a default for every option", () => {
                for (const [option, schema] of Object.entries(rule.config ?? {})) {
                    expect(schema, option).to.include.keys("default", "description", "type");
                }
            });

            it("has compliant, violating, boundary and unknown fixtures", () => {
                const kinds = new Set(allCases.filter(({ rule: name }) => name === rule.name).map(({ kind }) => kind));
                const wanted: Kind[] = ["compliant", "violating", "boundary"];
                if (!NEVER_UNDECIDED.includes(rule.name)) {
                    wanted.push("unknown");
                }
                expect([...kinds]).to.include.members(wanted);
            });

            it("has a page that says what the rule says, and shows an example before and after", () => {
                const file = join(PACK, pageOf(rule.id));
                expect(existsSync(file), `${file}: run npm run rules in policies/`).to.equal(true);
                const page = readFileSync(file, "utf8");
                expect(page, "run npm run rules in policies/").to.equal(pageWith(rule, page));
                expect(page.match(/```typescript/g)).to.have.length(2);
            });

            it("can be off only where the level says so", () => {
                const levels = PROFILE_NAMES.map((profile) => levelIn(newest(profile), rule));
                expect(rule.severity === "critical" && levels.includes("disabled")).to.equal(false);
            });
        });
    }
});

describe("rules.json", () => {
    it("is what the rules say", () => {
        const file = readFileSync(join(PACK, "rules.json"), "utf8");
        expect(file, "run npm run rules in policies/").to.equal(indexFile(allRules));
    });

    it("names every rule with its level, types, controls and the scanners' ids", () => {
        const entries: IndexedRule[] = JSON.parse(readFileSync(join(PACK, "rules.json"), "utf8"));
        expect(entries.find(({ id }) => id === "SAM-ST-004")).to.deep.equal({
            id: "SAM-ST-004",
            name: "st-https",
            title: "A storage account must take HTTPS only.",
            severity: "high",
            level: "mandatory",
            types: ["storage:StorageAccount"],
            frameworks: ["MCSB DP-3", "NIST SP 800-53 SC-8", "CIS Azure 4.1"],
            checkov: ["CKV_AZURE_3"],
            psrule: ["Azure.Storage.SecureTransfer"],
            azurePolicy: ["404c3081-a854-4457-ae30-26a93ef643f9"],
        });
    });
});

describe("The pack as it is published", () => {
    it("holds what runs and what explains it, and nothing else", function () {
        this.timeout(60000);
        const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
            cwd: PACK,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        });
        const [{ files }]: [{ files: { path: string; mode: number }[] }] = JSON.parse(output);
        const paths = files.map((file) => file.path);
        expect(paths).to.include.members([
            "PulumiPolicy.yaml",
            "package.json",
            "bin/index.js",
            "guardrails",
            "rules.json",
            "docs/SAM-AKS-001.md",
        ]);
        const expected =
            /^(PulumiPolicy\.yaml|package\.json|guardrails|rules\.json|README\.md|LICENSE|bin\/.+\.js|docs\/SAM-[A-Z0-9]+-\d{3}\.md)$/;
        expect(paths.filter((path) => !expected.test(path))).to.deep.equal([]);
        const executable = files.filter(({ mode }) => mode & 0o111).map(({ path }) => path);
        expect(executable).to.deep.equal(["guardrails"]);
    });
});
