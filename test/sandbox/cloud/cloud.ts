import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { idKey } from "../azure/arm-id";
import type { CloudView, Resource } from "../azure/resource-type";
import type { KubernetesObject } from "../kubernetes/object";
import { objectKey } from "../kubernetes/object";
import { ResourceTable } from "./resource-table";

interface Snapshot {
    readonly version: 1;
    readonly resources: Resource[];
    readonly objects: KubernetesObject[];
}

const WRITE_DELAY_MS = 100;

/**
 * The simulated cloud: what exists in Azure and in its clusters, kept in one file, and what the running preview has
 * planned on top of it. The file is replaced as a whole, so a reader never sees half of it.
 */
export class Cloud {
    private readonly stored = new ResourceTable();
    private readonly planned = new ResourceTable();
    private readonly objects = new Map<string, KubernetesObject>();
    private readonly changed = new Set<string>();
    private readAt = 0;
    private timer: NodeJS.Timeout | undefined;

    /** @param file Where it is kept; without a file it lasts as long as the process. */
    constructor(private readonly file?: string) {
        this.load();
    }

    /** What exists; with `preview`, as it would be after what has been planned so far. */
    view(preview = false): CloudView {
        return preview ? new PlannedView(this.stored, this.planned) : this.stored;
    }

    resources(): Resource[] {
        return this.stored.all();
    }

    get(id: string): Resource | undefined {
        return this.stored.get(id);
    }

    /** All direct children, of whatever type. */
    children(id: string): Resource[] {
        return this.stored.children(id);
    }

    put(resource: Resource): void {
        this.stored.put(resource);
        this.touch(idKey(resource.id));
    }

    remove(id: string): void {
        this.stored.remove(id);
        this.touch(idKey(id));
    }

    plan(resource: Resource): void {
        this.planned.put(resource);
    }

    /** Forgets what an earlier preview planned. */
    forgetPlans(): void {
        this.planned.clear();
    }

    kubernetesObjects(): KubernetesObject[] {
        return [...this.objects.values()];
    }

    kubernetesObject(key: string): KubernetesObject | undefined {
        return this.objects.get(key);
    }

    putObject(object: KubernetesObject): void {
        this.objects.set(objectKey(object), object);
        this.touch(objectKey(object));
    }

    removeObject(key: string): void {
        this.objects.delete(key);
        this.touch(key);
    }

    /** Writes what has changed since the last write. */
    flush(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
        if (this.file === undefined || this.changed.size === 0) return;
        this.mergeOtherRuns();
        const snapshot: Snapshot = { version: 1, resources: this.stored.all(), objects: this.kubernetesObjects() };
        mkdirSync(dirname(this.file), { recursive: true });
        const temporary = `${this.file}.${process.pid}.new`;
        writeFileSync(temporary, JSON.stringify(snapshot, undefined, 1));
        renameSync(temporary, this.file);
        this.readAt = statSync(this.file).mtimeMs;
        this.changed.clear();
    }

    private touch(key: string): void {
        this.changed.add(key);
        if (this.file === undefined || this.timer) return;
        this.timer = setTimeout(() => this.flush(), WRITE_DELAY_MS);
        // A pending write must not keep the process alive: stopping the sandbox flushes.
        this.timer.unref();
    }

    private load(): void {
        const snapshot = this.read();
        for (const resource of snapshot?.resources ?? []) this.stored.put(resource);
        for (const object of snapshot?.objects ?? []) this.objects.set(objectKey(object), object);
    }

    private read(): Snapshot | undefined {
        if (this.file === undefined || !existsSync(this.file)) return undefined;
        this.readAt = statSync(this.file).mtimeMs;
        const text = readFileSync(this.file, "utf8");
        try {
            return JSON.parse(text) as Snapshot;
        } catch {
            throw new Error(`The simulated cloud in ${this.file} is not valid JSON. Delete the file to start anew.`);
        }
    }

    /** Another stack may have been deployed into the same cloud meanwhile: its changes win where we made none. */
    private mergeOtherRuns(): void {
        if (this.file === undefined || !existsSync(this.file) || statSync(this.file).mtimeMs === this.readAt) return;
        const snapshot = this.read();
        if (!snapshot) return;
        const theirs = new Set<string>();
        for (const resource of snapshot.resources) {
            theirs.add(idKey(resource.id));
            if (!this.changed.has(idKey(resource.id))) this.stored.put(resource);
        }
        for (const resource of this.stored.all()) {
            if (!theirs.has(idKey(resource.id)) && !this.changed.has(idKey(resource.id)))
                this.stored.remove(resource.id);
        }
        for (const object of snapshot.objects) {
            if (!this.changed.has(objectKey(object))) this.objects.set(objectKey(object), object);
        }
    }
}

/** What a preview sees: plans in front of what exists. */
class PlannedView implements CloudView {
    constructor(
        private readonly stored: ResourceTable,
        private readonly planned: ResourceTable,
    ) {}

    get(id: string): Resource | undefined {
        return this.planned.get(id) ?? this.stored.get(id);
    }

    ofType(type: string): Resource[] {
        return this.merged((table) => table.ofType(type));
    }

    children(id: string, type: string): Resource[] {
        return this.merged((table) => table.children(id, type));
    }

    holders(id: string): Resource[] {
        return this.merged((table) => table.holders(id));
    }

    private merged(select: (table: ResourceTable) => Resource[]): Resource[] {
        if (this.planned.size === 0) return select(this.stored);
        return [...select(this.stored).filter(({ id }) => !this.planned.get(id)), ...select(this.planned)];
    }
}
