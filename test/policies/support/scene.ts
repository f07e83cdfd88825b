import { normalizeType } from "../../../policies/src/frame/azure-type";
import { Value } from "../../../policies/src/frame/value";
import { ResourceGraph } from "../../../policies/src/graph/resource-graph";

/** What the engine sends for a text that is not known in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The same for a list. */
export const UNKNOWN_LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";
/** The same for a boolean. */
export const UNKNOWN_FLAG = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
/** The same for an object. */
export const UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

export type Properties = Record<string, unknown>;

/** A resource as a program declares it. */
export interface Declared {
    /** Type token, in any spelling. */
    type: string;
    name: string;
    inputs: Properties;
    /** What the provider answered, beside the inputs. */
    outputs?: Properties;
    /** Top-level input -> names of the resources whose outputs went into it. */
    from?: Record<string, string[]>;
    /** Names of resources that it waits for beside those. */
    waitsFor?: string[];
}

export function urnOf({ type, name }: Declared): string {
    return `urn:pulumi:dev::foreign::${type}::${name}`;
}

/** URNs behind each property of a resource. */
export function sourcesOf(resource: Declared, scene: readonly Declared[]): Record<string, string[]> {
    const urns = (names: string[]) => scene.filter((other) => names.includes(other.name)).map(urnOf);
    return Object.fromEntries(Object.entries(resource.from ?? {}).map(([property, names]) => [property, urns(names)]));
}

/** URNs of all resources that it waits for. */
export function dependenciesOf(resource: Declared, scene: readonly Declared[]): string[] {
    const waitsFor = scene.filter(({ name }) => resource.waitsFor?.includes(name)).map(urnOf);
    return [...new Set([...Object.values(sourcesOf(resource, scene)).flat(), ...waitsFor])];
}

/** The graph that the pack builds of these resources. */
export function graphOf(scene: readonly Declared[]): ResourceGraph {
    return new ResourceGraph(
        scene.map((resource) => ({
            urn: urnOf(resource),
            type: normalizeType(resource.type),
            name: resource.name,
            inputs: new Value(resource.inputs, ""),
            outputs: new Value({ ...resource.inputs, ...resource.outputs }, ""),
            dependencies: dependenciesOf(resource, scene),
            propertyDependencies: sourcesOf(resource, scene),
        })),
    );
}

/** A copy with some properties, named by dotted paths with list positions (`routes.0.nextHopType`), set or removed. */
export function changed<T>(original: T, changes: Properties): T {
    const copy = structuredClone(original);
    for (const [path, value] of Object.entries(changes)) {
        const keys = path.split(".");
        const last = keys.pop() ?? "";
        let parent = copy as Properties;
        for (const key of keys) {
            parent[key] ??= {};
            parent = parent[key] as Properties;
        }
        if (value === undefined && Array.isArray(parent)) {
            parent.splice(Number(last), 1);
        } else if (value === undefined) {
            delete parent[last];
        } else {
            parent[last] = value;
        }
    }
    return copy;
}
