import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { policyReport } from "../../policies/src/report/command";
import type { Matrix } from "../../policies/src/report/matrix";
import type { PermittedFlow } from "../../policies/src/report/permit-list";
import { allRules } from "../../policies/src/rules/all-rules";
import { expectJunit } from "./support/junit-form";
import { expectSarif } from "./support/sarif-schema";
import { UNKNOWN, UNKNOWN_LIST } from "./support/scene";
import { elementsNamed } from "./support/xml";

const PACK = "secure-aks-ml-guardrails";
const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;
const REGISTRY = urn("azure-native:containerregistry/v20230701:Registry", "images");
const ACCOUNT = urn("azure-native:storage:StorageAccount", "data");
const TABLE = urn("azure-native:network:RouteTable", "spoke");
const GROUP = urn("azure-native:resources:ResourceGroup", "rg");

function resource(of: string, custom = true): object {
    return { resourcePreEvent: { metadata: { op: "create", urn: of, type: of.split("::")[2], new: { custom } } } };
}

function violation(policyName: string, resourceUrn: string, message: string, enforcementLevel = "mandatory"): object {
    const pack = { policyPackName: PACK, policyPackVersion: "0.1.0" };
    const text = `The rule's title.\n${message}\n`;
    return { policyEvent: { ...pack, policyName, resourceUrn, message: text, enforcementLevel, severity: "high" } };
}

function summary(resourceUrn: string, passed: string[], failed: string[] = []): object {
    const pack = { policyPackName: PACK, policyPackVersion: "0.1.0" };
    return { policyAnalyzeSummaryEvent: { ...pack, resourceUrn, passed, failed } };
}

const STACK_SUMMARY = {
    policyAnalyzeStackSummaryEvent: {
        policyPackName: PACK,
        policyPackVersion: "0.1.0",
        passed: ["unused-waivers"],
        failed: ["route-table-bgp-off"],
    },
};

const EVENTS: object[] = [
    { sequence: 0, preludeEvent: {} },
    resource(urn("pulumi:pulumi:Stack", "shop-prod"), false),
    resource(urn("pulumi:providers:azure-native", "default")),
    ...[GROUP, REGISTRY, ACCOUNT, TABLE].map((of) => resource(of)),
    summary(GROUP, ["not-analysed", "pack-settings"]),
    summary(REGISTRY, ["acr-no-admin", "not-analysed"], ["acr-premium"]),
    violation(
        "acr-premium",
        REGISTRY,
        'Waived until 2026-12-31 (team@example.com, OPS-7: mirrors <public> images). sku.name must be "Premium".',
        "advisory",
    ),
    summary(ACCOUNT, ["st-https"], ["st-tls12", "st-no-public-net"]),
    violation("st-tls12", ACCOUNT, 'minimumTlsVersion must be "TLS1_2"; found "a\u0000b" & nothing.'),
    violation("st-no-public-net", ACCOUNT, "Undecided, and so refused: publicNetworkAccess is not known."),
    violation("route-table-bgp-off", TABLE, "Not right."),
    STACK_SUMMARY,
    { policyEvent: { policyPackName: "another-pack", policyName: "st-https", resourceUrn: ACCOUNT, message: "No." } },
];

/** The text that XML 1.0 can hold. */
const allowed = (text: string) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");

const logOf = (events: object[]) => events.map((event) => JSON.stringify(event)).join("\n") + "\n";

