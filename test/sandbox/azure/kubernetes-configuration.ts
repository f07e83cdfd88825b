import { isProperties, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { principalIdOf, SIMULATED_TENANT } from "./derive";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.KubernetesConfiguration: extensions of AKS and Arc-enabled clusters. */

const CLUSTER = "{clusterRp}/{clusterResourceName}/{clusterName}/providers/Microsoft.KubernetesConfiguration";

const BACKUP_EXTENSION = "microsoft.dataprotection.kubernetes";

export function extensionsOf(clusterId: string, cloud: CloudView): Resource[] {
    return cloud.children(clusterId, "kubernetesconfiguration:Extension");
}

export function isMachineLearningExtension({ inputs }: Resource): boolean {
    return stringAt(inputs, "extensionType")?.toLowerCase() === "microsoft.azureml.kubernetes";
}

/** Settings are passed to Helm: text only, whatever they mean. */
const settingsAreText: Rule = ({ id, inputs }) => {
    for (const property of ["configurationSettings", "configurationProtectedSettings"]) {
        const settings = inputs[property];
        if (!isProperties(settings)) continue;
        const wrong = Object.entries(settings).find(
            ([, value]) => typeof value === "number" || typeof value === "boolean",
        );
        if (wrong) {
            const message = `${property} of extension ${lastSegment(id)} takes text only, but ${wrong[0]} is ${String(wrong[1])}. Use "${String(wrong[1])}".`;
            return new ArmError("ExtensionConfigurationInvalid", message);
        }
    }
    return undefined;
};

const typeIsInstalledOnce: Rule = ({ id, inputs }, cloud) => {
    const type = stringAt(inputs, "extensionType")?.toLowerCase();
    const twin = extensionsOf(parentId(id) ?? "", cloud).find(
        (other) => idKey(other.id) !== idKey(id) && stringAt(other.inputs, "extensionType")?.toLowerCase() === type,
    );
    if (!twin || type === undefined) return undefined;
    const message = `An extension of type ${type} is installed already on the cluster, as ${lastSegment(twin.id)}. A cluster takes one of each type.`;
    return new ArmError("ExtensionTypeAlreadyInstalled", message, 409);
};

const versionIsPinnedOrFollowed: Rule = ({ id, inputs }) => {
    if (inputs["version"] === undefined || inputs["autoUpgradeMinorVersion"] !== true) return undefined;
    const message = `Extension ${lastSegment(id)} gives a version and autoUpgradeMinorVersion; a pinned version needs autoUpgradeMinorVersion false.`;
    return new ArmError("ExtensionVersionConflict", message);
};

/** "Deploy Azure Machine Learning extension": cluster-wide, with at least one purpose, and TLS or its explicit absence. */
const machineLearningSettingsFit: Rule = (extension) => {
    if (!isMachineLearningExtension(extension)) return undefined;
    const setting = (name: string) => {
        const settings = extension.inputs["configurationSettings"];
        const value = isProperties(settings) ? settings[name] : undefined;
        return typeof value === "string" ? value.toLowerCase() : value;
    };
    const settings = extension.inputs["configurationSettings"];
    if (settings !== undefined && !isProperties(settings)) return undefined;
    const refuse = (reason: string) =>
        new ArmError(
            "ExtensionOperationFailed",
            `The Azure ML extension ${lastSegment(extension.id)} failed to install: ${reason}`,
        );
    if (valueAt(extension.inputs, "scope.namespace") !== undefined)
        return refuse("only cluster scope is supported, not namespace scope.");
    const [training, inference] = [setting("enableTraining"), setting("enableInference")];
    const undecided = [training, inference].some((value) => value !== undefined && typeof value !== "string");
    if (training !== "true" && inference !== "true" && !undecided)
        return refuse("enableTraining or enableInference must be True.");
    if (inference !== "true") return undefined;
    if (setting("inferenceRouterServiceType") === undefined)
        return refuse("enableInference needs inferenceRouterServiceType.");
    const hasTls =
        setting("sslSecret") !== undefined || valueAt(extension.inputs, "configurationProtectedSettings") !== undefined;
    if (setting("allowInsecureConnections") === "true" || hasTls) return undefined;
    return refuse("enableInference needs TLS (sslSecret, or certificate and key) or allowInsecureConnections.");
};

/** "Back up AKS with Azure CLI": where the extension keeps what it backs up. */
const BACKUP_SETTINGS = ["bucket", "config.resourceGroup", "config.storageAccount", "config.subscriptionId"];

const backupSettingsFit: Rule = ({ id, inputs }) => {
    if (stringAt(inputs, "extensionType")?.toLowerCase() !== BACKUP_EXTENSION) return undefined;
    if (valueAt(inputs, "scope.namespace") !== undefined) {
        const message = `The backup extension ${lastSegment(id)} supports cluster scope only, not namespace scope.`;
        return new ArmError("ExtensionOperationFailed", message);
    }
    const settings = inputs["configurationSettings"];
    if (settings === UNKNOWN) return undefined;
    const given = isProperties(settings) ? settings : {};
    const missing = BACKUP_SETTINGS.map((name) => `configuration.backupStorageLocation.${name}`).find(
        (name) => given[name] === undefined,
    );
    if (missing === undefined) return undefined;
    const message = `The backup extension ${lastSegment(id)} failed to install: setting ${missing} is missing.`;
    return new ArmError("ExtensionOperationFailed", message);
};

const SOURCES: Readonly<Record<string, string>> = {
    GitRepository: "gitRepository",
    Bucket: "bucket",
    AzureBlob: "azureBlob",
};

const sourceFitsKind: Rule = ({ id, inputs }) => {
    if (inputs["sourceKind"] === UNKNOWN) return undefined;
    const kind = stringAt(inputs, "sourceKind") ?? "GitRepository";
    const property = SOURCES[kind];
    const source = property === undefined ? undefined : inputs[property];
    if (property === undefined || source === undefined) {
        const needed = property ?? `a sourceKind of ${Object.keys(SOURCES).join(", ")}`;
        return fluxError(id, `source kind ${kind} needs ${needed}.`);
    }
    const url = valueAt(source, "url");
    if (url === undefined) return fluxError(id, `${property}.url is missing.`);
    if (kind !== "GitRepository" || typeof url !== "string" || /^(https?|ssh|git):\/\/|^git@[^:]+:/.test(url))
        return undefined;
    return fluxError(
        id,
        `'${url}' is not the address of a Git repository: https://, http://, ssh:// or git@host:path.`,
    );
};

const httpsUserHasKey: Rule = ({ id, inputs }) => {
    if (valueAt(inputs, "gitRepository.httpsUser") === undefined) return undefined;
    const settings = inputs["configurationProtectedSettings"];
    if (settings === UNKNOWN || valueAt(settings, "httpsKey") !== undefined) return undefined;
    return fluxError(id, "gitRepository.httpsUser needs httpsKey in configurationProtectedSettings.");
};

const kustomizationsAreOrdered: Rule = ({ id, inputs }) => {
    const all = inputs["kustomizations"];
    if (!isProperties(all)) return undefined;
    for (const [name, kustomization] of Object.entries(all)) {
        const missing = stringsAt(kustomization, "dependsOn[]").find((other) => all[other] === undefined);
        if (missing !== undefined)
            return fluxError(id, `kustomization ${name} depends on ${missing}, which isn't there.`);
    }
    return undefined;
};

/** "GitOps with Flux v2": the CLI installs the extension by itself, a template doesn't. */
const fluxIsInstalled: Rule = ({ id }, cloud) => {
    const types = extensionsOf(parentId(id) ?? "", cloud).map(({ inputs }) => inputs["extensionType"]);
    if (id === "" || types.some((type) => type === UNKNOWN || String(type).toLowerCase() === "microsoft.flux"))
        return undefined;
    return fluxError(id, "the extension microsoft.flux is not installed on the cluster.");
};

function fluxError(id: string, reason: string): ArmError {
    return new ArmError("FluxConfigurationInvalid", `Flux configuration ${lastSegment(id)} is not valid: ${reason}`);
}

const namespaceOfTarget = /^Microsoft\.(ContainerService|Kubernetes|HybridContainerService)$/i;
const clusterIsSupported: Rule = ({ inputs }) => {
    const provider = stringAt(inputs, "clusterRp");
    if (provider === undefined || namespaceOfTarget.test(provider)) return undefined;
    return new ArmError(
        "InvalidParameter",
        `clusterRp '${provider}' is not supported. Use Microsoft.ContainerService or Microsoft.Kubernetes.`,
    );
};

export const kubernetesConfiguration: ServiceTypes = {
    Extension: {
        id: inGroup(`${CLUSTER}/extensions/{extensionName}`),
        required: ["extensionType"],
        replaceOn: ["extensionType", "scope", "plan"],
        rules: [
            clusterIsSupported,
            settingsAreText,
            typeIsInstalledOnce,
            versionIsPinnedOrFollowed,
            machineLearningSettingsFit,
            backupSettingsFit,
        ],
        computed: (extension) => ({
            currentVersion: extension.inputs["version"] ?? "1.1.91",
            // What the extension itself signs in with, in the node resource group.
            aksAssignedIdentity: isOnAks(extension)
                ? { principalId: principalIdOf(extension.id), tenantId: SIMULATED_TENANT, type: "UserAssigned" }
                : undefined,
            isSystemExtension: false,
            packageUri: "",
            // Protected settings come back without their values.
            configurationProtectedSettings: masked(extension.inputs["configurationProtectedSettings"]),
        }),
    },
    FluxConfiguration: {
        id: inGroup(`${CLUSTER}/fluxConfigurations/{fluxConfigurationName}`),
        replaceOn: ["scope", "namespace", "sourceKind"],
        rules: [clusterIsSupported, sourceFitsKind, httpsUserHasKey, kustomizationsAreOrdered, fluxIsInstalled],
        computed: () => ({ complianceState: "Compliant", sourceSyncedCommitId: "", statuses: [] }),
    },
};

function isOnAks({ inputs }: Resource): boolean {
    return stringAt(inputs, "clusterRp")?.toLowerCase() === "microsoft.containerservice";
}

function masked(settings: unknown): Record<string, string> | undefined {
    if (typeof settings !== "object" || settings === null) return undefined;
    return Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
}
