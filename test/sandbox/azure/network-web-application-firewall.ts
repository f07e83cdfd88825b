import { containsUnknown, itemsAt, stringAt, stringsAt, valueAt, valuesAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment } from "./arm-id";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: web application firewall policies of Application Gateway and of Application Gateway for Containers. */

const managedRulesArePresent: Rule = ({ id, inputs }) => {
    const sets = valueAt(inputs, "managedRules.managedRuleSets");
    if (!Array.isArray(sets) || sets.length > 0) return undefined;
    const message = `Web application firewall policy ${lastSegment(id)} must have at least one managed rule set.`;
    return new ArmError("ApplicationGatewayFirewallPolicyMustHaveManagedRuleSet", message);
};

const DEFAULT_RULE_SET = "Microsoft_DefaultRuleSet";

/** "Web Application Firewall DRS and CRS rule groups and rules": CRS 3.0 and older are closed to new policies. */
const RULE_SETS: Readonly<Record<string, readonly string[]>> = {
    OWASP: ["3.1", "3.2"],
    [DEFAULT_RULE_SET]: ["2.1", "2.2"],
    Microsoft_BotManagerRuleSet: ["0.1", "1.0", "1.1"],
    Microsoft_HTTPDDoSRuleSet: ["1.0"],
};

const ruleSetsExist: Rule = ({ inputs }) => {
    for (const set of itemsAt(inputs, "managedRules.managedRuleSets")) {
        const { ruleSetType: type, ruleSetVersion: version } = set;
        if (typeof type !== "string" || typeof version !== "string" || RULE_SETS[type]?.includes(version)) continue;
        const known = Object.entries(RULE_SETS).map(([name, versions]) => `${name} ${versions.join(" or ")}`);
        const message = `Managed rule set ${type} ${version} is not valid. Allowed: ${known.join(", ")}.`;
        return new ArmError("ApplicationGatewayFirewallPolicyInvalidRuleSet", message);
    }
    return undefined;
};

const oneBaseRuleSet: Rule = ({ id, inputs }) => {
    const types = stringsAt(inputs, "managedRules.managedRuleSets[].ruleSetType");
    const base = types.filter((type) => ["OWASP", DEFAULT_RULE_SET].includes(type));
    const repeated = types.find((type, index) => types.indexOf(type) !== index);
    if (base.length < 2 && repeated === undefined) return undefined;
    const message = `Policy ${lastSegment(id)} has ${types.join(" and ")}; one base rule set (OWASP or ${DEFAULT_RULE_SET}) is allowed, and each other once.`;
    return new ArmError("ApplicationGatewayFirewallPolicyMultipleBaseRuleSets", message);
};

const EXCLUDED = [
    ...["RequestHeaderNames", "RequestCookieNames", "RequestArgNames"],
    ...["RequestHeaderKeys", "RequestHeaderValues", "RequestCookieKeys", "RequestCookieValues"],
    ...["RequestArgKeys", "RequestArgValues"],
];
const SELECTOR_OPERATORS = ["Equals", "Contains", "StartsWith", "EndsWith", "EqualsAny"];

const exclusionsAreValid: Rule = ({ id, inputs }) => {
    for (const exclusion of itemsAt(inputs, "managedRules.exclusions")) {
        const problem =
            notAmong(exclusion, "matchVariable", EXCLUDED) ??
            notAmong(exclusion, "selectorMatchOperator", SELECTOR_OPERATORS) ??
            anyNeedsAsterisk(exclusion);
        if (problem === undefined) continue;
        const message = `An exclusion of policy ${lastSegment(id)} ${problem}.`;
        return new ArmError("ApplicationGatewayFirewallPolicyInvalidExclusion", message);
    }
    return undefined;
};

function notAmong(item: Properties, property: string, allowed: readonly string[]): string | undefined {
    const found = stringAt(item, property);
    if (found === undefined || allowed.includes(found)) return undefined;
    return `has ${property} ${found}; allowed are ${allowed.join(", ")}`;
}

