import { inDoubt } from "../frame/doubt";
import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import { AddressSet, EVERYTHING } from "./address-set";
import { podRangesOf } from "./cluster-addresses";
import { clusterOf } from "./cluster-wiring";
import type { GroupRule } from "./group-rule";
import { PLATFORM_ADDRESS } from "./internet";
import type { Machine } from "./machines";
import { occupiedSubnets, poolsOf } from "./machines";
import type { Subnet } from "./network-model";
import { addressesOf, describeSubnet, networkOf, NetworkModel, subnetsOf } from "./network-model";
import type { Protocol, Refusal } from "./packet-filter";
import { judge } from "./packet-filter";
import type { PortRange } from "./port-range";
import { ALL_PORTS, port, showPorts } from "./port-range";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import type { Direction } from "./security-groups";
import { SecurityGroups } from "./security-groups";

const CLUSTER = "containerservice:ManagedCluster";
const GROUP = "network:NetworkSecurityGroup";

/** What a cluster needs of a group; sources and destinations of one family at a time. */
interface Need {
    /** "nodes of aks reach its API server" */
    what: string;
    direction: Direction;
    sources: AddressSet;
    destinations: AddressSet;
    protocols: readonly Protocol[];
    ports: readonly PortRange[];
    /** Whether only what somebody wrote stops it: see {@link stoppingPods}. */
    ofPods?: boolean;
}

/** A pool's nodes, or its pods, and the subnets where they may stand. */
interface Place {
    machine: Machine;
    subnets: readonly Subnet[];
}

const TCP: readonly Protocol[] = ["tcp"];

/** Nodes and pods use any port but those of logins, which `nsg-no-lateral-login` wants denied. */
const INSIDE: Pick<Need, "protocols" | "ports"> = {
    protocols: ["tcp", "udp"],
    ports: [
        { first: 1, last: 21 },
        { first: 23, last: 3388 },
        { first: 3390, last: 65535 },
    ],
};

/** Of an API server inside a network (Azure documentation, "API Server VNet Integration"). */
const API_PORTS = [port(443), port(4443)];
const API_PROBES = [port(9988)];

/** A packet has both ends in one family. */
const FAMILIES = ["0.0.0.0/0", "::/0"].map((text) => AddressSet.parse([text]));

/** Proves that no security group of the stack stops what a cluster's nodes, pods and API server say to each other. */
export class NeededFlows {
    private readonly groups: SecurityGroups;
    private readonly model: NetworkModel;

    constructor(private readonly graph: ResourceGraph) {
        this.groups = graph.model(SecurityGroups);
        this.model = graph.model(NetworkModel);
    }

