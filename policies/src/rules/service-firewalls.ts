import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import { flawOf, widest } from "./narrow-ranges";
import type { Widest } from "./narrow-ranges";

/** Refuses every address range that is no range, or that holds too many addresses. */
function refuseWideRanges(ranges: Value[], findings: Findings, options: Widest): void {
    for (const range of ranges) {
        findings.attempt(() => {
            const text = range.text() ?? "";
            const problem = flawOf(text, options);
            if (problem !== undefined) {
                findings.fail(
                    `${range.path} must be a narrow address range; found ${range.shown()}, ${problem}. ` +
                        "Remove it, or name the addresses that need access.",
                );
            }
        });
    }
}

const risk =
    "A default of Deny protects nothing if a rule beside it lets the Internet, or a large part of it, back in.";

export const registryNarrowRanges = resourceRule<Widest>({
    id: "SAM-ACR-005",
    name: "acr-ip-rules",
    title: "A container registry must admit narrow address ranges only.",
    severity: "high",
    risk,
    remediation: ["Remove the range from networkRuleSet.ipRules.", "Let clients come through the private endpoint."],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: widest(24, 48),
    types: ["containerregistry:Registry"],
    check({ inputs }, findings, options) {
        const rules = inputs.at("networkRuleSet.ipRules").items();
        refuseWideRanges(
            rules.map((rule) => rule.at("iPAddressOrRange")),
            findings,
            options,
        );
    },
});

export const vaultNarrowRanges = resourceRule<Widest>({
    id: "SAM-KV-005",
    name: "kv-ip-rules",
    title: "A key vault must admit narrow address ranges only.",
    severity: "high",
    risk,
    remediation: [
        "Remove the range from properties.networkAcls.ipRules.",
        "Let clients come through the private endpoint.",
    ],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: widest(24, 48),
    types: ["keyvault:Vault"],
    check({ inputs }, findings, options) {
        const rules = inputs.at("properties.networkAcls.ipRules").items();
        refuseWideRanges(
            rules.map((rule) => rule.at("value")),
            findings,
            options,
        );
    },
});

export const storageNarrowRanges = resourceRule<Widest>({
    id: "SAM-ST-007",
    name: "st-ip-rules",
    title: "A storage account must admit narrow address ranges only.",
    severity: "high",
    risk,
    remediation: ["Remove the range from networkRuleSet.ipRules.", "Let clients come through a private endpoint."],
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: widest(24, 48),
    types: ["storage:StorageAccount"],
    check({ inputs }, findings, options) {
        const rules = [
            ...inputs.at("networkRuleSet.ipRules").items(),
            ...inputs.at("networkRuleSet.ipv6Rules").items(),
        ];
        refuseWideRanges(
            rules.map((rule) => rule.at("iPAddressOrRange")),
            findings,
            options,
        );
    },
});

export const serviceFirewallRules = [registryNarrowRanges, vaultNarrowRanges, storageNarrowRanges];
