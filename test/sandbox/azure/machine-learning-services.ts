import { stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { armType, idKey, inGroup, lastSegment, parentId, resourceGroupName } from "./arm-id";
import { guid, SIMULATED_TENANT } from "./derive";
import { extensionsOf, isMachineLearningExtension } from "./kubernetes-configuration";
import { nameMatches } from "./names";
import type { Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.MachineLearningServices */

const WORKSPACE = "Microsoft.MachineLearningServices/workspaces/{workspaceName}";

const hasDependencies: Rule = ({ id, inputs }) => {
    if (stringAt(inputs, "kind")?.toLowerCase() === "project") return undefined;
    const missing = ["storageAccount", "keyVault", "identity"].find((name) => inputs[name] === undefined);
    if (missing === undefined) return undefined;
    const message = `Missing dependent resources in workspace json: workspace ${lastSegment(id)} needs ${missing}.`;
    return new ArmError("ValidationError", message);
};

const DEPENDENCY_TYPES: Readonly<Record<string, string>> = {
    storageAccount: "Microsoft.Storage/storageAccounts",
    keyVault: "Microsoft.KeyVault/vaults",
    applicationInsights: "Microsoft.Insights/components",
    containerRegistry: "Microsoft.ContainerRegistry/registries",
};

const dependenciesAreOfTheirType: Rule = ({ id, inputs }) => {
    for (const [property, type] of Object.entries(DEPENDENCY_TYPES)) {
        const found = stringAt(inputs, property);
        if (found === undefined || armType(found).toLowerCase() === type.toLowerCase()) continue;
        const message = `${property} of workspace ${lastSegment(id)} must be the id of a ${type}, but is ${found}.`;
        return new ArmError("ValidationError", message);
    }
    return undefined;
};

/** "Create and manage workspaces": hierarchical namespaces aren't supported for the default storage. */
const storageIsFlat: Rule = ({ id, inputs }, cloud) => {
    const account = cloud.get(stringAt(inputs, "storageAccount") ?? "");
    if (!account || valueAt(account.inputs, "isHnsEnabled") !== true) return undefined;
    const message = `Storage account ${lastSegment(account.id)} of workspace ${lastSegment(id)} has a hierarchical namespace, which is not supported.`;
    return new ArmError("ValidationError", message);
};

const kubernetesTarget = (compute: Resource): string | undefined =>
    stringAt(compute.inputs, "properties.computeType") === "Kubernetes"
        ? stringAt(compute.inputs, "properties.resourceId")
        : undefined;

const targetIsNamed: Rule = ({ id, inputs }) => {
    if (
        stringAt(inputs, "properties.computeType") !== "Kubernetes" ||
        valueAt(inputs, "properties.resourceId") !== undefined
    )
        return undefined;
    return new ArmError(
        "BadArgument",
        `Kubernetes compute ${lastSegment(id)} needs properties.resourceId, the cluster to attach.`,
    );
};

const targetIsCluster: Rule = (compute) => {
    const target = kubernetesTarget(compute);
    const allowed = ["microsoft.containerservice/managedclusters", "microsoft.kubernetes/connectedclusters"];
    if (target === undefined || allowed.includes(armType(target).toLowerCase())) return undefined;
    const message = `Kubernetes compute ${lastSegment(compute.id)} attaches ${target}; allowed are AKS and Arc-enabled clusters.`;
    return new ArmError("BadArgument", message);
};

const extensionIsInstalled: Rule = (compute, cloud) => {
    const target = kubernetesTarget(compute);
    if (target === undefined || !cloud.get(target)) return undefined;
    if (extensionsOf(target, cloud).some(isMachineLearningExtension)) return undefined;
    const message = `The Azure ML extension (Microsoft.AzureML.Kubernetes) is not installed on ${target}. Install it, then attach the cluster.`;
    return new ArmError("ExtensionNotInstalled", message);
};

/** "Attach a Kubernetes cluster": another subscription works for Arc-enabled clusters in it only. */
const clusterIsInSubscription: Rule = (compute, cloud) => {
    const target = kubernetesTarget(compute);
    const workspace = cloud.get(parentId(compute.id) ?? "");
    if (target === undefined || !workspace || idKey(target).split("/")[1] === idKey(workspace.id).split("/")[1])
        return undefined;
    const message = `Cluster ${target} must be in the subscription of workspace ${lastSegment(workspace.id)} to be attached.`;
    return new ArmError("BadArgument", message);
};

export const machineLearningServices: ServiceTypes = {
    Workspace: {
        id: inGroup(WORKSPACE),
        replaceOn: ["storageAccount", "keyVault", "hbiWorkspace", "kind", "encryption", "hubResourceId"],
        rules: [
            nameMatches(
                /^[a-zA-Z0-9][a-zA-Z0-9_-]{1,31}[a-zA-Z0-9]$/,
                "3 to 33 letters, digits, hyphens and underscores, no hyphen last",
                "ValidationError",
            ),
            hasDependencies,
            dependenciesAreOfTheirType,
            storageIsFlat,
        ],
        computed: ({ id, inputs }) => {
            const location = stringAt(inputs, "location");
            return {
                workspaceId: guid("workspace", id),
                discoveryUrl: `https://${location}.api.azureml.ms/discovery`,
                mlFlowTrackingUri: `azureml://${location}.api.azureml.ms/mlflow/v1.0${id}`,
                notebookInfo: {
                    fqdn: `ml-${lastSegment(id)}-${location}-${guid("workspace", id)}.${location}.notebooks.azure.net`,
                    isPrivateLinkEnabled: inputs["publicNetworkAccess"] === "Disabled",
                    resourceId: guid("notebook", id).replace(/-/g, ""),
                },
                tenantId: SIMULATED_TENANT,
                privateEndpointConnections: [],
                privateLinkCount: 0,
                storageHnsEnabled: false,
                serviceProvisionedResourceGroup: `${resourceGroupName(id)}-${lastSegment(id)}`,
            };
        },
    },
    Compute: {
        id: inGroup(`${WORKSPACE}/computes/{computeName}`),
        // An attached cluster's settings can't change: it is detached and attached again.
        replaceOn: ["properties"],
        required: ["properties"],
        rules: [
            nameMatches(
                /^[a-zA-Z][a-zA-Z0-9-]{1,15}$/,
                "2 to 16 letters, digits and hyphens, a letter first",
                "BadArgument",
            ),
            targetIsNamed,
            targetIsCluster,
            extensionIsInstalled,
            clusterIsInSubscription,
        ],
        weakReferences: ["properties.resourceId"],
        computed: (compute) => ({
            properties: {
                provisioningState: "Succeeded",
                isAttachedCompute: kubernetesTarget(compute) !== undefined,
                createdOn: "2026-01-01T00:00:00.0000000Z",
                modifiedOn: "2026-01-01T00:00:00.0000000Z",
                provisioningErrors: [],
            },
        }),
    },
};
