import { stringAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { clientIdOf, principalIdOf, SIMULATED_TENANT } from "./derive";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.ManagedIdentity */

const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}";

const subjectIsUnique: Rule = ({ id, inputs }, cloud) => {
    const key = (values: Record<string, unknown>) => `${String(values["issuer"])} ${String(values["subject"])}`;
    if (stringAt(inputs, "issuer") === undefined || stringAt(inputs, "subject") === undefined) return undefined;
    const twin = cloud
        .children(parentId(id) ?? "", "managedidentity:FederatedIdentityCredential")
        .find((other) => idKey(other.id) !== idKey(id) && key(other.inputs) === key(inputs));
    if (!twin) return undefined;
    const message = `Issuer and subject combination already exists for this Managed Identity, in ${lastSegment(twin.id)}.`;
    return new ArmError("Conflict", message, 409);
};

export const managedIdentity: ServiceTypes = {
    UserAssignedIdentity: {
        id: inGroup(IDENTITY),
        // Azure deletes an identity that is in use, and leaves its users without: no `inUse` here.
        computed: ({ id }) => ({
            principalId: principalIdOf(id),
            clientId: clientIdOf(id),
            tenantId: SIMULATED_TENANT,
        }),
    },
    FederatedIdentityCredential: {
        id: inGroup(`${IDENTITY}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`),
        rules: [subjectIsUnique],
    },
};
