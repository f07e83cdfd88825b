import type { Rule } from "../frame/rule";
import { applicationGatewayRules } from "./application-gateway";
import { applicationGatewayBackendRules } from "./application-gateway-backends";
import { bastionRules } from "./bastion";
import { arcRules } from "./arc";
import { containerRegistryRules } from "./container-registry";
import { containerRegistryImageRules } from "./container-registry-images";
import { containerServiceAccessRules } from "./container-service-access";
import { containerServiceCapacityRules } from "./container-service-capacity";
import { containerServiceFeatureRules } from "./container-service-features";
import { containerServiceIdentityRules } from "./container-service-identity";
import { containerServiceNetworkRules } from "./container-service-network";
import { containerServicePoolRules } from "./container-service-pools";
import { containerServiceTrafficRules } from "./container-service-traffic";
import { containerServiceUpgradeRules } from "./container-service-upgrades";
import { coverageRules } from "./coverage";
import { defenderRules } from "./defender";
import { diagnosticRules } from "./diagnostics";
import { firewallRules } from "./firewall";
import { graphBypassRules } from "./graph-bypass";
import { graphCapacityRules } from "./graph-capacity";
import { graphClusterRules } from "./graph-clusters";
import { graphIdentityRules } from "./graph-identities";
import { graphMachineLearningRules } from "./graph-machine-learning";
import { graphOperationRules } from "./graph-operation";
import { graphPrivateRules } from "./graph-private";
import { graphReachRules } from "./graph-reach";
import { graphRouteRules } from "./graph-routes";
import { graphSecurityGroupRules } from "./graph-security-groups";
import { graphFirewallRules } from "./graph-firewall";
import { graphShapeRules } from "./graph-shape";
import { firewallNeedRules } from "./firewall-needs";
import { firewallOrderRules } from "./firewall-order";
import { firewallPolicyRules } from "./firewall-policy";
import { firewallRuleGroupRules } from "./firewall-rules";
import { keyVaultRules } from "./key-vault";
import { kubernetesAccessRules } from "./kubernetes-access";
import { kubernetesNamespaceRules } from "./kubernetes-namespaces";
import { kubernetesPodIsolationRules } from "./kubernetes-pod-isolation";
import { kubernetesPodOperationRules } from "./kubernetes-pod-operation";
import { kubernetesServiceRules } from "./kubernetes-services";
import { identityRules } from "./identity";
import { keyVaultKeyRules } from "./key-vault-keys";
import { machineLearningRules } from "./machine-learning";
import { machineLearningComputeRules } from "./machine-learning-compute";
import { machineLearningEndpointRules } from "./machine-learning-endpoints";
import { machineLearningExtensionRules } from "./machine-learning-extension";
import { machineLearningWorkspaceRules } from "./machine-learning-workspace";
import { monitoringRules } from "./monitoring";
import { networkRules } from "./network";
import { networkGatewayRules } from "./network-gateways";
import { peeringRules } from "./peerings";
import { publicAddressRules } from "./public-addresses";
import { routeRules } from "./routes";
import { securityGroupDutyRules } from "./security-group-duties";
import { securityGroupOpeningRules } from "./security-group-openings";
import { storageRules } from "./storage";
import { subnetRules } from "./subnets";
import { virtualNetworkRules } from "./virtual-networks";
import { webFirewallPolicyRules } from "./web-firewall-policy";
import { resourceRules } from "./resources";
import { serviceFirewallRules } from "./service-firewalls";
import { storageDataRules } from "./storage-data";

/** Every rule of the pack, in the order in which Pulumi lists them. */
export const allRules: readonly Rule[] = [
    ...containerServiceAccessRules,
    ...containerServiceNetworkRules,
    ...containerServiceIdentityRules,
    ...containerServiceTrafficRules,
    ...containerServiceFeatureRules,
    ...containerServiceUpgradeRules,
    ...containerServicePoolRules,
    ...containerServiceCapacityRules,
    ...networkRules,
    ...securityGroupOpeningRules,
    ...securityGroupDutyRules,
    ...subnetRules,
    ...virtualNetworkRules,
    ...peeringRules,
    ...routeRules,
    ...publicAddressRules,
    ...firewallRules,
    ...firewallPolicyRules,
    ...firewallRuleGroupRules,
    ...firewallOrderRules,
    ...firewallNeedRules,
    ...applicationGatewayRules,
    ...applicationGatewayBackendRules,
    ...webFirewallPolicyRules,
    ...bastionRules,
    ...networkGatewayRules,
    ...containerRegistryRules,
    ...containerRegistryImageRules,
    ...keyVaultRules,
    ...keyVaultKeyRules,
    ...storageRules,
    ...storageDataRules,
    ...serviceFirewallRules,
    ...machineLearningRules,
    ...kubernetesServiceRules,
    ...kubernetesPodIsolationRules,
    ...kubernetesPodOperationRules,
    ...kubernetesAccessRules,
    ...kubernetesNamespaceRules,
    ...machineLearningWorkspaceRules,
    ...machineLearningComputeRules,
    ...machineLearningEndpointRules,
    ...machineLearningExtensionRules,
    ...arcRules,
    ...monitoringRules,
    ...diagnosticRules,
    ...defenderRules,
    ...identityRules,
    ...resourceRules,
    ...graphRouteRules,
    ...graphSecurityGroupRules,
    ...graphPrivateRules,
    ...graphReachRules,
    ...graphClusterRules,
    ...graphIdentityRules,
    ...graphMachineLearningRules,
    ...graphOperationRules,
    ...graphFirewallRules,
    ...graphCapacityRules,
    ...graphBypassRules,
    ...graphShapeRules,
    ...coverageRules,
];
