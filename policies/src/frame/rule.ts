import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { ResourceGraph } from "../graph/resource-graph";
import type { Findings } from "./findings";
import type { Value } from "./value";

export type Severity = "critical" | "high" | "medium" | "low";

/** What a violation does: it refuses the change, it is shown, or nobody asks the rule. */
export type Level = "mandatory" | "advisory" | "disabled";

/** A named choice of levels. */
export type ProfileName = "baseline" | "regulated" | "dev";

/** A control of the Microsoft cloud security benchmark (version 1) that the rule serves. */
export interface Control {
    /** Its number: `NS-2`. */
    reference: string;
    /**
     * `published`: Azure Policy's own benchmark initiative maps the same question to this control.
     * `own reading`: we place it there.
     */
    mapping: "published" | "own reading";
}

/** Controls of further frameworks that the rule serves, as Azure Policy's initiatives or the benchmarks' texts map them. */
export interface Frameworks {
    /** Controls of NIST SP 800-53, revision 5: `SC-7`. */
    nist?: string[];
    /** Recommendations of the CIS Azure Kubernetes Service Benchmark 1.7: `5.4.1`. */
    cisAks?: string[];
    /** Recommendations of the CIS Microsoft Azure Foundations Benchmark 3.0: `4.6`. */
    cisAzure?: string[];
}

/** Rules of other scanners that decide the same question. One that decides another question is not named. */
export interface Scanners {
    /** `CKV_AZURE_6` */
    checkov?: string[];
    /** `Azure.AKS.AuthorizedIPs` */
    psrule?: string[];
    /** Ids of Azure Policy's built-in definitions. */
    azurePolicy?: string[];
}

export interface RuleInfo {
    /** Never changes and is never given to another rule: `SAM-AKS-001`. Also the name of its page. */
    id: string;
    /** Further ids of the catalogue whose question it decides; no rule has them: `SAM-GR-025`. Its page names them. */
    alsoDecides?: string[];
    /** What Pulumi prints and what a pack's configuration calls it: `aks-private-cluster`. */
    name: string;
    /** What must hold, as a sentence. */
    title: string;
    severity: Severity;
    /** Its level in the profile `baseline`. Default: mandatory, and advisory for the severity `low`. */
    level?: Level;
    /** Its levels in profiles where they are not what `profile.ts` makes of severity and level. */
    profiles?: Partial<Record<ProfileName, Level>>;
    /** Date of the profiles in which it first appears: `2026-11`, which is the default. */
    since?: string;
    /** Whether a waiver can except a resource from it. Default: true. */
    waivable?: boolean;
    /** What can happen if it does not hold, in one sentence. */
    risk: string;
    /** What to do, step by step. */
    remediation: string[];
    control: Control;
    /** Default: none known. */
    frameworks?: Frameworks;
    scanners: Scanners;
    /** Options of the rule in the pack's configuration. Every one has a default. */
    config?: Record<string, PolicyConfigJSONSchema>;
    /** Types the rule looks at, in the normalised spelling: `network:Subnet`. */
    types: string[];
}

/** A resource as its program declares it. */
export interface Subject {
    /** Normalised type. */
    type: string;
    urn: string;
    /** The name in the program, not in Azure. */
    name: string;
    /** What the program (and the provider's own defaults) set. */
    inputs: Value;
}

/** One property that Pulumi sets where the rule's level is `remediate`. */
export interface Fix {
    /** Dotted, with `[]` for every element of a list: `agentPoolProfiles[].enableNodePublicIP`. */
    path: string;
    /** What it becomes. Never wider access than any value that the property can have. */
    value: string | boolean;
    /** The types it is for, where a rule looks at several. Default: all of them. */
    types?: string[];
}

/** Judges one resource by its inputs, before it is created. */
export interface ResourceRule<Config extends object = object> extends RuleInfo {
    kind: "resource";
    /** Name of the graph rule that judges what is not known yet, in place of this one. Default: this rule is undecided then. */
    defersTo?: string;
    /** What makes a resource pass that does not. Default: none, people must decide. */
    fixes?: Fix[];
    check(subject: Subject, findings: Findings, config: Config): void;
}

/**
 * What stops an `up` before the resource at fault is made. Graph rules speak at its end: what one resource shows by itself
 * is refused earlier by rules about single resources.
 */
export type Twin =
    | {
          /** Names of such rules. */
          rules: string[];
          /** What they can't see, completing "Only the whole stack shows ...". Default: nothing. */
          leaves?: string;
      }
    /** Why there is no such rule, as a sentence. */
    | { none: string };

/** Judges how resources refer to each other, after all of them are registered. */
export interface GraphRule<Config extends object = object> extends RuleInfo {
    kind: "graph";
    /** Every rule that is mandatory in `baseline` has it. */
    twin?: Twin;
    check(graph: ResourceGraph, findings: Findings, config: Config): void;
}

export type Rule = ResourceRule | GraphRule;

/** Declares a rule about one resource. */
export function resourceRule<Config extends object = object>(
    rule: Omit<ResourceRule<Config>, "kind">,
): ResourceRule<Config> {
    return { ...rule, kind: "resource" };
}

/** Declares a rule about the graph. */
export function graphRule<Config extends object = object>(rule: Omit<GraphRule<Config>, "kind">): GraphRule<Config> {
    return { ...rule, kind: "graph" };
}
