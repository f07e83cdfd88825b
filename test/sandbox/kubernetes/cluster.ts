import type { Cloud } from "../cloud/cloud";
import { apiServerNames } from "../azure/container-service";
import { hash, guid } from "../azure/derive";
import { extensionsOf, isMachineLearningExtension } from "../azure/kubernetes-configuration";
import type { Resource } from "../azure/resource-type";
import { stringAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { builtInScope } from "./kinds";
import type { KindScope } from "./kinds";
import { apiGroup, objectKey } from "./object";
import type { KubernetesObject } from "./object";

/** What identifies an object within a cluster. */
export interface ObjectName {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
}

/**
 * Where objects go. The simulated cluster is one implementation and a directory of YAML files another; one that talks to
 * a real API server fits as well, therefore all of it may be asynchronous.
 */
export interface Cluster {
    /** Undefined if the cluster doesn't serve the kind. */
    scopeOf(apiVersion: string, kind: string): KindScope | undefined | Promise<KindScope | undefined>;
    get(name: ObjectName): KubernetesObject | undefined | Promise<KubernetesObject | undefined>;
    /** Returns the object as stored. @throws Error with the API server's words. */
    put(name: ObjectName, inputs: Properties): KubernetesObject | Promise<KubernetesObject>;
    remove(name: ObjectName): void | Promise<void>;
}

/** Namespaces that every cluster has from the start, and those that AKS adds. */
const SYSTEM_NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];
const MACHINE_LEARNING_NAMESPACE = "azureml";

/** What the Azure ML extension installs ("Create and manage instance types"). */
const MACHINE_LEARNING_KINDS: Readonly<Record<string, KindScope>> = {
    "amlarc.azureml.com/v1alpha1/InstanceType": "Cluster",
    "amlarc.azureml.com/v1alpha1/InstanceTypeList": "Cluster",
};

/** A cluster whose objects live in the simulated cloud. One that AKS runs disappears along with its resource. */
export class SimulatedCluster implements Cluster {
    /** @param address API server's URL and context: what tells one cluster from another. */
    constructor(
        private readonly cloud: Cloud,
        private readonly address: string,
    ) {}

    scopeOf(apiVersion: string, kind: string): KindScope | undefined {
        return (
            builtInScope(apiVersion, kind) ??
            this.definedScope(apiVersion, kind) ??
            this.extensionScope(apiVersion, kind)
        );
    }

    get(name: ObjectName): KubernetesObject | undefined {
        this.refuseUnreachable();
        return this.cloud.kubernetesObject(this.key(name));
    }

    put(name: ObjectName, inputs: Properties): KubernetesObject {
        this.refuseUnreachable();
        if (name.namespace !== "" && !this.hasNamespace(name.namespace)) {
            throw new Error(`namespaces "${name.namespace}" not found`);
        }
        const before = this.cloud.kubernetesObject(this.key(name));
        const object: KubernetesObject = {
            cluster: this.address,
            ...name,
            inputs,
            generation: (before?.generation ?? 0) + 1,
            outputs: {},
        };
        const stored = { ...object, outputs: withServerFields(object) };
        this.cloud.putObject(stored);
        return stored;
    }

    remove(name: ObjectName): void {
        this.refuseUnreachable();
        this.cloud.removeObject(this.key(name));
        if (name.kind !== "Namespace") return;
        for (const object of this.objects().filter(({ namespace }) => namespace === name.name)) {
            this.cloud.removeObject(objectKey(object));
        }
    }

    private key(name: ObjectName): string {
        return objectKey({ cluster: this.address, ...name });
    }

    private objects(): KubernetesObject[] {
        return this.cloud.kubernetesObjects().filter(({ cluster }) => cluster === this.address);
    }

    private hasNamespace(namespace: string): boolean {
        if (SYSTEM_NAMESPACES.includes(namespace)) return true;
        if (namespace === MACHINE_LEARNING_NAMESPACE && this.hasMachineLearning()) return true;
        return this.objects().some(({ kind, name }) => kind === "Namespace" && name === namespace);
    }

    private definedScope(apiVersion: string, kind: string): KindScope | undefined {
        const definition = this.objects().find(
            ({ kind: definitionKind, inputs }) =>
                definitionKind === "CustomResourceDefinition" &&
                stringAt(inputs, "spec.group") === apiGroup(apiVersion) &&
                stringAt(inputs, "spec.names.kind") === kind,
        );
        if (!definition) return undefined;
        return stringAt(definition.inputs, "spec.scope") === "Cluster" ? "Cluster" : "Namespaced";
    }

    private extensionScope(apiVersion: string, kind: string): KindScope | undefined {
        return this.hasMachineLearning() ? MACHINE_LEARNING_KINDS[`${apiVersion}/${kind}`] : undefined;
    }

    private hasMachineLearning(): boolean {
        const cluster = this.managedCluster();
        const view = this.cloud.view();
        const extensions = cluster ? extensionsOf(cluster.id, view) : view.ofType("kubernetesconfiguration:Extension");
        return extensions.some(isMachineLearningExtension);
    }

    /** The AKS cluster behind the address, or undefined for a cluster that isn't part of the simulated Azure. */
    private managedCluster(): Resource | undefined {
        const host = this.host();
        return this.cloud
            .view()
            .ofType("containerservice:ManagedCluster")
            .find((cluster) => Object.values(apiServerNames(cluster)).includes(host));
    }

    private host(): string {
        return /^https?:\/\/([^/:|]+)/.exec(this.address)?.[1] ?? "";
    }

    private refuseUnreachable(): void {
        if (!this.host().endsWith(".azmk8s.io") || this.managedCluster()) return;
        throw new Error(
            `configured Kubernetes cluster is unreachable: unable to load schema information from the API server: ` +
                `dial tcp: lookup ${this.host()}: no such host`,
        );
    }
}

/** What the API server adds; derived from the object, not from a clock. */
function withServerFields(object: KubernetesObject): Properties {
    const key = objectKey(object);
    const metadata = object.inputs["metadata"];
    return {
        ...object.inputs,
        metadata: {
            ...(typeof metadata === "object" && !Array.isArray(metadata) ? metadata : {}),
            uid: guid("object", key),
            resourceVersion: String(Number.parseInt(hash("version", key).slice(0, 6), 16) + object.generation),
            generation: object.generation,
            creationTimestamp: "2026-01-01T00:00:00Z",
        },
        ...statusOf(object),
    };
}

/** Controllers aren't simulated: what they would bring about is reported as done. */
function statusOf({ kind }: KubernetesObject): Properties {
    if (kind === "Namespace") return { status: { phase: "Active" } };
    if (kind === "Deployment") return { status: { conditions: [{ type: "Available", status: "True" }] } };
    if (kind === "Service") return { status: { loadBalancer: {} } };
    return {};
}
