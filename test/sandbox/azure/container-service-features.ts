import { isProperties, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, lastSegment, resourceGroupId, subscriptionOf } from "./arm-id";
import { invalid, unchangeable } from "./container-service-error";
import { principalIdOf } from "./derive";
import type { CloudView, Rule } from "./resource-type";

/** Identity, add-ons and service level of an AKS cluster. */

const localAccountsNeedEntra: Rule = ({ inputs }) => {
    if (inputs["disableLocalAccounts"] !== true || inputs["aadProfile"] !== undefined) return undefined;
    return invalid(
        "disableLocalAccounts",
        "Local accounts can be disabled only with Microsoft Entra integration (aadProfile).",
    );
};

const workloadIdentityNeedsIssuer: Rule = ({ inputs }) => {
    const wanted = valueAt(inputs, "securityProfile.workloadIdentity.enabled") === true;
    const issuer = valueAt(inputs, "oidcIssuerProfile.enabled");
    if (!wanted || issuer === true || issuer === UNKNOWN) return undefined;
    return invalid(
        "securityProfile.workloadIdentity",
        "Workload identity needs the OIDC issuer (oidcIssuerProfile.enabled).",
    );
};

const issuerStays: Rule = ({ inputs }, _cloud, before) => {
    const issuer = valueAt(inputs, "oidcIssuerProfile.enabled");
    if (valueAt(before?.inputs, "oidcIssuerProfile.enabled") !== true || issuer === true || issuer === UNKNOWN)
        return undefined;
    return unchangeable("oidcIssuerProfile.enabled", "The OIDC issuer can't be switched off again.");
};

const rbacStays: Rule = ({ inputs }, _cloud, before) => {
    const rbac = inputs["enableRBAC"];
    if (!before || rbac === UNKNOWN || (rbac ?? true) === (before.inputs["enableRBAC"] ?? true)) return undefined;
    return unchangeable("enableRBAC", "It takes a new cluster.");
};

/** Managed Identity Operator, Contributor and Owner. */
const MAY_ASSIGN_IDENTITY = [
    "f1a07417-d97a-45cb-824c-7a7467783830",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
];

/** "Use a pre-created kubelet managed identity": the control plane's own identity must be allowed to hand it to nodes. */
const kubeletIdentityIsAssignable: Rule = ({ inputs }, cloud) => {
    const kubelet = valueAt(inputs, "identityProfile.kubeletidentity.resourceId");
    const type = stringAt(inputs, "identity.type");
    if (kubelet === undefined || type === undefined) return undefined;
    if (type !== "UserAssigned") {
        return new ArmError(
            "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
            "A kubelet identity of your own needs a user-assigned identity for the control plane too.",
        );
    }
    const [own] = stringsAt(inputs, "identity.userAssignedIdentities[]");
    if (typeof kubelet !== "string" || own === undefined || mayAssign(own, kubelet, cloud)) return undefined;
    return new ArmError(
        "CustomKubeletIdentityMissingPermissionError",
        `The cluster's identity ${own} does not have the permission Microsoft.ManagedIdentity/userAssignedIdentities/assign/action ` +
            `on the kubelet identity ${kubelet}. Assign it the role Managed Identity Operator there.`,
    );
};

function mayAssign(identity: string, kubelet: string, cloud: CloudView): boolean {
    const scopes = [kubelet, resourceGroupId(kubelet), `/subscriptions/${subscriptionOf(kubelet)}`];
    return cloud.ofType("authorization:RoleAssignment").some(({ inputs: assignment }) => {
        const scope = stringAt(assignment, "scope");
        const role = lastSegment(stringAt(assignment, "roleDefinitionId") ?? "").toLowerCase();
        const principal = assignment["principalId"];
        return (
            scopes.some((covered) => idKey(covered ?? "") === idKey(scope ?? "-")) &&
            MAY_ASSIGN_IDENTITY.includes(role) &&
            (principal === UNKNOWN || principal === principalIdOf(identity))
        );
    });
}

const KEY_ID =
    /^https:\/\/([a-z0-9-]{3,24})\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)\/keys\/[^/]+\/[0-9a-z]+$/i;

