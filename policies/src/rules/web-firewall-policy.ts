import type { Expectation } from "../frame/expectation";
import { absent, absentOr, atLeast, is, not } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { isAnything } from "../graph/firewall-rules";
import { requireNamed } from "../graph/named-by";
import type { GraphResource } from "../graph/resource-graph";

const POLICY = "network:WebApplicationFirewallPolicy";
const GATEWAY = "network:ApplicationGateway";

/** Largest body that a policy accepts if it says nothing, in KB. */
const DEFAULT_BODY_SIZE = 128;

function atMost(most: number): Expectation {
    return { accepts: (raw) => typeof raw === "number" && raw <= most, text: `${most} or less` };
}

/** Actions of a managed rule that let the request through. */
const HARMLESS: ReadonlySet<string | undefined> = new Set(["allow", "log"]);

export const policyNotConfiguration = resourceRule({
    id: "SAM-AGW-020",
    name: "agw-waf-policy-not-config",
    title: "An Application Gateway must be guarded by a WAF policy, not by settings of its own.",
    severity: "medium",
    risk: "The old settings know no newer rule sets, no bot rules and no exceptions for single listeners, and are retired.",
    remediation: [
        "Remove webApplicationFirewallConfiguration and set firewallPolicy.id to a WebApplicationFirewallPolicy.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    scanners: { psrule: ["Azure.AppGw.MigrateWAFPolicy"], azurePolicy: ["882e19a6-996f-400e-a30f-c090887254f4"] },
    types: [GATEWAY],
    check({ inputs }, findings) {
        findings.require(inputs.at("webApplicationFirewallConfiguration"), absent, "Set firewallPolicy.id instead.");
    },
});

export const bodyInspected = resourceRule<{ maxRequestBodySizeInKb: number }>({
    id: "SAM-AGW-021",
    name: "waf-body-check",
    title: "A WAF policy must look into the bodies of requests.",
    severity: "high",
    risk: "An attacker puts the attack into the body, where nothing looks.",
    remediation: [
        "Remove requestBodyCheck and requestBodyEnforcement from policySettings, or set them to true.",
        "Keep maxRequestBodySizeInKb within this rule's limit.",
        "Remove requestBodyInspectLimitInKB, or set it to maxRequestBodySizeInKb or more.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    frameworks: { nist: ["SC-7", "SI-10"] },
    scanners: { azurePolicy: ["ca85ef9a-741d-461d-8b7a-18c2da82c666"] },
    config: {
        maxRequestBodySizeInKb: {
            type: "integer",
            minimum: 8,
            maximum: 2000,
            default: 2000,
            description: "Largest body that a policy may accept, in KB.",
        },
    },
    types: [POLICY],
    check({ inputs }, findings, { maxRequestBodySizeInKb }) {
        const settings = inputs.at("policySettings");
        findings.require(settings.at("requestBodyCheck"), not(false));
        findings.require(settings.at("requestBodyEnforcement"), not(false));
        const largest = settings.at("maxRequestBodySizeInKb");
        findings.require(largest, absentOr(atMost(maxRequestBodySizeInKb)));
        const size = typeof largest.raw === "number" ? largest.raw : DEFAULT_BODY_SIZE;
        findings.require(
            settings.at("requestBodyInspectLimitInKB"),
            absentOr({ ...atLeast(size), text: `${size} or more, which is the largest body that the policy accepts` }),
        );
    },
});

export const uploadsLimited = resourceRule<{ fileUploadLimitInMb: number }>({
    id: "SAM-AGW-022",
    name: "waf-file-upload",
    title: "A WAF policy must limit the size of uploads.",
    severity: "medium",
    risk: "Uploads without a limit fill the backends' disks and hide attacks behind megabytes.",
    remediation: [
        "Remove fileUploadEnforcement from policySettings, or set it to true, and keep fileUploadLimitInMb within this rule's limit.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    frameworks: { nist: ["SC-5", "SI-10"] },
    scanners: {},
    config: {
        fileUploadLimitInMb: {
            type: "integer",
            minimum: 1,
            maximum: 4000,
            default: 750,
            description: "Largest upload that a policy may accept, in MB.",
        },
    },
    types: [POLICY],
    check({ inputs }, findings, { fileUploadLimitInMb }) {
        const settings = inputs.at("policySettings");
        findings.require(settings.at("fileUploadEnforcement"), not(false));
        findings.require(settings.at("fileUploadLimitInMb"), absentOr(atMost(fileUploadLimitInMb)));
    },
});

export const botRules = resourceRule({
    id: "SAM-AGW-023",
    name: "waf-bot",
    title: "A WAF policy must have rules against bots.",
    severity: "medium",
    risk: "Scanners and credential stuffing come from addresses that Microsoft knows, and are let through.",
    remediation: [
        'Add { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" } to managedRules.managedRuleSets.',
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    scanners: { azurePolicy: ["ebea0d86-7fbd-42e3-8a46-27e7568c2525"] },
    types: [POLICY],
    check({ inputs }, findings) {
        const sets = inputs.at("managedRules.managedRuleSets");
        if (!sets.items().some((set) => set.at("ruleSetType").folded() === "microsoft_botmanagerruleset")) {
            findings.fail(
                `${sets.path} must hold Microsoft_BotManagerRuleSet. Add { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" }.`,
            );
        }
    },
});

export const noBroadExclusions = resourceRule<{ allowedRules: string[]; allowedSelectors: string[] }>({
    id: "SAM-AGW-024",
    name: "waf-no-broad-exclusions",
    title: "Managed rules of a WAF policy must not be switched off or kept from parts of a request.",
    severity: "high",
    risk: "What is excluded is where the attack is put; a rule that is off recognises nothing.",
    remediation: [
        "Remove exclusions and exceptions from managedRules, and overrides that disable a rule or only log it.",
        "Where one is needed, name the rule's id in allowedRules, or the exclusion's selector in allowedSelectors, of this rule.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    frameworks: { nist: ["SI-10", "CM-7"] },
    scanners: {},
    config: {
        allowedRules: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Ids of managed rules that may be disabled, or only log.",
        },
        allowedSelectors: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: [],
            description: "Selectors that exclusions may have, when they are compared by Equals.",
        },
    },
    types: [POLICY],
    check({ inputs }, findings, { allowedRules, allowedSelectors }) {
        const rules = inputs.at("managedRules");
        findings.attempt(() => refuseExclusions(rules.at("exclusions"), allowedSelectors, findings));
        findings.require(rules.at("exceptions"), absent, "Remove it, or waive this rule for the policy.");
        for (const set of rules.at("managedRuleSets").items()) {
            findings.attempt(() => refuseOverrides(set, allowedRules, findings));
        }
    },
});

function refuseExclusions(exclusions: Value, allowed: readonly (string | undefined)[], findings: Findings): void {
    for (const exclusion of exclusions.items()) {
        const selector = exclusion.at("selector");
        const exact = exclusion.at("selectorMatchOperator").folded() === "equals";
        if (!exact || !allowed.includes(selector.text())) {
            findings.fail(
                `${exclusion.path} keeps the managed rules from ${exclusion.at("matchVariable").shown()} ${selector.shown()}. ` +
                    "Remove it, or name its selector in this rule's allowedSelectors.",
            );
        }
    }
}

function refuseOverrides(set: Value, allowed: readonly (string | undefined)[], findings: Findings): void {
    for (const group of set.at("ruleGroupOverrides").items()) {
        const rules = group.at("rules").items();
        if (rules.length === 0) {
            findings.fail(`${group.path} names no rule, so it switches the whole group off. Remove it.`);
        }
        for (const rule of rules) {
            // Azure reads an override without a state as a rule that is off.
            const off = rule.at("state").folded() !== "enabled";
            const harmless = HARMLESS.has(rule.at("action").folded());
            if ((off || harmless) && !allowed.includes(rule.at("ruleId").text())) {
                findings.fail(
                    `${rule.path} keeps rule ${rule.at("ruleId").shown()} from blocking. ` +
                        "Remove it, or name the rule in allowedRules of this rule.",
                );
            }
        }
    }
}

export const customAllowScoped = resourceRule({
    id: "SAM-AGW-025",
    name: "waf-custom-allow",
    title: "A custom rule of a WAF policy must not let everybody through.",
    severity: "high",
    risk: "What a custom rule allows is never shown to the managed rules.",
    remediation: [
        "Give the rule a condition on RemoteAddr, with the operator IPMatch and the prefixes that are meant.",
        "Or replace the rule by one that blocks what is not meant.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    frameworks: { nist: ["SC-7", "SI-10"] },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        for (const rule of inputs.at("customRules").items()) {
            findings.attempt(() => {
                const allows = rule.at("action").folded() === "allow" && isOn(rule);
                if (allows && !rule.at("matchConditions").items().some(namesClients)) {
                    findings.fail(
                        `${rule.path} (${rule.at("name").shown()}) allows requests of anybody, past the managed rules. ` +
                            "Give it a condition that names client addresses.",
                    );
                }
            });
        }
    },
});

/** Whether a custom rule is asked: it is unless it says that it is not. */
function isOn(rule: Value): boolean {
    return rule.at("state").folded() !== "disabled";
}

/** Whether a condition holds for named client addresses alone. Everything else in a request, its sender chooses. */
function namesClients(condition: Value): boolean {
    const variables = condition.at("matchVariables").items();
    const values = condition.at("matchValues").texts();
    return (
        condition.at("operator").folded() === "ipmatch" &&
        !condition.at("negationConditon").isTrue() &&
        variables.length > 0 &&
        variables.every((variable) => variable.at("variableName").folded() === "remoteaddr") &&
        values.length > 0 &&
        !values.some(isAnything)
    );
}

export const logScrubbing = resourceRule({
    id: "SAM-AGW-026",
    name: "waf-log-scrubbing",
    title: "A WAF policy must remove secrets from its logs.",
    severity: "low",
    level: "disabled",
    risk: "Matched parts of a request are logged as they were sent, passwords and tokens included.",
    remediation: [
        'Set policySettings.logScrubbing to { state: "Enabled", scrubbingRules: [...] }, with the arguments and headers that hold secrets.',
        "This rule is off by default, because only the application's owner knows those.",
    ],
    control: { reference: "LT-3", mapping: "own reading" },
    frameworks: { nist: ["AU-9"] },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        const scrubbing = inputs.at("policySettings.logScrubbing");
        findings.require(scrubbing.at("state"), is("Enabled"));
        if (scrubbing.at("scrubbingRules").items().length === 0) {
            findings.fail(`${scrubbing.path}.scrubbingRules must name what is removed; found nothing. Name it.`);
        }
    },
});

export const rateLimited = resourceRule({
    id: "SAM-AGW-027",
    name: "waf-rate-limit",
    title: "A WAF policy must limit how often a client may ask.",
    severity: "low",
    level: "disabled",
    risk: "One client guesses passwords, or keeps the backends busy, as fast as its line allows.",
    remediation: [
        'Add a custom rule with ruleType "RateLimitRule", action "Block" and rateLimitThreshold.',
        "This rule is off by default, because the right threshold is the application's.",
    ],
    control: { reference: "NS-6", mapping: "own reading" },
    frameworks: { nist: ["SC-5"] },
    scanners: {},
    types: [POLICY],
    check({ inputs }, findings) {
        const rules = inputs.at("customRules");
        const limits = rules
            .items()
            .some(
                (rule) =>
                    rule.at("ruleType").folded() === "ratelimitrule" &&
                    rule.at("action").folded() === "block" &&
                    isOn(rule),
            );
        if (!limits) {
            findings.fail(`${rules.path} must hold a rule of the type RateLimitRule that blocks. Add one.`);
        }
    },
});

export const policyUsed = graphRule({
    id: "SAM-AGW-028",
    name: "waf-associated",
    title: "Every WAF policy must guard something.",
    severity: "low",
    risk: "A policy that guards nothing looks like protection in every inventory.",
    remediation: ["Set firewallPolicy.id of a gateway, listener or path rule to the policy, or remove it."],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: {},
    types: [POLICY],
    check(graph, findings) {
        const places = graph
            .ofType(GATEWAY)
            .flatMap((gateway) => placesOf(gateway).map((id) => ({ owner: gateway, id })))
            .concat(
                graph
                    .ofType("servicenetworking:SecurityPoliciesInterface")
                    .map((owner) => ({ owner, id: owner.inputs.at("wafPolicy.id") })),
            );
        for (const policy of graph.ofType(POLICY)) {
            const problem = `${policy.name} is the firewallPolicy of nothing in this stack. Set it on a gateway, or remove it.`;
            requireNamed(graph, policy, places, problem, findings);
        }
    },
});

/** Where a gateway may name a policy; a list that is not known stands for all its elements. */
function placesOf({ inputs }: GraphResource): Value[] {
    const elements = (list: Value) => (list.unknown ? [list] : list.items());
    const paths = elements(inputs.at("urlPathMaps")).flatMap((map) => elements(map.at("pathRules")));
    return [inputs, ...elements(inputs.at("httpListeners")), ...paths].map((part) => part.at("firewallPolicy.id"));
}

export const webFirewallPolicyRules = [
    policyNotConfiguration,
    bodyInspected,
    uploadsLimited,
    botRules,
    noBroadExclusions,
    customAllowScoped,
    logScrubbing,
    rateLimited,
    policyUsed,
];
