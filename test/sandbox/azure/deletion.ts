import type { Cloud } from "../cloud/cloud";
import { referencesIn } from "../cloud/references";
import { ArmError, shortName } from "./arm-error";
import { idKey, isWithin, lastSegment } from "./arm-id";
import { knownTypes, resourceType } from "./registry";
import type { Resource, ResourceType } from "./resource-type";

/** Refuses to delete what a lock protects, what has children that must go first, and what others still refer to. */
export function refuseDeletion(resource: Resource, entry: ResourceType, cloud: Cloud): void {
    const children = cloud.children(resource.id).filter(({ partOf }) => partOf !== resource.id);
    if (entry.notEmpty !== undefined && children.length > 0) {
        throw new ArmError(
            entry.notEmpty,
            `Cannot delete resource '${shortName(resource.id)}' before its nested resources are deleted: ${names(children)}.`,
            409,
        );
    }
    for (const inside of [resource, ...within(resource, cloud)]) {
        refuseProtected(inside, cloud);
        refuseHeld(resource, inside, cloud);
    }
}

function refuseProtected(resource: Resource, cloud: Cloud): void {
    for (const type of protectingTypes()) {
        for (const other of cloud.view().ofType(type)) {
            const refusal = resourceType(type).forbidsDeletion?.(other, resource.id);
            if (refusal) throw refusal;
        }
    }
}

function protectingTypes(): string[] {
    return knownTypes().filter((type) => resourceType(type).forbidsDeletion !== undefined);
}

/** All that would be deleted along with a resource. */
function within(resource: Resource, cloud: Cloud): Resource[] {
    return cloud.children(resource.id).flatMap((child) => [child, ...within(child, cloud)]);
}

function refuseHeld(deleted: Resource, held: Resource, cloud: Cloud): void {
    const code = resourceType(held.type).inUse;
    if (code === undefined) return;
    const holders = cloud
        .view()
        .holders(held.id)
        .filter((holder) => idKey(holder.id) !== idKey(deleted.id) && !isWithin(holder.id, deleted.id))
        .filter((holder) => !isWithin(holder.id, held.id) && holder.partOf !== deleted.id)
        .filter((holder) => holdsFirmly(holder, held));
    if (holders.length === 0) return;
    const reason = `${lastSegment(held.id)} is in use by ${names(holders)} and cannot be deleted`;
    if (deleted.type === "resources:ResourceGroup") {
        throw new ArmError(
            "ResourceGroupDeletionBlocked",
            `Deletion of resource group '${lastSegment(deleted.id)}' failed as resources with identifiers ` +
                `'${shortName(held.id)}' could not be deleted: ${reason}.`,
            409,
        );
    }
    throw new ArmError(code, `${shortName(deleted.id)}: ${reason}. Delete or change the other resource first.`);
}

function holdsFirmly(holder: Resource, held: Resource): boolean {
    const { weakReferences = [], opaqueReferences = [] } = resourceType(holder.type);
    const loose = [...weakReferences, ...opaqueReferences];
    return referencesIn(holder.inputs).some(
        ({ id, path }) => (idKey(id) === idKey(held.id) || isWithin(id, held.id)) && !loose.includes(path),
    );
}

function names(resources: Resource[]): string {
    return resources.map(({ id }) => shortName(id)).join(", ");
}
