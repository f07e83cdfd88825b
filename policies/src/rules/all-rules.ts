import type { Rule } from "../frame/rule";
import { applicationGatewayRules } from "./application-gateway";
import { arcRules } from "./arc";
import { containerRegistryRules } from "./container-registry";
import { containerRegistryImageRules } from "./container-registry-images";
import { containerServiceAccessRules } from "./container-service-access";
import { containerServiceNetworkRules } from "./container-service-network";
import { coverageRules } from "./coverage";
import { defenderRules } from "./defender";
import { diagnosticRules } from "./diagnostics";
import { firewallRules } from "./firewall";
import { identityRules } from "./identity";
import { keyVaultRules } from "./key-vault";
import { keyVaultKeyRules } from "./key-vault-keys";
import { kubernetesRules } from "./kubernetes";
import { machineLearningRules } from "./machine-learning";
import { machineLearningComputeRules } from "./machine-learning-compute";
import { machineLearningEndpointRules } from "./machine-learning-endpoints";
import { machineLearningExtensionRules } from "./machine-learning-extension";
import { machineLearningWorkspaceRules } from "./machine-learning-workspace";
import { monitoringRules } from "./monitoring";
import { networkRules } from "./network";
import { resourceRules } from "./resources";
import { serviceFirewallRules } from "./service-firewalls";
import { storageRules } from "./storage";
import { storageDataRules } from "./storage-data";

/** Every rule of the pack, in the order in which Pulumi lists them. */
export const allRules: readonly Rule[] = [
    ...containerServiceAccessRules,
    ...containerServiceNetworkRules,
    ...networkRules,
    ...firewallRules,
    ...applicationGatewayRules,
    ...containerRegistryRules,
    ...containerRegistryImageRules,
    ...keyVaultRules,
    ...keyVaultKeyRules,
    ...storageRules,
    ...storageDataRules,
    ...serviceFirewallRules,
    ...machineLearningRules,
    ...machineLearningWorkspaceRules,
    ...machineLearningComputeRules,
    ...machineLearningEndpointRules,
    ...machineLearningExtensionRules,
    ...arcRules,
    ...monitoringRules,
    ...diagnosticRules,
    ...defenderRules,
    ...identityRules,
    ...kubernetesRules,
    ...resourceRules,
    ...coverageRules,
];
