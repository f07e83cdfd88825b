import type { Rule } from "../frame/rule";
import { frameworksOf } from "../frame/rule-index";
import { csvOf } from "./csv";
import type { Run, RunResource } from "./event-log";

/** `waived`: it fails or is undecided, and a waiver excepts it. */
export type Cell = "pass" | "fail" | "undecided" | "waived" | "not applicable";

/** A control of a framework, and what the rules that serve it say of this run. */
export interface ControlCoverage {
    /** `MCSB NS-2` */
    control: string;
    /** Names of the rules that serve it and looked at something. */
    rules: string[];
    /** The worst of what they say. */
    verdict: Cell;
}

/** What every rule says of every resource. */
export interface Matrix {
    /** Names of the rules, in the order of the cells. */
    rules: string[];
    resources: (RunResource & { cells: Cell[] })[];
    /** URNs of resources that no rule about their type looked at: nobody can say that they are safe. */
    unseen: string[];
    controls: ControlCoverage[];
}

const WORST_FIRST: readonly Cell[] = ["fail", "undecided", "waived", "pass", "not applicable"];

export function matrixOf(run: Run, rules: readonly Rule[]): Matrix {
    const resources = run.resources.map((resource) => ({
        ...resource,
        cells: rules.map((rule) => cellOf(rule, resource, run)),
    }));
    return {
        rules: rules.map(({ name }) => name),
        resources,
        unseen: resources
            .filter(({ cells }) => rules.every((rule, index) => isForAll(rule) || cells[index] === "not applicable"))
            .map(({ urn }) => urn),
        controls: controlsOf(rules, run, resources),
    };
}

function cellOf(rule: Rule, { urn, type }: RunResource, run: Run): Cell {
    const own = run.violations.filter((violation) => violation.rule === rule.name && violation.urn === urn);
    if (own.length > 0) {
        return worst(own.map(({ verdict }) => verdict));
    }
    if (rule.kind === "resource") {
        return run.looked.get(urn)?.has(rule.name) ? "pass" : "not applicable";
    }
    // A rule about the stack as a whole, whose type is "*", is about none of its resources.
    if (!rule.types.includes(type)) {
        return "not applicable";
    }
    if (run.lookedAtStack === undefined) {
        return "undecided";
    }
    return run.lookedAtStack.has(rule.name) ? "pass" : "not applicable";
}

/** A rule about every resource asks where it comes from, and says nothing of what it is. */
function isForAll(rule: Rule): boolean {
    return rule.types.includes("*");
}

function controlsOf(
    rules: readonly Rule[],
    run: Run,
    resources: readonly { cells: readonly Cell[] }[],
): ControlCoverage[] {
    const said = rules.map((rule, index) => {
        const reported = run.violations.filter((violation) => violation.rule === rule.name);
        return worst([
            ...resources.map(({ cells }) => cells[index] ?? "not applicable"),
            ...reported.map((v) => v.verdict),
        ]);
    });
    const controls = [...new Set(rules.flatMap(frameworksOf))].sort((a, b) =>
        a.localeCompare(b, "en", { numeric: true }),
    );
    return controls.map((control) => {
        const serving = rules.flatMap((rule, index) => (frameworksOf(rule).includes(control) ? [{ rule, index }] : []));
        const looking = serving.filter(({ index }) => said[index] !== "not applicable");
        return {
            control,
            rules: looking.map(({ rule }) => rule.name),
            verdict: worst(looking.map(({ index }) => said[index] ?? "not applicable")),
        };
    });
}

function worst(cells: readonly Cell[]): Cell {
    return WORST_FIRST.find((cell) => cells.includes(cell)) ?? "not applicable";
}

/** The matrix as a table: a line for each resource, a column for each rule that looked at any. */
export function matrixCsv({ rules, resources }: Matrix): string {
    const columns = rules
        .map((name, index) => ({ name, index }))
        .filter(({ index }) => resources.some(({ cells }) => cells[index] !== "not applicable"));
    const lines = resources.map(({ urn, type, cells }) => [
        urn,
        type,
        ...columns.map(({ index }) => cells[index] ?? ""),
    ]);
    return csvOf([["urn", "type", ...columns.map(({ name }) => name)], ...lines]);
}
