import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { lastSegment } from "./arm-id";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { Topology } from "./topology";

/** Networks that a network manager connects with each other, each with all. */
export interface ConnectedGroup {
    /** The configuration. */
    owner: GraphResource;
    /** The property that connects them. */
    path: string;
    networks: readonly GraphResource[];
    /** False if nobody knows yet which networks these are. */
    certain: boolean;
}

/** Meshes of Azure Virtual Network Manager: they connect spokes as peerings would, and are none. */
export class ConnectedGroups {
    constructor(private readonly graph: ResourceGraph) {}

    /** Every mesh of the stack. What is not known of one is reported. */
    of(findings: Findings): ConnectedGroup[] {
        return this.graph.ofType("network:ConnectivityConfiguration").flatMap((owner) => {
            let groups: ConnectedGroup[] = [];
            findings.on(owner.urn).attempt(() => {
                groups = this.groupsOf(owner);
            });
            return groups;
        });
    }

    private groupsOf(owner: GraphResource): ConnectedGroup[] {
        const topology = owner.inputs.at("connectivityTopology");
        return owner.inputs
            .at("appliesToGroups")
            .items()
            .flatMap((group) => {
                const direct = group.known().at("groupConnectivity");
                const isMesh = topology.folded() === "mesh";
                if (!isMesh && direct.folded() !== "directlyconnected") {
                    return [];
                }
                const { path } = isMesh ? topology : direct;
                return [{ owner, path, ...this.membersOf(owner, group.at("networkGroupId")) }];
            });
    }

    /** Members that the stack names. Where it names none, Azure Policy may choose any network. */
    private membersOf(owner: GraphResource, groupId: Value): Pick<ConnectedGroup, "networks" | "certain"> {
        const topology = this.graph.model(Topology);
        const members = this.graph.ofType("network:StaticMember").flatMap((member) => {
            const reference = topology.follow(member, member.inputs.at("resourceId"));
            const networks = resourcesOf(reference);
            const name = this.graph.nameOf(member, "networkGroupName");
            const known = !groupId.unknown && name !== undefined;
            const isOthers = known && lastSegment(groupId.text() ?? "") !== name;
            const certain = networks.length === 1 && (known || this.shareGroup(owner, member));
            return isOthers ? [] : [{ networks, certain }];
        });
        const named = members.flatMap(({ networks }) => networks);
        return named.length > 0
            ? { networks: [...new Set(named)], certain: members.every(({ certain }) => certain) }
            : { networks: topology.networks, certain: false };
    }

    /** Whether the one group of the stack is that of a configuration and of a member. */
    private shareGroup(owner: GraphResource, member: GraphResource): boolean {
        const groups = this.graph.ofType("network:NetworkGroup");
        const [group] = groups;
        return (
            groups.length === 1 && [owner, member].every(({ dependencies }) => dependencies.includes(group?.urn ?? ""))
        );
    }
}