/** "Add KMS etcd encryption to an AKS cluster": the key, who reads it, and how the vault is reached. */
const keyManagementFits: Rule = ({ inputs }, cloud) => {
    const property = "securityProfile.azureKeyVaultKms";
    const kms = valueAt(inputs, property);
    if (valueAt(kms, "enabled") !== true) return undefined;
    const key = valueAt(kms, "keyId");
    if (key !== UNKNOWN && !(typeof key === "string" && KEY_ID.test(key))) {
        const found = key === undefined ? "it is missing" : `it is '${String(key)}'`;
        return invalid(
            `${property}.keyId`,
            `A key's full id is needed, https://<vault>.vault.azure.net/keys/<name>/<version>, but ${found}.`,
        );
    }
    if (stringAt(inputs, "identity.type") === "SystemAssigned") {
        const message =
            "KMS needs a user-assigned identity: a system-assigned one has no access to the key before the cluster stands.";
        return invalid(property, message);
    }
    return vaultRefusal(property, kms, inputs, cloud);
};

function vaultRefusal(property: string, kms: Value, inputs: Properties, cloud: CloudView): ArmError | undefined {
    const access = valueAt(kms, "keyVaultNetworkAccess") ?? "Public";
    const vaultId = valueAt(kms, "keyVaultResourceId");
    const integrated = valueAt(inputs, "apiServerAccessProfile.enableVnetIntegration");
    if (access === "Private") {
        if (vaultId === undefined || vaultId === "")
            return invalid(`${property}.keyVaultResourceId`, "It is required with keyVaultNetworkAccess Private.");
        if (integrated === true || integrated === UNKNOWN) return undefined;
        const message =
            "A private key vault needs API server VNet integration (apiServerAccessProfile.enableVnetIntegration).";
        return invalid(`${property}.keyVaultNetworkAccess`, message);
    }
    if (access !== "Public") return undefined;
    if (typeof vaultId === "string" && vaultId !== "")
        return invalid(`${property}.keyVaultResourceId`, "It must be empty with keyVaultNetworkAccess Public.");
    const vaultName = KEY_ID.exec(stringAt(kms, "keyId") ?? "")?.[1];
    const vault = cloud
        .ofType("keyvault:Vault")
        .find(({ id }) => lastSegment(id).toLowerCase() === vaultName?.toLowerCase());
    const closed =
        valueAt(vault?.inputs, "properties.publicNetworkAccess") === "Disabled" ||
        valueAt(vault?.inputs, "properties.networkAcls.defaultAction") === "Deny";
    if (!closed) return undefined;
    const message = `Key vault ${vaultName} does not admit all networks, which keyVaultNetworkAccess Public takes.`;
    return invalid(`${property}.keyVaultNetworkAccess`, message);
}

const keyVaultModeStays: Rule = ({ inputs }, _cloud, before) => {
    const path = "securityProfile.azureKeyVaultKms";
    const enabled = (of: Properties) => valueAt(of, `${path}.enabled`) === true;
    if (!before || !enabled(before.inputs) || !enabled(inputs)) return undefined;
    const mode = (of: Properties) => valueAt(of, `${path}.keyVaultNetworkAccess`) ?? "Public";
    if (mode(inputs) === UNKNOWN || mode(inputs) === mode(before.inputs)) return undefined;
    return unchangeable(`${path}.keyVaultNetworkAccess`, "Switch KMS off first, then on again.");
};

const ADDONS = [
    "omsagent",
    "azurepolicy",
    "azurekeyvaultsecretsprovider",
    "ingressapplicationgateway",
    "openservicemesh",
    "aciconnectorlinux",
    "httpapplicationrouting",
    "kubedashboard",
    "accsgxdeviceplugin",
];

const addonsAreComplete: Rule = ({ inputs }) => {
    const addons = inputs["addonProfiles"];
    if (!isProperties(addons)) return undefined;
    const unknown = Object.keys(addons).find((name) => !ADDONS.includes(name.toLowerCase()));
    if (unknown !== undefined)
        return new ArmError("AddonInvalid", `'${unknown}' is not an add-on. Known are: ${ADDONS.join(", ")}.`);
    for (const [name, addon] of Object.entries(addons)) {
        if (name.toLowerCase() !== "omsagent" || valueAt(addon, "enabled") !== true) continue;
        const config = valueAt(addon, "config");
        if (config === UNKNOWN) continue;
        const settings = isProperties(config) ? config : {};
        const workspace = Object.keys(settings).find((key) => key.toLowerCase() === "loganalyticsworkspaceresourceid");
        if (workspace !== undefined && settings[workspace] !== "") continue;
        const message = "The add-on omsagent needs the setting logAnalyticsWorkspaceResourceID.";
        return new ArmError("LogAnalyticsWorkspaceNotSet", message);
    }
    return undefined;
};

