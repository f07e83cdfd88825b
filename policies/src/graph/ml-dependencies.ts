import type { Findings } from "../frame/findings";
import { ClientNames } from "./client-names";
import { subnetsOfClusters } from "./cluster-wiring";
import { attachments, isUnderHub, WORKSPACE, workspaceOf } from "./machine-learning";
import { requireOwnOrDeclared } from "./own-or-declared";
import { PrivateLinks } from "./private-links";
import { leadsTo } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

const CLUSTER = "containerservice:ManagedCluster";
const STORAGE = "storage:StorageAccount";

/** What a workspace keeps its things in, by property. */
const DEPENDENCIES: Readonly<Record<string, { type: string; kind: string }>> = {
    storageAccount: { type: STORAGE, kind: "storage account" },
    keyVault: { type: "keyvault:Vault", kind: "key vault" },
    containerRegistry: { type: "containerregistry:Registry", kind: "container registry" },
    applicationInsights: { type: "applicationinsights:Component", kind: "Application Insights" },
};

/** Parts of the account that a closed workspace uses ("Configure a private endpoint for an Azure Machine Learning workspace"). */
const STORAGE_GROUPS = ["blob", "file"];

/**
 * Proves that all a workspace is made of is closed with it: its dependencies are resources that rules judge, its account is
 * reached privately in all parts that it uses, and attached clusters find each of them.
 */
export class MachineLearningDependencies {
    private readonly links: PrivateLinks;
    private readonly names: ClientNames;

    /** @param trusted ARM ids of dependencies that another stack holds */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly trusted: readonly string[],
        trustedServers: readonly string[],
    ) {
        this.links = graph.model(PrivateLinks);
        this.names = new ClientNames(graph, trustedServers);
    }

    prove(findings: Findings): void {
        for (const workspace of this.graph.ofType(WORKSPACE)) {
            const own = findings.on(workspace.urn);
            own.attempt(() => {
                if (!isUnderHub(workspace.inputs)) {
                    this.proveDependencies(workspace, own);
                    this.proveStorage(workspace, own);
                }
            });
        }
        this.proveClients(findings);
    }

    /** One that is not set is `ml-deps-explicit`'s. */
    private proveDependencies(workspace: GraphResource, findings: Findings): void {
        for (const [property, { type, kind }] of Object.entries(DEPENDENCIES)) {
            const id = workspace.inputs.at(property);
            if (id.present) {
                const candidates = this.graph.ofType(type);
                const declared = { option: "trustedDependencies", ids: this.trusted };
                findings.attempt(() =>
                    requireOwnOrDeclared(this.graph, { from: workspace, id, kind }, candidates, declared, findings),
                );
            }
        }
    }

    /** That a closed account has an endpoint at all is `private-service-closure`'s. */
    private proveStorage(workspace: GraphResource, findings: Findings): void {
        for (const account of this.dependenciesOf(workspace).filter(({ type }) => type === STORAGE)) {
            if (account.inputs.at("publicNetworkAccess").folded() !== "disabled") {
                continue;
            }
            const groups = this.links.connectionsTo(account).flatMap(({ groupIds }) => groupIds.texts());
            const missing = STORAGE_GROUPS.filter((group) => !groups.some((id) => id.toLowerCase() === group));
            const way = `${workspace.name} -> ${account.name} -> no private endpoint of the group ${missing.join(", ")}`;
            if (missing.length > 0 && this.links.loose[0]) {
                findings.undecided(
                    `${way} is known to lead to it, and where ${this.links.loose[0].name} leads is not known in this preview. ` +
                        "Pass the account's own id to the endpoint.",
                );
            } else if (missing.length > 0) {
                findings.fail(`${way}, so jobs and notebooks fail at it. Add a PrivateEndpoint for each.`);
            }
        }
    }

    private dependenciesOf(workspace: GraphResource): GraphResource[] {
        return Object.entries(DEPENDENCIES).flatMap(([property, { type }]) => {
            const reference = this.graph.follow(workspace, workspace.inputs.at(property), type);
            return resourcesOf(reference);
        });
    }

    private proveClients(findings: Findings): void {
        const computes = attachments(this.graph);
        if (computes.length === 0) {
            return;
        }
        const subnets = subnetsOfClusters(this.graph, findings);
        for (const compute of computes) {
            const own = findings.on(compute.urn);
            own.attempt(() => {
                const id = compute.inputs.at("properties.resourceId");
                const cluster = this.graph.ofType(CLUSTER).find((each) => leadsTo(this.graph, compute, id, each));
                const workspace = workspaceOf(this.graph, compute);
                if (cluster === undefined || workspace === undefined) {
                    return;
                }
                const networks = new Set([...(subnets.get(cluster) ?? [])].flatMap(({ network }) => network ?? []));
                for (const service of [workspace, ...this.dependenciesOf(workspace)]) {
                    networks.forEach((network) => this.names.prove(cluster, service, network, own));
                }
            });
        }
    }
}
