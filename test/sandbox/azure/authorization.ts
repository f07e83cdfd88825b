import { stringAt, valuesAt } from "../provider/values";
import { ArmError, shortName } from "./arm-error";
import { idKey, isWithin, lastSegment } from "./arm-id";
import type { Resource, ResourceType, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Authorization: extensions of any scope. */

const roleIsADefinition: Rule = ({ inputs }) => {
    const role = stringAt(inputs, "roleDefinitionId");
    if (role === undefined || /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i.test(role))
        return undefined;
    const message = `The role definition ID '${role}' is not valid.`;
    return new ArmError("InvalidRoleDefinitionId", message);
};

const nameIsGuid: Rule = ({ id }) => {
    if (id === "" || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(lastSegment(id))) return undefined;
    return new ArmError(
        "InvalidRoleAssignmentId",
        `The role assignment ID '${lastSegment(id)}' is not valid. It must be a GUID.`,
    );
};

const principalIsGuid: Rule = ({ inputs }) => {
    const principal = stringAt(inputs, "principalId");
    if (principal === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(principal)) return undefined;
    return new ArmError(
        "InvalidPrincipalId",
        `A valid principal ID must be provided for role assignment; '${principal}' is no GUID.`,
    );
};

const assignmentIsNew: Rule = (assignment, cloud) => {
    const twin = cloud
        .ofType("authorization:RoleAssignment")
        .find((other) => idKey(other.id) !== idKey(assignment.id) && sameAssignment(other, assignment));
    if (!twin) return undefined;
    const message = `The role assignment already exists. The ID of the existing role assignment is ${lastSegment(twin.id)}.`;
    return new ArmError("RoleAssignmentExists", message, 409);
};

function sameAssignment(one: Resource, other: Resource): boolean {
    const key = ({ inputs }: Resource) => {
        const parts = ["scope", "principalId", "roleDefinitionId"].map((name) => stringAt(inputs, name));
        if (parts.some((part) => part === undefined)) return undefined;
        const [scope = "", principal, role = ""] = parts;
        return [idKey(scope), principal, lastSegment(role).toLowerCase()].join("|");
    };
    return key(one) !== undefined && key(one) === key(other);
}

const levelExists: Rule = ({ id, inputs }) => {
    const level = stringAt(inputs, "level");
    if (level === undefined || ["CanNotDelete", "ReadOnly", "NotSpecified"].includes(level)) return undefined;
    const message = `Level '${level}' of lock '${lastSegment(id)}' doesn't exist; allowed are CanNotDelete and ReadOnly.`;
    return new ArmError("InvalidLockLevel", message);
};

/** "Azure custom roles": what it permits, and where it may be assigned. */
const customRoleIsComplete: Rule = ({ inputs }) => {
    const refuse = (reason: string) =>
        new ArmError("InvalidRoleDefinition", `The role definition is not valid: ${reason}.`);
    const actions = ["actions", "dataActions"].flatMap((kind) => valuesAt(inputs, `permissions[].${kind}[]`));
    if (actions.length === 0) return refuse("permissions have neither actions nor dataActions");
    if (valuesAt(inputs, "assignableScopes[]").length === 0) return refuse("assignableScopes are empty");
    return undefined;
};

const lock = (id: string): ResourceType => ({
    id: `${id}/providers/Microsoft.Authorization/locks/{lockName}`,
    rules: [levelExists],
    forbidsDeletion: (self, target) => {
        const scope = self.id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i, "");
        if (idKey(self.id) === idKey(target) || !(idKey(scope) === idKey(target) || isWithin(target, scope)))
            return undefined;
        const message =
            `The scope '${shortName(target)}' cannot perform delete operation because following scope(s) are locked: ` +
            `'${scope}'. Please remove the lock and try again.`;
        return new ArmError("ScopeLocked", message, 409);
    },
});

export const authorization: ServiceTypes = {
    RoleAssignment: {
        id: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        autoname: "uuid",
        replaceOn: ["principalId", "roleDefinitionId", "principalType", "condition", "conditionVersion"],
        rules: [roleIsADefinition, nameIsGuid, principalIsGuid, assignmentIsNew],
        computed: ({ inputs }) => ({ principalType: inputs["principalType"] ?? "ServicePrincipal" }),
    },
    RoleDefinition: {
        id: "{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        autoname: "uuid",
        rules: [customRoleIsComplete],
        inUse: "RoleDefinitionHasAssignments",
        sets: ["assignableScopes"],
        weakReferences: ["assignableScopes[]"],
        computed: ({ inputs }) => ({ roleType: inputs["roleType"] ?? "CustomRole" }),
    },
    PolicyAssignment: {
        id: "{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
        replaceOn: ["policyDefinitionId"],
    },
    ManagementLockByScope: lock("{scope}"),
    ManagementLockAtSubscriptionLevel: lock("/subscriptions/{subscriptionId}"),
    ManagementLockAtResourceGroupLevel: lock("/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"),
    ManagementLockAtResourceLevel: lock(
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}",
    ),
};