const defenderHasWorkspace: Rule = ({ inputs }) => {
    const defender = valueAt(inputs, "securityProfile.defender");
    if (valueAt(defender, "securityMonitoring.enabled") !== true) return undefined;
    if (valueAt(defender, "logAnalyticsWorkspaceResourceId") !== undefined) return undefined;
    return new ArmError(
        "LogAnalyticsWorkspaceNotSetForAzureDefender",
        "Microsoft Defender needs securityProfile.defender.logAnalyticsWorkspaceResourceId.",
    );
};

const imageCleanerFits: Rule = ({ inputs }) => {
    const hours = valueAt(inputs, "securityProfile.imageCleaner.intervalHours");
    if (typeof hours !== "number" || (hours >= 24 && hours <= 2160)) return undefined;
    return invalid(
        "securityProfile.imageCleaner.intervalHours",
        `It is ${hours}; allowed are 24 to 2160 (three months).`,
    );
};

/** "Free, Standard, and Premium pricing tiers". */
const tierCoversFeatures: Rule = ({ inputs }) => {
    const tier = valueAt(inputs, "sku.tier") ?? "Free";
    if (tier === UNKNOWN) return undefined;
    if (valueAt(inputs, "metricsProfile.costAnalysis.enabled") === true && tier === "Free")
        return invalid("metricsProfile.costAnalysis", "Cost analysis needs tier Standard or Premium, not Free.");
    if (inputs["supportPlan"] !== "AKSLongTermSupport" || tier === "Premium") return undefined;
    return invalid("supportPlan", `AKSLongTermSupport needs tier Premium, not ${String(tier)}.`);
};

const CHANNELS = ["rapid", "stable", "patch", "node-image", "none"];
const NODE_CHANNELS = ["None", "Unmanaged", "NodeImage", "SecurityPatch"];

const channelsFit: Rule = ({ inputs }) => {
    const channel = stringAt(inputs, "autoUpgradeProfile.upgradeChannel");
    const nodes = stringAt(inputs, "autoUpgradeProfile.nodeOSUpgradeChannel");
    const wrong = (property: string, found: string, allowed: string[]) =>
        invalid(`autoUpgradeProfile.${property}`, `It is '${found}'; allowed are ${allowed.join(", ")}.`);
    if (channel !== undefined && !CHANNELS.includes(channel)) return wrong("upgradeChannel", channel, CHANNELS);
    if (nodes === undefined) return undefined;
    if (!NODE_CHANNELS.includes(nodes)) return wrong("nodeOSUpgradeChannel", nodes, NODE_CHANNELS);
    if (channel === "node-image" && nodes !== "NodeImage")
        return invalid(
            "autoUpgradeProfile.nodeOSUpgradeChannel",
            "It must be NodeImage with upgradeChannel node-image.",
        );
    // "Network isolated clusters": nodes without a way out take their patches with a new image.
    if (stringAt(inputs, "networkProfile.outboundType") !== "none" || ["None", "NodeImage"].includes(nodes))
        return undefined;
    return invalid("autoUpgradeProfile.nodeOSUpgradeChannel", `'${nodes}' needs a way out, but outboundType is none.`);
};

const MINUTES = /^\d+m$/;
const TRUTH = /^(true|false)$/;
/** "Use the cluster autoscaler": all values are text. */
const AUTOSCALER: Readonly<Record<string, RegExp>> = {
    balanceSimilarNodeGroups: TRUTH,
    expander: /^(least-waste|most-pods|priority|random)$/,
    maxEmptyBulkDelete: /^[1-9]\d*$/,
    maxGracefulTerminationSec: /^\d+$/,
    maxNodeProvisionTime: MINUTES,
    maxTotalUnreadyPercentage: /^(\d{1,2}|100)$/,
    newPodScaleUpDelay: /^\d+(s|m|h)$/,
    okTotalUnreadyCount: /^\d+$/,
    scaleDownDelayAfterAdd: MINUTES,
    scaleDownDelayAfterDelete: /^\d+(s|m)$/,
    scaleDownDelayAfterFailure: MINUTES,
    scaleDownUnneededTime: MINUTES,
    scaleDownUnreadyTime: MINUTES,
    scaleDownUtilizationThreshold: /^(0(\.\d+)?|1(\.0+)?)$/,
    scanInterval: /^\d+s?$/,
    skipNodesWithLocalStorage: TRUTH,
    skipNodesWithSystemPods: TRUTH,
};

