import type { Findings } from "../frame/findings";
import { oneOf } from "../frame/expectation";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** Oldest managed rule sets that are accepted: earlier ones have reached their end of support. */
const OLDEST_RULE_SETS: Readonly<Record<string, readonly [number, number]>> = {
    microsoft_defaultruleset: [2, 1],
    owasp: [3, 2],
};

/** Whether an Application Gateway has a frontend that the Internet reaches. */
export function hasPublicFrontend(gateway: Value): boolean {
    return gateway
        .at("frontendIPConfigurations")
        .items()
        .some((frontend) => frontend.at("publicIPAddress").present);
}

/** Demands that a WAF policy blocks, rather than only counts, what a managed rule set finds. */
export function requireBlocking(policy: Value, findings: Findings): void {
    findings.require(policy.at("policySettings.state"), oneOf("Enabled"));
    findings.require(policy.at("policySettings.mode"), oneOf("Prevention"));
    findings.attempt(() => requireManagedRules(policy, findings));
}

/** Demands a managed rule set that Azure still maintains. */
export function requireManagedRules(policy: Value, findings: Findings): void {
    const sets = policy.at("managedRules.managedRuleSets");
    if (!sets.items().some(isMaintained)) {
        findings.fail(
            `${sets.path} must hold Microsoft_DefaultRuleSet 2.1 or later, or OWASP 3.2 or later; found ${sets.shown()}. ` +
                'Add { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1" }.',
        );
    }
}

function isMaintained(set: Value): boolean {
    const oldest = OLDEST_RULE_SETS[set.at("ruleSetType").folded() ?? ""];
    const [major = 0, minor = 0] = (set.at("ruleSetVersion").text() ?? "").split(".").map(Number);
    return oldest !== undefined && (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]));
}

/** Proves that every way through a public Application Gateway meets a WAF policy that blocks. */
export class WebFirewallProof {
    /** @param trustedPolicies ARM ids, in lower case, of WAF policies of other stacks */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly trustedPolicies: ReadonlySet<string>,
    ) {}

    prove(findings: Findings): void {
        for (const gateway of this.graph.ofType("network:ApplicationGateway")) {
            const own = findings.on(gateway.urn);
            own.attempt(() => {
                if (hasPublicFrontend(gateway.inputs)) {
                    this.proveGateway(gateway, own);
                }
            });
        }
    }

    private proveGateway(gateway: GraphResource, findings: Findings): void {
        const { inputs } = gateway;
        const whole = inputs.at("firewallPolicy.id");
        if (!whole.present) {
            findings.fail(
                `${gateway.name} has a public frontend and ${whole.path} is not set, so requests reach the backends unchecked. ` +
                    `Set ${whole.path} to a WAF policy in Prevention.`,
            );
        }
        this.provePolicy(gateway, whole, findings);
        for (const override of overrides(inputs)) {
            findings.attempt(() => this.provePolicy(gateway, override, findings));
        }
    }

    private provePolicy(gateway: GraphResource, id: Value, findings: Findings): void {
        const reference = this.graph.follow(gateway, id, "network:WebApplicationFirewallPolicy");
        if (reference.kind === "resources") {
            for (const policy of reference.resources) {
                this.proveBlocking(gateway, id, policy, findings);
            }
        } else if (reference.kind === "unknown") {
            findings.undecided(
                `${gateway.name} -> ${id.path} is not known in this preview, and no WAF policy of this stack went into it. ` +
                    "Pass the id of a WebApplicationFirewallPolicy of this stack.",
            );
        } else if (reference.kind === "outside" && !this.trustedPolicies.has(reference.id.toLowerCase())) {
            findings.undecided(
                `${gateway.name} -> ${id.path} names a WAF policy that this stack does not hold (${reference.id}), so its mode can't be seen. ` +
                    "Put the policy into the stack, or name its id in this rule's trustedPolicies.",
            );
        }
    }

    private proveBlocking(gateway: GraphResource, id: Value, policy: GraphResource, findings: Findings): void {
        const own = findings.prefixed(`${gateway.name} -> ${id.path} -> WAF policy ${policy.name}: `);
        requireBlocking(policy.inputs, own);
    }
}

/** Policies of single listeners and paths, which replace the gateway's own. */
function overrides(gateway: Value): Value[] {
    const listeners = gateway.at("httpListeners").items();
    const paths = gateway
        .at("urlPathMaps")
        .items()
        .flatMap((map) => map.at("pathRules").items());
    return [...listeners, ...paths].map((part) => part.known().at("firewallPolicy.id"));
}
