import { createHash } from "node:crypto";
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";

/** Ids of Azure's built-in roles, from "Azure built-in roles". */
export const BuiltInRole = {
    AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    AppGwForContainersConfigurationManager: "fbc52c3f-28ad-4303-a892-8a056630b8f1",
    AzureKubernetesServiceClusterUser: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    AzureKubernetesServiceRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    AzureMlDataScientist: "f6c7c914-8db3-469d-8ca1-694a8f32e121",
    KeyVaultContributor: "f25e0fa2-a7c8-4377-a976-54943a77a395",
    KeyVaultCryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
    Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    GrafanaAdmin: "22926164-76b3-42b3-bc55-97df8dab3e41",
    GrafanaViewer: "60921a7e-fef1-4a43-9b16-a26c52ad4769",
    KeyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
    LogAnalyticsReader: "73c42c96-874c-492b-b04d-ab87d138a893",
    MonitoringDataReader: "b0d8363b-8ddd-447d-831f-62ca05bff136",
    NetworkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    PrivateDnsZoneContributor: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
    Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    StorageBlobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    StorageFileDataPrivilegedContributor: "69566ab7-960f-475b-8e7c-b3118f30c6bd",
    VirtualMachineAdministratorLogin: "1c0163c0-47e6-4577-8991-ea5c82e286e4",
} as const;
export type BuiltInRole = (typeof BuiltInRole)[keyof typeof BuiltInRole];

export interface RoleAssignmentArgs {
    principalId: pulumi.Input<string>;
    /** Azure's own default, `User`, makes assignments to fresh identities fail until they are replicated. */
    principalType: "ServicePrincipal" | "Group";
    role: BuiltInRole;
    /** Resource id of what the role is given on. */
    scope: pulumi.Input<string>;
}

/** Gives a role. The assignment's name follows from what it says, so that a second deployment finds the first one's. */
export function assignRole(
    name: string,
    { principalId, principalType, role, scope }: RoleAssignmentArgs,
    opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
    return new authorization.RoleAssignment(
        name,
        {
            roleAssignmentName: pulumi
                .all([scope, principalId])
                .apply(([onto, principal]) => guidOf(`${onto.toLowerCase()}|${role}|${principal}`)),
            principalId,
            principalType,
            roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
            scope,
        },
        opts,
    );
}

/** A GUID that depends on `text` alone (RFC 9562, version 8: free use of a hash). */
function guidOf(text: string): string {
    const hex = createHash("sha256").update(text).digest("hex");
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `8${hex.slice(13, 16)}`,
        `8${hex.slice(17, 20)}`,
        hex.slice(20, 32),
    ].join("-");
}
