/**
 * What is switched on for a set of nodes, and so must be able to reach its own services on the Internet.
 * Each switch brings its own rules and none of another's, so that two of them never open more than each alone.
 */
export interface EgressFeatures {
    /** Azure region, for example `westeurope`. */
    readonly location: string;
    /** Public API server: nodes reach it through the firewall. */
    readonly publicApiServer: boolean;
    /** Time from Ubuntu's servers. Nodes made since March 2021 ask their host instead, and need none. */
    readonly timeServer: boolean;
    /** Ubuntu nodes that fetch security patches themselves; others get them with node images. */
    readonly ubuntuPatches: boolean;
    /** Windows pools. */
    readonly windows: boolean;
    /** GPU pools whose drivers are installed by AKS. */
    readonly gpu: boolean;
    /** The Azure Policy add-on. */
    readonly azurePolicy: boolean;
    /** Microsoft Defender for Containers. */
    readonly defender: boolean;
    /** Container Insights: logs of nodes and pods. */
    readonly containerInsights: boolean;
    /** Managed Prometheus: metrics of nodes and pods. */
    readonly prometheus: boolean;
    /** Azure Monitor is reached through a private link scope: what that carries needs no way to the Internet. */
    readonly privateMonitoring: boolean;
    /** Any cluster extension: Azure Machine Learning, Flux or backup. */
    readonly extensions: boolean;
    /** Azure Machine Learning: jobs and endpoints run here. */
    readonly machineLearning: boolean;
    /** Host names of the Git servers that Flux reads from, over HTTPS. Empty: no Flux, or none outside. */
    readonly gitHosts: readonly string[];
    readonly additional: readonly AdditionalEgress[];
}

/** A destination that configuration adds. */
export interface AdditionalEgress {
    /** Letters, digits, hyphens and dots; no two alike. */
    readonly name: string;
    /** Host names; `*.example.org` stands for its sub-domains. */
    readonly fqdns: readonly string[];
    /** What is reached by address, because it isn't HTTP. */
    readonly network: readonly Pick<NetworkRule, "protocol" | "destinations" | "ports">[];
    /** Whether a firewall that looks into TLS does so here. False where clients pin the server's certificate. */
    readonly inspect: boolean;
    /** Why the firewall lets it through; kept as the rule's description. */
    readonly reason: string;
}

/** One line of the firewall's allow-list. */
export type EgressRule = ApplicationRule | NetworkRule;

interface RuleBase {
    readonly name: string;
    readonly why: string;
    /** Title of the documentation page that demands it, or `configuration`. */
    readonly source: string;
}

export interface ApplicationProtocol {
    readonly protocolType: "Https" | "Http";
    readonly port: number;
}

export const httpsProtocol: ApplicationProtocol = { protocolType: "Https", port: 443 };
const httpProtocol: ApplicationProtocol = { protocolType: "Http", port: 80 };

/** Decided by host name (TLS SNI or HTTP Host). */
export interface ApplicationRule extends RuleBase {
    readonly kind: "application";
    readonly fqdns?: readonly string[];
    /** Azure Firewall's own, self-updating groups of host names. */
    readonly fqdnTags?: readonly string[];
    readonly protocols: readonly ApplicationProtocol[];
    /**
     * Whether a firewall that inspects TLS opens these connections. Platform services are left alone: AKS's tunnel to
     * the API server breaks when its handshake is rewritten, and Azure's agents don't know the firewall's certificate.
     */
    readonly inspect: boolean;
}

/** Decided by address, for what is not HTTP. */
export interface NetworkRule extends RuleBase {
    readonly kind: "network";
    readonly protocol: "TCP" | "UDP";
    /** CIDRs or service tags. */
    readonly destinations: readonly string[];
    /** Host names, which a firewall that answers DNS for its clients can tell by their addresses. Default: none. */
    readonly fqdns?: readonly string[];
    /** Ports and ranges such as `8000-8080`. */
    readonly ports: readonly string[];
}

