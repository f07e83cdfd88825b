import { isProperties, itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { armType, idKey, inGroup, isWithin, lastSegment, parentId } from "./arm-id";
import { managedIdentity } from "./common-outputs";
import { principalIdOf } from "./derive";
import { extensionsOf } from "./kubernetes-configuration";
import { nameMatches } from "./names";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.DataProtection: Backup vaults, and the backup of AKS clusters */

const VAULT = "Microsoft.DataProtection/backupVaults/{vaultName}";
const CLUSTER = "Microsoft.ContainerService/managedClusters";

/** The service's own code for input that it can't work with. */
function invalid(message: string): ArmError {
    return new ArmError("BMSUserErrorInvalidInput", message);
}

const softDeleteFits: Rule = ({ id, inputs }, _cloud, before) => {
    const path = "properties.securitySettings.softDeleteSettings";
    const days = valueAt(inputs, `${path}.retentionDurationInDays`);
    const state = valueAt(inputs, `${path}.state`);
    if (typeof days === "number" && state !== "Off" && !(days >= 14 && days <= 180)) {
        const message = `softDeleteSettings.retentionDurationInDays of vault ${lastSegment(id)} is ${days}; allowed are 14 to 180.`;
        return invalid(message);
    }
    if (valueAt(before?.inputs, `${path}.state`) !== "AlwaysOn" || state === "AlwaysOn" || state === UNKNOWN)
        return undefined;
    const message = `Soft delete of vault ${lastSegment(id)} is AlwaysOn, which can't be undone.`;
    return invalid(message);
};

const lockedImmutabilityStays: Rule = ({ id, inputs }, _cloud, before) => {
    const path = "properties.securitySettings.immutabilitySettings.state";
    const state = valueAt(inputs, path);
    if (valueAt(before?.inputs, path) !== "Locked" || state === "Locked" || state === UNKNOWN) return undefined;
    const message = `Immutability of vault ${lastSegment(id)} is Locked, which can't be undone.`;
    return invalid(message);
};

const redundancyFitsRestore: Rule = ({ id, inputs }) => {
    const state = valueAt(inputs, "properties.featureSettings.crossRegionRestoreSettings.state");
    const kinds = stringsAt(inputs, "properties.storageSettings[].type");
    if (state !== "Enabled" || kinds.length === 0 || kinds.includes("GeoRedundant")) return undefined;
    const message = `Cross-region restore of vault ${lastSegment(id)} needs storage of type GeoRedundant, not ${kinds.join(", ")}.`;
    return invalid(message);
};

const storageIsGiven: Rule = ({ id, inputs }) => {
    const settings = valueAt(inputs, "properties.storageSettings");
    if (!Array.isArray(settings) || settings.length > 0) return undefined;
    return invalid(`Vault ${lastSegment(id)} needs a storage setting.`);
};

/** A rule that takes backups, and one that says by default how long they are kept. */
const policyIsComplete: Rule = ({ id, inputs }) => {
    if (valueAt(inputs, "properties.policyRules") === UNKNOWN) return undefined;
    const rules = itemsAt(inputs, "properties.policyRules");
    const kinds = rules.map((rule) => rule["objectType"]);
    if (!kinds.includes("AzureBackupRule") && !kinds.includes(UNKNOWN))
        return invalid(`Policy ${lastSegment(id)} needs an AzureBackupRule.`);
    const keeps = rules.some((rule) => rule["objectType"] === "AzureRetentionRule" && rule["isDefault"] === true);
    if (keeps) return undefined;
    return invalid(`Policy ${lastSegment(id)} needs an AzureRetentionRule with isDefault.`);
};

/** "AKS backup support matrix": snapshots in the operational tier, every 4 hours at most. */
const clusterPolicyFits: Rule = ({ id, inputs }) => {
    if (!stringsAt(inputs, "properties.datasourceTypes[]").includes(CLUSTER)) return undefined;
    for (const rule of itemsAt(inputs, "properties.policyRules")) {
        if (rule["objectType"] !== "AzureBackupRule") continue;
        const store = stringAt(rule, "dataStore.dataStoreType");
        if (store !== undefined && store !== "OperationalStore") {
            const message = `Policy ${lastSegment(id)} backs AKS clusters up to ${store}; it starts from the OperationalStore.`;
            return invalid(message);
        }
        const wrong = stringsAt(rule, "trigger.schedule.repeatingTimeIntervals[]").find((text) => !isFrequency(text));
        if (wrong === undefined) continue;
        const message = `Schedule '${wrong}' of policy ${lastSegment(id)} isn't R/<start>/PT4H, PT6H, PT8H, PT12H, P1D or P1W.`;
        return invalid(message);
    }
    return undefined;
};

function isFrequency(text: string): boolean {
    return /^R\/\d{4}-\d\d-\d\dT[^/]+\/(PT(4|6|8|12|24)H|P1D|P1W)$/.test(text);
}

const OPERATOR = "microsoft.dataprotection/backupvaults/backup-operator";
const CONTRIBUTORS = ["b24988ac-6180-42a0-ab88-20f7382dd24c", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"];
const READERS = ["acdd72a7-3385-48ef-bd42-f606fba81ae7", ...CONTRIBUTORS];
const LOCKS = ["authorization:ManagementLockByScope", "authorization:ManagementLockAtResourceGroupLevel"];

/** What an instance is about, as far as it is known. */
interface Protection {
    readonly name: string;
    readonly vault: Resource;
    readonly cluster: Resource;
    readonly inputs: Properties;
}

function clusterProtection({ id, inputs }: Resource, cloud: CloudView): Protection | undefined {
    const vault = cloud.get(parentId(id) ?? "");
    const cluster = cloud.get(stringAt(inputs, "properties.dataSourceInfo.resourceID") ?? "");
    if (!vault || !cluster || armType(cluster.id).toLowerCase() !== CLUSTER.toLowerCase()) return undefined;
    return { name: lastSegment(id), vault, cluster, inputs };
}

type ProtectionRule = (protection: Protection, cloud: CloudView) => ArmError | undefined;

const extensionIsInstalled: ProtectionRule = ({ cluster }, cloud) => {
    const types = extensionsOf(cluster.id, cloud).map(({ inputs }) => inputs["extensionType"]);
    if (types.some((type) => type === UNKNOWN || String(type).toLowerCase() === "microsoft.dataprotection.kubernetes"))
        return undefined;
    const message = `Cluster ${lastSegment(cluster.id)} doesn't have the extension microsoft.dataprotection.kubernetes.`;
    return new ArmError("UserErrorKubernetesBackupExtensionNotFoundError", message);
};

const vaultIsTrusted: ProtectionRule = ({ cluster, vault }, cloud) => {
    const bindings = cloud.children(cluster.id, "containerservice:TrustedAccessRoleBinding");
    const trusted = bindings.some(
        ({ inputs }) =>
            idKey(stringAt(inputs, "sourceResourceId") ?? "") === idKey(vault.id) &&
            stringsAt(inputs, "roles[]").some((role) => role.toLowerCase() === OPERATOR),
    );
    if (trusted) return undefined;
    const message = `Vault ${lastSegment(vault.id)} has no trusted access to cluster ${lastSegment(cluster.id)}: bind it to the role Microsoft.DataProtection/backupVaults/backup-operator.`;
    return new ArmError("UserErrorTrustedAccessGatewayReturnedForbidden", message, 403);
};

const parametersAreComplete: ProtectionRule = ({ name, inputs }) => {
    const parameters = valueAt(inputs, "properties.policyInfo.policyParameters");
    if (parameters === UNKNOWN) return undefined;
    const store = itemsAt(parameters, "dataStoreParametersList")[0];
    if (valueAt(store, "resourceGroupId") === undefined) {
        const message = `Backup instance ${name} needs a resource group for snapshots (dataStoreParametersList[].resourceGroupId).`;
        return invalid(message);
    }
    if (itemsAt(parameters, "backupDatasourceParametersList").length > 0) return undefined;
    const message = `Backup instance ${name} needs backupDatasourceParametersList: what of the cluster is backed up.`;
    return invalid(message);
};

/** "AKS backup: required roles and permissions". */
const vaultReadsCluster: ProtectionRule = ({ vault, cluster }, cloud) => {
    if (isAssigned(principals(vault), READERS, cluster.id, cloud)) return undefined;
    const message = `The identity of vault ${lastSegment(vault.id)} can't list the extensions of ${cluster.id}. Assign it the role Reader there.`;
    return new ArmError("KubernetesBackupListExtensionsError", message, 403);
};

const snapshotGroupIsOpen: ProtectionRule = ({ vault, cluster, inputs }, cloud) => {
    const stores = itemsAt(inputs, "properties.policyInfo.policyParameters.dataStoreParametersList");
    const group = stringAt(stores[0], "resourceGroupId");
    if (group === undefined) return undefined;
    const lock = LOCKS.flatMap((type) => cloud.ofType(type)).find(({ id }) => isWithin(id, group));
    if (lock) {
        const message = `Resource group ${lastSegment(group)} for snapshots has the lock ${lastSegment(lock.id)}.`;
        return new ArmError("UserErrorSnapshotResourceGroupHasLocks", message);
    }
    const lacks = (who: Resource, role: string) =>
        new ArmError(
            "UserErrorMSIMissingPermissionsOnSnapshotResourceGroup",
            `The identity of ${lastSegment(who.id)} needs the role ${role} on ${group}.`,
            403,
        );
    if (!isAssigned(principals(vault), READERS, group, cloud)) return lacks(vault, "Reader");
    if (!isAssigned(principals(cluster), CONTRIBUTORS, group, cloud)) return lacks(cluster, "Contributor");
    return undefined;
};

function principals(resource: Resource): string[] {
    const identity = managedIdentity(resource);
    const assigned = valueAt(identity, "userAssignedIdentities");
    const own = stringAt(identity, "principalId");
    return [
        ...(own === undefined ? [] : [own]),
        ...(isProperties(assigned) ? Object.keys(assigned).map(principalIdOf) : []),
    ];
}

function isAssigned(holders: string[], roles: string[], scope: string, cloud: CloudView): boolean {
    return cloud.ofType("authorization:RoleAssignment").some(({ inputs }) => {
        const assigned = stringAt(inputs, "scope") ?? "-";
        const principal = inputs["principalId"];
        const covers = idKey(assigned) === idKey(scope) || isWithin(scope, assigned);
        const role = lastSegment(stringAt(inputs, "roleDefinitionId") ?? "").toLowerCase();
        return covers && roles.includes(role) && (principal === UNKNOWN || holders.includes(String(principal)));
    });
}

const sourceFitsPolicy: Rule = ({ id, inputs }, cloud) => {
    const policy = cloud.get(stringAt(inputs, "properties.policyInfo.policyId") ?? "");
    const vault = parentId(id) ?? "";
    if (!policy) return undefined;
    if (!isWithin(policy.id, vault)) {
        const message = `Policy ${policy.id} belongs to another vault than backup instance ${lastSegment(id)}.`;
        return invalid(message);
    }
    const source = stringAt(inputs, "properties.dataSourceInfo.datasourceType");
    const types = stringsAt(policy.inputs, "properties.datasourceTypes[]");
    if (source === undefined || types.length === 0 || types.includes(source)) return undefined;
    const message = `Policy ${lastSegment(policy.id)} is for ${types.join(", ")}, not for ${source}.`;
    return invalid(message);
};

const regionsMatch: Rule = (instance, cloud) => {
    const protection = clusterProtection(instance, cloud);
    const [there, here] = [protection?.cluster, protection?.vault].map((one) => stringAt(one?.inputs, "location"));
    if (there === undefined || here === undefined || there === here) return undefined;
    const message = `Cluster and vault must be in one region; they are in ${there} and ${here}.`;
    return invalid(message);
};

const clusterIsProtectedOnce: Rule = (instance, cloud) => {
    const source = stringAt(instance.inputs, "properties.dataSourceInfo.resourceID");
    const twin = cloud
        .ofType("dataprotection:BackupInstance")
        .find(
            (other) =>
                source !== undefined &&
                idKey(other.id) !== idKey(instance.id) &&
                idKey(stringAt(other.inputs, "properties.dataSourceInfo.resourceID") ?? "") === idKey(source),
        );
    if (!twin) return undefined;
    const message = `${source} is protected already, by backup instance ${twin.id}.`;
    return new ArmError("UserErrorDatasourceAlreadyProtected", message, 409);
};

const PROTECTION: readonly ProtectionRule[] = [
    parametersAreComplete,
    vaultReadsCluster,
    extensionIsInstalled,
    vaultIsTrusted,
    snapshotGroupIsOpen,
];

const clusterCanBeProtected: Rule = (instance, cloud) => {
    const protection = clusterProtection(instance, cloud);
    if (!protection) return undefined;
    for (const rule of PROTECTION) {
        const refusal = rule(protection, cloud);
        if (refusal) return refusal;
    }
    return undefined;
};

/** A vault is deleted when all that it holds is gone. */
function keepsVault(self: Resource, id: string): ArmError | undefined {
    if (idKey(parentId(self.id) ?? "") !== idKey(id)) return undefined;
    const message =
        `Cannot delete the Backup vault ${lastSegment(id)} as there are existing backup instances or backup policies in the vault: ` +
        `${lastSegment(self.id)}. Delete them first.`;
    return new ArmError("BMSUserErrorVaultNotEmpty", message, 409);
}

export const dataProtection: ServiceTypes = {
    BackupVault: {
        id: inGroup(VAULT),
        replaceOn: ["properties.storageSettings"],
        rules: [
            nameMatches(
                /^[A-Za-z][A-Za-z0-9-]{1,49}$/,
                "2 to 50 letters, digits and hyphens, a letter first",
                "InvalidResourceName",
            ),
            storageIsGiven,
            softDeleteFits,
            lockedImmutabilityStays,
            redundancyFitsRestore,
        ],
        computed: ({ inputs }) => ({
            properties: {
                provisioningState: "Succeeded",
                resourceMoveState: "Unknown",
                secureScore: "Adequate",
                bcdrSecurityLevel: "Fair",
                isVaultProtectedByResourceGuard: false,
                securitySettings: {
                    softDeleteSettings: {
                        state: valueAt(inputs, "properties.securitySettings.softDeleteSettings.state") ?? "On",
                        retentionDurationInDays:
                            valueAt(inputs, "properties.securitySettings.softDeleteSettings.retentionDurationInDays") ??
                            14,
                    },
                },
            },
        }),
    },
    BackupPolicy: {
        id: inGroup(`${VAULT}/backupPolicies/{backupPolicyName}`),
        required: ["properties"],
        rules: [policyIsComplete, clusterPolicyFits],
        inUse: "BMSUserErrorPolicyInUse",
        forbidsDeletion: keepsVault,
    },
    BackupInstance: {
        id: inGroup(`${VAULT}/backupInstances/{backupInstanceName}`),
        required: ["properties", "properties.friendlyName"],
        replaceOn: ["properties.dataSourceInfo", "properties.dataSourceSetInfo"],
        weakReferences: [
            "properties.dataSourceInfo.resourceID",
            "properties.dataSourceInfo.resourceUri",
            "properties.dataSourceSetInfo.resourceID",
            "properties.dataSourceSetInfo.resourceUri",
            "properties.policyInfo.policyParameters.dataStoreParametersList[].resourceGroupId",
        ],
        forbidsDeletion: keepsVault,
        rules: [sourceFitsPolicy, regionsMatch, clusterIsProtectedOnce, clusterCanBeProtected],
        computed: () => ({
            properties: {
                provisioningState: "Succeeded",
                currentProtectionState: "ProtectionConfigured",
                protectionStatus: { status: "ProtectionConfigured" },
                policyInfo: { policyVersion: "" },
            },
        }),
    },
};
