import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { instanceTypeSpec, type InstanceType } from "./instance-types-plan";

export interface KubernetesComputeArgs extends Placement {
    /** 2 to 16 letters, digits and hyphens; begins with a letter. Data scientists name it in their jobs. */
    computeName: string;
    clusterId: pulumi.Input<string>;
    workspace: {
        id: pulumi.Input<string>;
        name: pulumi.Input<string>;
        storageAccountId: pulumi.Input<string>;
        registryId: pulumi.Input<string>;
    };
    /** Jobs run there; one compute each. Azure can't change it: the compute is then detached and attached again. */
    namespace: string;
    /**
     * Pod security standard that the namespace enforces. Default: `baseline`, which Microsoft documents the extension to
     * support. That every kind of job keeps it is unconfirmed: `privileged` is the way back.
     */
    podSecurity?: "restricted" | "baseline" | "privileged";
    /** By name. */
    instanceTypes: Record<string, InstanceType>;
    kubernetes: Provider;
    /** The cluster's Azure Machine Learning extension: nothing can be attached without it. */
    extension: pulumi.Resource;
}

/** A cluster as a compute target of a workspace: namespace, instance types, the identity of jobs, and the attachment. */
export class KubernetesCompute extends pulumi.ComponentResource {
    public readonly computeName: string;
    public readonly namespace: string;
    public readonly instanceTypes: string[];

    constructor(name: string, args: KubernetesComputeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:KubernetesCompute", name, args, opts);
        const { workspace, namespace } = args;
        const child = { parent: this };
        const inCluster = { parent: this, provider: args.kubernetes };

        const labels = { "pod-security.kubernetes.io/enforce": args.podSecurity ?? "baseline" };
        const metadata = { name: namespace, labels };
        const namespaceObject = new Namespace(`${name}-${namespace}`, { metadata }, inCluster);
        for (const [typeName, instanceType] of Object.entries(args.instanceTypes)) {
            new CustomResource(
                `${name}-${typeName}`,
                {
                    apiVersion: "amlarc.azureml.com/v1alpha1",
                    kind: "InstanceType",
                    metadata: { name: typeName },
                    spec: instanceTypeSpec(instanceType),
                },
                inCluster,
            );
        }

        const identity = new managedidentity.UserAssignedIdentity(
            `id-jobs-${name}`,
            { resourceName: `id-jobs-${name}`, ...placementOf(args) },
            child,
        );
        this.grantJobs(name, identity.principalId, workspace);
        new machinelearningservices.Compute(
            `compute-${name}`,
            {
                computeName: args.computeName,
                workspaceName: workspace.name,
                ...placementOf(args),
                identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
                properties: {
                    computeType: "Kubernetes",
                    resourceId: args.clusterId,
                    properties: { namespace },
                },
            },
            {
                ...child,
                dependsOn: [namespaceObject, args.extension],
                // The service fills these in from the objects in the cluster.
                ignoreChanges: ["properties.properties.instanceTypes", "properties.properties.defaultInstanceType"],
                // Azure wants to hear "detach" when an attachment is deleted, and the provider has no way to say it;
                // deleting the workspace detaches. The README tells how to detach by hand.
                retainOnDelete: true,
            },
        );

        this.computeName = args.computeName;
        this.namespace = namespace;
        this.instanceTypes = Object.keys(args.instanceTypes);
        this.registerOutputs({
            computeName: this.computeName,
            namespace: this.namespace,
            instanceTypes: this.instanceTypes,
        });
    }

    /** What jobs need with an identity instead of account keys: images, data, files of the workspace, and its own records. */
    private grantJobs(
        name: string,
        principalId: pulumi.Output<string>,
        { id, storageAccountId, registryId }: KubernetesComputeArgs["workspace"],
    ): void {
        const grants = {
            images: { role: BuiltInRole.AcrPull, scope: registryId },
            data: { role: BuiltInRole.StorageBlobDataContributor, scope: storageAccountId },
            files: { role: BuiltInRole.StorageFileDataPrivilegedContributor, scope: storageAccountId },
            runs: { role: BuiltInRole.AzureMlDataScientist, scope: id },
        };
        for (const [what, grant] of Object.entries(grants)) {
            assignRole(
                `jobs-${name}-${what}`,
                { principalId, principalType: "ServicePrincipal", ...grant },
                { parent: this },
            );
        }
    }
}
