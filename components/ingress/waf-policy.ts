import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";

/** A web application firewall policy that blocks: Microsoft's default and bot rules, with nothing left out. */
export function wafPolicy(
    name: string,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.WebApplicationFirewallPolicy {
    return new network.WebApplicationFirewallPolicy(
        name,
        {
            policyName: name,
            policySettings: {
                state: "Enabled",
                mode: "Prevention",
                requestBodyCheck: true,
                requestBodyEnforcement: true,
                requestBodyInspectLimitInKB: 128,
                maxRequestBodySizeInKb: 128,
                fileUploadEnforcement: true,
                fileUploadLimitInMb: 100,
            },
            managedRules: {
                managedRuleSets: [
                    { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.2" },
                    { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" },
                ],
            },
            ...placementOf(placement),
        },
        opts,
    );
}
