import type { Rule } from "../frame/rule";
import { applicationGatewayRules } from "./application-gateway";
import { containerRegistryRules } from "./container-registry";
import { containerServiceAccessRules } from "./container-service-access";
import { containerServiceNetworkRules } from "./container-service-network";
import { coverageRules } from "./coverage";
import { firewallRules } from "./firewall";
import { graphClusterRules } from "./graph-clusters";
import { graphPrivateRules } from "./graph-private";
import { graphReachRules } from "./graph-reach";
import { graphRouteRules } from "./graph-routes";
import { keyVaultRules } from "./key-vault";
import { kubernetesRules } from "./kubernetes";
import { machineLearningRules } from "./machine-learning";
import { networkRules } from "./network";
import { storageRules } from "./storage";

/** Every rule of the pack, in the order in which Pulumi lists them. */
export const allRules: readonly Rule[] = [
    ...containerServiceAccessRules,
    ...containerServiceNetworkRules,
    ...networkRules,
    ...firewallRules,
    ...applicationGatewayRules,
    ...containerRegistryRules,
    ...keyVaultRules,
    ...storageRules,
    ...machineLearningRules,
    ...kubernetesRules,
    ...graphRouteRules,
    ...graphPrivateRules,
    ...graphReachRules,
    ...graphClusterRules,
    ...coverageRules,
];
