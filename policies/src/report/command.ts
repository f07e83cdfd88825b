import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PACK_NAME } from "../frame/pack-name";
import { allRules } from "../rules/all-rules";
import type { Run } from "./event-log";
import { readEventLog } from "./event-log";
import { junitOf } from "./junit";
import type { Matrix } from "./matrix";
import { matrixCsv, matrixOf } from "./matrix";
import type { PermittedFlow } from "./permit-list";
import { permitCsv, permittedFlows } from "./permit-list";
import { sarifOf } from "./sarif";

const USAGE =
    "policy-report <event-log> [--sarif <file>] [--junit <file>] [--matrix <file.json or file.csv>] " +
    "[--permits <file.json or file.csv>]";

/**
 * Reports on a run from its event log, and returns the text to print.
 * @throws Error that says what is wrong with the arguments or the log
 */
export function policyReport(args: readonly string[]): string {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
            sarif: { type: "string" },
            junit: { type: "string" },
            matrix: { type: "string" },
            permits: { type: "string" },
        },
    });
    const [log] = positionals;
    if (log === undefined || positionals.length > 1) {
        throw new Error(`expected one event log; found ${positionals.length}. Use: ${USAGE}`);
    }
    const run = readEventLog(readFileSync(log, "utf8"), PACK_NAME);
    const matrix = matrixOf(run, allRules);
    if (values.sarif !== undefined) {
        writeFileSync(values.sarif, json(sarifOf(run, allRules, PACK_NAME)));
    }
    if (values.junit !== undefined) {
        writeFileSync(values.junit, junitOf(run, matrix, allRules, PACK_NAME));
    }
    if (values.matrix !== undefined) {
        writeFileSync(values.matrix, values.matrix.endsWith(".csv") ? matrixCsv(matrix) : json(matrix));
    }
    const flows = permittedFlows(run);
    if (values.permits !== undefined) {
        writeFileSync(values.permits, values.permits.endsWith(".csv") ? permitCsv(flows) : json(flows));
    }
    return summaryOf(run, matrix, flows);
}

function json(value: object): string {
    return JSON.stringify(value, undefined, 2) + "\n";
}

function summaryOf(
    { version, violations, resources }: Run,
    { unseen, controls }: Matrix,
    flows: readonly PermittedFlow[],
): string {
    if (version === "") {
        return `${PACK_NAME} judged nothing in this run: it was not given, or the run ended before it.\n`;
    }
    const count = (verdict: string) => violations.filter((violation) => violation.verdict === verdict).length;
    const covered = controls.filter(({ rules }) => rules.length > 0);
    return [
        `${PACK_NAME} ${version}: ${resources.length} resources, ${violations.length} violations ` +
            `(${count("fail")} failed, ${count("undecided")} undecided, ${count("waived")} waived).`,
        ...violations.map(
            ({ rule, urn, mandatory, message }) =>
                `  ${mandatory ? "mandatory" : "advisory"}  ${rule}  ${urn.split("::").pop()}: ${message}`,
        ),
        `${covered.length} of ${controls.length} controls covered, ` +
            `${covered.filter(({ verdict }) => verdict === "pass").length} of them without a finding.`,
        ...(flows.length > 0 ? [`${flows.length} firewall rules let something through; --permits lists them.`] : []),
        `${unseen.length} resources that no rule looked at${unseen.length > 0 ? ":" : "."}`,
        ...unseen.map((urn) => `  ${urn}`),
        "",
    ].join("\n");
}
