import * as authorization from "@pulumi/azure-native/authorization";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../components/placement";
import type { Settings } from "./config/load";
import { onInProd } from "./defaults";

/** What can't be made again as it was: data, names that others know, addresses that others have let in. */
const stateful = new Set(
    [
        "containerregistry:Registry",
        "dataprotection:BackupVault",
        "keyvault:Vault",
        "machinelearningservices:Workspace",
        "monitor:AzureMonitorWorkspace",
        "network:PublicIPAddress",
        "operationalinsights:Workspace",
        "storage:StorageAccount",
    ].map((type) => `azure-native:${type}`),
);

/** Has Pulumi refuse to delete what holds state, as the stack says. Goes before all resources. */
export function protectState(settings: Settings): void {
    if (!onInProd(settings, settings.protection.protect)) {
        return;
    }
    pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
        stateful.has(type) ? { props, opts: { ...opts, protect: true } } : undefined,
    );
}

/** The plan that guards networks with public addresses, where there is to be one. */
export function ddosPlan(
    name: string,
    { protection: { ddos } }: Settings,
    placement: Placement,
): pulumi.Input<string> | undefined {
    switch (ddos.mode) {
        case "none":
            return undefined;
        case "existing":
            return ddos.planId;
        case "create":
            return new network.DdosProtectionPlan(`ddos-${name}`, {
                ddosProtectionPlanName: `ddos-${name}`,
                ...placementOf(placement),
            }).id;
    }
}

/** What is to be locked, and the subscription that it is in. */
export interface Locked {
    id: pulumi.Input<string>;
    placing: pulumi.CustomResourceOptions;
}

/**
 * Has Azure refuse to delete what holds state, as the stack says. Locks are on those resources alone: on a whole group
 * they would also keep Azure from moving DNS records and from expiring snapshots.
 * @param everything What the platform is made of. A lock also holds what is inside and around its target (roles, log
 * settings, endpoints' connections): it comes after all of that, and goes first.
 */
export function lockState(
    settings: Settings,
    locked: Readonly<Record<string, Locked>>,
    everything: pulumi.Resource[],
): void {
    if (!onInProd(settings, settings.protection.locks)) {
        return;
    }
    const locks = new pulumi.ComponentResource("secure-aks-ml:index:Locks", "state");
    for (const [name, { id, placing }] of Object.entries(locked)) {
        new authorization.ManagementLockByScope(
            `lock-${name}`,
            {
                lockName: "can-not-delete",
                level: "CanNotDelete",
                scope: id,
                notes: "Holds state. Taken off by protection.locks of the stack that made it.",
            },
            { ...placing, parent: locks, dependsOn: everything },
        );
    }
}
