import { isUnreadableAzureType } from "../frame/azure-type";
import { resourceRule } from "../frame/rule";

export const notAnalysed = resourceRule({
    id: "SAM-GEN-001",
    name: "not-analysed",
    title: "Azure resources must be made by a provider that this pack can read.",
    severity: "high",
    risk: "A resource of the classic Azure provider has other properties, so every other rule would pass over it in silence.",
    remediation: [
        'Declare the resource with azure-native (Pulumi documentation, "Migrate from azure to azure-native").',
    ],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    types: ["*"],
    check({ type }, findings) {
        if (isUnreadableAzureType(type)) {
            findings.fail(`${type} is not analysed by this pack. Use the azure-native resource of the same name.`);
        }
    },
});

export const coverageRules = [notAnalysed];
