import { someText } from "../frame/expectation";
import { resourceRule } from "../frame/rule";
import { collectionsOf, isAnything, RULE_GROUPS } from "../graph/firewall-rules";

export const firewallPriorities = resourceRule({
    id: "SAM-AFW-036",
    name: "afw-priorities",
    title: "Collections of firewall rules must have priorities of their own, and denials the first.",
    severity: "medium",
    risk: "With the same priority twice, nobody knows which collection decides; a denial behind an allowance may never be asked.",
    remediation: [
        "Give every collection of a group another priority, from 100 to 65000.",
        "Give collections that deny lower numbers than those that allow.",
    ],
    control: { reference: "NS-7", mapping: "own reading" },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        const collections = collectionsOf(inputs);
        const priorities = collections.map(({ properties }) => properties.at("priority").known());
        for (const place of [inputs.at("priority").known(), ...priorities]) {
            if (typeof place.raw !== "number" || place.raw < 100 || place.raw > 65000) {
                findings.fail(`${place.path} must be from 100 to 65000; found ${place.shown()}. Set it.`);
            }
        }
        for (const [position, place] of priorities.entries()) {
            if (priorities.slice(0, position).some((other) => other.raw === place.raw)) {
                findings.fail(
                    `${place.path} must be the only one of its value; found ${place.shown()} twice. Change one.`,
                );
            }
        }
        const first = Math.min(...numbersOf("allow"));
        for (const number of numbersOf("deny").filter((own) => own > first)) {
            findings.fail(
                `ruleCollections: the collection of priority ${number} denies, and stands behind one that allows. Give it a lower number.`,
            );
        }

        function numbersOf(action: "allow" | "deny"): number[] {
            return collections
                .filter((collection) => collection.action === action)
                .map(({ properties }) => Number(properties.at("priority").raw));
        }
    },
});

export const firewallRulesDescribed = resourceRule({
    id: "SAM-AFW-038",
    name: "afw-described",
    title: "Every rule of a firewall must say why it is there.",
    severity: "low",
    risk: "Nobody dares to remove a rule whose reason is unknown, so ways out outlive what they were for.",
    remediation: ["Set description of the rule to the reason for it."],
    control: { reference: "NS-7", mapping: "own reading" },
    scanners: {},
    types: RULE_GROUPS,
    check({ inputs }, findings) {
        for (const rule of collectionsOf(inputs).flatMap(({ rules }) => rules)) {
            findings.require(rule.at("description"), someText);
        }
    },
});

export const addressGroupScoped = resourceRule({
    id: "SAM-AFW-039",
    name: "ipgroup-scoped",
    title: "An IP group must not hold the whole Internet.",
    severity: "high",
    risk: "Every firewall rule that names the group is then a rule for everything, and no rule shows it.",
    remediation: ["Name the prefixes that are meant in ipAddresses."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: ["network:IpGroup"],
    check({ inputs }, findings) {
        for (const address of inputs.at("ipAddresses").items()) {
            findings.attempt(() => {
                if (isAnything(String(address.known().raw))) {
                    findings.fail(
                        `${address.path} must not be everything; found ${address.shown()}. Name the prefixes.`,
                    );
                }
            });
        }
    },
});

export const firewallOrderRules = [firewallPriorities, firewallRulesDescribed, addressGroupScoped];
