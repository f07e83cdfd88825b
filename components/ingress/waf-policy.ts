import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { planWaf, reasonsOf, type WafSettings } from "./waf-plan";

export interface WafPolicyArgs extends Placement {
    /** Id of the resource group: whoever refers to the policy shows it in a preview. */
    resourceGroupId: pulumi.Input<string>;
    settings: WafSettings;
}

/**
 * Makes a web application firewall policy that blocks, and gives out its id; the reasons of whatever it leaves out are
 * among its tags.
 */
export function wafPolicy(
    name: string,
    { resourceGroupId, settings, ...placement }: WafPolicyArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const policy = new network.WebApplicationFirewallPolicy(
        name,
        {
            policyName: name,
            ...planWaf(settings),
            ...placementOf(placement),
            tags: { ...placement.tags, ...reasonsOf(settings) },
        },
        opts,
    );
    // Hangs on an input of the policy: who uses it waits for the policy, yet a preview knows it. An unknown id would hide
    // a gateway's listeners, all of them.
    return pulumi
        .all([resourceGroupId, policy.location])
        .apply(
            ([group]) =>
                `${group}/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/${name}`,
        );
}
