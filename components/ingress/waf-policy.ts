import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { planWaf, reasonsOf, type WafSettings } from "./waf-plan";

/** A web application firewall policy that blocks; the reasons of whatever it leaves out are among its tags. */
export function wafPolicy(
    name: string,
    settings: WafSettings,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): network.WebApplicationFirewallPolicy {
    return new network.WebApplicationFirewallPolicy(
        name,
        {
            policyName: name,
            ...planWaf(settings),
            ...placementOf(placement),
            tags: { ...placement.tags, ...reasonsOf(settings) },
        },
        opts,
    );
}
