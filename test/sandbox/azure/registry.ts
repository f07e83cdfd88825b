import { readId } from "./arm-id";
import type { ResourceType, ServiceTypes } from "./resource-type";
import { applicationInsights } from "./application-insights";
import { authorization } from "./authorization";
import { compute } from "./compute";
import { containerRegistry } from "./container-registry";
import { containerService } from "./container-service";
import { dnsResolver } from "./dns-resolver";
import { consumption, costManagement } from "./consumption";
import { dashboard } from "./dashboard";
import { dataProtection } from "./data-protection";
import { keyVault } from "./key-vault";
import { kubernetesConfiguration } from "./kubernetes-configuration";
import { machineLearningServices } from "./machine-learning-services";
import { managedIdentity } from "./managed-identity";
import { monitor } from "./monitor";
import { alertsManagement } from "./monitor-alerts";
import { monitorPrivateLink } from "./monitor-private-link";
import { network } from "./network";
import { applicationGateway } from "./network-application-gateway";
import { backendPools } from "./network-backend-pools";
import { bastion } from "./network-bastion";
import { ddos } from "./network-ddos";
import { expressRoute } from "./network-express-route";
import { firewall } from "./network-firewall";
import { gatewayConnections } from "./network-gateway-connections";
import { gateways } from "./network-gateways";
import { ipGroups } from "./network-ip-groups";
import { loadBalancing } from "./network-load-balancing";
import { peering } from "./network-peering";
import { privateDnsZoneGroup } from "./network-private-dns-zone-group";
import { privateEndpoint } from "./network-private-endpoint";
import { publicAddresses } from "./network-public-addresses";
import { networkWatcher } from "./network-watcher";
import { webApplicationFirewall } from "./network-web-application-firewall";
import { operationalInsights } from "./operational-insights";
import { privateDns } from "./private-dns";
import { relay } from "./relay";
import { resources } from "./resources";
import { serviceNetworking } from "./service-networking";
import { storage } from "./storage";

/** Azure services by the name of their azure-native module. */
const services: Readonly<Record<string, ServiceTypes>> = {
    alertsmanagement: alertsManagement,
    applicationinsights: applicationInsights,
    authorization,
    compute,
    containerregistry: containerRegistry,
    containerservice: containerService,
    dnsresolver: dnsResolver,
    consumption,
    costmanagement: costManagement,
    dashboard,
    dataprotection: dataProtection,
    keyvault: keyVault,
    kubernetesconfiguration: kubernetesConfiguration,
    machinelearningservices: machineLearningServices,
    managedidentity: managedIdentity,
    monitor: { ...monitor, ...monitorPrivateLink },
    network: {
        ...network,
        ...ddos,
        ...ipGroups,
        ...peering,
        ...gateways,
        ...gatewayConnections,
        ...expressRoute,
        ...publicAddresses,
        ...loadBalancing,
        ...backendPools,
        ...firewall,
        ...bastion,
        ...privateEndpoint,
        ...privateDnsZoneGroup,
        ...applicationGateway,
        ...webApplicationFirewall,
        ...networkWatcher,
    },
    operationalinsights: operationalInsights,
    privatedns: privateDns,
    relay,
    resources,
    servicenetworking: serviceNetworking,
    storage,
};

/** Modules that version 2 of the SDK, and tokens with an API version, name differently. */
const RENAMED: Readonly<Record<string, string>> = {
    "network:PrivateZone": "privatedns:PrivateZone",
    "network:PrivateRecordSet": "privatedns:PrivateRecordSet",
    "network:VirtualNetworkLink": "privatedns:VirtualNetworkLink",
    "network:DnsResolver": "dnsresolver:DnsResolver",
    "network:InboundEndpoint": "dnsresolver:InboundEndpoint",
    "network:OutboundEndpoint": "dnsresolver:OutboundEndpoint",
    "network:DnsForwardingRuleset": "dnsresolver:DnsForwardingRuleset",
    "network:ForwardingRule": "dnsresolver:ForwardingRule",
    "insights:Component": "applicationinsights:Component",
    "insights:DiagnosticSetting": "monitor:DiagnosticSetting",
    "insights:DataCollectionRule": "monitor:DataCollectionRule",
    "insights:DataCollectionRuleAssociation": "monitor:DataCollectionRuleAssociation",
    "insights:DataCollectionEndpoint": "monitor:DataCollectionEndpoint",
    "insights:PrivateLinkScope": "monitor:PrivateLinkScope",
    "insights:PrivateLinkScopedResource": "monitor:PrivateLinkScopedResource",
    "insights:ActionGroup": "monitor:ActionGroup",
    "insights:MetricAlert": "monitor:MetricAlert",
    "insights:ActivityLogAlert": "monitor:ActivityLogAlert",
    "insights:ScheduledQueryRule": "monitor:ScheduledQueryRule",
};

/**
 * `network:Subnet` for any spelling of the token: `azure-native:network:Subnet`,
 * `azure-native:network/v20240501:Subnet` and `azure-native_network_v20240501:network:Subnet`.
 */
export function canonicalType(token: string): string {
    const [, module = "", className = ""] = token.split(":");
    const name = `${module.split("/")[0]}:${className}`;
    return RENAMED[name] ?? name;
}

/** All types, by their canonical names. */
export function knownTypes(): string[] {
    return Object.entries(services).flatMap(([module, types]) => Object.keys(types).map((name) => `${module}:${name}`));
}

/** @throws Error that names the type if the simulation doesn't know it. */
export function resourceType(type: string): ResourceType {
    const [module = "", className = ""] = type.split(":");
    const found = services[module]?.[className];
    if (found) return found;
    throw new Error(
        `azure-native:${type} is not simulated: what Azure would do with it is not known here, so it is refused. ` +
            `Add an entry for it to the file of its service in test/sandbox/azure.`,
    );
}

/** The type to whose form an id belongs. */
export function typeOfId(id: string): { type: string; template: string } | undefined {
    for (const type of knownTypes()) {
        const { id: template } = resourceType(type);
        if (readId(template, id)) return { type, template };
    }
    return undefined;
}