const aksPage = "Outbound network and FQDN rules for Azure Kubernetes Service (AKS) clusters";
const entraLoginPage = "Sign in to a Linux virtual machine in Azure by using Microsoft Entra ID and OpenSSH";
const machineLearningPage = "Configure inbound and outbound network traffic (Azure Machine Learning)";

/**
 * The least that nodes need for the features that are on.
 * Nothing here opens a package index of a language, a storage wildcard or the whole of a service tag such as AzureCloud
 * on 443.
 */
export function egressRules(features: EgressFeatures): EgressRule[] {
    const { location } = features;
    const when = (condition: boolean, ...rules: EgressRule[]) => (condition ? rules : []);
    return [
        ...baseRules(),
        ...when(features.publicApiServer, apiServerRule(location)),
        ...when(features.timeServer, timeRule()),
        ...when(features.ubuntuPatches, ...ubuntuRules()),
        ...when(features.windows, ...windowsRules()),
        ...when(features.gpu, gpuRule()),
        ...when(features.azurePolicy, azurePolicyRule()),
        ...when(features.defender, defenderRule()),
        ...monitoringRules(features),
        ...when(features.extensions, extensionsRule(location)),
        ...when(features.machineLearning, machineLearningRule(location)),
        ...features.gitHosts.map(gitRule),
        ...features.additional.flatMap(additionalRules),
    ];
}

/** A jump host, whose operators sign in with Entra. */
export function jumpHostEgress(): EgressRule[] {
    return [
        https(
            "entra-login",
            "Operators sign in to a machine with Entra; its extension comes from there too.",
            entraLoginPage,
            ["login.microsoftonline.com", "packages.microsoft.com", "pas.windows.net"],
        ),
    ];
}

function baseRules(): EgressRule[] {
    return [
        {
            kind: "application",
            name: "aks",
            why: "Images, packages and sign-in that every AKS node needs; Microsoft keeps the tag current.",
            source: aksPage,
            fqdnTags: ["AzureKubernetesService"],
            // Node images fetch revocation lists and packages over plain HTTP too.
            protocols: [httpsProtocol, httpProtocol],
            inspect: false,
        },
        https(
            "aks-packages",
            "Node components, and the packages of Azure Linux; not yet in every region's tag.",
            aksPage,
            ["packages.aks.azure.com", "packages.microsoft.com"],
        ),
    ];
}

function apiServerRule(location: string): EgressRule {
    return https(`api-server-${location}`, "Nodes and pods to the public API server.", aksPage, [
        `*.hcp.${location}.azmk8s.io`,
    ]);
}

function timeRule(): EgressRule {
    return {
        kind: "network",
        name: "time",
        why: "Linux nodes from before March 2021 take their time there.",
        source: aksPage,
        protocol: "UDP",
        destinations: [],
        fqdns: ["ntp.ubuntu.com"],
        ports: ["123"],
    };
}

function ubuntuRules(): EgressRule[] {
    const why = "Ubuntu nodes that patch themselves fetch security updates there; packages are signed.";
    return [
        http("ubuntu-patches", why, aksPage, [
            "azure.archive.ubuntu.com",
            "changelogs.ubuntu.com",
            "security.ubuntu.com",
        ]),
        https("ubuntu-snapshots", why, aksPage, ["snapshot.ubuntu.com"]),
    ];
}

function windowsRules(): EgressRule[] {
    const why = "Windows nodes install their components and check their certificates there.";
    return [
        https("windows", why, aksPage, ["go.microsoft.com", "onegetcdn.azureedge.net"]),
        http("windows-updates", why, aksPage, [
            "*.mp.microsoft.com",
            "ctldl.windowsupdate.com",
            "www.msftconnecttest.com",
        ]),
    ];
}

function gpuRule(): EgressRule {
    return https("gpu-drivers", "GPU drivers that AKS installs on a node.", aksPage, [
        "nvidia.github.io",
        "us.download.nvidia.com",
        "download.docker.com",
    ]);
}

