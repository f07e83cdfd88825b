import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { Cloud } from "../cloud/cloud";
import type { Properties } from "../provider/values";
import type { Cluster, ObjectName } from "./cluster";
import { builtInScope } from "./kinds";
import type { KindScope } from "./kinds";
import { objectKey } from "./object";
import type { KubernetesObject } from "./object";

/**
 * The provider option `renderYamlToDirectory`: each object becomes a YAML file, definitions in `0-crd` and the rest in
 * `1-manifest`, and no cluster is asked for anything.
 */
export class RenderedDirectory implements Cluster {
    constructor(
        private readonly cloud: Cloud,
        private readonly directory: string,
    ) {}

    /** Without a cluster the scope of a custom resource is unknown: its namespace stays as the program gave it. */
    scopeOf(apiVersion: string, kind: string): KindScope {
        return builtInScope(apiVersion, kind) ?? "Cluster";
    }

    get(name: ObjectName): KubernetesObject | undefined {
        return this.cloud.kubernetesObject(objectKey({ cluster: this.address, ...name }));
    }

    put(name: ObjectName, inputs: Properties): KubernetesObject {
        const file = this.file(name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, stringify(inputs));
        const object = { cluster: this.address, ...name, inputs, outputs: inputs, generation: 1 };
        this.cloud.putObject(object);
        return object;
    }

    remove(name: ObjectName): void {
        rmSync(this.file(name), { force: true });
        this.cloud.removeObject(objectKey({ cluster: this.address, ...name }));
    }

    private get address(): string {
        return `directory ${this.directory}`;
    }

    private file({ apiVersion, kind, namespace, name }: ObjectName): string {
        const folder = kind === "CustomResourceDefinition" ? "0-crd" : "1-manifest";
        const parts = [apiVersion, kind.toLowerCase(), namespace || "default", name];
        return join(this.directory, folder, `${parts.join("-").replace(/[/:]/g, "_")}.yaml`);
    }
}
