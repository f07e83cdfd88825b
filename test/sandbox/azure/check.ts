import { createHash } from "node:crypto";
import type { CheckFailure, Checked, Target } from "../provider/server";
import { UNKNOWN, valuesAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { idArguments } from "./arm-id";
import { guid } from "./derive";
import { missingProperties } from "./projection";
import type { InstanceConfig } from "./provider";
import type { CloudView, ResourceType } from "./resource-type";
import type { ClassShape } from "./sdk-shapes";

interface CheckRequest {
    readonly target: Target;
    readonly entry: ResourceType;
    readonly shape: ClassShape;
    readonly news: Properties;
    readonly olds: Properties;
    readonly seed: Uint8Array;
    readonly config: InstanceConfig;
    readonly cloud: CloudView;
}

/** Fills in what the real provider fills in (name, location) and reports what is missing. */
export function checkInputs(request: CheckRequest): Checked {
    const inputs: Properties = { ...request.news };
    const nameArgument = idArguments(request.entry.id).pop() ?? "";
    if (request.shape.inputs.has(nameArgument) && isAbsent(inputs[nameArgument])) {
        inputs[nameArgument] = request.olds[nameArgument] ?? generatedName(request);
    }
    if (request.shape.inputs.has("location") && isAbsent(inputs["location"])) {
        inputs["location"] = request.olds["location"] ?? defaultLocation(request);
    }
    return { inputs, failures: missing(inputs, request).map(asFailure) };
}

function missing(inputs: Properties, { shape, entry }: CheckRequest): string[] {
    const byShape = missingProperties(inputs, shape.inputs);
    const byService = (entry.required ?? []).filter((path) => valuesAt(inputs, path).length === 0);
    return [...byShape, ...byService.filter((path) => !byShape.includes(path))];
}

function asFailure(property: string): CheckFailure {
    return { property, reason: `missing required property '${property}'` };
}

/** A top-level resource gets a suffix, a child keeps the logical name: it is unique within its parent already. */
function generatedName({ target, entry, seed }: CheckRequest): string {
    if (entry.autoname === "uuid") return guid("name", target.urn, Buffer.from(seed).toString("hex"));
    if (idArguments(entry.id).length > 2) return target.name;
    const suffix = createHash("sha256").update(target.urn).update(seed).digest("hex").slice(0, 8);
    return `${target.name}${suffix}`;
}

/** The provider's location, else the resource group's. */
function defaultLocation({ news, config, cloud }: CheckRequest): Value {
    if (config.location !== undefined) return config.location;
    const group = news["resourceGroupName"];
    if (group === UNKNOWN) return UNKNOWN;
    return cloud.get(`/subscriptions/${config.subscriptionId}/resourceGroups/${String(group)}`)?.inputs["location"];
}

function isAbsent(value: Value): boolean {
    return value === undefined || value === null;
}
