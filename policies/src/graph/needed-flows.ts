import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import { AddressSet } from "./address-set";
import { podRangesOf } from "./cluster-addresses";
import { subnetsOfClusters } from "./cluster-wiring";
import { PLATFORM_ADDRESS } from "./internet";
import type { Subnet } from "./network-model";
import { addressesOf, describeSubnet, NetworkModel } from "./network-model";
import type { Protocol, Refusal } from "./packet-filter";
import { judge } from "./packet-filter";
import type { PortRange } from "./port-range";
import { port, showPorts } from "./port-range";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import type { Direction } from "./security-groups";
import { SecurityGroups } from "./security-groups";
import type { GroupRule } from "./group-rule";

const CLUSTER = "containerservice:ManagedCluster";
const GROUP = "network:NetworkSecurityGroup";

/** What a cluster needs of a group; sources and destinations of one family at a time. */
interface Need {
    /** "nodes and pods of aks reach each other" */
    what: string;
    direction: Direction;
    sources: AddressSet;
    destinations: AddressSet;
    protocols: readonly Protocol[];
    ports: readonly PortRange[];
}

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
        for (const [cluster, subnets] of subnetsOfClusters(this.graph, findings)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => this.proveCluster(cluster, [...subnets], own));
        }
    }

    private proveCluster(cluster: GraphResource, subnets: readonly Subnet[], findings: Findings): void {
        const pods = podRangesOf(cluster);
        const machines = AddressSet.union(subnets.map(addressesOf));
        const all = machines.or(pods);
        const inside = { what: `nodes and pods of ${cluster.name} reach each other`, ...INSIDE };
        const api = {
            what: `nodes of ${cluster.name} reach its API server`,
            protocols: ["tcp"],
            ports: API_PORTS,
        } as const;
        const servers = this.apiSubnetsOf(cluster);
        for (const subnet of subnets) {
            const here = addressesOf(subnet);
            this.proveSubnet(subnet, findings, [
                { ...inside, direction: "inbound", sources: all, destinations: here.or(pods) },
                { ...inside, direction: "outbound", sources: here.or(pods), destinations: all },
                ...servers.map((server): Need => {
                    return { ...api, direction: "outbound", sources: here, destinations: addressesOf(server) };
                }),
            ]);
        }
        const probes = {
            what: `Azure probes the API server of ${cluster.name}`,
            protocols: ["tcp"],
            ports: API_PROBES,
        } as const;
        for (const server of servers) {
            const destinations = addressesOf(server);
            this.proveSubnet(server, findings, [
                { ...api, direction: "inbound", sources: machines, destinations },
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
        return reference.kind === "subnets" ? reference.subnets : [];
    }

    /** A subnet without a group refuses nothing, and a group of another stack is not seen here. */
    private proveSubnet(subnet: Subnet, findings: Findings, needs: readonly Need[]): void {
        const id = subnet.properties.at("networkSecurityGroup.id");
        const reference = this.graph.follow(subnet.owner, id, GROUP);
        if (reference.kind === "unknown") {
            findings.on(subnet.owner.urn).attempt(() => id.known());
        }
        for (const group of reference.kind === "resources" ? reference.resources : []) {
            const own = findings.on(group.urn);
            own.attempt(() => {
                if (subnet.network === undefined) {
                    throw new UndecidedError(`virtualNetworkName of ${subnet.owner.name}`);
                }
                for (const need of needs) {
                    this.proveNeed(need, subnet, group, subnet.network, own);
                }
            });
        }
    }

    private proveNeed(need: Need, subnet: Subnet, group: GraphResource, network: GraphResource, own: Findings): void {
        const rules = this.groups.filter(group, network, need.direction, "closed");
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
