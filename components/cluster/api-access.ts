import * as pulumi from "@pulumi/pulumi";

/** The key that the cluster's secrets are encrypted with before they reach etcd, in a vault that every network may reach. */
export interface OpenVaultKey {
    vault: "public";
    /** Id of the key with its version: `https://<vault>.vault.azure.net/keys/<key>/<version>`. */
    keyId: pulumi.Input<string>;
    /** Resource id of the vault. */
    vaultId: pulumi.Input<string>;
}

/** The same in a vault without a public endpoint: only an API server inside a network reaches it. */
export interface ClosedVaultKey extends Omit<OpenVaultKey, "vault"> {
    vault: "private";
}

interface Restricted {
    /** CIDRs: administrators' networks. The firewall's own addresses are added by `firewallAddresses`. */
    authorizedRanges: string[];
    /** Public addresses of the firewall: what nodes and pods send out comes from there. */
    firewallAddresses: pulumi.Input<string>[];
}

interface Integrated {
    /** Id of a subnet that is delegated to `Microsoft.ContainerService/managedClusters`. */
    subnetId: pulumi.Input<string>;
    /** Default: etcd is encrypted with Azure's own keys alone. */
    etcdKey?: OpenVaultKey | ClosedVaultKey;
}

/** How the API server is reached: one of these, because Azure lets authorized ranges and private clusters exclude each other. */
export type ApiAccess =
    | {
          mode: "privateLink";
          /** Id of the zone `privatelink.<region>.azmk8s.io`. */
          privateDnsZoneId: pulumi.Input<string>;
          /** Default: etcd is encrypted with Azure's own keys alone. */
          etcdKey?: OpenVaultKey;
      }
    | ({
          /** The API server's own load balancer stands in a subnet of the cluster's network. Azure can't undo it. */
          mode: "vnetIntegration";
          /** Id of the zone `private.<region>.azmk8s.io`. */
          privateDnsZoneId: pulumi.Input<string>;
      } & Integrated)
    | ({
          /** Nodes take the way inside the network, administrators the public one: at most 2,000 ranges. */
          mode: "vnetIntegrationPublic";
      } & Integrated &
          Restricted)
    | ({
          /** At most 200 ranges. */
          mode: "public";
          /** Default: etcd is encrypted with Azure's own keys alone. */
          etcdKey?: OpenVaultKey;
      } & Restricted);

/** The zone that a private API server's name is kept in. */
export function privateZoneOf(access: ApiAccess): pulumi.Input<string> | undefined {
    return "privateDnsZoneId" in access ? access.privateDnsZoneId : undefined;
}

/** The subnet that an API server inside the network stands in. */
export function apiServerSubnetOf(access: ApiAccess): pulumi.Input<string> | undefined {
    return "subnetId" in access ? access.subnetId : undefined;
}

/** The part of a cluster's settings that says how its API server is named and reached. */
export function endpoint(name: string, access: ApiAccess) {
    const subnetId = apiServerSubnetOf(access);
    const common = {
        disableRunCommand: true,
        ...(subnetId === undefined ? {} : { enableVnetIntegration: true, subnetId }),
    };
    if ("privateDnsZoneId" in access) {
        return {
            // A zone of one's own wants a sub-domain instead of a prefix; Azure can't change it later.
            fqdnSubdomain: `aks-${name}`,
            apiServerAccessProfile: {
                ...common,
                enablePrivateCluster: true,
                enablePrivateClusterPublicFQDN: false,
                privateDNSZone: access.privateDnsZoneId,
            },
        };
    }
    return {
        dnsPrefix: `aks-${name}`,
        apiServerAccessProfile: {
            ...common,
            enablePrivateCluster: false,
            // A list of known length, so that a preview shows the administrators' ranges although addresses are yet to come.
            authorizedIPRanges: [
                ...access.firewallAddresses.map((address) => pulumi.interpolate`${address}/32`),
                ...access.authorizedRanges,
            ],
        },
    };
}

/** Settings after "Add KMS etcd encryption to an AKS cluster". */
export function keyManagement({ etcdKey }: ApiAccess) {
    if (!etcdKey) {
        return undefined;
    }
    return etcdKey.vault === "private"
        ? {
              enabled: true,
              keyId: etcdKey.keyId,
              keyVaultNetworkAccess: "Private",
              keyVaultResourceId: etcdKey.vaultId,
          }
        : { enabled: true, keyId: etcdKey.keyId, keyVaultNetworkAccess: "Public" };
}
