import type { Value } from "../frame/value";
import { UndecidedError } from "../frame/value";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** Types that ids and names of other resources lead to: ARM type, and the input that holds the name. */
const NAMED: Readonly<Record<string, { kind: string; input: string }>> = {
    "applicationinsights:Component": { kind: "microsoft.insights/components", input: "resourceName" },
    "containerregistry:Registry": { kind: "microsoft.containerregistry/registries", input: "registryName" },
    "containerservice:ManagedCluster": { kind: "microsoft.containerservice/managedclusters", input: "resourceName" },
    "dashboard:Grafana": { kind: "microsoft.dashboard/grafana", input: "workspaceName" },
    "dataprotection:BackupVault": { kind: "microsoft.dataprotection/backupvaults", input: "vaultName" },
    "keyvault:Vault": { kind: "microsoft.keyvault/vaults", input: "vaultName" },
    "kubernetes:ConnectedCluster": { kind: "microsoft.kubernetes/connectedclusters", input: "clusterName" },
    "machinelearningservices:Workspace": {
        kind: "microsoft.machinelearningservices/workspaces",
        input: "workspaceName",
    },
    "monitor:DataCollectionEndpoint": {
        kind: "microsoft.insights/datacollectionendpoints",
        input: "dataCollectionEndpointName",
    },
    "network:ApplicationGateway": { kind: "microsoft.network/applicationgateways", input: "applicationGatewayName" },
    "network:AzureFirewall": { kind: "microsoft.network/azurefirewalls", input: "azureFirewallName" },
    "network:BastionHost": { kind: "microsoft.network/bastionhosts", input: "bastionHostName" },
    "network:ExpressRouteCircuit": { kind: "microsoft.network/expressroutecircuits", input: "circuitName" },
    "network:VirtualNetworkGateway": {
        kind: "microsoft.network/virtualnetworkgateways",
        input: "virtualNetworkGatewayName",
    },
    "operationalinsights:Workspace": { kind: "microsoft.operationalinsights/workspaces", input: "workspaceName" },
    "servicenetworking:TrafficControllerInterface": {
        kind: "microsoft.servicenetworking/trafficcontrollers",
        input: "trafficControllerName",
    },
    "storage:StorageAccount": { kind: "microsoft.storage/storageaccounts", input: "accountName" },
};

const GROUP = "resources:ResourceGroup";

const TOP_LEVEL_ID = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)\/?$/;

/**
 * Whether some candidate passes the test. What can't be decided about one of them counts only if no other passes: then
 * nobody can say that there is none.
 */
export function someOf<Candidate>(candidates: readonly Candidate[], test: (candidate: Candidate) => boolean): boolean {
    let undecided: UndecidedError | undefined;
    for (const candidate of candidates) {
        try {
            if (test(candidate)) {
                return true;
            }
        } catch (error) {
            if (!(error instanceof UndecidedError)) {
                throw error;
            }
            undecided ??= error;
        }
    }
    if (undecided) {
        throw undecided;
    }
    return false;
}

/** Whether an input of `child` is the name of `parent`: the vault of a key, the cluster of an extension. */
export function isNamedBy(graph: ResourceGraph, child: GraphResource, input: string, parent: GraphResource): boolean {
    const value = child.inputs.at(input);
    if (value.unknown) {
        return isSource(graph, child, value, parent);
    }
    return value.folded() === nameOf(graph, parent) && isInGroup(graph, parent, groupOf(graph, child));
}

/** Whether an ARM id that `from` holds is that of `target` itself, and not of a part of it. */
export function leadsTo(graph: ResourceGraph, from: GraphResource, id: Value, target: GraphResource): boolean {
    if (id.unknown) {
        const sources = graph.sourcesOf(from, id);
        // The id of another resource is not this one's. Of a group's id anything can be made.
        const isOthers = sources.length > 0 && sources.every(({ type }) => ![target.type, GROUP].includes(type));
        return !isOthers && isSource(graph, from, id, target);
    }
    const [, group, kind, name] = TOP_LEVEL_ID.exec(id.folded() ?? "") ?? [];
    if (name === undefined || kind !== NAMED[target.type]?.kind || name !== nameOf(graph, target)) {
        return false;
    }
    return isInGroup(graph, target, group);
}

/** An unknown value is of a resource that went into it. If none of that type did, it may be anything. */
function isSource(graph: ResourceGraph, from: GraphResource, value: Value, target: GraphResource): boolean {
    const sources = graph.sourcesOf(from, value).filter(({ type }) => type === target.type);
    if (sources.length === 0) {
        throw new UndecidedError(value.path);
    }
    return sources.includes(target);
}

/** A resource's name in lower case. A name that nobody knows yet may be any. */
function nameOf(graph: ResourceGraph, resource: GraphResource): string | undefined {
    const input = NAMED[resource.type]?.input ?? "name";
    const name = graph.nameOf(resource, input);
    if (name === undefined) {
        resource.inputs.at(input).known();
    }
    return name;
}

/** A resource's group in lower case. A group that nobody knows yet may be any. */
function groupOf(graph: ResourceGraph, resource: GraphResource): string | undefined {
    const group = graph.nameOf(resource, "resourceGroupName");
    if (group === undefined) {
        resource.inputs.at("resourceGroupName").known();
    }
    return group;
}

function isInGroup(graph: ResourceGraph, resource: GraphResource, group: string | undefined): boolean {
    const own = groupOf(graph, resource);
    return own === undefined || group === undefined || own === group;
}
