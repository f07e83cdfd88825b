import { stringAt, valueAt } from "../provider/values";
import type { Value } from "../provider/values";
import { ArmError } from "./arm-error";
import { inGroup, lastSegment, parentId } from "./arm-id";
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

const skuExists: Rule = ({ id, inputs }) => {
    const sku = stringAt(inputs, "sku.name");
    const level = valueAt(inputs, "sku.capacityReservationLevel");
    if (
        sku !== undefined &&
        !["PerGB2018", "CapacityReservation", "Free", "PerNode", "Standalone", "LACluster"].includes(sku)
    ) {
        const message = `SKU '${sku}' of workspace ${lastSegment(id)} is not offered; use PerGB2018 or CapacityReservation.`;
        return new ArmError("InvalidParameter", message);
    }
    if ((sku === "CapacityReservation") === (level !== undefined) || sku === undefined) return undefined;
    const message = `sku.capacityReservationLevel of workspace ${lastSegment(id)} goes with SKU CapacityReservation, and only with it.`;
    return new ArmError("InvalidParameter", message);
};

const quotaIsAllowed: Rule = ({ id, inputs }) => {
    const quota = valueAt(inputs, "workspaceCapping.dailyQuotaGb");
    if (typeof quota !== "number" || quota === -1 || quota >= 0.023) return undefined;
    const message = `dailyQuotaGb of workspace ${lastSegment(id)} is ${quota}; allowed are -1 (none) and 0.023 or more.`;
    return new ArmError("InvalidParameter", message);
};

/** "Select a table plan": Analytics keeps data for queries as long as it is told, the other plans for 30 days. */
const planFitsRetention: Rule = ({ id, inputs }) => {
    const plan = stringAt(inputs, "plan") ?? "Analytics";
    const refuse = (reason: string) => new ArmError("InvalidParameter", `Table ${lastSegment(id)}: ${reason}.`);
    if (!["Analytics", "Basic", "Auxiliary"].includes(plan))
        return refuse(`plan '${plan}' doesn't exist; allowed are Analytics, Basic and Auxiliary`);
    const [days, total] = [inputs["retentionInDays"], inputs["totalRetentionInDays"]];
    if (typeof days === "number" && days !== -1) {
        if (plan !== "Analytics") return refuse(`retentionInDays can't be set with plan ${plan}`);
        if (days < 4 || days > 730) return refuse(`retentionInDays is ${days}; allowed are 4 to 730`);
    }
    if (typeof total !== "number" || total === -1) return undefined;
    if (total < 4 || total > 4383) return refuse(`totalRetentionInDays is ${total}; allowed are 4 to 4383 (12 years)`);
    if (typeof days !== "number" || days <= total) return undefined;
    return refuse(`totalRetentionInDays ${total} is below retentionInDays ${days}`);
};

export const operationalInsights: ServiceTypes = {
    Workspace: {
        id: inGroup("Microsoft.OperationalInsights/workspaces/{workspaceName}"),
        rules: [retentionIsAllowed, skuExists, quotaIsAllowed],
        computed: ({ id, inputs }) => ({
            customerId: guid("workspace", id),
            createdDate: "2026-01-01T00:00:00.0000000Z",
            modifiedDate: "2026-01-01T00:00:00.0000000Z",
            retentionInDays: inputs["retentionInDays"] ?? 30,
            sku: { name: valueAt(inputs, "sku.name") ?? "PerGB2018" },
            publicNetworkAccessForIngestion: inputs["publicNetworkAccessForIngestion"] ?? "Enabled",
            publicNetworkAccessForQuery: inputs["publicNetworkAccessForQuery"] ?? "Enabled",
            workspaceCapping: { dailyQuotaGb: valueAt(inputs, "workspaceCapping.dailyQuotaGb") ?? -1 },
        }),
    },
    Table: {
        id: inGroup("Microsoft.OperationalInsights/workspaces/{workspaceName}/tables/{tableName}"),
        rules: [planFitsRetention],
        computed: ({ id, inputs }, cloud) => {
            const workspace = cloud.get(parentId(id) ?? "");
            const plan = stringAt(inputs, "plan") ?? "Analytics";
            const days =
                plan === "Analytics" ? (set(inputs["retentionInDays"]) ?? workspace?.inputs["retentionInDays"]) : 30;
            const total = set(inputs["totalRetentionInDays"]) ?? days ?? 30;
            return {
                plan,
                retentionInDays: days ?? 30,
                totalRetentionInDays: total,
                archiveRetentionInDays: Number(total) - Number(days ?? 30),
                retentionInDaysAsDefault: set(inputs["retentionInDays"]) === undefined,
                totalRetentionInDaysAsDefault: set(inputs["totalRetentionInDays"]) === undefined,
            };
        },
    },
};

/** -1 stands for the workspace's own retention. */
function set(days: Value): Value {
    return days === -1 ? undefined : days;
}
