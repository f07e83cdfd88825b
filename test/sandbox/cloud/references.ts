import { idKey, isArmId, isWithin } from "../azure/arm-id";
import { isProperties, joinPath, valueAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";

/** An id of another resource, or of a part of one, that stands somewhere in the inputs. */
export interface Reference {
    /** Pulumi's notation, without indexes: `agentPoolProfiles[].vnetSubnetID`. */
    readonly path: string;
    readonly id: string;
}

/** Every ARM id in the inputs. Ids are recognised by their form, so a type needn't declare where it refers to others. */
export function referencesIn(inputs: Properties): Reference[] {
    const found: Reference[] = [];
    const walk = (value: Value, path: string): void => {
        if (typeof value === "string") {
            if (value.startsWith("/") && isArmId(value)) found.push({ path, id: value });
        } else if (Array.isArray(value)) {
            for (const item of value) walk(item, `${path}[]`);
        } else if (isProperties(value)) {
            for (const [key, field] of Object.entries(value)) {
                if (key.startsWith("/") && isArmId(key)) found.push({ path, id: key });
                walk(field, joinPath(path, key));
            }
        }
    };
    walk(inputs, "");
    return found;
}

/** Whether a resource of this id and these inputs has the part that `reference` names, as `<id>/probes/http`. */
export function hasPart(id: string, inputs: Properties, reference: string): boolean {
    if (!isWithin(reference, id)) return false;
    const [collection = "", name = "", ...deeper] = idKey(reference)
        .slice(idKey(id).length + 1)
        .split("/");
    const property = Object.keys(inputs).find((key) => key.toLowerCase() === collection);
    const items = property === undefined ? undefined : valueAt(inputs, property);
    if (!Array.isArray(items) || deeper.length > 0) return false;
    return items.some((item) => isProperties(item) && String(item["name"]).toLowerCase() === name);
}
