import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../components/record";
import type { ClusteredLanding } from "./landing";
import type { Platform } from "./platform";

/** What each role needs next: `pulumi stack output operators`, `pulumi stack output dataScientists`. */
export function outputsOf({ hub, ownHub, spokes, landings }: Platform) {
    const clustered = compact(mapValues(landings, (landing) => landing.clustered));
    return {
        operators: {
            egressAddresses: hub.egressAddresses,
            firewallId: ownHub?.firewall?.firewallId,
            bastionId: hub.bastionId,
            networks: mapValues(spokes, (spoke) => spoke.networkId),
            clusters: mapValues(clustered, operatorsView(hub.bastionId)),
            jumpHosts: compact(mapValues(landings, ({ jumpHost }) => jumpHost?.machineId)),
        },
        dataScientists: compact(mapValues(clustered, dataScientistsView)),
    };
}

const operatorsView =
    (bastionId: pulumi.Output<string> | undefined) =>
    ({ cluster, registry, vault, gateway }: ClusteredLanding) => ({
        id: cluster.clusterId,
        apiServer: cluster.apiServer,
        oidcIssuerUrl: cluster.oidcIssuerUrl,
        connect: bastionId && pulumi.interpolate`az aks bastion --ids ${cluster.clusterId} --bastion ${bastionId}`,
        registry: registry.loginServer,
        vault: vault.vaultUri,
        ingress: gateway && { hostName: gateway.hostName, publicAddress: gateway.publicAddress },
    });

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
