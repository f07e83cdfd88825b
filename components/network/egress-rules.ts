/** What is switched on, and so must be able to reach its own services on the Internet. */
export interface EgressFeatures {
    /** Azure region, for example `westeurope`. */
    readonly location: string;
    /** Public API server: nodes reach it through the firewall. */
    readonly publicApiServer: boolean;
    /** The Azure Policy add-on. */
    readonly azurePolicy: boolean;
    /** Container Insights and managed Prometheus over public endpoints. */
    readonly monitoring: boolean;
    /** Microsoft Defender for Containers. */
    readonly defender: boolean;
    /** GPU pools whose drivers are installed by AKS. */
    readonly gpu: boolean;
    /** The Azure Machine Learning extension. */
    readonly machineLearning: boolean;
    readonly additional: readonly AdditionalEgress[];
}

/** A destination that configuration adds. */
export interface AdditionalEgress {
    readonly name: string;
    /** Host names; `*.example.org` stands for its sub-domains. */
    readonly fqdns: readonly string[];
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

const httpsProtocol: ApplicationProtocol = { protocolType: "Https", port: 443 };

/** Decided by host name (TLS SNI or HTTP Host). */
export interface ApplicationRule extends RuleBase {
    readonly kind: "application";
    readonly fqdns?: readonly string[];
    /** Azure Firewall's own, self-updating groups of host names. */
    readonly fqdnTags?: readonly string[];
    readonly protocols: readonly ApplicationProtocol[];
}

/** Decided by address, for what is not HTTP. */
export interface NetworkRule extends RuleBase {
    readonly kind: "network";
    readonly protocol: "TCP" | "UDP";
    /** CIDRs or service tags. */
    readonly destinations: readonly string[];
    readonly ports: readonly string[];
}

const aksPage = "Outbound network and FQDN rules for Azure Kubernetes Service (AKS) clusters";
const machineLearningPage = "Configure inbound and outbound network traffic (Azure Machine Learning)";

/**
 * The least that nodes need for the features that are on.
 * Nothing here opens a package index, a storage wildcard or the whole of a service tag such as AzureCloud on 443.
 */
export function egressRules(features: EgressFeatures): EgressRule[] {
    return [
        {
            kind: "application",
            name: "aks",
            why: "Images, packages and sign-in that every AKS node needs; Microsoft keeps the tag current.",
            source: aksPage,
            fqdnTags: ["AzureKubernetesService"],
            // Node images fetch revocation lists and packages over plain HTTP too.
            protocols: [httpsProtocol, { protocolType: "Http", port: 80 }],
        },
        https("aks-packages", "Node components; not yet in every region's tag.", aksPage, [
            "packages.aks.azure.com",
            "packages.microsoft.com",
        ]),
        ...(features.publicApiServer ? publicApiServerRules(features.location) : []),
        ...(features.azurePolicy
            ? [
                  https("azure-policy", "Azure Policy add-on: constraints and compliance reports.", aksPage, [
                      "data.policy.core.windows.net",
                      "store.policy.core.windows.net",
                      "dc.services.visualstudio.com",
                  ]),
              ]
            : []),
        ...(features.monitoring ? [monitoringRule(features.location)] : []),
        ...(features.defender
            ? [
                  https("defender", "Defender for Containers: security events.", aksPage, [
                      "*.ods.opinsights.azure.com",
                      "*.oms.opinsights.azure.com",
                      "*.cloud.defender.microsoft.com",
                  ]),
              ]
            : []),
        ...(features.gpu
            ? [
                  https("gpu-drivers", "GPU drivers that AKS installs on a node.", aksPage, [
                      "nvidia.github.io",
                      "us.download.nvidia.com",
                      "download.docker.com",
                  ]),
              ]
            : []),
        ...(features.machineLearning ? machineLearningRules(features.location) : []),
        ...features.additional.map(({ name, fqdns, reason }) =>
            https(`allowed-${name}`, reason, "configuration", fqdns),
        ),
    ];
}

function publicApiServerRules(location: string): EgressRule[] {
    return [
        https(`api-server-${location}`, "Nodes and pods to the public API server.", aksPage, [
            `*.hcp.${location}.azmk8s.io`,
        ]),
    ];
}

function monitoringRule(location: string): EgressRule {
    return https(`monitoring-${location}`, "Container Insights and managed Prometheus.", aksPage, [
        "*.ods.opinsights.azure.com",
        "*.oms.opinsights.azure.com",
        "*.ingest.monitor.azure.com",
        "*.metrics.ingest.monitor.azure.com",
        "global.handler.control.monitor.azure.com",
        `${location}.handler.control.monitor.azure.com`,
    ]);
}

function machineLearningRules(location: string): EgressRule[] {
    // Where the Azure Machine Learning extension's images are replicated.
    const imageRegions = ["centralindia", "eastus", "japaneast", "westeurope", "westus2"];
    return [
        https(`cluster-extensions-${location}`, "Cluster extensions: configuration, images and health.", aksPage, [
            `${location}.dp.kubernetesconfiguration.azure.com`,
            "arcmktplaceprod.azurecr.io",
            ...imageRegions.map((region) => `arcmktplaceprod.${region}.data.azurecr.io`),
            "*.ingestion.msftcloudes.com",
            "*.microsoftmetrics.com",
            "marketplaceapi.microsoft.com",
        ]),
        https(
            `machine-learning-${location}`,
            "Jobs report to the workspace's regional services.",
            machineLearningPage,
            [
                `${location}.api.azureml.ms`,
                `${location}.experiments.azureml.net`,
                "api.azureml.ms",
                `ingest-vienna${location}.kusto.windows.net`,
            ],
        ),
    ];
}

function https(name: string, why: string, source: string, fqdns: readonly string[]): ApplicationRule {
    return { kind: "application", name, why, source, fqdns, protocols: [httpsProtocol] };
}

/** A rule and the node subnets (CIDRs) that it is for. */
export interface SourcedRule {
    readonly rule: EgressRule;
    readonly sources: readonly string[];
}

/** Merges what several spokes need into one allow-list: each rule once, open to those that need it and to nobody else. */
export function mergeEgress(
    needs: readonly { rules: readonly EgressRule[]; sources: readonly string[] }[],
): SourcedRule[] {
    const merged = new Map<string, { rule: EgressRule; sources: string[] }>();
    for (const { rules, sources } of needs) {
        for (const rule of rules) {
            const key = JSON.stringify(rule);
            const entry = merged.get(key) ?? { rule, sources: [] };
            entry.sources.push(...sources);
            merged.set(key, entry);
        }
    }
    return [...merged.values()];
}