describe("Reports of a run's event log", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "policy-report-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    /** Runs the command and returns what it printed and wrote. */
    function report(log: string, ...options: ["--sarif" | "--junit" | "--matrix" | "--permits", string][]): string[] {
        const file = (name: string) => join(folder, name);
        writeFileSync(file("events.json"), log);
        const args = options.flatMap(([option, name]) => [option, file(name)]);
        const printed = policyReport([file("events.json"), ...args]);
        return [printed, ...options.map(([, name]) => readFileSync(file(name), "utf8"))];
    }

    it("prints violations with their verdicts, controls covered and what no rule looked at", () => {
        const [printed] = report(logOf(EVENTS));
        expect(printed).to.contain(`${PACK} 0.1.0: 4 resources, 4 violations (2 failed, 1 undecided, 1 waived).`);
        expect(printed).to.contain("  mandatory  st-tls12  data: minimumTlsVersion must be");
        expect(printed).to.match(/\d+ of \d+ controls covered, \d+ of them without a finding\./);
        expect(printed).to.contain(`1 resources that no rule looked at:\n  ${GROUP}\n`);
    });

    it("writes a matrix of rules and resources", () => {
        const [, text = ""] = report(logOf(EVENTS), ["--matrix", "matrix.json"]);
        const matrix: Matrix = JSON.parse(text);
        const cell = (rule: string, of: string) =>
            matrix.resources.find((each) => each.urn === of)?.cells[matrix.rules.indexOf(rule)];
        expect(matrix.rules).to.deep.equal(allRules.map(({ name }) => name));
        expect(matrix.resources.map((each) => each.urn)).to.deep.equal([GROUP, REGISTRY, ACCOUNT, TABLE]);
        expect(cell("acr-no-admin", REGISTRY)).to.equal("pass");
        expect(cell("acr-premium", REGISTRY)).to.equal("waived");
        expect(cell("acr-premium", ACCOUNT)).to.equal("not applicable");
        expect(cell("st-tls12", ACCOUNT)).to.equal("fail");
        expect(cell("st-https", ACCOUNT)).to.equal("pass");
        expect(cell("st-no-public-net", ACCOUNT)).to.equal("undecided");
        expect(cell("route-table-bgp-off", TABLE)).to.equal("fail");
        expect(matrix.unseen).to.deep.equal([GROUP]);
    });

    describe("of what firewalls let through", () => {
        const declared = (type: string, name: string, inputs: object): object => {
            const of = urn(`azure-native:network:${type}`, name);
            return {
                resourcePreEvent: {
                    metadata: { op: "create", urn: of, type: of.split("::")[2], new: { custom: true, inputs } },
                },
            };
        };
        const groupId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/ipGroups/ipg-nodes";
        const rules = [
            {
                name: "out",
                action: { type: "Allow" },
                rules: [
                    {
                        ruleType: "ApplicationRule",
                        name: "images",
                        description: "Nodes fetch images, and no more.",
                        sourceIpGroups: [groupId],
                        targetFqdns: ["mcr.microsoft.com", "*.data.mcr.microsoft.com"],
                        protocols: [{ protocolType: "Https", port: 443 }],
                    },
                    {
                        ruleType: "NetworkRule",
                        name: "database",
                        sourceAddresses: ["10.1.0.4"],
                        destinationAddresses: [UNKNOWN],
                        destinationPorts: ["5432", "5433"],
                        ipProtocols: ["TCP"],
                    },
                ],
            },
            { name: "closed", action: { type: "Deny" }, rules: [{ ruleType: "NetworkRule", name: "none" }] },
            {
                name: "in",
                action: { type: "DNAT" },
                rules: [
                    {
                        ruleType: "NatRule",
                        name: "partner",
                        sourceAddresses: ["203.0.113.0/24"],
                        destinationAddresses: ["20.1.2.3"],
                        destinationPorts: ["443"],
                        ipProtocols: ["TCP"],
                        translatedAddress: "10.1.0.9",
                        translatedPort: "8443",
                    },
                ],
            },
        ];
        const events = [
            ...EVENTS,
            declared("IpGroup", "nodes", {
                resourceGroupName: "rg",
                ipGroupsName: "ipg-nodes",
                ipAddresses: ["10.1.0.0/22"],
            }),
            declared("FirewallPolicyRuleCollectionGroup", "rcg", { resourceGroupName: "rg", ruleCollections: rules }),
            declared("FirewallPolicyRuleCollectionGroup", "later", { ruleCollections: UNKNOWN_LIST }),
        ];

        it("lists every rule that allows something, with the addresses of IP groups", () => {
            const [printed, text = ""] = report(logOf(events), ["--permits", "permits.json"]);
            expect(printed).to.contain("4 firewall rules let something through; --permits lists them.");
            const flows: PermittedFlow[] = JSON.parse(text);
            expect(flows.map(({ rule }) => rule)).to.deep.equal(["images", "database", "partner", "not known yet"]);
            expect(flows[0]).to.deep.equal({
                group: "rcg",
                collection: "out",
                rule: "images",
                kind: "application",
                sources: ["10.1.0.0/22 of nodes"],
                destinations: ["mcr.microsoft.com", "*.data.mcr.microsoft.com"],
                ports: ["Https:443"],
                why: "Nodes fetch images, and no more.",
            });
            expect(flows[1]).to.deep.include({ destinations: ["not known yet"], ports: ["TCP:5432", "TCP:5433"] });
            expect(flows[2]).to.deep.include({ kind: "nat", destinations: ["20.1.2.3", "-> 10.1.0.9:8443"] });
        });

        it("writes them as a table", () => {
            const [, text = ""] = report(logOf(events), ["--permits", "permits.csv"]);
            const [head, first] = text.split("\n");
            expect(head).to.equal("group,collection,rule,kind,sources,destinations,ports,why");
            expect(first).to.equal(
                "rcg,out,images,application,10.1.0.0/22 of nodes,mcr.microsoft.com; *.data.mcr.microsoft.com," +
                    'Https:443,"Nodes fetch images, and no more."',
            );
        });

        it("says nothing of firewalls where there are none", () => {
            expect(report(logOf(EVENTS))[0]).not.to.contain("firewall rules");
        });
    });

    it("counts a control as the worst of what its rules say", () => {
        const [, text = ""] = report(logOf(EVENTS), ["--matrix", "matrix.json"]);
        const { controls }: Matrix = JSON.parse(text);
        const control = (name: string) => controls.find((each) => each.control === name);
        expect(control("CIS Azure 4.15")).to.deep.equal({
            control: "CIS Azure 4.15",
            rules: ["st-tls12"],
            verdict: "fail",
        });
        expect(control("CIS Azure 4.1")?.verdict).to.equal("pass");
        expect(control("CIS AKS 5.4.1")).to.deep.include({ rules: [], verdict: "not applicable" });
        expect(control("MCSB NS-2")?.verdict).to.equal("undecided");
    });

    it("calls rules about the stack undecided if the run ended before them", () => {
        const [, text = ""] = report(logOf(EVENTS.filter((event) => event !== STACK_SUMMARY).slice(0, 8)), [
            "--matrix",
            "matrix.json",
        ]);
        const matrix: Matrix = JSON.parse(text);
        const table = matrix.resources.find((each) => each.urn === TABLE);
        expect(table?.cells[matrix.rules.indexOf("route-table-bgp-off")]).to.equal("undecided");
    });

    it("writes the matrix as a table if the file is called so", () => {
        const [, table = ""] = report(logOf(EVENTS), ["--matrix", "matrix.csv"]);
        const lines = table.trim().split("\n");
        expect(lines).to.have.length(5);
        expect(lines[0])
            .to.match(/^urn,type,/)
            .and.contain(",st-tls12,")
            .and.not.contain("aks-rbac-on");
        expect(lines[3])
            .to.match(new RegExp(`^${ACCOUNT},storage:StorageAccount,`))
            .and.contain(",fail,");
    });

    it("writes SARIF of the standard's own schema", () => {
        const [, text = ""] = report(logOf(EVENTS), ["--sarif", "report.sarif"]);
        const [run] = expectSarif(JSON.parse(text)).runs;
        expect(run?.tool.driver).to.include({ name: PACK, version: "0.1.0" });
        expect(run?.tool.driver.rules?.map(({ id }) => id)).to.deep.equal(allRules.map(({ id }) => id));
        const results = run?.results ?? [];
        expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).to.deep.equal([
            "SAM-ACR-001 warning",
            "SAM-ST-003 error",
            "SAM-ST-001 error",
            "SAM-NET-003 error",
        ]);
        for (const { ruleId, ruleIndex = -1 } of results) {
            expect(run?.tool.driver.rules?.[ruleIndex]?.id).to.equal(ruleId);
        }
        expect(results.map(({ suppressions = [] }) => suppressions.length)).to.deep.equal([1, 0, 0, 0]);
        expect(results[1]?.locations?.[0]?.logicalLocations?.[0]).to.deep.equal({
            name: "data",
            fullyQualifiedName: ACCOUNT,
            kind: "resource",
        });
        const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
        expect(new Set(prints).size).to.equal(results.length);
    });

    it("keeps violations of the pack's own settings out of SARIF's results, and shows them beside", () => {
        const [, text = ""] = report(logOf([...EVENTS, violation("pack-settings", GROUP, "No such rule.")]), [
            "--sarif",
            "report.sarif",
        ]);
        const [run] = expectSarif(JSON.parse(text)).runs;
        expect(run?.results).to.have.length(4);
        expect(run?.invocations?.[0]?.toolConfigurationNotifications).to.deep.equal([
            { level: "error", message: { text: "No such rule." } },
        ]);
    });

    it("writes JUnit with a test for each rule on each resource", () => {
        const [, xml = ""] = report(logOf(EVENTS), ["--junit", "report.xml"]);
        const suites = expectJunit(xml);
        const tests = elementsNamed("testcase", suites);
        const outcome = (rule: string, of: string) => {
            const test = tests.find(({ attributes }) => attributes["classname"] === rule && attributes["name"] === of);
            return test?.children.map(({ name, attributes }) => ({ name, ...attributes }));
        };
        expect(outcome("st-https", ACCOUNT)).to.deep.equal([]);
        expect(outcome("st-tls12", ACCOUNT)).to.deep.equal([
            {
                name: "failure",
                type: "fail",
                message: 'minimumTlsVersion must be "TLS1_2"; found "a\ufffdb" & nothing.',
            },
        ]);
        expect(outcome("st-no-public-net", ACCOUNT)?.[0]).to.include({ name: "failure", type: "undecided" });
        expect(outcome("acr-premium", REGISTRY)?.[0]?.name).to.equal("skipped");
        expect(outcome("acr-premium", REGISTRY)?.[0]).to.have.property("message").that.contains("mirrors <public>");
        expect(outcome("acr-premium", ACCOUNT)).to.equal(undefined);
        expect(suites.attributes).to.deep.equal({
            name: PACK,
            tests: String(tests.length),
            failures: "3",
            errors: "0",
        });
    });

    it("writes XML that brings back any text", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), fc.string(), (some, other) => {
                const text = `${some}]]>\t\r\n"'&amp;<!--${other}`;
                const events = [...EVENTS, violation("st-https", ACCOUNT, `It is ${text}.`)];
                const [, xml = ""] = report(logOf(events), ["--junit", "report.xml"]);
                const failures = elementsNamed("failure", expectJunit(xml)).map(
                    ({ attributes }) => attributes["message"],
                );
                expect(failures).to.include(`It is ${allowed(text)}.`);
            }),
            { numRuns: 10 },
        );
    });

    it("says so if the pack judged nothing", () => {
        const [printed] = report(logOf([resource(GROUP)]));
        expect(printed).to.match(/judged nothing in this run/);
    });

    it("writes reports of the same form if the pack judged nothing", () => {
        const [, sarif = "", xml = ""] = report(
            logOf([resource(GROUP)]),
            ["--sarif", "report.sarif"],
            ["--junit", "report.xml"],
        );
        expect(expectSarif(JSON.parse(sarif)).runs[0]?.results).to.deep.equal([]);
        expect(elementsNamed("testcase", expectJunit(xml))).to.deep.equal([]);
    });

    it("says which line is no event, and what it was given wrongly", () => {
        expect(() => report(`${logOf([resource(GROUP)])}Previewing update\n`)).to.throw(
            /^line 2 is no event; found "Previewing update"\. Give the file/,
        );
        expect(() => policyReport([])).to.throw(/^expected one event log; found 0\. Use: policy-report <event-log>/);
    });
});
