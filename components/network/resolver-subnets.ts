import type * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../placement";
import type { HubPlan } from "./address-plan";
import { resolverDelegation } from "./dns-resolver";
import { networkSecurityGroup } from "./network-security-group";
import { closedRules, resolverInboundRules } from "./nsg-rules";
import type { SubnetSpec } from "./subnets";

/** The subnets of a DNS Private Resolver: who asks it comes in by one, and it asks others by the other. */
export function resolverSubnets(
    name: string,
    { subnets }: HubPlan,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
): Record<"resolverInbound" | "resolverOutbound", SubnetSpec> {
    const inboundRules = resolverInboundRules(subnets.resolverInbound);
    return {
        resolverInbound: {
            name: "snet-dns-inbound",
            addressPrefix: subnets.resolverInbound,
            networkSecurityGroup: networkSecurityGroup(`nsg-dns-inbound-${name}`, inboundRules, placement, opts),
            delegation: resolverDelegation,
        },
        resolverOutbound: {
            name: "snet-dns-outbound",
            addressPrefix: subnets.resolverOutbound,
            networkSecurityGroup: networkSecurityGroup(`nsg-dns-outbound-${name}`, closedRules(), placement, opts),
            delegation: resolverDelegation,
        },
    };
}
