import { armType, inGroup, lastSegment } from "./arm-id";
import { stringAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { guid } from "./derive";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: network watchers, flow logs and DDoS protection plans. */

/** "NSG flow logs": none can be created since July 2025; virtual network flow logs replace them. */
const targetIsNotSecurityGroup: Rule = ({ id, inputs }, cloud) => {
    const target = stringAt(inputs, "targetResourceId");
    if (target === undefined || armType(target).toLowerCase() !== "microsoft.network/networksecuritygroups")
        return undefined;
    if (cloud.get(id)) return undefined;
    const message = `Flow log ${lastSegment(id)} targets a network security group; new NSG flow logs are blocked. Target the virtual network.`;
    return new ArmError("NsgFlowLogsCreationBlocked", message);
};

export const networkWatcher: ServiceTypes = {
    NetworkWatcher: { id: inGroup("Microsoft.Network/networkWatchers/{networkWatcherName}") },
    FlowLog: {
        id: inGroup("Microsoft.Network/networkWatchers/{networkWatcherName}/flowLogs/{flowLogName}"),
        replaceOn: ["targetResourceId"],
        rules: [targetIsNotSecurityGroup],
        weakReferences: [
            "targetResourceId",
            "storageId",
            "flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration.workspaceResourceId",
        ],
        computed: ({ inputs }) => ({
            targetResourceGuid: guid("resource", stringAt(inputs, "targetResourceId") ?? ""),
        }),
    },
    DdosProtectionPlan: {
        id: inGroup("Microsoft.Network/ddosProtectionPlans/{ddosProtectionPlanName}"),
        inUse: "DdosProtectionPlanInUse",
    },
};
