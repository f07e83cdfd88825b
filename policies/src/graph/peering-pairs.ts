import type { Findings } from "../frame/findings";
import { is } from "../frame/expectation";
import { poolsOf, occupiedSubnets } from "./machines";
import { NetworkModel } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { SubnetWays } from "./subnet-ways";
import type { Peering } from "./topology";
import { Topology } from "./topology";

/** Proves that peerings carry what they are for: both directions stand, firewalls may answer, gateways are shared. */
export function provePeeringPairs(graph: ResourceGraph, findings: Findings): void {
    const topology = graph.model(Topology);
    for (const peering of topology.peerings) {
        const own = findings.on(peering.owner.urn);
        own.attempt(() => provePair(peering, topology, own));
        own.attempt(() => proveGateway(peering, topology, graph, own));
    }
    proveForwarding(graph, topology, findings);
}

/** The other direction of a peering between two networks of the stack, so far as that is known. */
function opposites({ local, remote }: Peering, topology: Topology): readonly Peering[] {
    const far = resourcesOf(remote);
    return far.flatMap((network) => {
        const leaving = topology.peeringsOf(network);
        const arriving = local.flatMap((near) => topology.peeringsTo(near));
        const loose = topology.loose.filter((other) => other.local.includes(network));
        // A hub has as many peerings as spokes, a spoke has few: the shorter list is searched.
        return leaving.length <= arriving.length
            ? leaving.filter((other) => local.some((near) => leadsTo(other, near)))
            : [...arriving.filter((other) => other.local.includes(network)), ...loose];
    });
}

function leadsTo({ remote }: Peering, network: GraphResource): boolean {
    return remote.kind === "unknown" || (remote.kind === "resources" && remote.resources.includes(network));
}

function provePair(peering: Peering, topology: Topology, findings: Findings): void {
    const { owner, local, remote, properties } = peering;
    const id = properties.at("remoteVirtualNetwork.id");
    const from = local.map(({ name }) => name).join(" or ") || "a network of another stack";
    if (remote.kind === "none") {
        findings.fail(`${owner.name} leads nowhere: ${id.path} is not set. Set it to the other network's id.`);
    } else if (remote.kind === "unknown") {
        findings.undecided(
            `${from} -> ${id.path} is not known in this preview, and no network of this stack went into it. ` +
                "Pass the id of a VirtualNetwork of this stack, or one that is known.",
        );
    } else if (remote.kind === "resources" && local.length > 0 && opposites(peering, topology).length === 0) {
        const to = remote.resources.map(({ name }) => name).join(" or ");
        findings.fail(
            `${from} -> peering ${owner.name} -> ${to}, and no peering leads back, so Azure connects neither. ` +
                `Add a VirtualNetworkPeering of ${to} whose remoteVirtualNetwork is ${from}.`,
        );
    }
    findings.attempt(() => {
        if (properties.at("allowVirtualNetworkAccess").known().raw === false) {
            findings.fail(
                `${properties.at("allowVirtualNetworkAccess").path} of ${owner.name} is false, so the networks do not reach each other. Set it to true.`,
            );
        }
    });
}

function proveGateway(peering: Peering, topology: Topology, graph: ResourceGraph, findings: Findings): void {
    const { owner, remote, properties, local } = peering;
    const uses = properties.at("useRemoteGateways");
    if (!uses.isTrue() || remote.kind !== "resources") {
        return;
    }
    const learners = remote.resources.flatMap((network) => topology.learnersIn(network));
    const names = remote.resources.map(({ name }) => name).join(" or ");
    if (learners.length === 0) {
        findings.fail(
            `${owner.name} -> ${uses.path} is true -> ${names} has no gateway in this stack, and Azure refuses the peering. ` +
                "Add a VirtualNetworkGateway to that network, or set useRemoteGateways to false.",
        );
    } else if (!learners.some((learner) => dependsOn(owner, learner.owner, graph))) {
        findings.fail(
            `${owner.name} -> ${uses.path} is true -> ${learners[0]?.owner.name}, which this peering does not wait for, so Azure may refuse it. ` +
                "Name the gateway in the peering's dependsOn.",
        );
    }
    for (const other of opposites(peering, topology)) {
        const own = findings
            .on(other.owner.urn)
            .prefixed(`${owner.name} uses the gateway beyond ${other.owner.name}: `);
        own.require(other.properties.at("allowGatewayTransit"), is(true));
    }
    for (const network of local) {
        const gateway = topology.learnersIn(network)[0];
        if (gateway) {
            findings.fail(
                `${network.name} has ${gateway.owner.name}, and ${owner.name} -> ${uses.path} is true: Azure refuses both. Remove one.`,
            );
        }
    }
}

/** A firewall's answers reach a pool only if the pool's network takes packets that its peer forwards. */
function proveForwarding(graph: ResourceGraph, topology: Topology, findings: Findings): void {
    const model = graph.model(NetworkModel);
    const subnetWays = graph.model(SubnetWays);
    const proven = new Set<Peering>();
    for (const { subnet, label } of occupiedSubnets(model, poolsOf(model, findings))) {
        const { network } = subnet;
        if (network === undefined) {
            continue;
        }
        findings.on(subnet.owner.urn).attempt(() => {
            const hubs = new Set(subnetWays.hubsOf(subnetWays.of(subnet, network)));
            for (const peering of topology.peeringsOf(network)) {
                const far = resourcesOf(peering.remote);
                if (far.some((each) => hubs.has(each)) && !hubs.has(network) && !proven.has(peering)) {
                    proven.add(peering);
                    const own = findings.on(peering.owner.urn).prefixed(`${label} -> firewall -> back: `);
                    own.require(peering.properties.at("allowForwardedTraffic"), is(true));
                }
            }
        });
    }
}

/** Whether a resource waits for another, however far down the chain. */
export function dependsOn(from: GraphResource, target: GraphResource, graph: ResourceGraph): boolean {
    const seen = new Set<string>();
    const open = [...from.dependencies];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
        if (urn === target.urn) {
            return true;
        }
        if (!seen.has(urn)) {
            seen.add(urn);
            open.push(...(graph.withUrn(urn)?.dependencies ?? []));
        }
    }
    return false;
}
