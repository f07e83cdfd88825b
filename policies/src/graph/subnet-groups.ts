import type { Findings } from "../frame/findings";
import { parseArmId } from "./arm-id";
import type { Subnet } from "./network-model";
import { describeSubnet, NetworkModel } from "./network-model";
import type { ResourceGraph } from "./resource-graph";

const GROUP = "network:NetworkSecurityGroup";

/** Subnets whose services Azure guards itself. GatewaySubnet is another rule's. In lower case. */
const WITHOUT_GROUP: ReadonlySet<string> = new Set([
    "azurefirewallmanagementsubnet",
    "azurefirewallsubnet",
    "routeserversubnet",
]);

/** Proves that what a subnet names as its security group is one, and that subnets of Azure's own services name none. */
export function proveSubnetGroups(graph: ResourceGraph, findings: Findings): void {
    for (const subnet of graph.model(NetworkModel).subnets) {
        const own = findings.on(subnet.owner.urn);
        own.attempt(() => proveSubnet(subnet, graph, own));
    }
}

function proveSubnet(subnet: Subnet, graph: ResourceGraph, findings: Findings): void {
    const id = subnet.properties.at("networkSecurityGroup").known().at("id");
    const reference = graph.follow(subnet.owner, id, GROUP);
    if (reference.kind === "none") {
        return;
    }
    if (subnet.name === undefined) {
        findings.undecided(
            `The name of ${describeSubnet(subnet)} is not known in this preview, and some take no group.`,
        );
    } else if (WITHOUT_GROUP.has(subnet.name)) {
        findings.fail(`${describeSubnet(subnet)} -> ${id.path}: Azure supports no security group there. Remove it.`);
    } else if (reference.kind === "unknown") {
        findings.undecided(
            `${describeSubnet(subnet)} -> ${id.path} is not known in this preview, and no security group of this stack went into it. ` +
                "Pass the id of a NetworkSecurityGroup of this stack, or an id that is known before anything is created.",
        );
    } else if (reference.kind === "outside" && parseArmId(reference.id)?.kind !== "networksecuritygroups") {
        findings.fail(
            `${describeSubnet(subnet)} -> ${id.path} is ${id.shown()}, which is no security group's id. ` +
                "Pass the id of a NetworkSecurityGroup.",
        );
    }
}