const autoscalerSettingsAreText: Rule = ({ inputs }) => {
    for (const [setting, pattern] of Object.entries(AUTOSCALER)) {
        const value = valueAt(inputs, `autoScalerProfile.${setting}`);
        if (value === undefined || value === UNKNOWN || (typeof value === "string" && pattern.test(value))) continue;
        const message = `${JSON.stringify(value)} is not a text of the form ${pattern.source}.`;
        return invalid(`autoScalerProfile.${setting}`, message);
    }
    return undefined;
};

const versionIsReachable: Rule = ({ inputs }, _cloud, before) => {
    const wanted = stringAt(inputs, "kubernetesVersion");
    const minor = (text: string | undefined) => Number(/^1\.(\d+)(\.\d+)?$/.exec(text ?? "")?.[1]);
    if (wanted === undefined) return undefined;
    if (Number.isNaN(minor(wanted)))
        return new ArmError("K8sVersionNotSupported", `'${wanted}' is not a Kubernetes version, as 1.33 or 1.33.5.`);
    const step = minor(wanted) - minor(stringAt(before?.inputs, "kubernetesVersion"));
    if (Number.isNaN(step) || step === 0 || step === 1) return undefined;
    const found = stringAt(before?.inputs, "kubernetesVersion");
    const message = `Changing the Kubernetes version from ${found} to ${wanted} is not allowed: it goes up by one minor version at a time.`;
    return new ArmError("OperationNotAllowed", message, 409);
};

const nodeResourceGroupIsFree: Rule = (cluster, cloud) => {
    const name = stringAt(cluster.inputs, "nodeResourceGroup");
    if (name === undefined || cluster.id === "") return undefined;
    if (name.length > 80)
        return invalid("nodeResourceGroup", `'${name}' has ${name.length} characters; allowed are up to 80.`);
    const group = `/subscriptions/${subscriptionOf(cluster.id)}/resourceGroups/${name}`;
    if (idKey(group) === idKey(resourceGroupId(cluster.id) ?? "")) {
        const message = `The node resource group '${name}' can't be the resource group of the cluster.`;
        return new ArmError("NodeResourceGroupSameAsResourceGroup", message);
    }
    const existing = cloud.get(group);
    if (!existing || idKey(existing.partOf ?? "") === idKey(cluster.id)) return undefined;
    const message = `Resource group '${name}' exists already; AKS creates the node resource group itself.`;
    return new ArmError("NodeResourceGroupAlreadyExists", message);
};

const windowsAccountIsGood: Rule = ({ inputs }) => {
    const user = stringAt(inputs, "windowsProfile.adminUsername");
    if (
        user !== undefined &&
        (user.endsWith(".") || ["administrator", "admin", "user", "root", "guest"].includes(user.toLowerCase()))
    ) {
        const message = `windowsProfile.adminUsername '${user}' is reserved or ends in a dot.`;
        return new ArmError("WindowsProfileUsernameInvalid", message);
    }
    const password = stringAt(inputs, "windowsProfile.adminPassword");
    if (password === undefined) return undefined;
    const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[\W_]/].filter((kind) => kind.test(password)).length;
    if (password.length >= 8 && password.length <= 123 && kinds >= 3) return undefined;
    const message =
        "windowsProfile.adminPassword must have 8 to 123 characters of three kinds: lower, upper, digit, special.";
    return new ArmError("WindowsProfilePasswordInvalid", message);
};

export const featureRules: Rule[] = [
    localAccountsNeedEntra,
    workloadIdentityNeedsIssuer,
    issuerStays,
    rbacStays,
    kubeletIdentityIsAssignable,
    keyManagementFits,
    keyVaultModeStays,
    addonsAreComplete,
    defenderHasWorkspace,
    imageCleanerFits,
    tierCoversFeatures,
    channelsFit,
    autoscalerSettingsAreText,
    versionIsReachable,
    nodeResourceGroupIsFree,
    windowsAccountIsGood,
];
