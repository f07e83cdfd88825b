import { announcedLevel } from "./profile";
import type { Rule, RuleInfo } from "./rule";

/** A rule as `rules.json` lists it, for tools that don't run the pack. */
export interface IndexedRule {
    id: string;
    name: string;
    title: string;
    severity: string;
    /** In the profile `baseline`. */
    level: string;
    types: string[];
    frameworks: string[];
    checkov: string[];
    psrule: string[];
    azurePolicy: string[];
}

export function indexOf(rules: readonly Rule[]): IndexedRule[] {
    return rules.map((rule) => ({
        id: rule.id,
        name: rule.name,
        title: rule.title,
        severity: rule.severity,
        level: announcedLevel(rule),
        types: rule.types,
        frameworks: frameworksOf(rule),
        checkov: rule.scanners.checkov ?? [],
        psrule: rule.scanners.psrule ?? [],
        azurePolicy: rule.scanners.azurePolicy ?? [],
    }));
}

/** The controls that a rule serves, each with its framework: `MCSB NS-2`. */
export function frameworksOf({ control, frameworks = {} }: RuleInfo): string[] {
    const named = (framework: string, controls: string[] = []) => controls.map((number) => `${framework} ${number}`);
    return [
        `MCSB ${control.reference}`,
        ...named("NIST SP 800-53", frameworks.nist),
        ...named("CIS AKS", frameworks.cisAks),
        ...named("CIS Azure", frameworks.cisAzure),
    ];
}

/** The text of `rules.json`, laid out as the repository's formatter wants it. */
export function indexFile(rules: readonly Rule[]): string {
    return `[\n${indexOf(rules)
        .map((rule) => `    {\n${Object.entries(rule).map(line).join(",\n")}\n    }`)
        .join(",\n")}\n]\n`;
}

/** Width of a line, with the comma that may follow. */
const WIDTH = 120;

function line([key, value]: [string, unknown]): string {
    const short = `        "${key}": ${JSON.stringify(value).replaceAll('","', '", "')}`;
    const indented = `        "${key}": ${JSON.stringify(value, undefined, 4).replaceAll("\n", "\n        ")}`;
    return Array.isArray(value) && short.length + 1 > WIDTH ? indented : short;
}
