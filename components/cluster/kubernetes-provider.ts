import * as containerservice from "@pulumi/azure-native/containerservice";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster";

/** What becomes of Kubernetes objects: a private API server is rarely reachable from where Pulumi runs. */
export type KubernetesDelivery =
    | {
          /** Written to the API server; Pulumi must be able to reach it. */
          mode: "apply";
      }
    | {
          /** Written as YAML files, for Flux or `az aks command invoke`. */
          mode: "render";
          /** Folder, relative to where Pulumi runs. */
          directory: string;
      };

export function kubernetesProvider(
    name: string,
    delivery: KubernetesDelivery,
    cluster: Pick<Cluster, "clusterName">,
    resourceGroupName: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
    invoke: pulumi.InvokeOptions = {},
): Provider {
    if (delivery.mode === "render") {
        return new Provider(name, { renderYamlToDirectory: delivery.directory }, opts);
    }
    // The name comes from the cluster itself: in a first preview it is unknown, so that nobody asks Azure too early.
    const credentials = containerservice.listManagedClusterUserCredentialsOutput(
        {
            resourceGroupName,
            resourceName: cluster.clusterName,
        },
        invoke,
    );
    const kubeconfig = credentials.apply(({ kubeconfigs }) =>
        Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString("utf8"),
    );
    return new Provider(name, { kubeconfig: pulumi.secret(kubeconfig) }, opts);
}
