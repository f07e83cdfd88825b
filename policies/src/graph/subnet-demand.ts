import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** Addresses that something takes in a subnet. */
export interface Demand {
    owner: GraphResource;
    /** "pool gpu: 6 nodes with 31 addresses each" */
    what: string;
    subnetId: Value;
    least: number;
    /** More than `least` where a cluster's networking is not known. */
    most: number;
}

const CLUSTER = "containerservice:ManagedCluster";

/** What AKS takes for flat networks where a pool says nothing (Azure documentation, "AKS IP address planning"). */
const DEFAULT_PODS = 30;
/** The same for the nodes that an upgrade adds. */
const DEFAULT_SURGE = "10%";

interface Pool {
    owner: GraphResource;
    label: string;
    properties: Value;
    /** The clusters that it may be of; none if another stack holds its cluster. */
    clusters: readonly GraphResource[];
}

/** Everything that takes addresses in subnets, nodes that an upgrade adds included. */
export function demandsOf(graph: ResourceGraph, findings: Findings): Demand[] {
    return [
        ...poolsOf(graph, findings).flatMap((pool) => attempted(pool.owner, findings, () => poolDemands(pool))),
        ...graph.ofType(CLUSTER).flatMap((cluster) => attempted(cluster, findings, () => apiServerDemand(cluster))),
        ...listed(graph, findings, "network:NetworkInterface", "ipConfigurations", "interface"),
        ...listed(graph, findings, "network:LoadBalancer", "frontendIPConfigurations", "frontend of"),
        ...graph
            .ofType("network:PrivateEndpoint")
            .flatMap((owner) => attempted(owner, findings, () => endpointDemand(owner))),
    ];
}

function attempted(owner: GraphResource, findings: Findings, make: () => Demand[]): Demand[] {
    let demands: Demand[] = [];
    findings.on(owner.urn).attempt(() => {
        demands = make();
    });
    return demands;
}

function poolsOf(graph: ResourceGraph, findings: Findings): Pool[] {
    const inline = graph.ofType(CLUSTER).flatMap((owner) => {
        const pools: Pool[] = [];
        findings.on(owner.urn).attempt(() => {
            for (const properties of owner.inputs.at("agentPoolProfiles").items()) {
                const label = `pool ${properties.at("name").shown()} of ${owner.name}`;
                pools.push({ owner, label, properties, clusters: [owner] });
            }
        });
        return pools;
    });
    const alone = graph.ofType("containerservice:AgentPool").map((owner) => ({
        owner,
        label: `pool ${owner.name}`,
        properties: owner.inputs,
        clusters: graph.parents(owner, "resourceName", CLUSTER),
    }));
    return [...inline, ...alone];
}

function poolDemands({ owner, label, properties, clusters }: Pool): Demand[] {
    const pool = properties.known();
    const subnetId = pool.at("vnetSubnetID");
    const podSubnetId = pool.at("podSubnetID");
    if (!subnetId.present && !podSubnetId.present) {
        return [];
    }
    const nodes = mostNodes(pool);
    const demand = (place: Value, least: number, most: number): Demand => ({
        owner,
        subnetId: place,
        what: `${label}: ${nodes} nodes with ${most === least ? least : `${least} to ${most}`} addresses each`,
        least: nodes * least,
        most: nodes * most,
    });
    if (podSubnetId.present) {
        const pods = numberOf(pool.at("maxPods")) ?? DEFAULT_PODS;
        return [demand(subnetId, 1, 1), demand(podSubnetId, pods, pods)];
    }
    const flat = isFlat(clusters);
    if (flat === false) {
        return [demand(subnetId, 1, 1)];
    }
    const withPods = 1 + (numberOf(pool.at("maxPods")) ?? DEFAULT_PODS);
    return [demand(subnetId, flat ? withPods : 1, withPods)];
}

/** Whether pods take addresses beside their nodes; undefined if nobody knows. */
function isFlat(clusters: readonly GraphResource[]): boolean | undefined {
    const answers = new Set(
        clusters.map(({ inputs }) => {
            const [plugin, mode] = ["networkPlugin", "networkPluginMode"].map((name) =>
                inputs.at(`networkProfile.${name}`),
            );
            const isOther = plugin && !plugin.unknown && plugin.folded() !== "azure";
            const isOverlay = mode && !mode.unknown && mode.folded() === "overlay";
            if (isOther || isOverlay) {
                return false;
            }
            return plugin?.unknown || mode?.unknown ? undefined : true;
        }),
    );
    const [answer] = answers;
    return answers.size === 1 ? answer : undefined;
}

/** The most nodes that a pool can have, those that an upgrade adds for its time included. */
function mostNodes(pool: Value): number {
    const machines = pool.at("virtualMachinesProfile.scale.manual").items();
    const manual = machines.reduce((sum, each) => sum + (numberOf(each.known().at("count")) ?? 0), 0);
    const scaled = pool.at("enableAutoScaling").isTrue() ? numberOf(pool.at("maxCount")) : numberOf(pool.at("count"));
    const nodes = machines.length > 0 ? manual : (scaled ?? 1);
    // Spot nodes are replaced where they stand.
    const isSpot = pool.at("scaleSetPriority").folded() === "spot";
    return nodes + (isSpot ? 0 : surgeOf(nodes, pool.at("upgradeSettings.maxSurge")));
}

function surgeOf(nodes: number, maxSurge: Value): number {
    const written = maxSurge.known().raw ?? DEFAULT_SURGE;
    const surge = Number.parseInt(String(written), 10) || 0;
    return String(written).endsWith("%") ? Math.ceil((nodes * surge) / 100) : surge;
}

/** The private endpoint of an API server takes an address in the first pool's subnet. */
function apiServerDemand(owner: GraphResource): Demand[] {
    const access = owner.inputs.at("apiServerAccessProfile");
    if (!access.at("enablePrivateCluster").isTrue() || access.at("enableVnetIntegration").isTrue()) {
        return [];
    }
    const [first] = owner.inputs.at("agentPoolProfiles").items();
    const subnetId = first?.at("vnetSubnetID");
    return subnetId?.present ? [{ owner, what: `API server of ${owner.name}`, subnetId, least: 1, most: 1 }] : [];
}

function endpointDemand(owner: GraphResource): Demand[] {
    const addresses = Math.max(1, owner.inputs.at("ipConfigurations").items().length);
    const subnetId = owner.inputs.at("subnet.id");
    return [{ owner, what: `private endpoint ${owner.name}`, subnetId, least: addresses, most: addresses }];
}

function listed(graph: ResourceGraph, findings: Findings, type: string, list: string, what: string): Demand[] {
    return graph.ofType(type).flatMap((owner) =>
        attempted(owner, findings, () =>
            owner.inputs
                .at(list)
                .items()
                .map((each) => each.known().at("subnet.id"))
                .filter((subnetId) => subnetId.present)
                .map((subnetId) => ({ owner, what: `${what} ${owner.name}`, subnetId, least: 1, most: 1 })),
        ),
    );
}

function numberOf(value: Value): number | undefined {
    const { raw } = value.known();
    return typeof raw === "number" ? raw : undefined;
}
