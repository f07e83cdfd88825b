import type { Value } from "../frame/value";
import { lastSegment } from "./arm-id";

/** Ids of built-in roles, from "Azure built-in roles". */
export const ROLE = {
    owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    rbacAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    privateDnsZoneContributor: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
    storageAccountContributor: "17d1049b-9a84-46fb-8f53-869881c3d3ab",
    storageBlobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    storageFileDataPrivilegedContributor: "69566ab7-960f-475b-8e7c-b3118f30c6bd",
    managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
    keyVaultAdministrator: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    keyVaultCertificateUser: "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
    keyVaultSecretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
    aksContributor: "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
    aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    azureMlDataScientist: "f6c7c914-8db3-469d-8ca1-694a8f32e121",
    acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    acrRepositoryReader: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    appGwForContainersConfigurationManager: "fbc52c3f-28ad-4303-a892-8a056630b8f1",
} as const;

/** Whoever has one of these gives any role to anybody. The last one does so only without a condition. */
export const GIVING: readonly string[] = [ROLE.owner, ROLE.userAccessAdministrator, ROLE.rbacAdministrator];

const CHANGING: readonly string[] = [
    ...GIVING,
    ROLE.contributor,
    ROLE.networkContributor,
    ROLE.storageAccountContributor,
    ROLE.storageBlobDataContributor,
    ROLE.managedIdentityOperator,
    ROLE.keyVaultAdministrator,
    ROLE.keyVaultSecretsUser,
    ROLE.aksContributor,
    ROLE.aksRbacClusterAdmin,
    ROLE.azureMlDataScientist,
    ROLE.storageFileDataPrivilegedContributor,
    ROLE.privateDnsZoneContributor,
    ROLE.appGwForContainersConfigurationManager,
];

const MANAGING: readonly string[] = [
    ...GIVING,
    ROLE.contributor,
    ROLE.networkContributor,
    ROLE.storageAccountContributor,
    ROLE.managedIdentityOperator,
    ROLE.keyVaultAdministrator,
    ROLE.keyVaultSecretsOfficer,
    ROLE.aksContributor,
    ROLE.aksRbacClusterAdmin,
];

/** Whether a role manages resources, secrets or clusters, rather than uses data. */
export function manages(role: string): boolean {
    return MANAGING.includes(role);
}

/** Whether a role changes things or reads secrets, so that nobody gives it on a subscription. */
export function changesThings(role: string): boolean {
    return CHANGING.includes(role);
}

/** The id of the role that an assignment gives, whichever scope its definition is written with. */
export function roleOf(assignment: Value): string {
    return lastSegment(assignment.at("roleDefinitionId").folded() ?? "");
}

/** A tenant's root, a management group or a subscription. */
const ABOVE_GROUPS =
    /^\/$|^\/subscriptions\/[^/]+\/?$|^\/providers\/microsoft\.management\/managementgroups\/[^/]+\/?$/;

/** Whether a role given there holds on resource groups that others make. */
export function isAboveGroups(scope: string): boolean {
    return ABOVE_GROUPS.test(scope.toLowerCase());
}

/** Whether a scope is a resource group, and so holds whatever is put there later. */
export function isGroup(scope: string): boolean {
    return /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/?$/i.test(scope);
}
