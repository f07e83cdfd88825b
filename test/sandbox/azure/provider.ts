import type { Cloud } from "../cloud/cloud";
import type { Faults, Operation } from "../faults";
import { difference } from "../provider/difference";
import type { Checked, Difference, Provider, ProviderInstance, State, Target } from "../provider/server";
import { containsUnknown } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError, notFound, shortName } from "./arm-error";
import { fillId, idArguments, idKey, lastSegment, parentId, readId } from "./arm-id";
import { checkInputs } from "./check";
import { commonOutputs } from "./common-outputs";
import { refuseDeletion } from "./deletion";
import { SIMULATED_SUBSCRIPTION } from "./derive";
import { invoke } from "./invokes";
import { echoedOutputs, merge, previewOutputs } from "./projection";
import { refuseDangling } from "./references";
import { canonicalType, resourceType } from "./registry";
import type { Resource, ResourceType } from "./resource-type";
import { classShape, sdkVersion } from "./sdk-shapes";
import type { ClassShape } from "./sdk-shapes";

/** azure-native, simulated: Azure Resource Manager's answers from the entries in this folder. */
export class AzureProvider implements Provider {
    readonly version = sdkVersion;

    constructor(
        private readonly cloud: Cloud,
        private readonly faults: Faults,
    ) {}

    configure(config: Properties): ProviderInstance {
        return new AzureInstance(this.cloud, this.faults, {
            subscriptionId: text(config["subscriptionId"]) ?? SIMULATED_SUBSCRIPTION,
            location: text(config["location"]),
        });
    }

    parameterize(parameters: string[] | Buffer): { name: string; version: string } {
        const [module, version] = Array.isArray(parameters) ? parameters : moduleAndVersion(parameters);
        if (!module || !version) throw new Error("azure-native takes two parameters: a module and an API version.");
        return { name: `azure-native_${module}_${version}`, version: this.version };
    }
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** A generated SDK carries its parameters as base64 of `{"module": ..., "version": ...}`. */
function moduleAndVersion(parameter: Buffer): [string?, string?] {
    const decoded = JSON.parse(Buffer.from(parameter.toString("utf8"), "base64").toString("utf8")) as {
        module?: string;
        version?: string;
    };
    return [decoded.module, decoded.version];
}

export interface InstanceConfig {
    readonly subscriptionId: string;
    /** Default location of the provider instance. */
    readonly location: string | undefined;
}

interface Known {
    readonly type: string;
    readonly entry: ResourceType;
    readonly shape: ClassShape;
}

class AzureInstance implements ProviderInstance {
    constructor(
        private readonly cloud: Cloud,
        private readonly faults: Faults,
        private readonly config: InstanceConfig,
    ) {}

    check(target: Target, news: Properties, olds: Properties, seed: Uint8Array): Checked {
        const { entry, shape } = this.known(target);
        return checkInputs({
            target,
            entry,
            shape,
            news,
            olds,
            seed,
            config: this.config,
            cloud: this.cloud.view(true),
        });
    }

    diff(target: Target, id: string, oldInputs: Properties, news: Properties): Difference {
        const { entry } = this.known(target);
        const changes = difference(oldInputs, news, {
            replaceOn: [...idArguments(entry.id), "location", ...(entry.replaceOn ?? [])],
            sets: entry.sets,
        });
        // Azure has no two resources of one id, so the old one has to go first.
        const newId = fillId(entry.id, this.config.subscriptionId, news);
        return { changes, deleteBeforeReplace: newId !== undefined && idKey(newId) === idKey(id) };
    }

    create(target: Target, inputs: Properties, preview: boolean): State {
        const resource = this.resource(target, inputs);
        if (preview) return this.plan(target, resource);
        this.fail(target, "create");
        if (!this.known(target).entry.comesWithParent) this.refuseExisting(resource);
        return this.store(target, resource);
    }

    update(target: Target, id: string, inputs: Properties, preview: boolean): State {
        const resource = { ...this.resource(target, inputs), id };
        const before = this.cloud.get(id);
        if (preview) return this.plan(target, resource, before);
        this.fail(target, "update");
        if (!before) throw notFound(id);
        return this.store(target, resource, before);
    }

    read(target: Target, id: string, inputs: Properties | undefined): State | undefined {
        const { entry, shape } = this.known(target);
        this.fail(target, "read");
        const stored = this.cloud.get(id);
        if (!stored) return undefined;
        const outputs = this.outputs(stored, entry, shape);
        return { id: stored.id, outputs, inputs: inputs ?? { ...readId(entry.id, id), ...stored.inputs } };
    }

    delete(target: Target, id: string): void {
        const { entry } = this.known(target);
        this.fail(target, "delete");
        const stored = this.cloud.get(id);
        // Gone already, for example with its parent: Azure answers 204 to that.
        if (!stored) return;
        if (entry.comesWithParent) return this.reset(stored);
        refuseDeletion(stored, entry, this.cloud);
        this.removeWithChildren(stored);
    }

    invoke(token: string, args: Properties): Properties {
        return invoke(token, args, this.config, this.cloud);
    }

    private known(target: Target): Known {
        const type = canonicalType(target.type);
        const entry = resourceType(type);
        const shape = classShape(type);
        if (!shape) throw new Error(`The installed azure-native SDK ${sdkVersion} has no class for ${type}.`);
        return { type, entry, shape };
    }

