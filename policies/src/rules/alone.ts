import { Findings } from "../frame/findings";
import type { GraphRule, ResourceRule, RuleInfo, Subject } from "../frame/rule";
import { resourceRule } from "../frame/rule";
import { ResourceGraph } from "../graph/resource-graph";

/** The stack as it would be if it held nothing else. */
export function alone({ type, urn, name, inputs }: Subject): ResourceGraph {
    const resource = { type, urn, name, inputs, outputs: inputs };
    return new ResourceGraph([{ ...resource, dependencies: [], propertyDependencies: {} }]);
}

/** What a twin doesn't have from its graph rule. */
type Own = Pick<RuleInfo, "id" | "name" | "title" | "risk" | "types"> & Partial<Pick<RuleInfo, "remediation">>;

/**
 * The rule about single resources that goes ahead of a graph rule: it asks the same of each resource as if the stack held
 * nothing else, and reports what surely fails. Only for types whose failures no other resource could mend.
 */
export function aheadOf<Config extends object>(rule: GraphRule<Config>, own: Own): ResourceRule<Config> {
    const { severity, level, profiles, remediation, control, frameworks, config } = rule;
    const inherited = { severity, level, profiles, remediation, control, frameworks, config, scanners: {} };
    const set = Object.fromEntries(Object.entries(inherited).filter(([, value]) => value !== undefined));
    return resourceRule<Config>({
        ...(set as Omit<typeof inherited, "level" | "profiles" | "frameworks" | "config">),
        ...own,
        defersTo: rule.name,
        check(subject, findings, options) {
            const found = new Findings();
            found.attempt(() => rule.check(alone(subject), found, options));
            found.list.filter(({ verdict }) => verdict === "fail").forEach(({ message }) => findings.fail(message));
        },
    });
}