function anyNeedsAsterisk(exclusion: Properties): string | undefined {
    const selector = stringAt(exclusion, "selector");
    if (exclusion["selectorMatchOperator"] !== "EqualsAny" || selector === undefined || selector === "*")
        return undefined;
    return `has selectorMatchOperator EqualsAny and the selector '${selector}'; it must be *`;
}

const customPrioritiesDiffer: Rule = ({ id, inputs }) => {
    const seen = new Map<number, string>();
    for (const { name, priority } of itemsAt(inputs, "customRules")) {
        if (typeof priority !== "number") continue;
        const other = seen.get(priority);
        if (other !== undefined || priority < 1 || priority > 100) {
            const problem = other === undefined ? "allowed are 1 to 100" : `${other} has it already`;
            const message = `Custom rule ${String(name)} of policy ${lastSegment(id)} has priority ${priority}; ${problem}.`;
            return new ArmError("ApplicationGatewayFirewallCustomRulePriorityInvalid", message);
        }
        seen.set(priority, String(name));
    }
    return undefined;
};

const VARIABLES = [
    ...["RemoteAddr", "RequestMethod", "QueryString", "PostArgs"],
    ...["RequestUri", "RequestHeaders", "RequestBody", "RequestCookies"],
];
const OPERATORS = [
    ...["IPMatch", "Equal", "Contains", "LessThan", "GreaterThan", "LessThanOrEqual", "GreaterThanOrEqual"],
    ...["BeginsWith", "EndsWith", "Regex", "GeoMatch", "Any"],
];

const customRulesAreValid: Rule = ({ id, inputs }) => {
    for (const rule of itemsAt(inputs, "customRules")) {
        const problem = customRuleProblem(rule);
        if (problem === undefined) continue;
        const message = `Custom rule ${String(rule["name"])} of policy ${lastSegment(id)} ${problem}.`;
        return new ArmError("ApplicationGatewayFirewallCustomRuleInvalid", message);
    }
    return undefined;
};

function customRuleProblem(rule: Properties): string | undefined {
    const problem =
        notAmong(rule, "ruleType", ["MatchRule", "RateLimitRule"]) ??
        notAmong(rule, "action", ["Allow", "Block", "Log", "JSChallenge"]);
    if (problem !== undefined) return problem;
    if (rule["ruleType"] === "RateLimitRule") {
        const missing = ["rateLimitDuration", "rateLimitThreshold", "groupByUserSession"].find(
            (property) => valueAt(rule, property) === undefined,
        );
        if (missing !== undefined) return `is of type RateLimitRule and needs ${missing}`;
    }
    const conditions = itemsAt(rule, "matchConditions");
    return conditions.map(conditionProblem).find((found) => found !== undefined);
}

function conditionProblem(condition: Properties): string | undefined {
    const operator = notAmong(condition, "operator", OPERATORS);
    if (operator !== undefined) return operator;
    for (const variable of itemsAt(condition, "matchVariables")) {
        const problem = notAmong(variable, "variableName", VARIABLES);
        if (problem !== undefined) return problem;
        if (condition["operator"] === "IPMatch" && stringAt(variable, "variableName") !== "RemoteAddr")
            return `matches ${String(variable["variableName"])} with IPMatch, which goes with RemoteAddr only`;
    }
    const isAny = condition["operator"] === "Any";
    if (isAny || containsUnknown(condition["matchValues"]) || valuesAt(condition, "matchValues[]").length > 0)
        return undefined;
    return `has a condition ${String(condition["operator"])} without match values`;
}

/** "Web Application Firewall request and file upload size limits", for CRS 3.2 and later. */
const LIMITS: Readonly<Record<string, readonly [least: number, most: number]>> = {
    maxRequestBodySizeInKb: [8, 2000],
    requestBodyInspectLimitInKB: [8, 2000],
    fileUploadLimitInMb: [1, 4000],
    jsChallengeCookieExpirationInMins: [5, 1440],
};

