import type { Findings } from "../frame/findings";
import { allAwaited } from "./awaited";
import { parseArmId } from "./arm-id";
import { EXTENSION, attachments, isMachineLearning, workspaceOf } from "./machine-learning";
import { isAmong } from "./own-or-declared";
import { isNamedBy, leadsTo, someOf } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** ARM kinds of what can be attached, by their types in the stack. */
const KINDS: Readonly<Record<string, string>> = {
    "containerservice:ManagedCluster": "managedclusters",
    "kubernetes:ConnectedCluster": "connectedclusters",
};

const BINDING = "containerservice:TrustedAccessRoleBinding";
const WORKLOAD_ROLE = "microsoft.machinelearningservices/workspaces/mlworkload";

/**
 * Proves that a cluster is ready before a workspace uses it: compute -> cluster -> Azure Machine Learning extension, and
 * trusted access for that very workspace. How the extension is set is the question of rules about extensions.
 */
export class AttachChains {
    /** @param prepared ARM ids of clusters on which another stack installs the extension */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly prepared: readonly string[],
    ) {}

    prove(findings: Findings): void {
        for (const compute of attachments(this.graph)) {
            const own = findings.on(compute.urn);
            own.attempt(() => this.proveCompute(compute, own));
        }
    }

    private proveCompute(compute: GraphResource, findings: Findings): void {
        const id = compute.inputs.at("properties.resourceId");
        if (!id.present || (!id.unknown && isAmong(this.prepared, id.text() ?? ""))) {
            return;
        }
        const clusters = Object.keys(KINDS).flatMap((type) => this.graph.ofType(type));
        const cluster = clusters.find((each) => leadsTo(this.graph, compute, id, each));
        if (cluster === undefined) {
            id.known();
        }
        const extensions = this.machineLearningExtensions().filter((extension) =>
            cluster ? this.isOn(extension, cluster) : this.isOnId(extension, id.text() ?? ""),
        );
        const name = cluster?.name ?? id.shown();
        if (extensions.length === 0) {
            findings.fail(
                `${compute.name} -> ${name} -> no Azure Machine Learning extension of this stack is on it, so Azure refuses to attach it. ` +
                    "Add an Extension of the type Microsoft.AzureML.Kubernetes, or name the cluster in this rule's preparedClusters if another stack does.",
            );
        }
        this.proveAwaited(compute, name, extensions, findings);
        if (cluster) {
            this.proveTrusted(compute, cluster, findings);
        }
    }

    private machineLearningExtensions(): GraphResource[] {
        return this.graph.ofType(EXTENSION).filter((extension) => isMachineLearning(extension));
    }

    private isOn(extension: GraphResource, cluster: GraphResource): boolean {
        return (
            extension.inputs.at("clusterResourceName").folded() === KINDS[cluster.type] &&
            isNamedBy(this.graph, extension, "clusterName", cluster)
        );
    }

    /** Whether an extension is on a cluster that another stack holds. */
    private isOnId({ inputs }: GraphResource, id: string): boolean {
        const named = parseArmId(id);
        return (
            inputs.at("clusterResourceName").folded() === named?.kind &&
            inputs.at("clusterName").folded() === named?.names[0] &&
            inputs.at("resourceGroupName").folded() === named?.resourceGroup
        );
    }

    private proveAwaited(
        compute: GraphResource,
        cluster: string,
        parts: readonly GraphResource[],
        findings: Findings,
    ): void {
        const awaited = allAwaited(compute, this.graph);
        if (parts.length > 0 && !parts.some(({ urn }) => awaited.has(urn))) {
            findings.fail(
                `${compute.name} -> ${cluster} -> ${parts[0]?.name}: ${compute.name} does not wait for it, so it may be attached before. ` +
                    `Name ${parts[0]?.name} in the dependsOn of ${compute.name}.`,
            );
        }
    }

    /** Where the stack makes trusted access at all: whether it must is `amlx-trusted-access`'s question. */
    private proveTrusted(compute: GraphResource, cluster: GraphResource, findings: Findings): void {
        const bindings = this.graph
            .ofType(BINDING)
            .filter(
                (binding) =>
                    isNamedBy(this.graph, binding, "resourceName", cluster) &&
                    someOf(binding.inputs.at("roles").items(), (role) => role.folded() === WORKLOAD_ROLE),
            );
        const workspace = workspaceOf(this.graph, compute);
        if (workspace === undefined || bindings.length === 0) {
            return;
        }
        const own = bindings.filter((binding) =>
            leadsTo(this.graph, binding, binding.inputs.at("sourceResourceId"), workspace),
        );
        if (own.length === 0) {
            findings.fail(
                `${compute.name} -> ${cluster.name} -> ${bindings[0]?.name}: trusted access is for another workspace than ${workspace.name}. ` +
                    `Add a TrustedAccessRoleBinding with the id of ${workspace.name} as sourceResourceId.`,
            );
        }
        this.proveAwaited(compute, cluster.name, own, findings);
    }
}
