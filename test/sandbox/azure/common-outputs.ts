import { isProperties } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { armType, lastSegment } from "./arm-id";
import { clientIdOf, etag, guid, principalIdOf, SIMULATED_TENANT } from "./derive";
import type { Resource } from "./resource-type";
import { interfaceFields } from "./sdk-shapes";
import type { ClassShape, Field, Fields } from "./sdk-shapes";

/** Outputs that mean the same in every service; a type gets those that its shape has. */
export function commonOutputs(resource: Resource, shape: ClassShape): Properties {
    const candidates: Properties = {
        ...entityOutputs(resource.id, lastSegment(resource.id)),
        azureApiVersion: shape.apiVersion,
        systemData: systemData(),
        identity: managedIdentity(resource),
    };
    const common: Properties = {};
    for (const [name, field] of shape.outputs) {
        if (candidates[name] !== undefined) common[name] = candidates[name];
        else if (field.shape.kind === "array") addPartOutputs(common, resource, name, field);
    }
    return common;
}

function entityOutputs(id: string, name: string): Properties {
    return {
        id,
        name,
        type: armType(id),
        etag: etag(id),
        eTag: etag(id),
        provisioningState: "Succeeded",
        resourceGuid: guid("resource", id),
    };
}

/** Fixed: a real clock would make every run another one. */
function systemData(): Properties {
    return {
        createdAt: "2026-01-01T00:00:00.0000000Z",
        createdBy: "sandbox",
        createdByType: "User",
        lastModifiedAt: "2026-01-01T00:00:00.0000000Z",
        lastModifiedBy: "sandbox",
        lastModifiedByType: "User",
    };
}

/** Parts in arrays (a gateway's listeners, a network's inline subnets) have ids below the resource's own. */
function addPartOutputs(common: Properties, resource: Resource, name: string, field: Field): void {
    const items = resource.inputs[name];
    if (field.shape.kind !== "array" || field.shape.items.kind !== "object" || !Array.isArray(items)) return;
    const fields = interfaceFields(field.shape.items.interface);
    if (!fields.has("id") || !fields.has("name")) return;
    common[name] = items.map((item) => partOutputs(`${resource.id}/${name}`, item, fields));
}

function partOutputs(collection: string, item: Value, fields: Fields): Value {
    if (!isProperties(item) || typeof item["name"] !== "string") return undefined;
    const all = entityOutputs(`${collection}/${item["name"]}`, item["name"]);
    return Object.fromEntries(Object.entries(all).filter(([key]) => fields.has(key)));
}

/** The service principals of a resource's managed identity, as the `identity` output carries them. */
export function managedIdentity(resource: Resource): Properties | undefined {
    const identity = resource.inputs["identity"];
    if (!isProperties(identity)) return undefined;
    const outputs: Properties = {};
    if (String(identity["type"]).includes("SystemAssigned")) {
        outputs["principalId"] = principalIdOf(resource.id);
        outputs["tenantId"] = SIMULATED_TENANT;
    }
    const assigned = userAssignedIdentities(identity);
    if (assigned.length > 0) {
        outputs["userAssignedIdentities"] = Object.fromEntries(
            assigned.map((id) => [id, { principalId: principalIdOf(id), clientId: clientIdOf(id) }]),
        );
    }
    return outputs;
}

/** The SDK takes a list of ids; ARM's own form is a map with the ids as keys. */
function userAssignedIdentities(identity: Properties): string[] {
    const assigned = identity["userAssignedIdentities"];
    if (Array.isArray(assigned)) return assigned.filter((id) => typeof id === "string");
    return isProperties(assigned) ? Object.keys(assigned) : [];
}
