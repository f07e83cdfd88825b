import { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import type { Subnet } from "./network-model";
import { NetworkModel, subnetsOf } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import type { SecurityGroup } from "./security-groups";
import { SecurityGroups } from "./security-groups";

/** A resource, or a part of it, that stands in a subnet. */
export interface Occupant {
    owner: GraphResource;
    /** As a message names it: "gateway agw". */
    what: string;
    subnetId: Value;
}

/** Who stands in which subnet, and which security groups guard it. */
export class Occupants {
    private readonly groups: readonly SecurityGroup[];

    readonly model: NetworkModel;

    constructor(graph: ResourceGraph) {
        this.model = graph.model(NetworkModel);
        this.groups = graph.model(SecurityGroups).all;
    }

    /** Application Gateways as Azure has long known them. */
    applicationGateways(): Occupant[] {
        return this.listed("network:ApplicationGateway", "gatewayIPConfigurations", "Application Gateway");
    }

    /** Application Gateways, those for containers included. */
    gateways(): Occupant[] {
        const forContainers = this.model.graph.ofType("servicenetworking:AssociationsInterface").map((owner) => ({
            owner,
            what: `Application Gateway for Containers ${owner.name}`,
            subnetId: owner.inputs.at("subnet.id"),
        }));
        return [...this.applicationGateways(), ...forContainers];
    }

    /** Subnets in which an Application Gateway surely stands: where it may stand in several, none of them is its own. */
    gatewaySubnets(): ReadonlySet<Subnet> {
        const unseen = new Findings();
        const subnets = this.gateways().map((gateway) => this.subnetsOf(gateway, unseen));
        return new Set(subnets.filter(({ length }) => length === 1).flat());
    }

    /** Nodes of clusters, and their pods where those have a subnet of their own. */
    nodes(): Occupant[] {
        const pools = this.model.graph.ofType("containerservice:ManagedCluster").flatMap((cluster) => {
            const list = cluster.inputs.at("agentPoolProfiles");
            return partsOf(list).map((pool) => ({ owner: cluster, what: `a pool of ${cluster.name}`, pool }));
        });
        const alone = this.model.graph
            .ofType("containerservice:AgentPool")
            .map((owner) => ({ owner, what: `pool ${owner.name}`, pool: owner.inputs }));
        return [...pools, ...alone].map(({ owner, what, pool }) => ({
            owner,
            what,
            subnetId: pool.at("vnetSubnetID"),
        }));
    }

    /** API servers that stand in a network of their owner. */
    apiServers(): Occupant[] {
        return this.model.graph.ofType("containerservice:ManagedCluster").map((owner) => ({
            owner,
            what: `API server of ${owner.name}`,
            subnetId: owner.inputs.at("apiServerAccessProfile.subnetId"),
        }));
    }

    privateEndpoints(): Occupant[] {
        return this.model.graph.ofType("network:PrivateEndpoint").map((owner) => ({
            owner,
            what: `private endpoint ${owner.name}`,
            subnetId: owner.inputs.at("subnet.id"),
        }));
    }

    /**
     * The subnets of this stack that an occupant may stand in. One whose id can't be followed is reported as undecided;
     * one of another stack is not, because the stack that holds the subnet answers for it.
     */
    subnetsOf({ owner, what, subnetId }: Occupant, findings: Findings): readonly Subnet[] {
        const reference = this.model.follow(owner, subnetId, () => true);
        if (reference.kind === "unknown") {
            findings
                .on(owner.urn)
                .undecided(
                    `${what} -> ${subnetId.path} is not known in this preview, and no subnet of this stack went into it. ` +
                        "Pass the id of a Subnet of this stack, or an id that is known before anything is created.",
                );
        }
        return subnetsOf(reference);
    }

    /** The security groups of this stack that guard a subnet; an id that can't be followed is reported as undecided. */
    groupsOf(subnet: Subnet, findings: Findings): readonly SecurityGroup[] {
        const id = subnet.properties.at("networkSecurityGroup.id");
        const reference = this.model.graph.follow(subnet.owner, id, "network:NetworkSecurityGroup");
        if (reference.kind === "unknown") {
            findings
                .on(subnet.owner.urn)
                .undecided(
                    `${id.path} is not known in this preview, and no security group of this stack went into it, so its rules can't be seen. ` +
                        "Pass the id of a NetworkSecurityGroup of this stack.",
                );
        }
        const found = resourcesOf(reference);
        return this.groups.filter(({ resource }) => found.includes(resource));
    }

    get securityGroups(): readonly SecurityGroup[] {
        return this.groups;
    }

    /** Security groups whose every known subnet is one of `subnets`. One that guards no subnet is not among them. */
    onlyAround(subnets: ReadonlySet<Subnet>): ReadonlySet<GraphResource> {
        const inside = new Set<GraphResource>();
        const outside = new Set<GraphResource>();
        for (const subnet of this.model.subnets) {
            const id = subnet.properties.at("networkSecurityGroup.id");
            const reference = this.model.graph.follow(subnet.owner, id, "network:NetworkSecurityGroup");
            const found = resourcesOf(reference);
            found.forEach((group) => (subnets.has(subnet) && found.length === 1 ? inside : outside).add(group));
        }
        return new Set([...inside].filter((group) => !outside.has(group)));
    }

    private listed(type: string, property: string, kind: string): Occupant[] {
        return this.model.graph.ofType(type).flatMap((owner) =>
            partsOf(owner.inputs.at(property)).map((part) => ({
                owner,
                what: `${kind} ${owner.name}`,
                subnetId: part.at("subnet.id"),
            })),
        );
    }
}

/** The elements of a list. One that is not known stands for all of them: what is read below it is unknown. */
function partsOf(list: Value): Value[] {
    return list.unknown ? [list] : list.items();
}

/** Reports networks whose inline subnets are not known: what holds for every subnet can't be said of those. */
export function requireSeenSubnets({ graph }: NetworkModel, findings: Findings): void {
    for (const network of graph.ofType("network:VirtualNetwork")) {
        findings.on(network.urn).attempt(() => network.inputs.at("subnets").items());
    }
}
