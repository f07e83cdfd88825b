import type { Properties } from "../provider/values";

/**
 * Azure Resource Manager ids. Templates spell them as the REST reference does, with the arguments of the azure-native
 * class in braces: `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/...`.
 */

const PLACEHOLDER = /\{(\w+)\}/g;

/** The arguments that make up an id, in order. The last one is the resource's own name. */
export function idArguments(template: string): string[] {
    return [...template.matchAll(PLACEHOLDER)]
        .map((match) => match[1] ?? "")
        .filter((name) => name !== "subscriptionId");
}

/** Undefined while an argument is absent or unknown. */
export function fillId(template: string, subscriptionId: string, inputs: Properties): string | undefined {
    let complete = true;
    const id = template.replace(PLACEHOLDER, (_match, name: string) => {
        const value = name === "subscriptionId" ? subscriptionId : inputs[name];
        if (typeof value === "string") return trimSlashes(value);
        complete = false;
        return "";
    });
    if (!complete) return undefined;
    // A scope is an id of its own and brings its leading slash along or not.
    return `/${trimSlashes(id).replace(/\/{2,}/g, "/")}`;
}

function trimSlashes(text: string): string {
    return text.replace(/^\/+|\/+$/g, "");
}

/** The arguments found in an id, or undefined if the id isn't of this form. */
export function readId(template: string, id: string): Record<string, string> | undefined {
    const pattern = template
        .replace(/[.*+?^$()[\]\\]/g, "\\$&")
        .replace(PLACEHOLDER, (_match, name: string) => (isScope(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`))
        .replace(/^\(\?<(scope|resourceUri)>\.\+\)/, "(?<$1>/.+)");
    return new RegExp(`^/?${pattern.replace(/^\//, "")}$`, "i").exec(id)?.groups;
}

function isScope(argument: string): boolean {
    return argument === "scope" || argument === "resourceUri";
}

/** Ids are compared without regard to case. */
export function idKey(id: string): string {
    return trimSlashes(id).toLowerCase();
}

export function isWithin(id: string, ancestor: string): boolean {
    return idKey(id).startsWith(`${idKey(ancestor)}/`);
}

export function lastSegment(id: string): string {
    return id.slice(id.lastIndexOf("/") + 1);
}

/** `Microsoft.Network/virtualNetworks/subnets` for a subnet's id. */
export function armType(id: string): string {
    const providers = id.split(/\/providers\//i);
    const last = providers.pop() ?? "";
    if (providers.length === 0) return "Microsoft.Resources/resourceGroups";
    const [namespace = "", ...segments] = last.split("/");
    return [namespace, ...segments.filter((_segment, index) => index % 2 === 0)].join("/");
}

export function subscriptionOf(id: string): string | undefined {
    return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
}

/** The id of the resource group in which a resource stands, or undefined for one outside of any group. */
export function resourceGroupId(id: string): string | undefined {
    return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0];
}

export function resourceGroupName(id: string): string {
    return lastSegment(resourceGroupId(id) ?? "");
}

/**
 * What must exist before this resource: the resource of which it is a child, else the scope that it extends, else its
 * resource group. Undefined for what stands directly in a subscription or a tenant.
 */
export function parentId(id: string): string | undefined {
    const at = id.toLowerCase().lastIndexOf("/providers/");
    if (at < 0) return undefined;
    const segments = id.slice(at + "/providers/".length).split("/");
    if (segments.length > 3) return id.slice(0, id.lastIndexOf("/", id.lastIndexOf("/") - 1));
    const scope = id.slice(0, at);
    return /^(\/subscriptions\/[^/]+)?$/i.test(scope) ? undefined : scope;
}

const ARM_ID = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(\/providers\/[^/]+(\/[^/]+\/[^/]+)+)*$/i;

/** Whether a text is the id of a resource group or of something in one. */
export function isArmId(text: string): boolean {
    return ARM_ID.test(text);
}

/** Template of a resource in a resource group: `inGroup("Microsoft.Network/virtualNetworks/{virtualNetworkName}")`. */
export function inGroup(path: string): string {
    return `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${path}`;
}
