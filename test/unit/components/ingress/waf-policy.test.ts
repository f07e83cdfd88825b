import { expect } from "chai";
import type { WafSettings } from "../../../../components/ingress/waf-plan";
import { wafPolicy } from "../../../../components/ingress/waf-policy";
import { capture, only } from "../../../support/capture";
import { placement } from "../fixtures";
import { firewall } from "./fixtures";

const policyWith = async (changes: Partial<WafSettings> = {}) => {
    const all = await capture(
        () =>
            void wafPolicy(
                "waf-learn",
                { resourceGroupId: "/g", settings: { ...firewall, ...changes }, ...placement },
                {},
            ),
        {
            preview: true,
        },
    );
    return only(all, "azure-native:network:WebApplicationFirewallPolicy").inputs;
};

const bots = { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" };

describe("The web application firewall", () => {
    it("blocks, with Microsoft's default and bot rules and nothing left out", async () => {
        const inputs = await policyWith();
        expect(inputs["policySettings"]).to.deep.equal({
            state: "Enabled",
            mode: "Prevention",
            requestBodyCheck: true,
            requestBodyEnforcement: true,
            requestBodyInspectLimitInKB: 128,
            maxRequestBodySizeInKb: 128,
            fileUploadEnforcement: true,
            fileUploadLimitInMb: 100,
        });
        expect(inputs["managedRules"]).to.deep.equal({
            managedRuleSets: [{ ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.2" }, bots],
        });
        expect(inputs).not.to.have.property("customRules");
        expect(inputs["tags"]).to.deep.equal(placement.tags);
    });

    it("takes OWASP's rules instead where asked, and still knows bots", async () => {
        expect(await policyWith({ ruleSet: "CRS 3.2" })).to.have.deep.nested.property("managedRules.managedRuleSets", [
            { ruleSetType: "OWASP", ruleSetVersion: "3.2" },
            bots,
        ]);
    });

    it("leaves alone what has a reason, and keeps the reason", async () => {
        const inputs = await policyWith({
            exclusions: {
                editor: {
                    variable: "RequestArgValues",
                    operator: "Equals",
                    selector: "body",
                    rules: { group: "SQLI", ids: ["942440"] },
                    reason: "authors write SQL",
                },
                token: { variable: "RequestHeaderValues", operator: "Equals", selector: "x-token", reason: "random" },
            },
            overrides: {
                "942430": { group: "SQLI", action: "Log", reason: "too many signs in names" },
                "300700": { group: "UnknownBots", action: "Disabled", reason: "our own monitoring" },
            },
        });
        expect(inputs["managedRules"]).to.deep.equal({
            managedRuleSets: [
                {
                    ruleSetType: "Microsoft_DefaultRuleSet",
                    ruleSetVersion: "2.2",
                    ruleGroupOverrides: [
                        { ruleGroupName: "SQLI", rules: [{ ruleId: "942430", state: "Enabled", action: "Log" }] },
                    ],
                },
                {
                    ...bots,
                    ruleGroupOverrides: [
                        { ruleGroupName: "UnknownBots", rules: [{ ruleId: "300700", state: "Disabled" }] },
                    ],
                },
            ],
            exclusions: [
                {
                    matchVariable: "RequestArgValues",
                    selectorMatchOperator: "Equals",
                    selector: "body",
                    exclusionManagedRuleSets: [
                        {
                            ruleSetType: "Microsoft_DefaultRuleSet",
                            ruleSetVersion: "2.2",
                            ruleGroups: [{ ruleGroupName: "SQLI", rules: [{ ruleId: "942440" }] }],
                        },
                    ],
                },
                { matchVariable: "RequestHeaderValues", selectorMatchOperator: "Equals", selector: "x-token" },
            ],
        });
        expect(inputs["tags"]).to.deep.equal({
            ...placement.tags,
            "waf-exclusion-editor": "authors write SQL",
            "waf-exclusion-token": "random",
            "waf-override-942430": "too many signs in names",
            "waf-override-300700": "our own monitoring",
        });
    });

    it("has rules of one's own, of which none lets a request past the managed ones", async () => {
        const { customRules } = await policyWith({
            customRules: {
                Login: { mode: "rateLimit", priority: 10, path: "/login", requests: 20, minutes: 1, per: "client" },
                Everything: { mode: "rateLimit", priority: 20, requests: 500, minutes: 5, per: "country" },
                Home: { mode: "countries", priority: 30, countries: ["DE", "NL"], block: "others" },
                Noise: {
                    mode: "addresses",
                    priority: 40,
                    ranges: ["198.51.100.0/24"],
                    block: "listed",
                    path: "/admin",
                },
            },
        });
        const rules = customRules as Record<string, unknown>[];
        expect(rules.map(({ action }) => action)).to.deep.equal(["Block", "Block", "Block", "Block"]);
        const condition = (
            variableName: string,
            operator: string,
            matchValues: string[],
            negationConditon: boolean,
        ) => ({
            matchVariables: [{ variableName }],
            operator,
            matchValues,
            negationConditon,
        });
        expect(rules[0]).to.deep.include({
            name: "Login",
            priority: 10,
            ruleType: "RateLimitRule",
            rateLimitDuration: "OneMin",
            rateLimitThreshold: 20,
            groupByUserSession: [{ groupByVariables: [{ variableName: "ClientAddr" }] }],
            matchConditions: [condition("RequestUri", "BeginsWith", ["/login"], false)],
        });
        expect(rules[1]).to.deep.include({
            rateLimitDuration: "FiveMins",
            groupByUserSession: [{ groupByVariables: [{ variableName: "GeoLocation" }] }],
            matchConditions: [condition("RemoteAddr", "IPMatch", ["255.255.255.255/32"], true)],
        });
        expect(rules[2]).to.deep.include({
            ruleType: "MatchRule",
            matchConditions: [condition("RemoteAddr", "GeoMatch", ["DE", "NL"], true)],
        });
        expect(rules[3]["matchConditions"]).to.deep.equal([
            condition("RemoteAddr", "IPMatch", ["198.51.100.0/24"], false),
            condition("RequestUri", "BeginsWith", ["/admin"], false),
        ]);
    });
});
