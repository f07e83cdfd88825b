import { idKey, parentId } from "../azure/arm-id";
import type { CloudView, Resource } from "../azure/resource-type";
import { referencesIn } from "./references";

/** Resources in memory, found by id, type, parent and by what they refer to. */
export class ResourceTable implements CloudView {
    private readonly resources = new Map<string, Resource>();
    private readonly byType = new Map<string, Set<string>>();
    private readonly byParent = new Map<string, Set<string>>();
    private readonly byReference = new Map<string, Set<string>>();

    get size(): number {
        return this.resources.size;
    }

    put(resource: Resource): void {
        this.remove(resource.id);
        const key = idKey(resource.id);
        this.resources.set(key, resource);
        for (const [index, entry] of this.entries(resource)) addTo(index, entry, key);
    }

    remove(id: string): void {
        const key = idKey(id);
        const resource = this.resources.get(key);
        if (!resource) return;
        this.resources.delete(key);
        for (const [index, entry] of this.entries(resource)) index.get(entry)?.delete(key);
    }

    clear(): void {
        for (const index of [this.resources, this.byType, this.byParent, this.byReference]) index.clear();
    }

    get(id: string): Resource | undefined {
        return this.resources.get(idKey(id));
    }

    all(): Resource[] {
        return [...this.resources.values()];
    }

    ofType(type: string): Resource[] {
        return this.lookup(this.byType, type);
    }

    children(id: string, type?: string): Resource[] {
        const children = this.lookup(this.byParent, idKey(id));
        return type === undefined ? children : children.filter((child) => child.type === type);
    }

    holders(id: string): Resource[] {
        return this.lookup(this.byReference, idKey(id));
    }

    private lookup(index: Map<string, Set<string>>, entry: string): Resource[] {
        return [...(index.get(entry) ?? [])].flatMap((key) => this.resources.get(key) ?? []);
    }

    private *entries(resource: Resource): Iterable<[Map<string, Set<string>>, string]> {
        yield [this.byType, resource.type];
        const parent = parentId(resource.id);
        if (parent !== undefined) yield [this.byParent, idKey(parent)];
        for (const { id } of referencesIn(resource.inputs)) {
            // Whoever refers to a subnet or to a backend pool also keeps the network or the load balancer.
            let held: string | undefined = id;
            while (held !== undefined && held.toLowerCase().includes("/providers/")) {
                yield [this.byReference, idKey(held)];
                held = parentId(held);
            }
        }
    }
}

function addTo(index: Map<string, Set<string>>, entry: string, key: string): void {
    const keys = index.get(entry);
    if (keys) keys.add(key);
    else index.set(entry, new Set([key]));
}
