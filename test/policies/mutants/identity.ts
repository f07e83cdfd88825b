import { added, faultsOf, type Mutant } from "./mutant";

const role = (id: string) => `/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const OWNER = role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
const USER_ACCESS_ADMINISTRATOR = role("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9");
const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000011";

export const identityMutants: Mutant[] = [
    added(
        "authorization:RoleAssignment",
        "strange-contributor",
        {
            principalId: "00000000-0000-0000-0000-0000000000aa",
            principalType: "ServicePrincipal",
            roleDefinitionId: role("b24988ac-6180-42a0-ab88-20f7382dd24c"),
            scope: `${SUBSCRIPTION}/resourceGroups/rg-platform-contoso-prod`,
        },
        "least-role-identities",
    ),
    ...faultsOf("authorization:RoleAssignment", "aks-platform-contoso-prod-joins-network", [
        ["roleDefinitionId", OWNER, "id-no-owner"],
        ["roleDefinitionId", USER_ACCESS_ADMINISTRATOR, "id-no-owner"],
        ["scope", SUBSCRIPTION, "id-scope-narrow"],
        ["principalType", undefined, "id-principal-type"],
    ]),
    ...faultsOf("authorization:RoleAssignment", "jobs-learning-contoso-prod-data", [
        ["roleDefinitionId", OWNER, "id-no-owner", "least-role-identities"],
        ["scope", SUBSCRIPTION, "id-scope-narrow"],
    ]),
    ...faultsOf("authorization:RoleAssignment", "backup-platform-contoso-prod-cluster-takes-snapshots", [
        ["scope", SUBSCRIPTION, "id-scope-narrow"],
        ["scope", "/providers/Microsoft.Management/managementGroups/contoso", "id-scope-narrow"],
    ]),
    ...faultsOf("authorization:RoleAssignment", "mlw-learning-contoso-prod-data-scientists-1-workspace", [
        ["principalType", "User", "id-groups"],
        ["scope", SUBSCRIPTION, "id-scope-narrow"],
    ]),
    ...faultsOf("managedidentity:FederatedIdentityCredential", "fc-alb-apps-contoso-prod", [
        ["issuer", "https://token.actions.githubusercontent.com", "id-fic-issuer"],
        ["issuer", "https://example.com/", "id-fic-issuer"],
        ["subject", "system:serviceaccount:*:*", "id-fic-subject"],
        ["audiences", ["https://example.com"], "id-fic-subject"],
    ]),
];