const limitsAreKept: Rule = ({ id, inputs }) => {
    for (const [property, [least, most]] of Object.entries(LIMITS)) {
        const value = valueAt(inputs, `policySettings.${property}`);
        if (typeof value !== "number" || (value >= least && value <= most)) continue;
        const message = `${property} of policy ${lastSegment(id)} is ${value}; allowed are ${least} to ${most}.`;
        return new ArmError("ApplicationGatewayFirewallPolicyInvalidSettings", message);
    }
    return undefined;
};

/** Application Gateway for Containers knows one base rule set ("WAF on Application Gateway for Containers"). */
export function containersRefusal(policy: Resource): ArmError | undefined {
    const wrong = itemsAt(policy.inputs, "managedRules.managedRuleSets").find(
        ({ ruleSetType: type, ruleSetVersion: version }) =>
            type === "OWASP" || (type === DEFAULT_RULE_SET && typeof version === "string" && version !== "2.1"),
    );
    if (!wrong) return undefined;
    return new ArmError(
        "AppGwForContainersUnsupportedWafRuleSet",
        `Policy ${lastSegment(policy.id)} has ${String(wrong["ruleSetType"])} ${String(wrong["ruleSetVersion"])}; Application Gateway ` +
            `for Containers supports ${DEFAULT_RULE_SET} 2.1 only.`,
    );
}

const suitsContainersThatUseIt: Rule = (policy, cloud) =>
    holdersOf(policy, "servicenetworking:SecurityPoliciesInterface", cloud).length > 0
        ? containersRefusal(policy)
        : undefined;

function holdersOf({ id }: Resource, type: string, cloud: CloudView): Resource[] {
    return id === "" ? [] : cloud.holders(id).filter((holder) => holder.type === type);
}

/** What the policy's outputs say of its users: whole gateways, listeners and paths. */
function users(policy: Resource, cloud: CloudView): Properties {
    const gateways = holdersOf(policy, "network:ApplicationGateway", cloud);
    const isOurs = (item: Properties) => idKey(stringAt(item, "firewallPolicy.id") ?? "") === idKey(policy.id);
    const parts = (holder: Resource, collection: string, items: Properties[]) =>
        items.filter(isOurs).map((item) => ({ id: `${holder.id}/${collection}/${String(item["name"])}` }));
    return {
        applicationGateways: gateways.filter(({ inputs }) => isOurs(inputs)).map(({ id }) => ({ id })),
        httpListeners: gateways.flatMap((gateway) =>
            parts(gateway, "httpListeners", itemsAt(gateway.inputs, "httpListeners")),
        ),
        pathBasedRules: gateways.flatMap((gateway) =>
            itemsAt(gateway.inputs, "urlPathMaps").flatMap((map) =>
                parts(gateway, `urlPathMaps/${String(map["name"])}/pathRules`, itemsAt(map, "pathRules")),
            ),
        ),
        applicationGatewayForContainers: holdersOf(policy, "servicenetworking:SecurityPoliciesInterface", cloud).map(
            ({ id }) => ({ id: id.replace(/\/securityPolicies\/[^/]+$/i, "") }),
        ),
    };
}

export const webApplicationFirewall: ServiceTypes = {
    WebApplicationFirewallPolicy: {
        id: inGroup("Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/{policyName}"),
        rules: [
            managedRulesArePresent,
            ruleSetsExist,
            oneBaseRuleSet,
            exclusionsAreValid,
            customPrioritiesDiffer,
            customRulesAreValid,
            limitsAreKept,
            suitsContainersThatUseIt,
        ],
        inUse: "ApplicationGatewayFirewallPolicyInUse",
        computed: (policy, cloud) => ({ resourceState: "Enabled", ...users(policy, cloud) }),
    },
};
