/** What a data scientist asks for by name. */
export interface InstanceType {
    /** Kubernetes quantities: `2` or `500m` CPUs, `8Gi` of memory. */
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly cpu: string; readonly memory: string; readonly gpu?: number };
    /** Labels of the nodes that it may run on. */
    readonly nodeSelector: Readonly<Record<string, string>>;
}

/** The name that Azure Machine Learning uses where a job names none. */
export const defaultInstanceType = "defaultinstancetype";

/** The object's `spec`, as the extension's custom resource definition wants it: GPUs are an integer, and in limits alone. */
export function instanceTypeSpec({ requests, limits: { gpu, ...limits }, nodeSelector }: InstanceType) {
    return {
        nodeSelector: { ...nodeSelector },
        resources: {
            requests: { ...requests },
            limits: { ...limits, ...(gpu ? { "nvidia.com/gpu": gpu } : {}) },
        },
    };
}
