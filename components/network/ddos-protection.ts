import type * as pulumi from "@pulumi/pulumi";

/** The part of a network that puts its public addresses under a DDoS protection plan, where there is one. */
export function ddosProtection(planId: pulumi.Input<string> | undefined) {
    return planId === undefined ? {} : { ddosProtectionPlan: { id: planId }, enableDdosProtection: true };
}
