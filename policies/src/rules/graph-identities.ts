import { graphRule } from "../frame/rule";
import { CERTIFICATE_TYPES, SecretPaths } from "../graph/secret-path";

export const secretPath = graphRule<{ trustedDnsServers: string[]; trustedIdentities: string[] }>({
    id: "SAM-GR-023",
    name: "secret-path",
    title: "What takes a certificate from a vault must find the vault and be allowed to read it from the beginning.",
    severity: "medium",
    risk: "A gateway that can't read its certificate is not made, or switches its listeners off when the certificate is renewed.",
    remediation: [
        "Give its identity Key Vault Secrets User on the vault, and name the role assignment in its dependsOn.",
        "Link the zone of the vault's private endpoint to the network whose resolver its own network asks.",
    ],
    control: { reference: "DP-7", mapping: "own reading" },
    frameworks: { nist: ["SC-12"] },
    scanners: {},
    config: {
        trustedDnsServers: {
            type: "array",
            items: { type: "string" },
            default: [],
            description:
                "Addresses of DNS servers of others that forward to a network where the vaults' zone is linked.",
        },
        trustedIdentities: {
            type: "array",
            items: { type: "string", pattern: "^/subscriptions/.+/userAssignedIdentities/[^/]+$" },
            uniqueItems: true,
            default: [],
            description: "ARM ids of identities of other stacks, which let them read the certificates.",
        },
    },
    types: CERTIFICATE_TYPES,
    check: (graph, findings, { trustedDnsServers, trustedIdentities }) =>
        new SecretPaths(graph, trustedDnsServers, trustedIdentities).prove(findings),
});

export const graphIdentityRules = [secretPath];
