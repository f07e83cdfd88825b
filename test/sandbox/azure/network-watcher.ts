import { stringAt, valueAt } from "../provider/values";
import { ArmError, shortName } from "./arm-error";
import { armType, idKey, inGroup, lastSegment, parentId, subscriptionOf } from "./arm-id";
import { guid } from "./derive";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: network watchers, flow logs and DDoS protection plans. */

const WATCHER = "Microsoft.Network/networkWatchers/{networkWatcherName}";
const ANALYTICS = "flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration";

const oneWatcherPerRegion: Rule = ({ id, inputs }, cloud) => {
    const key = (of: Pick<Resource, "id" | "inputs">) =>
        `${subscriptionOf(of.id)} ${plain(stringAt(of.inputs, "location"))}`.toLowerCase();
    const other = cloud
        .ofType("network:NetworkWatcher")
        .find((watcher) => idKey(watcher.id) !== idKey(id) && key(watcher) === key({ id, inputs }));
    if (!other || id === "") return undefined;
    const message = `Cannot create more than 1 network watchers for this subscription in this region: there is ${shortName(other.id)}.`;
    return new ArmError("NetworkWatcherCountLimitReached", message);
};

/** "NSG flow logs": none can be created since July 2025; virtual network flow logs replace them. */
const targetIsNotSecurityGroup: Rule = ({ id, inputs }, cloud) => {
    const target = stringAt(inputs, "targetResourceId");
    if (target === undefined || armType(target).toLowerCase() !== "microsoft.network/networksecuritygroups")
        return undefined;
    if (cloud.get(id)) return undefined;
    const message = `Flow log ${lastSegment(id)} targets a network security group; creation of new NSG flow logs is blocked starting June 30, 2025. Target the virtual network.`;
    return new ArmError("NsgFlowLogCreationBlocked", message);
};

const TARGETS = [
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.Network/networkInterfaces",
    "Microsoft.Network/networkSecurityGroups",
];

const targetHasFlows: Rule = ({ id, inputs }) => {
    const target = stringAt(inputs, "targetResourceId");
    if (target === undefined || TARGETS.some((type) => type.toLowerCase() === armType(target).toLowerCase()))
        return undefined;
    const message = `Flow log ${lastSegment(id)} targets ${shortName(target)}; allowed are virtual networks, subnets and network interfaces.`;
    return new ArmError("InvalidTargetResourceId", message);
};

const targetIsLoggedOnce: Rule = ({ id, inputs }, cloud) => {
    const target = stringAt(inputs, "targetResourceId");
    const other = cloud
        .ofType("network:FlowLog")
        .find(
            (log) =>
                target !== undefined &&
                idKey(log.id) !== idKey(id) &&
                idKey(stringAt(log.inputs, "targetResourceId") ?? "") === idKey(target),
        );
    if (!other) return undefined;
    const message = `A flow log already exists for the target resource ${target}: ${shortName(other.id)}.`;
    return new ArmError("FlowLogAlreadyExistsForTargetResource", message);
};

function plain(region: string | undefined): string | undefined {
    return region?.replace(/\s/g, "").toLowerCase();
}

/** A subnet is where its network is. */
function regionOf(id: string | undefined, cloud: CloudView): string | undefined {
    const located = id === undefined ? undefined : cloud.get(id.replace(/\/subnets\/[^/]+$/i, ""));
    return plain(stringAt(located?.inputs, "location"));
}

/** Azure names the watchers that it makes by itself after their region. */
function regionOfWatcher(id: string, cloud: CloudView): string | undefined {
    return regionOf(id, cloud) ?? plain(/^NetworkWatcher_(\w+)$/i.exec(lastSegment(id))?.[1]);
}

const isInRegionOfWatcher: Rule = ({ id, inputs }, cloud) => {
    const region = regionOfWatcher(parentId(id) ?? "", cloud);
    const located = {
        "The flow log": plain(stringAt(inputs, "location")),
        "Its target": regionOf(stringAt(inputs, "targetResourceId"), cloud),
        "Its storage account": regionOf(stringAt(inputs, "storageId"), cloud),
    };
    const wrong = Object.entries(located).find(([, found]) => found !== undefined && found !== region);
    if (region === undefined || !wrong) return undefined;
    const message = `${wrong[0]} (${lastSegment(id)}) is in ${wrong[1]}, its network watcher in ${region}. All must be in one region.`;
    return new ArmError("FlowLogRegionMismatch", message);
};

const storageIsStandard: Rule = ({ id, inputs }, cloud) => {
    const account = cloud.get(stringAt(inputs, "storageId") ?? "");
    const sku = stringAt(account?.inputs, "sku.name");
    if (!account || !sku?.startsWith("Premium")) return undefined;
    const message = `Storage account ${lastSegment(account.id)} of flow log ${lastSegment(id)} is of SKU ${sku}; flow logs need a Standard one.`;
    return new ArmError("FlowLogStorageAccountNotSupported", message);
};

const retentionIsAllowed: Rule = ({ id, inputs }) => {
    const days = valueAt(inputs, "retentionPolicy.days");
    if (typeof days !== "number" || (days >= 0 && days <= 365)) return undefined;
    const message = `retentionPolicy.days of flow log ${lastSegment(id)} is ${days}; allowed are 0 (for ever) to 365.`;
    return new ArmError("InvalidRetentionPolicyDays", message);
};

/** Traffic analytics: the workspace may be in another region, but the body must say in which. */
const analyticsAreConsistent: Rule = ({ id, inputs }, cloud) => {
    const interval = valueAt(inputs, `${ANALYTICS}.trafficAnalyticsInterval`);
    if (typeof interval === "number" && ![10, 60].includes(interval)) {
        const message = `trafficAnalyticsInterval of flow log ${lastSegment(id)} is ${interval}; allowed are 10 and 60 minutes.`;
        return new ArmError("InvalidTrafficAnalyticsInterval", message);
    }
    const workspace = stringAt(inputs, `${ANALYTICS}.workspaceResourceId`);
    const [said, real] = [plain(stringAt(inputs, `${ANALYTICS}.workspaceRegion`)), regionOf(workspace, cloud)];
    if (said === undefined || real === undefined || said === real) return undefined;
    const message = `The specified region ${said} for workspace is invalid. Workspace ${workspace} located in ${real} region.`;
    return new ArmError("InvalidTAWorkspaceRegion", message);
};

export const networkWatcher: ServiceTypes = {
    NetworkWatcher: { id: inGroup(WATCHER), rules: [oneWatcherPerRegion] },
    FlowLog: {
        id: inGroup(`${WATCHER}/flowLogs/{flowLogName}`),
        replaceOn: ["targetResourceId"],
        rules: [
            targetIsNotSecurityGroup,
            targetHasFlows,
            targetIsLoggedOnce,
            isInRegionOfWatcher,
            storageIsStandard,
            retentionIsAllowed,
            analyticsAreConsistent,
        ],
        weakReferences: ["targetResourceId", "storageId", `${ANALYTICS}.workspaceResourceId`],
        computed: ({ inputs }) => ({
            enabled: inputs["enabled"] ?? false,
            format: { type: "JSON", version: valueAt(inputs, "format.version") ?? 2 },
            retentionPolicy: inputs["retentionPolicy"] === undefined ? { days: 0, enabled: false } : undefined,
            targetResourceGuid: guid("resource", stringAt(inputs, "targetResourceId") ?? ""),
        }),
    },
};