    prove(findings: Findings): void {
        const pools = poolsOf(this.model, findings);
        for (const cluster of this.graph.ofType(CLUSTER)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => {
                const places = pools
                    .filter((pool) => clusterOf(pool, this.graph) === cluster)
                    .map((machine) => ({
                        machine,
                        subnets: occupiedSubnets(this.model, [machine]).map((each) => each.subnet),
                    }));
                if (places.some(({ subnets }) => subnets.length > 1)) {
                    inDoubt(own, "the subnet of a pool is not", (found) => this.proveCluster(cluster, places, found));
                } else {
                    this.proveCluster(cluster, places, own);
                }
            });
        }
    }

    private proveCluster(cluster: GraphResource, places: readonly Place[], findings: Findings): void {
        const pods = podRangesOf(cluster);
        const all = [...new Set(places.flatMap(({ subnets }) => subnets))];
        const machines = AddressSet.union(all.map(addressesOf));
        const servers = this.apiSubnetsOf(cluster);
        const server = { what: `nodes of ${cluster.name} reach its API server`, protocols: TCP, ports: API_PORTS };
        const inside = { what: `nodes of ${cluster.name} reach those of the same and of system pools`, ...INSIDE };
        const overlay = { what: `nodes and pods of ${cluster.name} reach its pods`, ofPods: true, ...INSIDE };
        for (const subnet of all) {
            const here = addressesOf(subnet);
            const near = AddressSet.union(neighboursOf(subnet, places).map(addressesOf));
            this.proveSubnet(subnet, findings, [
                { ...inside, direction: "inbound", sources: near, destinations: here },
                { ...inside, direction: "outbound", sources: here, destinations: near },
                { ...overlay, direction: "inbound", sources: machines.or(pods), destinations: pods },
                { ...overlay, direction: "outbound", sources: here.or(pods), destinations: pods },
                ...servers.map((each): Need => {
                    return { ...server, direction: "outbound", sources: here, destinations: addressesOf(each) };
                }),
            ]);
        }
        const probes = { what: `Azure probes the API server of ${cluster.name}`, protocols: TCP, ports: API_PROBES };
        for (const each of servers) {
            const destinations = addressesOf(each);
            this.proveSubnet(each, findings, [
                { ...server, direction: "inbound", sources: machines, destinations },
                { ...probes, direction: "inbound", sources: PLATFORM_ADDRESS, destinations },
            ]);
        }
    }

    private apiSubnetsOf(cluster: GraphResource): readonly Subnet[] {
        const profile = cluster.inputs.at("apiServerAccessProfile");
        if (!profile.at("enableVnetIntegration").isTrue()) {
            return [];
        }
        const reference = this.model.follow(cluster, profile.at("subnetId"), () => true);
        if (reference.kind === "unknown") {
            throw new UndecidedError(profile.at("subnetId").path);
        }
        return subnetsOf(reference);
    }

    /** A subnet without a group refuses nothing, and a group of another stack is not seen here. */
    private proveSubnet(subnet: Subnet, findings: Findings, needs: readonly Need[]): void {
        const id = subnet.properties.at("networkSecurityGroup.id");
        const reference = this.graph.follow(subnet.owner, id, GROUP);
        if (reference.kind === "unknown") {
            findings.on(subnet.owner.urn).attempt(() => id.known());
        }
        for (const group of resourcesOf(reference)) {
            const own = findings.on(group.urn);
            own.attempt(() => {
                const network = networkOf(subnet);
                for (const need of needs) {
                    this.proveNeed(need, subnet, group, network, own);
                }
            });
        }
    }

    private proveNeed(need: Need, subnet: Subnet, group: GraphResource, network: GraphResource, own: Findings): void {
        const all = this.groups.filter(group, network, need.direction, "closed");
        const rules = need.ofPods ? stoppingPods(all, need.direction) : all;
        const refusal = firstRefusal(rules, need);
        if (refusal) {
            const { protocol, sources, destinations, ports, rule } = refusal;
            own.fail(
                `${need.what}: ${sources.shown()} -> ${destinations.shown()}, ${protocol.toUpperCase()} ${showPorts(ports)}, ` +
                    `${need.direction} of ${describeSubnet(subnet)} -> rule ${rule?.name} of ${group.name} (priority ${rule?.priority}) denies it. ` +
                    "Allow it by a rule with a lower priority number.",
            );
        }
    }
}

/**
 * The subnets that nodes of one must reach: those of its own pools, and of the system pools, where what every node needs
 * runs. Pools may be kept from each other besides.
 */
function neighboursOf(subnet: Subnet, places: readonly Place[]): Subnet[] {
    const owners = places.filter(({ subnets }) => subnets.includes(subnet)).map(({ machine }) => machine.pool);
    const system = places.filter(({ machine }) => machine.pool?.at("mode").folded() === "system");
    const own = places.filter(({ machine, subnets }) => subnets.includes(subnet) || owners.includes(machine.pool));
    const near = system.length > 0 ? [...own, ...system] : places;
    return [...new Set(near.flatMap(({ subnets }) => subnets))];
}

/**
 * The rules that count for an overlay's pods: Azure asks for them to be let through where rules deny them ("Azure CNI
 * Overlay", network security groups), and not where a group says nothing of private addresses.
 */
function stoppingPods(rules: readonly GroupRule[], direction: Direction): GroupRule[] {
    const far = direction === "inbound" ? "sourceAddressPrefix" : "destinationAddressPrefix";
    const isAboutPods = ({ allow, written }: GroupRule) =>
        allow || (written !== undefined && written.properties.at(far).folded() !== "internet");
    const rest = { name: "rest", priority: Infinity, allow: true, protocol: "*", ports: [ALL_PORTS] } as const;
    return [...rules.filter(isAboutPods), { ...rest, sources: EVERYTHING, destinations: EVERYTHING }];
}

function firstRefusal(
    rules: readonly GroupRule[],
    need: Need,
): (Refusal<GroupRule> & { protocol: Protocol }) | undefined {
    for (const family of FAMILIES) {
        const [sources, destinations] = [need.sources.and(family), need.destinations.and(family)];
        for (const protocol of need.protocols) {
            for (const ports of need.ports) {
                const [refusal] = judge(rules, { protocol, sources, destinations, ports }).refused;
                if (refusal) {
                    return { ...refusal, protocol };
                }
            }
        }
    }
    return undefined;
}

export const NEEDING_TYPES = [CLUSTER, "containerservice:AgentPool", GROUP, "network:SecurityRule"];
