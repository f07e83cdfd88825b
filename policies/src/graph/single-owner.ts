import type { Findings } from "../frame/findings";
import type { ResourceGraph } from "./resource-graph";

/** Lists inside a resource whose entries can also be resources of their own. */
const BOTH_WAYS = [
    { parent: "network:VirtualNetwork", list: "subnets", child: "network:Subnet", name: "virtualNetworkName" },
    {
        parent: "network:VirtualNetwork",
        list: "virtualNetworkPeerings",
        child: "network:VirtualNetworkPeering",
        name: "virtualNetworkName",
    },
    { parent: "network:RouteTable", list: "routes", child: "network:Route", name: "routeTableName" },
    {
        parent: "network:NetworkSecurityGroup",
        list: "securityRules",
        child: "network:SecurityRule",
        name: "networkSecurityGroupName",
    },
];

export const BOTH_WAYS_TYPES = [...new Set(BOTH_WAYS.map(({ parent }) => parent))];

/**
 * Reports lists that are written inside their resource while other entries of them are resources of their own. Every
 * update of the parent then sets the list to what it holds itself, and Azure removes the others.
 */
export function proveSingleOwner(graph: ResourceGraph, findings: Findings): void {
    for (const { parent, list, child, name } of BOTH_WAYS) {
        for (const resource of graph.ofType(child)) {
            const owners = graph.parents(resource, name, parent);
            for (const owner of owners) {
                const value = owner.inputs.at(list);
                const own = findings.on(owner.urn);
                const message =
                    `${list} of ${owner.name} holds entries, and ${resource.name} is another one as a resource of its own: ` +
                    `the next update of ${owner.name} removes it. Write all ${list} one way.`;
                if (value.unknown || (owners.length > 1 && value.items().length > 0)) {
                    own.undecided(
                        `${message} Whether it belongs there, and what is there, is not known in this preview.`,
                    );
                } else if (value.items().length > 0) {
                    own.fail(message);
                }
            }
        }
    }
}
