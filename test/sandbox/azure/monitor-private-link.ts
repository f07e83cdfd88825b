import { isProperties, stringAt, stringsAt, valueAt } from "../provider/values";
import { ArmError, shortName } from "./arm-error";
import { armType, idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { connectionsTo } from "./private-endpoint-connections";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Insights: Azure Monitor Private Link Scope, and what is reached through it. */

const SCOPE = "Microsoft.Insights/privateLinkScopes/{scopeName}";
const ACCESS_MODES = ["Open", "PrivateOnly"];

const scopeIsGlobal: Rule = ({ id, inputs }) => {
    const location = stringAt(inputs, "location");
    if (location === undefined || location.toLowerCase() === "global") return undefined;
    const message = `The provided location '${location}' is not available for resource type 'microsoft.insights/privatelinkscopes' (${lastSegment(id)}). Use 'global'.`;
    return new ArmError("LocationNotAvailableForResourceType", message);
};

const accessModesAreValid: Rule = ({ id, inputs }) => {
    for (const path of ["ingestionAccessMode", "queryAccessMode"]) {
        const modes = [
            ...stringsAt(inputs, `accessModeSettings.${path}`),
            ...stringsAt(inputs, `accessModeSettings.exclusions[].${path}`),
        ];
        const wrong = modes.find((mode) => !ACCESS_MODES.includes(mode));
        if (wrong === undefined) continue;
        const message = `${path} of private link scope ${lastSegment(id)} is ${wrong}; allowed are ${ACCESS_MODES.join(", ")}.`;
        return new ArmError("BadRequest", message);
    }
    return undefined;
};

/** An Azure Monitor workspace has endpoints of its own and can't be in a scope. */
const LINKABLE = [
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Insights/components",
    "Microsoft.Insights/dataCollectionEndpoints",
];

const kindIsLinkable: Rule = ({ id, inputs }) => {
    const linked = stringAt(inputs, "linkedResourceId");
    const isPlatform = ["Metrics", "PlatformMetrics"].includes(stringAt(inputs, "kind") ?? "Resource");
    if (linked === undefined || isPlatform) return undefined;
    if (LINKABLE.some((type) => type.toLowerCase() === armType(linked).toLowerCase())) return undefined;
    const message = `${shortName(linked)} can't be linked to private link scope ${lastSegment(parentId(id) ?? "")}. Allowed are ${LINKABLE.join(", ")}.`;
    return new ArmError("BadRequest", message);
};

const isLinkedOnce: Rule = ({ id, inputs }, cloud) => {
    const linked = stringAt(inputs, "linkedResourceId");
    const twin = cloud
        .children(parentId(id) ?? "", "monitor:PrivateLinkScopedResource")
        .find(
            (other) =>
                linked !== undefined &&
                idKey(other.id) !== idKey(id) &&
                idKey(stringAt(other.inputs, "linkedResourceId") ?? "") === idKey(linked),
        );
    if (!twin) return undefined;
    const message = `Resource ${linked} is already linked to the private link scope, by ${lastSegment(twin.id)}.`;
    return new ArmError("Conflict", message, 409);
};

const GLOBAL_NAMES = ["api", "global.in.ai", "profiler", "live", "diagservices-query", "snapshot"].map(
    (name) => `${name}.monitor.azure.com`,
);
/** Where agents find their solution packs ("Configure your private link: review the DNS settings"). */
const SOLUTION_PACKS = "scadvisorcontentpl.blob.core.windows.net";

/** Names that an endpoint of the scope answers to: some always, others for each workspace and collection endpoint in it. */
export function scopeNames(scope: Resource, cloud: CloudView): string[] {
    const linked = cloud
        .children(scope.id, "monitor:PrivateLinkScopedResource")
        .flatMap(({ inputs }) => cloud.get(stringAt(inputs, "linkedResourceId") ?? "") ?? []);
    return [...GLOBAL_NAMES, SOLUTION_PACKS, ...linked.flatMap(namesOfLinked)];
}

function namesOfLinked({ type, outputs }: Resource): string[] {
    if (type === "operationalinsights:Workspace") {
        const id = stringAt(outputs, "customerId") ?? "";
        return ["oms.opinsights.azure.com", "ods.opinsights.azure.com", "agentsvc.azure-automation.net"].map(
            (suffix) => `${id}.${suffix}`,
        );
    }
    if (type !== "monitor:DataCollectionEndpoint") return [];
    return ["configurationAccess", "logsIngestion", "metricsIngestion"]
        .flatMap((property) => stringsAt(outputs, `${property}.endpoint`))
        .map((url) => new URL(url).hostname);
}

export const monitorPrivateLink: ServiceTypes = {
    PrivateLinkScope: {
        id: inGroup(SCOPE),
        rules: [scopeIsGlobal, accessModesAreValid],
        computed: (scope, cloud) => ({
            privateEndpointConnections: connectionsTo(scope, cloud),
            accessModeSettings: isProperties(valueAt(scope.inputs, "accessModeSettings"))
                ? { exclusions: valueAt(scope.inputs, "accessModeSettings.exclusions") ?? [] }
                : undefined,
        }),
    },
    PrivateLinkScopedResource: {
        id: inGroup(`${SCOPE}/scopedResources/{name}`),
        required: ["linkedResourceId"],
        replaceOn: ["linkedResourceId", "kind"],
        rules: [kindIsLinkable, isLinkedOnce],
        weakReferences: ["linkedResourceId"],
        computed: ({ inputs }) => ({ kind: inputs["kind"] ?? "Resource" }),
    },
};
