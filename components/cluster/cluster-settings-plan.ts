/** What moves packets between pods. Azure can't change it later. */
export type Dataplane =
    | {
          /** Linux nodes only. */
          readonly mode: "cilium";
          /** Flow logs and metrics of pods, by Advanced Container Networking Services, which are paid for by node. */
          readonly observability: boolean;
          /** What network policies can speak of; all but `kubernetes` are paid for by node. */
          readonly policies: "kubernetes" | "fqdn" | "layer7";
      }
    | {
          /** Azure's own, with network policies by Calico: the one that Windows nodes can have. */
          readonly mode: "azure";
          readonly windows: WindowsSettings;
      };

export interface WindowsSettings {
    /** Nobody gets its password: none is set here, and AKS is left to make one (not confirmed in its documentation). */
    readonly adminUsername: string;
    /** Group managed service accounts. Default: off. `dnsServer` and `rootDomainName` default to the network's. */
    readonly gmsa?: { readonly dnsServer: string; readonly rootDomainName: string };
    /** Whether your own Windows Server licences are used. */
    readonly hybridBenefit: boolean;
}

/** Addresses of a cluster's overlay. */
export interface Overlay {
    /** Range of the pods; each node takes a /24 of it. */
    readonly podCidr: string;
    readonly serviceCidr: string;
    /** Inside `serviceCidr`, and not its first address. */
    readonly dnsServiceIp: string;
}

/** When the cluster autoscaler adds and removes nodes. Names after "Use the cluster autoscaler in AKS". */
export interface AutoscalerSettings {
    /** Which of several pools grows. */
    readonly expander: "least-waste" | "most-pods" | "priority" | "random";
    readonly scanIntervalSeconds: number;
    readonly newPodScaleUpDelaySeconds: number;
    readonly maxNodeProvisionMinutes: number;
    readonly scaleDownDelayAfterAddMinutes: number;
    readonly scaleDownUnneededMinutes: number;
    /** Share of a node that is asked for, below which the node may go; 0 to 1. */
    readonly scaleDownUtilizationThreshold: number;
    readonly maxGracefulTerminationSeconds: number;
    readonly balanceSimilarNodeGroups: boolean;
    /** Whether pods with local storage, and so many a job, keep their node from going. */
    readonly skipNodesWithLocalStorage: boolean;
    readonly skipNodesWithSystemPods: boolean;
}

export interface UpgradeSettings {
    /** Version at creation, for example `1.33`; later only where `cluster` is `none` or `node-image`. Default: Azure's. */
    readonly kubernetesVersion?: string;
    /** What Azure upgrades the cluster to by itself. */
    readonly cluster: "stable" | "patch" | "rapid" | "node-image" | "none";
    /** How nodes get their patches. `SecurityPatch` is paid for (images), and takes packages from the Internet. */
    readonly nodeOs: "NodeImage" | "SecurityPatch" | "None";
}

/** Whether Azure moves the Kubernetes version, so that it is no longer the program's. */
export function movesVersion({ cluster }: UpgradeSettings): boolean {
    return cluster !== "none" && cluster !== "node-image";
}

export function networkProfile(overlay: Overlay, dataplane: Dataplane) {
    return {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        ...(dataplane.mode === "cilium"
            ? {
                  networkDataplane: "cilium",
                  networkPolicy: "cilium",
                  advancedNetworking: advancedNetworking(dataplane),
              }
            : { networkDataplane: "azure", networkPolicy: "calico" }),
        loadBalancerSku: "standard",
        outboundType: "userDefinedRouting",
        podCidr: overlay.podCidr,
        serviceCidr: overlay.serviceCidr,
        dnsServiceIP: overlay.dnsServiceIp,
    };
}

const advancedPolicies = { fqdn: "FQDN", layer7: "L7" } as const;

function advancedNetworking({ observability, policies }: Extract<Dataplane, { mode: "cilium" }>) {
    if (!observability && policies === "kubernetes") {
        return undefined;
    }
    return {
        enabled: true,
        observability: { enabled: observability },
        security:
            policies === "kubernetes"
                ? { enabled: false }
                : { enabled: true, advancedNetworkPolicies: advancedPolicies[policies] },
    };
}

export function windowsProfile(dataplane: Dataplane) {
    if (dataplane.mode !== "azure") {
        return undefined;
    }
    const { adminUsername, gmsa, hybridBenefit } = dataplane.windows;
    return {
        adminUsername,
        enableCSIProxy: true,
        gmsaProfile: gmsa && { enabled: true, ...gmsa },
        licenseType: hybridBenefit ? "Windows_Server" : "None",
    };
}

/** Azure takes every one of these as text. */
export function autoScalerProfile(settings: AutoscalerSettings) {
    return {
        expander: settings.expander,
        scanInterval: `${settings.scanIntervalSeconds}s`,
        newPodScaleUpDelay: `${settings.newPodScaleUpDelaySeconds}s`,
        maxNodeProvisionTime: `${settings.maxNodeProvisionMinutes}m`,
        scaleDownDelayAfterAdd: `${settings.scaleDownDelayAfterAddMinutes}m`,
        scaleDownUnneededTime: `${settings.scaleDownUnneededMinutes}m`,
        scaleDownUtilizationThreshold: String(settings.scaleDownUtilizationThreshold),
        maxGracefulTerminationSec: String(settings.maxGracefulTerminationSeconds),
        balanceSimilarNodeGroups: String(settings.balanceSimilarNodeGroups),
        skipNodesWithLocalStorage: String(settings.skipNodesWithLocalStorage),
        skipNodesWithSystemPods: String(settings.skipNodesWithSystemPods),
    };
}
