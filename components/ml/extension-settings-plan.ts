/** How models are served from the cluster. */
export interface InferenceSettings {
    /** Name of the scoring endpoint's certificate; its DNS record is the operators' to make. */
    readonly hostName: string;
    /** Kubernetes Secret in the namespace `azureml` with the keys `cert.pem` and `key.pem`. */
    readonly tlsSecret: string;
    /** Three routers instead of one; takes three nodes or more. */
    readonly highlyAvailable: boolean;
}

/** `Text` is a plain string, or whatever stands for one that is known later. */
export interface ExtensionSettings<Text> {
    readonly clusterId: Text;
    readonly clusterName: Text;
    readonly location: string;
    readonly training: boolean;
    readonly inference?: InferenceSettings;
    /** Install NVIDIA's device plugin: for GPU pools whose plugin AKS doesn't manage. */
    readonly nvidiaDevicePlugin: boolean;
}

/**
 * Configuration of the Azure Machine Learning extension on AKS. All values are strings.
 * The second half is what `az k8s-extension create` adds without being asked; without it the extension's health check fails.
 */
export function extensionSettings<Text>(settings: ExtensionSettings<Text>): Record<string, Text | string> {
    const { clusterId, clusterName, location, training, inference, nvidiaDevicePlugin } = settings;
    return {
        enableTraining: flag(training),
        enableInference: flag(inference !== undefined),
        installNvidiaDevicePlugin: flag(nvidiaDevicePlugin),
        ...(inference ? inferenceSettings(inference) : {}),

        cluster_name: clusterId,
        clusterId,
        "prometheus.prometheusSpec.externalLabels.cluster_name": clusterId,
        cluster_name_friendly: clusterName,
        domain: `${location}.cloudapp.azure.com`,
        location,
        jobSchedulerLocation: location,
        "servicebus.enabled": "false",
        // On AKS, jobs are handed over without Azure Relay.
        "relayserver.enabled": "false",
        "nginxIngress.enabled": "true",
    };
}

/** TLS behind an internal load balancer: scoring is never served in clear text, and never from a public address. */
function inferenceSettings({ hostName, tlsSecret, highlyAvailable }: InferenceSettings): Record<string, string> {
    return {
        allowInsecureConnections: "False",
        inferenceRouterServiceType: "loadBalancer",
        internalLoadBalancerProvider: "azure",
        "scoringFe.serviceType.internalLoadBalancer": "true",
        inferenceRouterHA: flag(highlyAvailable),
        ...(highlyAvailable ? {} : { clusterPurpose: "DevTest" }),
        sslCname: hostName,
        sslSecret: tlsSecret,
        "scoringFe.sslSecret": tlsSecret,
    };
}

function flag(value: boolean): "True" | "False" {
    return value ? "True" : "False";
}
