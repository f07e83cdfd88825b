import * as containerservice from "@pulumi/azure-native/containerservice";
import * as kubernetesconfiguration from "@pulumi/azure-native/kubernetesconfiguration";
import * as pulumi from "@pulumi/pulumi";
import { extensionSettings, type InferenceSettings } from "./extension-settings-plan";

export interface MachineLearningExtensionArgs {
    /** The cluster's region. */
    location: string;
    resourceGroupName: pulumi.Input<string>;
    clusterId: pulumi.Input<string>;
    clusterName: pulumi.Input<string>;
    workspaceId: pulumi.Input<string>;
    /** Default: models are not served from this cluster. */
    inference?: InferenceSettings;
    /** Install NVIDIA's device plugin, for GPU pools whose plugin AKS doesn't manage. Default: `false`. */
    nvidiaDevicePlugin?: boolean;
    /**
     * Who lets the workspace into a cluster without local accounts: `create` makes the role binding here, where it can
     * be reviewed; `service` leaves it to Azure Machine Learning, which makes one when the compute is attached.
     * Choose `service` where Azure reports that the binding exists already. Default: `create`.
     */
    trustedAccess?: "create" | "service";
    /** What the extension runs on: the cluster with its pools, which must also outlive it. */
    foundation: pulumi.Resource[];
}

/** The Azure Machine Learning extension on an AKS cluster, and the workspace's trusted access to it. */
export class MachineLearningExtension extends pulumi.ComponentResource {
    public readonly extensionId: pulumi.Output<string>;

    constructor(name: string, args: MachineLearningExtensionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:MachineLearningExtension", name, args, opts);
        const { resourceGroupName, location, inference } = args;
        const child = { parent: this };

        if ((args.trustedAccess ?? "create") === "create") {
            new containerservice.TrustedAccessRoleBinding(
                `tarb-${name}`,
                {
                    trustedAccessRoleBindingName: "azureml",
                    resourceGroupName,
                    resourceName: args.clusterName,
                    sourceResourceId: args.workspaceId,
                    roles: ["Microsoft.MachineLearningServices/workspaces/mlworkload"],
                },
                child,
            );
        }
        const extension = new kubernetesconfiguration.Extension(
            `azureml-${name}`,
            {
                extensionName: "azureml",
                extensionType: "Microsoft.AzureML.Kubernetes",
                clusterRp: "Microsoft.ContainerService",
                clusterResourceName: "managedClusters",
                clusterName: args.clusterName,
                resourceGroupName,
                releaseTrain: "stable",
                autoUpgradeMinorVersion: true,
                scope: { cluster: { releaseNamespace: "azureml" } },
                configurationSettings: extensionSettings({
                    clusterId: args.clusterId,
                    clusterName: args.clusterName,
                    location,
                    training: true,
                    inference,
                    nvidiaDevicePlugin: args.nvidiaDevicePlugin ?? false,
                }),
            },
            // The chart takes 10 to 15 minutes, and longer where nodes must be added first.
            { ...child, dependsOn: args.foundation, customTimeouts: { create: "60m", update: "60m" } },
        );
        this.extensionId = extension.id;
        this.registerOutputs({ extensionId: this.extensionId });
    }
}
