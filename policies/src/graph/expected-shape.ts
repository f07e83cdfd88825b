import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import { placeOf } from "./machines";
import { NetworkModel } from "./network-model";
import { someOf } from "./related";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** A part that a stack can be told to hold: what to call it, and whether it is there. */
interface Part {
    text: string;
    /** Throws if that is not known. */
    isIn(graph: ResourceGraph): boolean;
}

const ofType = (text: string, type: string): Part => ({ text, isIn: (graph) => graph.ofType(type).length > 0 });

/** The parts, by their names in the configuration. */
export const PARTS = {
    firewall: ofType("a firewall (AzureFirewall)", "network:AzureFirewall"),
    wayOut: { text: "a firewall, an appliance or a route to one", isIn: hasWayOut },
    wafGateway: { text: "an Application Gateway with a web application firewall", isIn: hasWafGateway },
    bastion: ofType("a Bastion host", "network:BastionHost"),
    cluster: ofType("a cluster (ManagedCluster)", "containerservice:ManagedCluster"),
    workspace: ofType("a Machine Learning workspace", "machinelearningservices:Workspace"),
} satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

/**
 * Proves that a stack holds what rules are to judge: a rule about firewalls says nothing where the firewall is left out.
 * Asked are the parts that its owners name, and those that follow from others.
 */
export function proveShape(graph: ResourceGraph, findings: Findings, contains: readonly PartName[]): void {
    for (const name of new Set(contains)) {
        const part: Part = PARTS[name];
        findings.attempt(() => {
            if (!part.isIn(graph)) {
                findings.fail(
                    `The stack holds no ${part.text.replace(/^an? /, "")}, and this rule's contains names ${name}. ` +
                        "Add it, or take it from contains.",
                );
            }
        });
    }
    for (const cluster of graph.ofType("containerservice:ManagedCluster")) {
        const own = findings.on(cluster.urn);
        own.attempt(() => proveWayOut(cluster, graph, own));
    }
}

/** A cluster that leaves its way out to routes needs some. Whether they lead to a firewall, `egress-through-firewall` asks. */
function proveWayOut(cluster: GraphResource, graph: ResourceGraph, findings: Findings): void {
    const outbound = cluster.inputs.at("networkProfile.outboundType");
    if (!outbound.unknown && outbound.folded() !== "userdefinedrouting") {
        return;
    }
    if (!hasWayOut(graph) && !standsElsewhere(cluster, graph)) {
        outbound.known();
        findings.fail(
            `${outbound.path} of ${cluster.name} is ${outbound.shown()}, and the stack holds no firewall, no appliance and no route to one, ` +
                'so nothing says where its nodes go out. Add a route table with nextHopType "VirtualAppliance", and what it leads to.',
        );
    }
}

function hasWayOut(graph: ResourceGraph): boolean {
    if (graph.ofType("network:AzureFirewall").length > 0) {
        return true;
    }
    const model = graph.model(NetworkModel);
    const leads = someOf(graph.ofType("network:RouteTable"), (table) => {
        table.inputs.at("routes").items();
        return someOf(
            model.routesOf(table),
            ({ properties }) => properties.known().at("nextHopType").folded() === "virtualappliance",
        );
    });
    return (
        leads ||
        someOf(graph.ofType("network:NetworkInterface"), ({ inputs }) => inputs.at("enableIPForwarding").isTrue())
    );
}

/** Whether pools of a cluster stand in subnets of another stack, which answers for their routes. */
function standsElsewhere(cluster: GraphResource, graph: ResourceGraph): boolean {
    const model = graph.model(NetworkModel);
    const pools = cluster.inputs.at("agentPoolProfiles").items();
    return someOf(pools, (pool) => {
        const subnetId = pool.known().at("vnetSubnetID");
        const reference = placeOf(model, cluster, subnetId);
        if (reference.kind === "unknown") {
            throw new UndecidedError(subnetId.path);
        }
        return reference.kind === "outside";
    });
}

function hasWafGateway(graph: ResourceGraph): boolean {
    const forContainers = graph.ofType("servicenetworking:SecurityPoliciesInterface").length > 0;
    return (
        forContainers ||
        someOf(
            graph.ofType("network:ApplicationGateway"),
            ({ inputs }) => inputs.at("firewallPolicy.id").present || /^waf/.test(inputs.at("sku.tier").folded() ?? ""),
        )
    );
}