function azurePolicyRule(): EgressRule {
    return https("azure-policy", "Azure Policy add-on: constraints and compliance reports.", aksPage, [
        "data.policy.core.windows.net",
        "store.policy.core.windows.net",
        "dc.services.visualstudio.com",
    ]);
}

function defenderRule(): EgressRule {
    return https("defender", "Defender for Containers: findings of the sensor on each node.", aksPage, [
        "*.cloud.defender.microsoft.com",
    ]);
}

/**
 * A private link scope carries ingestion and its settings.
 * Unconfirmed: whether it carries what Container Insights says of its own health too; that stays open here.
 */
function monitoringRules(features: EgressFeatures): EgressRule[] {
    const { location, defender, containerInsights, prometheus, privateMonitoring } = features;
    const agents = containerInsights || prometheus;
    return [
        ...((defender || containerInsights) && !privateMonitoring
            ? [
                  https("log-ingestion", "Defender and Container Insights write to Log Analytics.", aksPage, [
                      "*.ods.opinsights.azure.com",
                      "*.oms.opinsights.azure.com",
                  ]),
              ]
            : []),
        ...(containerInsights
            ? [
                  https("container-insights", "The agent of Container Insights reports its own health.", aksPage, [
                      "*.monitoring.azure.com",
                      "dc.services.visualstudio.com",
                  ]),
              ]
            : []),
        ...(agents && !privateMonitoring
            ? [
                  https(
                      `monitoring-${location}`,
                      "Agents of Azure Monitor ask what to collect, and send what they collected.",
                      aksPage,
                      [
                          "*.ingest.monitor.azure.com",
                          "global.handler.control.monitor.azure.com",
                          `${location}.handler.control.monitor.azure.com`,
                      ],
                  ),
              ]
            : []),
        ...(prometheus && !privateMonitoring
            ? [https("prometheus", "Managed Prometheus: metrics.", aksPage, ["*.metrics.ingest.monitor.azure.com"])]
            : []),
    ];
}

function extensionsRule(location: string): EgressRule {
    // Where the images of extensions are replicated.
    const imageRegions = ["centralindia", "eastus", "japaneast", "westeurope", "westus2"];
    return https(`cluster-extensions-${location}`, "Cluster extensions: configuration, images and health.", aksPage, [
        `${location}.dp.kubernetesconfiguration.azure.com`,
        "arcmktplaceprod.azurecr.io",
        ...imageRegions.map((region) => `arcmktplaceprod.${region}.data.azurecr.io`),
        "*.ingestion.msftcloudes.com",
        "*.microsoftmetrics.com",
        "marketplaceapi.microsoft.com",
    ]);
}

function machineLearningRule(location: string): EgressRule {
    return https(
        `machine-learning-${location}`,
        "Jobs report to the workspace's regional services.",
        machineLearningPage,
        [
            `${location}.api.azureml.ms`,
            `${location}.experiments.azureml.net`,
            "api.azureml.ms",
            `ingest-vienna${location}.kusto.windows.net`,
        ],
    );
}

function gitRule(host: string): EgressRule {
    return https(`git-${host}`, "Flux reads the cluster's configuration there.", "configuration", [host]);
}

function additionalRules({ name, fqdns, network, inspect, reason }: AdditionalEgress): EgressRule[] {
    return [
        ...(fqdns.length > 0 ? [{ ...https(`allowed-${name}`, reason, "configuration", fqdns), inspect }] : []),
        ...network.map((match, index): NetworkRule => ({
            kind: "network",
            // An underscore is in no name of configuration's, so that no two rules can have one name.
            name: `allowed-${name}_${index + 1}`,
            why: reason,
            source: "configuration",
            ...match,
        })),
    ];
}

function https(name: string, why: string, source: string, fqdns: readonly string[]): ApplicationRule {
    return { kind: "application", name, why, source, fqdns, protocols: [httpsProtocol], inspect: false };
}

function http(name: string, why: string, source: string, fqdns: readonly string[]): ApplicationRule {
    return { ...https(name, why, source, fqdns), protocols: [httpProtocol] };
}
