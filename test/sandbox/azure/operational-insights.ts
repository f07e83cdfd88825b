import { ArmError } from "./arm-error";
import { inGroup, lastSegment } from "./arm-id";
import { guid } from "./derive";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.OperationalInsights */

/** "Manage data retention in a Log Analytics workspace". */
const retentionIsAllowed: Rule = ({ id, inputs }) => {
    const days = inputs["retentionInDays"];
    if (typeof days !== "number" || days === 7 || (days >= 30 && days <= 730)) return undefined;
    const message = `retentionInDays of workspace ${lastSegment(id)} is ${days}; allowed are 30 to 730 (7 on the free tier).`;
    return new ArmError("InvalidParameter", message);
};

export const operationalInsights: ServiceTypes = {
    Workspace: {
        id: inGroup("Microsoft.OperationalInsights/workspaces/{workspaceName}"),
        rules: [retentionIsAllowed],
        computed: ({ id, inputs }) => ({
            customerId: guid("workspace", id),
            createdDate: "2026-01-01T00:00:00.0000000Z",
            modifiedDate: "2026-01-01T00:00:00.0000000Z",
            retentionInDays: inputs["retentionInDays"] ?? 30,
        }),
    },
};
