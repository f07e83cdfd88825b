import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { Cloud } from "../cloud/cloud";
import type { Faults, Operation } from "../faults";
import { difference } from "../provider/difference";
import type { Checked, Difference, Provider, ProviderInstance, State, Target } from "../provider/server";
import { isProperties, stringAt, UNKNOWN, valueAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { SimulatedCluster } from "./cluster";
import type { Cluster, ObjectName } from "./cluster";
import { builtInScope, isBuiltInGroup, replacedOn } from "./kinds";
import { RenderedDirectory } from "./rendered-directory";

/** The Kubernetes provider, simulated. */
export class KubernetesProvider implements Provider {
    readonly version = installedVersion();

    /** @param projectDir Where a relative `renderYamlToDirectory` starts. */
    constructor(
        private readonly cloud: Cloud,
        private readonly faults: Faults,
        private readonly projectDir: string,
    ) {}

    configure(config: Properties): ProviderInstance {
        return new KubernetesInstance(this.cluster(config), this.faults, stringAt(config, "namespace") ?? "default");
    }

    private cluster(config: Properties): Cluster | undefined {
        const directory = config["renderYamlToDirectory"];
        if (typeof directory === "string" && directory !== "") {
            return new RenderedDirectory(this.cloud, resolve(this.projectDir, directory));
        }
        // In a preview the cluster may not exist yet, so neither does its kubeconfig.
        if (config["kubeconfig"] === UNKNOWN || directory === UNKNOWN) return undefined;
        return new SimulatedCluster(this.cloud, clusterAddress(config));
    }
}

function installedVersion(): string {
    const file = require.resolve("@pulumi/kubernetes/package.json");
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

interface Kubeconfig {
    readonly clusters?: readonly { readonly name: string; readonly cluster?: { readonly server?: string } }[];
    readonly contexts?: readonly { readonly name: string; readonly context?: { readonly cluster?: string } }[];
    readonly "current-context"?: string;
}

/** The API server's URL and the context: what distinguishes clusters. */
function clusterAddress(config: Properties): string {
    const text = stringAt(config, "kubeconfig") ?? "";
    const content = existsSync(text) ? readFileSync(text, "utf8") : text;
    const kubeconfig = (content === "" ? {} : (parse(content) as Kubeconfig | null)) ?? {};
    const context = stringAt(config, "context") ?? kubeconfig["current-context"] ?? "";
    const clusterName =
        stringAt(config, "cluster") ??
        kubeconfig.contexts?.find(({ name }) => name === context)?.context?.cluster ??
        "";
    const entry = kubeconfig.clusters?.find(({ name }) => name === clusterName) ?? kubeconfig.clusters?.[0];
    return `${entry?.cluster?.server ?? "https://kubernetes.default.svc"}|${context}`;
}

class KubernetesInstance implements ProviderInstance {
    constructor(
        /** Undefined while it isn't known which cluster it is. */
        private readonly cluster: Cluster | undefined,
        private readonly faults: Faults,
        private readonly defaultNamespace: string,
    ) {}

    async check(target: Target, news: Properties, olds: Properties, seed: Uint8Array): Promise<Checked> {
        this.refuseUnknownKind(target, news);
        const metadata = isProperties(news["metadata"]) ? { ...news["metadata"] } : {};
        if (news["metadata"] === UNKNOWN) return { inputs: news, failures: [] };
        metadata["name"] ??= stringAt(olds, "metadata.name") ?? generatedName(target, seed);
        const scope = await this.cluster?.scopeOf(String(news["apiVersion"]), String(news["kind"]));
        if (scope === "Namespaced") metadata["namespace"] ??= this.defaultNamespace;
        if (
            scope === "Cluster" &&
            metadata["namespace"] !== undefined &&
            !(this.cluster instanceof RenderedDirectory)
        ) {
            const reason = `${String(news["kind"])} is not namespaced: leave metadata.namespace out`;
            return { inputs: news, failures: [{ property: "metadata.namespace", reason }] };
        }
        return { inputs: { ...news, metadata }, failures: [] };
    }

    diff(_target: Target, _id: string, oldInputs: Properties, news: Properties): Difference {
        const changes = difference(oldInputs, news, { replaceOn: replacedOn(String(news["kind"])) });
        const sameName = ["metadata.name", "metadata.namespace"].every(
            (path) => valueAt(oldInputs, path) === valueAt(news, path),
        );
        return { changes, deleteBeforeReplace: sameName };
    }

    async create(target: Target, inputs: Properties, preview: boolean): Promise<State> {
        if (preview) return { id: "", outputs: previewed(inputs) };
        this.fail(target, "create");
        const name = await this.named(inputs);
        if (await this.reachable().get(name)) {
            throw new Error(`${plural(name.kind)} "${name.name}" already exists`);
        }
        return this.put(name, inputs);
    }

    async update(target: Target, _id: string, inputs: Properties, preview: boolean): Promise<State> {
        if (preview) return { id: "", outputs: previewed(inputs) };
        this.fail(target, "update");
        return this.put(await this.named(inputs), inputs);
    }

    async read(target: Target, id: string, inputs: Properties | undefined): Promise<State | undefined> {
        this.fail(target, "read");
        const object = await this.reachable().get(nameFromId(target, id, inputs));
        return object && { id, outputs: object.outputs, inputs: inputs ?? object.inputs };
    }

    async delete(target: Target, id: string): Promise<void> {
        this.fail(target, "delete");
        await this.reachable().remove(nameFromId(target, id, undefined));
    }

    invoke(token: string): Properties {
        throw new Error(`The function ${token} is not simulated.`);
    }

    private reachable(): Cluster {
        if (this.cluster) return this.cluster;
        throw new Error("configured Kubernetes cluster is unreachable: the kubeconfig is not known yet");
    }

    private async put(name: ObjectName, inputs: Properties): Promise<State> {
        const object = await this.reachable().put(name, inputs);
        const id = name.namespace === "" ? name.name : `${name.namespace}/${name.name}`;
        return { id, outputs: object.outputs, inputs };
    }

    private async named(inputs: Properties): Promise<ObjectName> {
        const [apiVersion, kind] = [String(inputs["apiVersion"]), String(inputs["kind"])];
        const scope = await this.reachable().scopeOf(apiVersion, kind);
        if (!scope) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
        const namespace = stringAt(inputs, "metadata.namespace") ?? "";
        return { apiVersion, kind, namespace, name: stringAt(inputs, "metadata.name") ?? "" };
    }

    /** A kind that Kubernetes doesn't have is refused at once; a custom one may come with the same deployment. */
    private refuseUnknownKind(target: Target, inputs: Properties): void {
        const [apiVersion, kind] = [inputs["apiVersion"], inputs["kind"]];
        if (typeof apiVersion !== "string" || typeof kind !== "string") {
            throw new Error(
                `${target.type} ${target.name} is not simulated: it is no object with apiVersion and kind.`,
            );
        }
        if (!isBuiltInGroup(apiVersion) || builtInScope(apiVersion, kind)) return;
        throw new Error(
            `kubernetes:${apiVersion}:${kind} is not simulated: Kubernetes 1.33 has no such kind. ` +
                `Add it to test/sandbox/kubernetes/kinds.ts if it has.`,
        );
    }

    private fail(target: Target, operation: Operation): void {
        const fault = this.faults.take(target.type, operation, target.name);
        if (fault) throw new Error(`${fault.message} (${fault.code}, status ${fault.status})`);
    }
}

function generatedName(target: Target, seed: Uint8Array): string {
    return `${target.name}-${createHash("sha256").update(target.urn).update(seed).digest("hex").slice(0, 8)}`;
}

/** The API server sets these on create. */
function previewed(inputs: Properties): Properties {
    const metadata = isProperties(inputs["metadata"])
        ? {
              ...inputs["metadata"],
              uid: UNKNOWN,
              resourceVersion: UNKNOWN,
              generation: UNKNOWN,
              creationTimestamp: UNKNOWN,
          }
        : UNKNOWN;
    return { ...inputs, metadata, status: UNKNOWN };
}

/** Type tokens spell the core group as `core/v1`. */
function nameFromId(target: Target, id: string, inputs: Properties | undefined): ObjectName {
    const [, version = "", kind = ""] = target.type.split(":");
    const [namespace, name] = id.includes("/") ? id.split("/") : ["", id];
    return {
        apiVersion: stringAt(inputs, "apiVersion") ?? version.replace(/^core\//, ""),
        kind,
        namespace: namespace ?? "",
        name: name ?? "",
    };
}

function plural(kind: string): string {
    const lower = kind.toLowerCase();
    return /(s|x|ch)$/.test(lower) ? `${lower}es` : lower.endsWith("y") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}
