import { isProperties, stringAt, valueAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.KubernetesConfiguration: extensions of AKS and Arc-enabled clusters. */

const CLUSTER = "{clusterRp}/{clusterResourceName}/{clusterName}/providers/Microsoft.KubernetesConfiguration";

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
        ],
        computed: (extension) => ({
            currentVersion: extension.inputs["version"] ?? "1.1.91",
            isSystemExtension: false,
            packageUri: "",
            // Protected settings come back without their values.
            configurationProtectedSettings: masked(extension.inputs["configurationProtectedSettings"]),
        }),
    },
    FluxConfiguration: {
        id: inGroup(`${CLUSTER}/fluxConfigurations/{fluxConfigurationName}`),
        replaceOn: ["scope", "namespace", "sourceKind"],
        rules: [clusterIsSupported],
        computed: () => ({ complianceState: "Compliant", sourceSyncedCommitId: "", statuses: [] }),
    },
};

function masked(settings: unknown): Record<string, string> | undefined {
    if (typeof settings !== "object" || settings === null) return undefined;
    return Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
}
