import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../components/record";
import type { Landing } from "./landing";
import type { LandingIngress } from "./landing-ingress";
import type { Platform } from "./platform";

/** What each role needs next: `pulumi stack output operators`, `pulumi stack output dataScientists`. */
export function outputsOf({ hub, ownHub, spokes, landings }: Platform) {
    return {
        operators: {
            egressAddresses: hub.egressAddresses,
            firewallId: ownHub?.firewall.firewallId,
            bastionId: hub.bastionId,
            networks: mapValues(spokes, (spoke) => spoke.networkId),
            clusters: mapValues(landings, operatorsView(hub.bastionId)),
        },
        dataScientists: compact(mapValues(landings, dataScientistsView)),
    };
}

const operatorsView =
    (bastionId: pulumi.Output<string> | undefined) =>
    ({ cluster, registry, vault, ...ingress }: Landing) => ({
        id: cluster.clusterId,
        apiServer: cluster.apiServer,
        oidcIssuerUrl: cluster.oidcIssuerUrl,
        connect: bastionId && pulumi.interpolate`az aks bastion --ids ${cluster.clusterId} --bastion ${bastionId}`,
        registry: registry.loginServer,
        vault: vault.vaultUri,
        ingress: ingressView(ingress),
    });

/** What DNS records must say: addresses of sites, or for Application Gateway for Containers names to be aliases of. */
function ingressView({ gateway, containersGateway }: LandingIngress) {
    if (gateway) {
        return { address: gateway.address, sites: gateway.hostNames };
    }
    return (
        containersGateway && {
            id: containersGateway.gatewayId,
            aliases: containersGateway.frontendHosts,
            firewallPolicy: containersGateway.firewallPolicyId,
            configurationEndpoints: containersGateway.configurationEndpoints,
            controller: {
                clientId: containersGateway.controller.clientId,
                serviceAccount: containersGateway.controller.serviceAccount,
            },
        }
    );
}

function dataScientistsView({ workspace, compute }: Landing) {
    if (!workspace || !compute) {
        return undefined;
    }
    return {
        workspace: workspace.workspaceName,
        compute: `azureml:${compute.computeName}`,
        namespace: compute.namespace,
        instanceTypes: compute.instanceTypes,
    };
}

function compact<Value>(record: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
    return Object.fromEntries(
        Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined),
    );
}
