import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { BENCHMARK } from "../../policies/src/frame/benchmark";
import { allRules } from "../../policies/src/rules/all-rules";
import { allCases } from "./fixtures/all-cases";
import type { Kind } from "./support/rule-case";

const PACK = join(__dirname, "..", "..", "policies");

/** A type is always known, so this rule is never undecided. */
const NEVER_UNDECIDED = ["not-analysed"];

describe("The pack's catalogue of rules", () => {
    it("has unique ids and names", () => {
        for (const key of ["id", "name"] as const) {
            const values = allRules.map((rule) => rule[key]);
            expect(values).to.deep.equal([...new Set(values)]);
        }
    });

    it("has a fixture for no rule that does not exist", () => {
        const names = allRules.map((rule) => rule.name);
        expect(allCases.filter((ruleCase) => !names.includes(ruleCase.rule))).to.deep.equal([]);
    });

    for (const rule of allRules) {
        describe(`${rule.id} ${rule.name}`, () => {
            it("has an id and a name of the agreed form, and metadata in whole sentences", () => {
                expect(rule.id).to.match(/^SAM-(AKS|NET|AFW|AGW|ACR|KV|ST|ML|K8S|GEN)-\d{3}$/);
                expect(rule.name).to.match(/^[a-z0-9]+(-[a-z0-9]+)+$/);
                for (const sentence of [rule.title, rule.risk, ...rule.remediation]) {
                    expect(sentence).to.match(/^[A-Z{`].*\.$/);
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

            it("has a page that names it, says the risk and shows an example before and after", () => {
                const file = join(PACK, "docs", `${rule.id}.md`);
                expect(existsSync(file), file).to.equal(true);
                const page = readFileSync(file, "utf8");
                expect(page).to.contain(`# ${rule.id}: ${rule.name}`);
                for (const text of [rule.title, rule.risk, rule.severity, ...rule.remediation]) {
                    expect(page).to.contain(text);
                }
                for (const scanner of Object.values(rule.scanners).flat()) {
                    expect(page).to.contain(scanner);
                }
                for (const option of Object.keys(rule.config ?? {})) {
                    expect(page).to.contain(`\`${option}\``);
                }
                expect(page.match(/```typescript/g)).to.have.length(2);
            });
        });
    }
});

describe("The pack as it is published", () => {
    it("holds what runs and what explains it, and nothing else", function () {
        this.timeout(60000);
        const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
            cwd: PACK,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        });
        const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(output);
        const paths = files.map((file) => file.path);
        expect(paths).to.include.members(["PulumiPolicy.yaml", "package.json", "bin/index.js", "docs/SAM-AKS-001.md"]);
        const expected =
            /^(PulumiPolicy\.yaml|package\.json|README\.md|LICENSE|bin\/.+\.js|docs\/SAM-[A-Z0-9]+-\d{3}\.md)$/;
        expect(paths.filter((path) => !expected.test(path))).to.deep.equal([]);
    });
});
