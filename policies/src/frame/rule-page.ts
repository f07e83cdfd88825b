import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { BENCHMARK } from "./benchmark";
import { announcedLevel, levelIn, newest, PROFILE_NAMES } from "./profile";
import { frameworksOf } from "./rule-index";
import type { Rule, RuleInfo } from "./rule";

/** Where the pages of the rules are. Relative to the pack until it has a public address: then that address goes here. */
const PAGES = "docs";

/** What a page writes by itself; all above it follows from the rule. */
const OWN_PART = "## Example\n";

/** The page that explains a rule: risk, recommendation, example. */
export function pageOf(id: string): string {
    return `${PAGES}/${id}.md`;
}

/** A rule's page: what follows from the rule, and the example of the page as it is. */
export function pageWith(rule: Rule, page: string): string {
    const start = page.indexOf(OWN_PART);
    return pageHead(rule) + (start < 0 ? `${OWN_PART}\nRefused:\n\nAccepted:\n` : page.slice(start));
}

function pageHead(rule: Rule): string {
    const sections = [
        `# ${rule.id}: ${rule.name}`,
        rule.title,
        ["| | |", "|---|---|", ...factsOf(rule).map(([name, fact]) => `| ${name} | ${fact} |`)].join("\n"),
        `## Risk\n\n${rule.risk}`,
        `## Recommendation\n\n${rule.remediation.map((step, index) => `${index + 1}. ${step}`).join("\n")}`,
        ...optionsOf(rule.config),
    ];
    return `${sections.join("\n\n")}\n\n`;
}

function factsOf(rule: Rule): [string, string][] {
    const types = rule.types.includes("*") ? "every resource" : rule.types.map((type) => `\`${type}\``).join(", ");
    const others = frameworksOf(rule).slice(1);
    return [
        ["Severity", rule.severity],
        ["Level", levelsOf(rule)],
        ["Looks at", rule.kind === "graph" ? `${types}, and what they refer to` : types],
        ["Control", controlOf(rule)],
        ...(rule.alsoDecides ? [["Also decides", rule.alsoDecides.join(", ")] as [string, string]] : []),
        ...(others.length > 0 ? [["Also in", others.join(", ")] as [string, string]] : []),
        ["Same question elsewhere", scannersOf(rule)],
        ...fixesOf(rule),
        ...twinOf(rule),
        ...(rule.waivable === false ? [["Waivers", "none: this rule can't be waived"] as [string, string]] : []),
    ];
}

function twinOf(rule: Rule): [string, string][] {
    if (rule.kind === "resource") {
        return rule.defersTo === undefined
            ? []
            : [["Not known yet", `passes here: \`${rule.defersTo}\` judges where the value comes from`]];
    }
    const { twin } = rule;
    if (twin === undefined) {
        return [];
    }
    if ("none" in twin) {
        return [["During `up`", `refused at its end alone: ${twin.none}`]];
    }
    const rules = twin.rules.map((name) => `\`${name}\``).join(", ");
    const rest = twin.leaves === undefined ? "" : `. Only the whole stack shows ${twin.leaves}`;
    return [["During `up`", `refused before it is made by ${rules}${rest}`]];
}

function fixesOf(rule: Rule): [string, string][] {
    const fixes = rule.kind === "resource" ? (rule.fixes ?? []) : [];
    const sets = fixes.map(({ path, value }) => `\`${path}\` to \`${JSON.stringify(value)}\``);
    return sets.length > 0 ? [["Level `remediate` sets", sets.join(", ")]] : [];
}

/** One word where all profiles agree. */
function levelsOf(rule: RuleInfo): string {
    const levels = PROFILE_NAMES.map((name) => ({ name, level: levelIn(newest(name), rule) }));
    return new Set(levels.map(({ level }) => level)).size === 1
        ? announcedLevel(rule)
        : levels.map(({ name, level }) => `${level} in ${name}`).join(", ");
}

function controlOf({ control }: RuleInfo): string {
    const source = control.mapping === "published" ? "as in Azure Policy's benchmark initiative" : "our own reading";
    return `${BENCHMARK.name} ${control.reference}, ${BENCHMARK.controls[control.reference]} (${source})`;
}

function scannersOf({ scanners }: RuleInfo): string {
    const named = (tool: string, ids: string[] = []) => (ids.length > 0 ? [`${tool} ${ids.join(", ")}`] : []);
    const all = [
        ...named("Checkov", scanners.checkov),
        ...named("PSRule", scanners.psrule),
        ...named("Azure Policy", scanners.azurePolicy),
    ];
    return all.join("; ") || "no scanner that we know of";
}

function optionsOf(config: Record<string, PolicyConfigJSONSchema> = {}): string[] {
    const rows = Object.entries(config).map(
        ([option, schema]) =>
            `| \`${option}\` | ${String(schema.type)} | \`${JSON.stringify(schema.default)}\` | ${schema.description} |`,
    );
    const head = ["## Options", "", "| option | type | default | meaning |", "|---|---|---|---|"];
    return rows.length > 0 ? [[...head, ...rows].join("\n")] : [];
}
