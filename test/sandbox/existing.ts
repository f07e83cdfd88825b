import { armType, parentId, readId, resourceGroupId } from "./azure/arm-id";
import { typeOfId } from "./azure/registry";
import type { Cloud } from "./cloud/cloud";
import type { Properties } from "./provider/values";

/** A resource that someone made before, outside of the stacks of this sandbox. */
export interface ExistingResource {
    readonly id: string;
    /** What is known of it, as arguments of its azure-native class. What is left out isn't checked. */
    readonly inputs?: Properties;
}

const ARM_ID = /\/subscriptions\/[^/\s"',]+\/resourceGroups\/[^/\s"',]+(?:\/providers\/[^\s"',}\]]+)?/gi;

/**
 * Ids that stand in a stack's configuration name what the person has already: a hub, a vault with certificates. The
 * simulated cloud takes them to exist; whether they do in Azure, only Azure can say.
 */
export function existingIn(configuration: string): ExistingResource[] {
    return [...new Set(configuration.match(ARM_ID) ?? [])].map((id) => ({ id }));
}

/** Resources of types that aren't simulated can be referred to, and no more is known of them than that they exist. */
export function addExisting(resources: readonly ExistingResource[], cloud: Cloud): void {
    for (const { id, inputs } of resources) {
        add(id, inputs ?? {}, cloud);
        for (let parent = parentId(id); parent !== undefined; parent = parentId(parent)) add(parent, {}, cloud);
        const group = resourceGroupId(id);
        if (group !== undefined) add(group, {}, cloud);
    }
}

function add(id: string, inputs: Properties, cloud: Cloud): void {
    if (cloud.get(id)) return;
    const found = typeOfId(id);
    const names = found ? readId(found.template, id) : {};
    cloud.put({ id, type: found?.type ?? armType(id), urn: "", inputs: { ...names, ...inputs }, outputs: {} });
}
