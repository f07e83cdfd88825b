import { expect } from "chai";
import type { Properties } from "../../sandbox/provider/values";
import { Builder } from "./fixtures";
import { refuses, simulate } from "./provider-client";
import type { Simulation } from "./provider-client";

type RuleSet = readonly [type: string, version: string];
const DRS: RuleSet = ["Microsoft_DefaultRuleSet", "2.2"];
const BOTS: RuleSet = ["Microsoft_BotManagerRuleSet", "1.1"];

function ruleSets(...sets: RuleSet[]): Properties[] {
    return sets.map(([ruleSetType, ruleSetVersion]) => ({ ruleSetType, ruleSetVersion }));
}

function customRule(more: Properties = {}, condition: Properties = {}): Properties {
    return {
        ...{ name: "rule", priority: 10, ruleType: "MatchRule", action: "Block" },
        matchConditions: [
            {
                matchVariables: [{ variableName: "RemoteAddr" }],
                operator: "IPMatch",
                matchValues: ["203.0.113.0/24"],
                ...condition,
            },
        ],
        ...more,
    };
}

describe("the simulated web application firewall policy refuses", () => {
    let simulation: Simulation;
    let build: Builder;
    beforeEach(async () => {
        simulation = await simulate();
        build = new Builder(simulation.azure);
        await build.group();
    });
    afterEach(() => simulation.stop());

    const policy = (sets: Properties[], more: Properties = {}, managed: Properties = {}) =>
        build.make("network:WebApplicationFirewallPolicy", {
            ...{ policyName: "waf", location: "westeurope" },
            managedRules: { managedRuleSets: sets, ...managed },
            ...more,
        });
    const plain = ruleSets(DRS, BOTS);

    it("no rule set, an unknown one, and two base sets", async () => {
        await refuses(policy([]), "ApplicationGatewayFirewallPolicyMustHaveManagedRuleSet");
        for (const set of [
            ["OWASP", "3.0"],
            ["Microsoft_DefaultRuleSet", "2.3"],
            ["Microsoft_BotManagerRuleSet", "2.0"],
            ["Custom", "1.0"],
        ] as const) {
            await refuses(policy(ruleSets(set)), "ApplicationGatewayFirewallPolicyInvalidRuleSet", set.join(" "));
        }
        const code = "ApplicationGatewayFirewallPolicyMultipleBaseRuleSets";
        await refuses(policy(ruleSets(["OWASP", "3.2"], DRS)), code);
        await refuses(policy(ruleSets(DRS, BOTS, BOTS)), code);
        expect((await policy(plain)).outputs).to.deep.include({ resourceState: "Enabled", applicationGateways: [] });
    });

    it("exclusions of unknown parts, or of any value with a selector", async () => {
        const code = "ApplicationGatewayFirewallPolicyInvalidExclusion";
        const exclusion = { matchVariable: "RequestHeaderNames", selectorMatchOperator: "Equals", selector: "x-id" };
        const excluding = (more: Properties) => policy(plain, {}, { exclusions: [{ ...exclusion, ...more }] });
        await refuses(excluding({ matchVariable: "RequestHeader" }), code, "RequestHeaderNames");
        await refuses(excluding({ selectorMatchOperator: "Regex" }), code, "EqualsAny");
        await refuses(excluding({ selectorMatchOperator: "EqualsAny" }), code, "must be *");
        await excluding({ selectorMatchOperator: "EqualsAny", selector: "*" });
    });

    it("custom rules of one priority, or of one outside of 1 to 100", async () => {
        const code = "ApplicationGatewayFirewallCustomRulePriorityInvalid";
        await refuses(policy(plain, { customRules: [customRule({ priority: 101 })] }), code, "1 to 100");
        const twins = [customRule(), customRule({ name: "twin" })];
        await refuses(policy(plain, { customRules: twins }), code, "twin");
        await policy(plain, { customRules: [customRule(), customRule({ name: "next", priority: 11 })] });
    });

    it("custom rules that can't match", async () => {
        const code = "ApplicationGatewayFirewallCustomRuleInvalid";
        const refused = (rule: Properties, word: string) => refuses(policy(plain, { customRules: [rule] }), code, word);
        await refused(customRule({ action: "Redirect" }), "JSChallenge");
        await refused(customRule({}, { operator: "Like" }), "GeoMatch");
        await refused(customRule({}, { matchVariables: [{ variableName: "Uri" }] }), "RequestUri");
        await refused(customRule({}, { matchVariables: [{ variableName: "RequestUri" }] }), "RemoteAddr only");
        await refused(customRule({}, { matchValues: [] }), "without match values");
        await refused(customRule({ ruleType: "RateLimitRule" }), "rateLimitDuration");
        const limit = { rateLimitDuration: "OneMin", rateLimitThreshold: 100 };
        const groupByUserSession = [{ groupByVariables: [{ variableName: "ClientAddr" }] }];
        await policy(plain, { customRules: [customRule({ ruleType: "RateLimitRule", ...limit, groupByUserSession })] });
    });

    it("limits outside of their ranges", async () => {
        const code = "ApplicationGatewayFirewallPolicyInvalidSettings";
        for (const [property, value] of Object.entries({
            maxRequestBodySizeInKb: 7,
            requestBodyInspectLimitInKB: 2001,
            fileUploadLimitInMb: 4001,
            jsChallengeCookieExpirationInMins: 4,
        })) {
            await refuses(policy(plain, { policySettings: { [property]: value } }), code, property);
        }
        await policy(plain, { policySettings: { maxRequestBodySizeInKb: 8, fileUploadLimitInMb: 4000 } });
    });
});
