import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";

export interface ClusterIdentityArgs extends Placement {
    /** What the control plane must be able to join, by a short name: subnets, or the network itself for a zone of one's own. */
    networkScopes: Record<string, pulumi.Input<string>>;
    /** The private zone that the control plane keeps its API server's record in. Default: none. */
    privateDnsZoneId?: pulumi.Input<string>;
    /** The vault of the key for etcd. Default: none. */
    etcdVault?: {
        id: pulumi.Input<string>;
        /** Whether the control plane must connect itself with the vault, because nothing public leads there. */
        isPrivate: boolean;
    };
    /** The disk encryption set of the nodes' disks. Default: none. */
    diskEncryptionSetId?: pulumi.Input<string>;
}

/**
 * The control plane's own identity, with its rights given before the cluster exists: Azure checks them at creation.
 * Rights after "Use a managed identity in AKS", "Create a private AKS cluster: custom private DNS zone", "Add KMS etcd
 * encryption to an AKS cluster" and "Bring your own keys with Azure disks in AKS".
 */
export class ClusterIdentity extends pulumi.ComponentResource {
    public readonly identityId: pulumi.Output<string>;
    public readonly principalId: pulumi.Output<string>;
    /** What a cluster must wait for. */
    public readonly grants: pulumi.Resource[];

    constructor(name: string, args: ClusterIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("secure-aks-ml:index:ClusterIdentity", name, args, opts);
        const { etcdVault, diskEncryptionSetId } = args;
        const identity = new managedidentity.UserAssignedIdentity(
            `id-aks-${name}`,
            { resourceName: `id-aks-${name}`, ...placementOf(args) },
            { parent: this },
        );
        const grant = (what: string, role: BuiltInRole, scope: pulumi.Input<string>) =>
            assignRole(
                `aks-${name}-${what}`,
                { principalId: identity.principalId, principalType: "ServicePrincipal", role, scope },
                { parent: this },
            );

        this.grants = Object.entries(args.networkScopes).map(([what, scope]) =>
            grant(`joins-${what}`, BuiltInRole.NetworkContributor, scope),
        );
        if (args.privateDnsZoneId) {
            this.grants.push(grant("writes-zone", BuiltInRole.PrivateDnsZoneContributor, args.privateDnsZoneId));
        }
        if (etcdVault) {
            this.grants.push(grant("uses-etcd-key", BuiltInRole.KeyVaultCryptoUser, etcdVault.id));
        }
        if (etcdVault?.isPrivate) {
            this.grants.push(grant("connects-etcd-vault", BuiltInRole.KeyVaultContributor, etcdVault.id));
        }
        if (diskEncryptionSetId) {
            this.grants.push(grant("encrypts-disks", BuiltInRole.Reader, diskEncryptionSetId));
        }
        this.identityId = identity.id;
        this.principalId = identity.principalId;
        this.registerOutputs({ identityId: this.identityId });
    }
}
