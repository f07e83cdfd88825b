import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import type { NetworkModel, Subnet, SubnetReference } from "./network-model";
import { RESERVED_SUBNETS } from "./network-model";
import type { GraphResource } from "./resource-graph";

/** Something that opens connections of its own, and its place in the network. */
export interface Machine {
    owner: GraphResource;
    /** "pool gpu of aks" */
    label: string;
    kind: "pool" | "interface";
    subnetId: Value;
    /** The pool's properties. */
    pool?: Value;
}

/** A subnet that machines stand in. */
export interface Occupied {
    subnet: Subnet;
    /** "pool system of aks, pool gpu" */
    label: string;
    kinds: ReadonlySet<Machine["kind"]>;
    /** False if nobody knows yet whether they stand there. */
    certain: boolean;
}

/** Node pools of all clusters: nodes, and pods where they have a subnet of their own. */
export function poolsOf(model: NetworkModel, findings: Findings): Machine[] {
    const machines: Machine[] = [];
    const add = (owner: GraphResource, label: string, properties: Value) => {
        const pool = { owner, kind: "pool", pool: properties } as const;
        machines.push({ ...pool, label, subnetId: properties.at("vnetSubnetID") });
        if (properties.at("podSubnetID").present) {
            machines.push({ ...pool, label: `pods of ${label}`, subnetId: properties.at("podSubnetID") });
        }
    };
    for (const cluster of model.graph.ofType("containerservice:ManagedCluster")) {
        findings.on(cluster.urn).attempt(() => {
            for (const pool of cluster.inputs.at("agentPoolProfiles").items()) {
                add(cluster, `pool ${pool.at("name").shown()} of ${cluster.name}`, pool.known());
            }
        });
    }
    for (const pool of model.graph.ofType("containerservice:AgentPool")) {
        add(pool, `pool ${pool.name}`, pool.inputs);
    }
    return machines;
}

/** Network interfaces of machines, those inside scale sets included. Interfaces that forward packets are appliances. */
export function interfacesOf(model: NetworkModel, findings: Findings): Machine[] {
    const machines: Machine[] = [];
    const add = (owner: GraphResource, label: string, properties: Value) => {
        if (properties.at("enableIPForwarding").isTrue()) {
            return;
        }
        for (const configuration of properties.at("ipConfigurations").items()) {
            machines.push({ owner, label, kind: "interface", subnetId: configuration.known().at("subnet.id") });
        }
    };
    for (const owner of model.graph.ofType("network:NetworkInterface")) {
        findings.on(owner.urn).attempt(() => add(owner, `interface ${owner.name}`, owner.inputs));
    }
    for (const owner of model.graph.ofType("compute:VirtualMachineScaleSet")) {
        findings.on(owner.urn).attempt(() => {
            const path = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations";
            for (const each of owner.inputs.at(path).items()) {
                add(owner, `machines of ${owner.name}`, each.known());
            }
        });
    }
    return machines;
}

/** Where an id of a machine's subnet leads. */
export function placeOf(model: NetworkModel, owner: GraphResource, subnetId: Value): SubnetReference {
    return model.follow(owner, subnetId, (subnet) => subnet.name === undefined || !RESERVED_SUBNETS.has(subnet.name));
}

/** The subnets of the stack that these machines stand in. What else an id leads to, `elsewhere` is told. */
export function occupiedSubnets(
    model: NetworkModel,
    machines: readonly Machine[],
    elsewhere: (machine: Machine, reference: Exclude<SubnetReference, { kind: "subnets" }>) => void = () => undefined,
): Occupied[] {
    const occupied = new Map<Subnet, { labels: string[]; kinds: Set<Machine["kind"]>; certain: boolean }>();
    for (const machine of machines) {
        const reference = placeOf(model, machine.owner, machine.subnetId);
        if (reference.kind !== "subnets") {
            elsewhere(machine, reference);
            continue;
        }
        for (const subnet of reference.subnets) {
            const entry = occupied.get(subnet) ?? { labels: [], kinds: new Set(), certain: false };
            entry.labels.push(machine.label);
            entry.kinds.add(machine.kind);
            entry.certain ||= reference.subnets.length === 1;
            occupied.set(subnet, entry);
        }
    }
    return [...occupied].map(([subnet, { labels, kinds, certain }]) => ({
        subnet,
        label: labels.join(", "),
        kinds,
        certain,
    }));
}
