import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { placementOf, type Placement } from "../placement";
import { assignRole, BuiltInRole } from "../role-assignment";
import { privateRanges } from "./private-ranges-plan";

export interface FirewallPolicyArgs extends Placement {
    /** `Premium` adds intrusion detection in Deny mode. Azure can't turn a Premium firewall into a Standard one in place. */
    tier: "Standard" | "Premium";
    /** Looks into the TLS of rules that ask for it. Premium only. Default: off. */
    inspection?: TlsInspection;
    /** DNS servers that the firewall asks on behalf of its clients. Default: Azure's own. */
    dnsServers?: string[];
    /** Public ranges that are the platform's own, as CIDRs: packets there keep their sender. Default: none. */
    ownPublicRanges?: readonly string[];
}

export interface TlsInspection {
    /** Id of the secret in Key Vault that holds an intermediate certificate authority's certificate and key. */
    certificateSecretId: string;
    /** Id of that vault: the policy's identity is given the right to read secrets there. */
    certificateVaultId: pulumi.Input<string>;
}

/** Makes a firewall's policy: DNS proxy on, threat intelligence and (Premium) intrusion detection in Deny mode. */
export function firewallPolicy(
    name: string,
    args: FirewallPolicyArgs,
    opts: pulumi.CustomResourceOptions,
): network.FirewallPolicy {
    const { tier, inspection, dnsServers = [], ownPublicRanges = [] } = args;
    const reader = inspection && certificateReader(name, inspection, args, opts);
    return new network.FirewallPolicy(
        name,
        {
            firewallPolicyName: name,
            sku: { tier },
            threatIntelMode: "Deny",
            dnsSettings: { enableProxy: true, servers: dnsServers.length > 0 ? dnsServers : undefined },
            intrusionDetection: tier === "Premium" ? intrusionDetection(ownPublicRanges) : undefined,
            snat: ownPublicRanges.length > 0 ? { privateRanges: ["IANAPrivateRanges", ...ownPublicRanges] } : undefined,
            identity: reader && { type: "UserAssigned", userAssignedIdentities: [reader.identity.id] },
            transportSecurity: inspection && {
                certificateAuthority: {
                    name: "tls-inspection",
                    keyVaultSecretId: inspection.certificateSecretId,
                },
            },
            ...placementOf(args),
        },
        { ...opts, dependsOn: reader?.role },
    );
}

/** Intrusion detection tells inbound from outbound by what it takes for private, and so must know all of it. */
function intrusionDetection(ownPublicRanges: readonly string[]) {
    const ranges = [...privateRanges, ...ownPublicRanges];
    return { mode: "Deny", configuration: ownPublicRanges.length > 0 ? { privateRanges: ranges } : undefined };
}

function certificateReader(
    name: string,
    { certificateVaultId }: TlsInspection,
    placement: Placement,
    opts: pulumi.CustomResourceOptions,
) {
    const identity = new managedidentity.UserAssignedIdentity(
        `id-${name}`,
        { resourceName: `id-${name}`, ...placementOf(placement) },
        opts,
    );
    const role = assignRole(
        `${name}-reads-certificate`,
        {
            principalId: identity.principalId,
            principalType: "ServicePrincipal",
            role: BuiltInRole.KeyVaultSecretsUser,
            scope: certificateVaultId,
        },
        opts,
    );
    return { identity, role };
}
