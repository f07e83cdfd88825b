import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: DDoS protection plans, and the networks that they protect. */

export const protectionHasPlan: Rule = ({ id, inputs }) => {
    if (inputs["enableDdosProtection"] !== true || inputs["ddosProtectionPlan"] !== undefined) return undefined;
    const message = `Virtual network ${lastSegment(id)} has enableDdosProtection on, which needs a ddosProtectionPlan.`;
    return new ArmError("DdosProtectionPlanRequired", message);
};

export const ddos: ServiceTypes = {
    DdosProtectionPlan: {
        id: inGroup("Microsoft.Network/ddosProtectionPlans/{ddosProtectionPlanName}"),
        inUse: "DdosProtectionPlanInUse",
        computed: ({ id }, cloud) => {
            const held = (type: string) =>
                cloud
                    .holders(id)
                    .filter((holder) => holder.type === type)
                    .map((holder) => ({ id: holder.id }));
            return {
                virtualNetworks: held("network:VirtualNetwork"),
                publicIPAddresses: held("network:PublicIPAddress"),
            };
        },
    },
};
