import * as pulumi from "@pulumi/pulumi";
import type { Gateway } from "../components/network/gateway";
import { mapValues } from "../components/record";
import type { ClusteredLanding } from "./landing";
import type { LandingIngress } from "./landing-ingress";
import type { Platform } from "./platform";

/** What each role needs next: `pulumi stack output operators`, `pulumi stack output dataScientists`. */
export function outputsOf({ hub, ownHub, spokes, landings }: Platform) {
    const clustered = compact(mapValues(landings, (landing) => landing.clustered));
    return {
        operators: {
            egressAddresses: hub.egressAddresses,
            firewallId: ownHub?.firewall?.firewallId,
            bastionId: hub.bastionId,
            gateway: gatewayView(ownHub?.gateway),
            networks: mapValues(spokes, (spoke) => spoke.networkId),
            clusters: mapValues(clustered, operatorsView(hub.bastionId)),
            jumpHosts: compact(mapValues(landings, ({ jumpHost }) => jumpHost?.machineId)),
        },
        dataScientists: compact(mapValues(clustered, dataScientistsView)),
    };
}

const operatorsView =
    (bastionId: pulumi.Output<string> | undefined) =>
    ({ cluster, registry, vault, ...ingress }: ClusteredLanding) => ({
        id: cluster.clusterId,
        apiServer: cluster.apiServer,
        oidcIssuerUrl: cluster.oidcIssuerUrl,
        connect: bastionId && pulumi.interpolate`az aks bastion --ids ${cluster.clusterId} --bastion ${bastionId}`,
        registry: registry.loginServer,
        vault: vault.vaultUri,
        ingress: ingressView(ingress),
    });

/** What the devices of other sites are set up with. */
function gatewayView(gateway: Gateway | undefined) {
    return (
        gateway && {
            id: gateway.gatewayId,
            publicAddresses: gateway.publicAddresses,
            bgpAddresses: "bgpAddresses" in gateway ? gateway.bgpAddresses : undefined,
        }
    );
}

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

function dataScientistsView({ workspace, compute }: ClusteredLanding) {
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
