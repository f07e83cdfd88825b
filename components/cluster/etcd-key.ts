import * as keyvault from "@pulumi/azure-native/keyvault";
import type * as pulumi from "@pulumi/pulumi";

export interface EtcdKeyArgs {
    vaultName: pulumi.Input<string>;
    resourceGroupName: pulumi.Input<string>;
    tags?: Record<string, string>;
}

/**
 * A key for a cluster's secrets in etcd. Made through Azure Resource Manager, which reaches a vault without a public
 * endpoint too. Without this key the cluster can't read its own secrets any more; its vault keeps what is deleted.
 */
export function createEtcdKey(name: string, args: EtcdKeyArgs, opts: pulumi.CustomResourceOptions): keyvault.Key {
    return new keyvault.Key(
        `key-etcd-${name}`,
        {
            keyName: "aks-etcd",
            properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
            ...args,
        },
        opts,
    );
}
