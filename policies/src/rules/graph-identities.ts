import { graphRule } from "../frame/rule";
import { ROLE } from "../graph/built-in-roles";
import { LeastRoles } from "../graph/least-roles";
import { ASSIGNMENT } from "../graph/roles";
import { CERTIFICATE_TYPES, SecretPaths } from "../graph/secret-path";

export const leastRoles = graphRule<{ groupRoles: string[]; trustedRegistries: string[]; trustedPrincipals: string[] }>(
    {
        id: "SAM-GR-020",
        name: "least-role-identities",
        title: "An identity of the stack must have no role on more than a resource, and none that its work does not need.",
        severity: "high",
        risk: "Whoever runs code as the identity, in a pod or a job, gets at all that anyone puts into the group or subscription later.",
        remediation: [
            "Set scope to the id of the resource, or to a resource group that holds nothing else of the stack.",
            "Give clusters AcrPull on the registries that they pull from, and nothing more on a registry.",
            "Give the identities of machine learning computes roles to use data, and none that manage anything.",
            "Where an identity of another stack is to change a whole resource group, name its object id in this rule's trustedPrincipals.",
        ],
        twin: { none: "An assignment alone does not show whose identity has it, and what that is for." },
        control: { reference: "PA-7", mapping: "own reading" },
        frameworks: { nist: ["AC-6"] },
        scanners: {},
        config: {
            groupRoles: {
                type: "array",
                items: { type: "string" },
                uniqueItems: true,
                default: [ROLE.reader, ROLE.appGwForContainersConfigurationManager],
                description: "Ids of roles that identities may have on a resource group, because Azure asks for that.",
            },
            trustedRegistries: {
                type: "array",
                items: { type: "string", pattern: "^/subscriptions/.+/registries/[^/]+$" },
                uniqueItems: true,
                default: [],
                description: "ARM ids of registries of other stacks that clusters pull from.",
            },
            trustedPrincipals: {
                type: "array",
                items: { type: "string" },
                uniqueItems: true,
                default: [],
                description: "Object ids of identities of other stacks that may change whole resource groups.",
            },
        },
        types: [ASSIGNMENT],
        check: (graph, findings, { groupRoles, trustedRegistries, trustedPrincipals }) =>
            new LeastRoles(graph, groupRoles, trustedRegistries, trustedPrincipals).prove(findings),
    },
);

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
    twin: { none: "A gateway alone does not show the roles and zones of its vault." },
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

export const graphIdentityRules = [leastRoles, secretPath];
