import { Address4, Address6 } from "ip-address";
import type { Findings } from "../frame/findings";
import { resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";

/** Options of all rules about the addresses that a service admits. */
interface Widest {
    widestIpv4Prefix: number;
    widestIpv6Prefix: number;
}

const widest = {
    widestIpv4Prefix: {
        type: "integer",
        minimum: 1,
        maximum: 32,
        default: 24,
        description: "Prefix length of the widest IPv4 range that is accepted.",
    },
    widestIpv6Prefix: {
        type: "integer",
        minimum: 1,
        maximum: 128,
        default: 48,
        description: "Prefix length of the widest IPv6 range that is accepted.",
    },
} as const;

/** Refuses every address range that is no range, or that holds too many addresses. */
function refuseWideRanges(ranges: Value[], findings: Findings, options: Widest): void {
    for (const range of ranges) {
        findings.attempt(() => {
            const text = range.text() ?? "";
            const problem = problemOf(text, options);
            if (problem !== undefined) {
                findings.fail(
                    `${range.path} must be a narrow address range; found ${range.shown()}, ${problem}. ` +
                        "Remove it, or name the addresses that need access.",
                );
            }
        });
    }
}

function problemOf(text: string, { widestIpv4Prefix, widestIpv6Prefix }: Widest): string | undefined {
    const [Address, limit] = text.includes(":") ? [Address6, widestIpv6Prefix] : [Address4, widestIpv4Prefix];
    if (!Address.isValid(text)) {
        return "which is no address range";
    }
    return new Address(text).subnetMask < limit ? `which is wider than /${limit}` : undefined;
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
    config: widest,
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
    config: widest,
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
    config: widest,
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
