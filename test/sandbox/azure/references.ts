import { hasPart, referencesIn } from "../cloud/references";
import type { Reference } from "../cloud/references";
import { ArmError, notFound, shortName } from "./arm-error";
import { idKey, isWithin, parentId, resourceGroupId } from "./arm-id";
import { implicitlyExists } from "./implicit";
import type { CloudView, Resource, ResourceType } from "./resource-type";

/** Refuses a resource whose parent, or to whose inputs another resource, doesn't exist. */
export function refuseDangling(resource: Resource, entry: ResourceType, cloud: CloudView): void {
    refuseOrphan(resource, cloud);
    for (const reference of referencesIn(resource.inputs)) {
        if (entry.opaqueReferences?.includes(reference.path)) continue;
        if (isWithin(reference.id, resource.id)) refuseMissingPart(resource, reference);
        else if (idKey(reference.id) !== idKey(resource.id) && !exists(reference.id, cloud)) {
            throw new ArmError(
                "InvalidResourceReference",
                `Resource ${reference.id} referenced by resource ${resource.id} was not found (property ${reference.path}). ` +
                    `Please make sure that the referenced resource exists, and that both resources are in the same region.`,
            );
        }
    }
}

function refuseOrphan(resource: Resource, cloud: CloudView): void {
    const group = resourceGroupId(resource.id);
    if (group !== undefined && idKey(group) !== idKey(resource.id) && !exists(group, cloud)) {
        const name = group.slice(group.lastIndexOf("/") + 1);
        throw new ArmError("ResourceGroupNotFound", `Resource group '${name}' could not be found.`, 404);
    }
    const parent = parentId(resource.id);
    if (parent === undefined || exists(parent, cloud)) return;
    if (isExtension(resource.id, parent)) throw notFound(parent);
    throw new ArmError(
        "ParentResourceNotFound",
        `Failed to perform 'write' on resource '${shortName(resource.id)}', because the parent resource '${shortName(parent)}' could not be found.`,
        404,
    );
}

/** A role assignment or a diagnostic setting names a provider of its own below the resource that it extends. */
function isExtension(id: string, parent: string): boolean {
    return id.slice(parent.length).toLowerCase().startsWith("/providers/");
}

function refuseMissingPart(resource: Resource, reference: Reference): void {
    if (hasPart(resource.id, resource.inputs, reference.id)) return;
    throw new ArmError(
        "InvalidResourceReference",
        `Resource ${reference.id} referenced by resource ${resource.id} was not found (property ${reference.path}): ` +
            `the resource has no such part.`,
    );
}

/** Whether an id names a resource, a part of one, or something that Azure has by itself. */
export function exists(id: string, cloud: CloudView): boolean {
    if (cloud.get(id) || implicitlyExists(id, cloud)) return true;
    const holder = cloud.get(parentId(id) ?? "");
    return holder !== undefined && hasPart(holder.id, holder.inputs, id);
}
