import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { ResourceGraph } from "../graph/resource-graph";
import type { Findings } from "./findings";
import type { Value } from "./value";

export type Severity = "critical" | "high" | "medium" | "low";

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

/** Rules of other scanners that decide the same question. */
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
    /** What Pulumi prints and what a pack's configuration calls it: `aks-private-cluster`. */
    name: string;
    /** What must hold, as a sentence. */
    title: string;
    severity: Severity;
    /** What can happen if it does not hold, in one sentence. */
    risk: string;
    /** What to do, step by step. */
    remediation: string[];
    control: Control;
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

/** Judges one resource by its inputs, before it is created. */
export interface ResourceRule<Config extends object = object> extends RuleInfo {
    kind: "resource";
    check(subject: Subject, findings: Findings, config: Config): void;
}

/** Judges how resources refer to each other, after all of them are registered. */
export interface GraphRule<Config extends object = object> extends RuleInfo {
    kind: "graph";
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