    private resource(target: Target, inputs: Properties): Resource {
        const { type, entry } = this.known(target);
        // Until an argument in it is known, the id is too; rules then see an empty one.
        const id = fillId(entry.id, this.config.subscriptionId, inputs) ?? "";
        return { id, type, urn: target.urn, inputs, outputs: {} };
    }

    private plan(target: Target, resource: Resource, before?: Resource): State {
        const { entry, shape } = this.known(target);
        const view = this.cloud.view(true);
        if (resource.id !== "") {
            const planned = view.get(resource.id);
            if (planned && planned.urn !== "" && planned.urn !== resource.urn) throw alreadyExists(resource);
        }
        this.applyRules(resource, entry, true, before);
        if (resource.id !== "") {
            this.cloud.plan(resource);
            for (const part of this.partsOf(resource, entry)) this.cloud.plan(part);
        }
        return { id: resource.id, outputs: previewOutputs(resource.inputs, shape.outputs), inputs: resource.inputs };
    }

    private store(target: Target, resource: Resource, before?: Resource): State {
        const { entry, shape } = this.known(target);
        if (resource.id === "" || containsUnknown(resource.inputs)) {
            throw new Error(
                `${target.type} ${target.name} still has unknown properties: the engine must resolve them first.`,
            );
        }
        refuseDangling(resource, entry, this.cloud.view());
        this.applyRules(resource, entry, false, before);
        const outputs = this.outputs(resource, entry, shape);
        const stored = { ...resource, outputs };
        this.cloud.put(stored);
        this.storeParts(stored, entry);
        return { id: stored.id, outputs, inputs: stored.inputs };
    }

    private outputs(resource: Resource, entry: ResourceType, shape: ClassShape): Properties {
        const computed = merge(commonOutputs(resource, shape), entry.computed?.(resource, this.cloud.view()));
        const outputs = merge(echoedOutputs(resource.inputs, shape.outputs), computed) as Properties;
        return Object.fromEntries(Object.entries(outputs).filter(([name]) => shape.outputs.has(name)));
    }

    private applyRules(resource: Resource, entry: ResourceType, preview: boolean, before?: Resource): void {
        for (const rule of entry.rules ?? []) {
            const refusal = rule(resource, this.cloud.view(preview), before);
            if (refusal) throw refusal;
        }
    }

    private partsOf(resource: Resource, entry: ResourceType): Resource[] {
        return (entry.parts?.(resource) ?? []).map((part) => ({
            ...part,
            urn: "",
            outputs: {},
            partOf: resource.id,
        }));
    }

    private storeParts(resource: Resource, entry: ResourceType): void {
        const parts = this.partsOf(resource, entry);
        const wanted = new Set(parts.map(({ id }) => idKey(id)));
        for (const child of this.cloud.children(resource.id)) {
            if (child.partOf === undefined || wanted.has(idKey(child.id))) continue;
            if (entry.absentCollectionsStay && !hasCollection(resource.inputs, child.id)) continue;
            refuseDeletion(child, resourceType(child.type), this.cloud);
            this.removeWithChildren(child);
        }
        for (const part of parts) {
            const isSet = resourceType(part.type).comesWithParent && (this.cloud.get(part.id)?.urn ?? "") !== "";
            if (isSet) continue;
            const shape = classShape(part.type);
            const outputs = shape ? this.outputs(part, resourceType(part.type), shape) : {};
            this.cloud.put({ ...part, outputs });
        }
    }

    /** Puts back what Azure had made along with the parent. */
    private reset({ id, type }: Resource): void {
        const parent = this.cloud.get(parentId(id) ?? "");
        const parts = parent ? this.partsOf(parent, resourceType(parent.type)) : [];
        const original = parts.find((part) => idKey(part.id) === idKey(id));
        this.cloud.put(original ?? { id, type, urn: "", inputs: {}, outputs: {}, partOf: parent?.id });
    }

    private removeWithChildren(resource: Resource): void {
        for (const child of this.cloud.children(resource.id)) this.removeWithChildren(child);
        for (const { id } of this.cloud.resources().filter(({ partOf }) => partOf === resource.id))
            this.cloud.remove(id);
        this.cloud.remove(resource.id);
    }

    private refuseExisting(resource: Resource): void {
        const existing = this.cloud.get(resource.id);
        if (existing) throw alreadyExists(resource);
    }

    private fail(target: Target, operation: Operation): void {
        const token = `azure-native:${canonicalType(target.type)}`;
        const fault = this.faults.take(token, operation, target.name);
        if (fault) throw new ArmError(fault.code, fault.message, fault.status);
    }
}

/** Whether the inputs speak of the collection that a child belongs to, as `subnets` for `<id>/subnets/<name>`. */
function hasCollection(inputs: Properties, childId: string): boolean {
    const collection = lastSegment(childId.slice(0, childId.lastIndexOf("/"))).toLowerCase();
    return Object.entries(inputs).some(([name, value]) => name.toLowerCase() === collection && Array.isArray(value));
}

function alreadyExists(resource: Resource): ArmError {
    return new ArmError(
        "Conflict",
        `cannot create already existing resource '${shortName(resource.id)}' (${resource.id}). ` +
            `Give it another name, or import the existing one.`,
        409,
    );
}
