import { is, not } from "../frame/expectation";
import { resourceRule } from "../frame/rule";

/** Plans of Microsoft Defender for Cloud for what a platform is made of. */
const PLANS = [
    "AI",
    "Arm",
    "ContainerRegistry",
    "Containers",
    "KeyVaults",
    "KubernetesService",
    "StorageAccounts",
    "VirtualMachines",
];

export const defenderPlans = resourceRule<{ plans: string[] }>({
    id: "SAM-DEF-001",
    name: "defender-plan-on",
    title: "A Microsoft Defender plan for what the platform is made of must be on.",
    severity: "medium",
    risk: "Whoever deploys the stack switches off, for the whole subscription, what notices an attack.",
    remediation: ['Set pricingTier to "Standard", or take the resource out of the stack.'],
    control: { reference: "LT-1", mapping: "published" },
    scanners: { checkov: ["CKV_AZURE_84", "CKV_AZURE_85", "CKV_AZURE_86", "CKV_AZURE_87"] },
    config: {
        plans: {
            type: "array",
            items: { type: "string" },
            uniqueItems: true,
            default: PLANS,
            description: "Names of the plans that must be on where the stack sets them.",
        },
    },
    types: ["security:Pricing"],
    check({ inputs }, findings, { plans }) {
        const plan = inputs.at("pricingName").folded();
        if (plans.some((name) => name.toLowerCase() === plan)) {
            findings.require(inputs.at("pricingTier"), is("Standard"));
        }
    },
});

export const storageDefender = resourceRule({
    id: "SAM-DEF-002",
    name: "st-defender",
    title: "Microsoft Defender must not be switched off on a single storage account.",
    severity: "medium",
    risk: "The account is then left out of the subscription's plan, and malware in it is found by nobody.",
    remediation: [
        "Set properties.isEnabled to true, or take the resource out of the stack.",
        "Remove properties.malwareScanning.onUpload.isEnabled or set it to true.",
    ],
    control: { reference: "LT-1", mapping: "own reading" },
    scanners: {},
    types: ["security:DefenderForStorage"],
    check({ inputs }, findings) {
        findings.require(inputs.at("properties.isEnabled"), is(true));
        findings.require(inputs.at("properties.malwareScanning.onUpload.isEnabled"), not(false));
    },
});

export const defenderRules = [defenderPlans, storageDefender];
