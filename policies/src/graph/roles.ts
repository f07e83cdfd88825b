import { UndecidedError, Value } from "../frame/value";
import { isAboveGroups, isGroup } from "./built-in-roles";
import type { GraphResource, Reference, ResourceGraph } from "./resource-graph";

export const IDENTITY = "managedidentity:UserAssignedIdentity";
export const ASSIGNMENT = "authorization:RoleAssignment";

export const GROUP = "resources:ResourceGroup";

/** A user-assigned identity that a resource names, and where its id stands. */
export interface NamedIdentity {
    id: Value;
    reference: Reference;
}

/** The user-assigned identities of a resource, written as a list of ids or as an object that has them as keys. */
export function identitiesOf(graph: ResourceGraph, resource: GraphResource): NamedIdentity[] {
    const named = resource.inputs.at("identity.userAssignedIdentities").known();
    const isObject = typeof named.raw === "object" && named.raw !== null && !Array.isArray(named.raw);
    const ids = isObject
        ? Object.keys(named.raw as object).map((id) => new Value(id, `${named.path}["${id}"]`))
        : named.items();
    return ids.map((id) => ({ id, reference: graph.follow(resource, id, IDENTITY) }));
}

/** Whether a role is given to the identity of a resource. Throws if nobody knows to whom it is given. */
export function isGivenTo(graph: ResourceGraph, assignment: GraphResource, owner: GraphResource): boolean {
    const principal = assignment.inputs.at("principalId");
    if (principal.unknown) {
        const sources = graph.sourcesOf(assignment, principal);
        if (sources.length === 0) {
            throw new UndecidedError(principal.path);
        }
        return sources.includes(owner);
    }
    const own = owner.outputs.at(owner.type === IDENTITY ? "principalId" : "identity.principalId");
    return own.present && !own.unknown && own.folded() === principal.folded();
}

/** What a scope covers besides the resource with its id. */
export type Reach = "above groups" | "group" | "resource";

/** How far a role reaches. Throws if that is not known: of a group's id anything can be made. */
export function reachOf(graph: ResourceGraph, assignment: GraphResource): Reach {
    const scope = assignment.inputs.at("scope");
    if (scope.unknown) {
        const sources = graph.sourcesOf(assignment, scope);
        if (sources.some(({ type }) => type !== GROUP && !/^(management|subscription):/.test(type))) {
            return "resource";
        }
        throw new UndecidedError(scope.path);
    }
    const text = scope.text() ?? "";
    return isAboveGroups(text) ? "above groups" : isGroup(text) ? "group" : "resource";
}
