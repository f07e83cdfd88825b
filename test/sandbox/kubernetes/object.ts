import type { Properties } from "../provider/values";

/** An object in a simulated cluster. */
export interface KubernetesObject {
    /** Which cluster holds it: the API server's address and the context in the kubeconfig. */
    readonly cluster: string;
    readonly apiVersion: string;
    readonly kind: string;
    /** Empty for objects outside of namespaces. */
    readonly namespace: string;
    readonly name: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    readonly generation: number;
}

type Identity = Pick<KubernetesObject, "cluster" | "apiVersion" | "kind" | "namespace" | "name">;

/** The API version is left out, except for its group: the same object is served under several versions. */
export function objectKey({ cluster, apiVersion, kind, namespace, name }: Identity): string {
    return [cluster, apiGroup(apiVersion), kind, namespace, name].join("|");
}

export function apiGroup(apiVersion: string): string {
    return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}
