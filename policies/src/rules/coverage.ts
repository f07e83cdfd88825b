import { isTemplateDeployment, isUnreadableAzureType } from "../frame/azure-type";
import { resourceRule } from "../frame/rule";

export const notAnalysed = resourceRule({
    id: "SAM-GEN-001",
    name: "not-analysed",
    title: "Azure resources must be made in a way that this pack can read.",
    severity: "high",
    risk: "A resource of another Azure provider, or of an ARM template, has no properties that the other rules know, so all of them would pass over it in silence.",
    remediation: [
        'Declare the resource with azure-native (Pulumi documentation, "Migrate from azure to azure-native").',
        "Declare what an ARM template makes as resources of their own.",
    ],
    control: { reference: "AM-2", mapping: "own reading" },
    scanners: {},
    types: ["*"],
    check({ type }, findings) {
        if (isTemplateDeployment(type)) {
            findings.fail(`What ${type} makes is not analysed by this pack. Declare it as resources of their own.`);
        }
        if (isUnreadableAzureType(type)) {
            findings.fail(`${type} is not analysed by this pack. Use the azure-native resource of the same name.`);
        }
    },
});

export const coverageRules = [notAnalysed];
