import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** A machine with a public address of its own, and what stands between the two. */
export interface PublicEntry {
    owner: GraphResource;
    /** "publicIPAddress of ipConfigurations[0] of nic" */
    way: string;
    subnetId: Value;
    /** Security group of the interface itself. */
    ownGroup?: Value;
}

/** Where machines that hold their network interfaces themselves list them. */
const INLINE_INTERFACES: Readonly<Record<string, string>> = {
    "compute:VirtualMachine": "networkProfile.networkInterfaceConfigurations",
    "compute:VirtualMachineScaleSet": "virtualMachineProfile.networkProfile.networkInterfaceConfigurations",
};

/** Types that are network interfaces or hold some. */
export const INTERFACE_TYPES = ["network:NetworkInterface", ...Object.keys(INLINE_INTERFACES)];

/** Machines of a stack, nodes of clusters among them, that have public addresses. */
export function publicEntries(graph: ResourceGraph, findings: Findings): PublicEntry[] {
    return [...poolEntries(graph, findings), ...interfaceEntries(graph, findings)];
}

function poolEntries(graph: ResourceGraph, findings: Findings): PublicEntry[] {
    const entries: PublicEntry[] = [];
    const add = (owner: GraphResource, pool: Value) => {
        const flag = pool.at("enableNodePublicIP");
        const prefix = pool.at("nodePublicIPPrefixID");
        if (prefix.present || flag.isTrue()) {
            const { path } = prefix.present ? prefix : flag;
            entries.push({ owner, way: `${path} of ${owner.name}`, subnetId: pool.at("vnetSubnetID") });
        }
    };
    for (const owner of graph.ofType("containerservice:ManagedCluster")) {
        const own = findings.on(owner.urn);
        own.attempt(() => {
            for (const pool of owner.inputs.at("agentPoolProfiles").items()) {
                own.attempt(() => add(owner, pool.known()));
            }
        });
    }
    for (const owner of graph.ofType("containerservice:AgentPool")) {
        findings.on(owner.urn).attempt(() => add(owner, owner.inputs));
    }
    return entries;
}

function interfaceEntries(graph: ResourceGraph, findings: Findings): PublicEntry[] {
    const entries: PublicEntry[] = [];
    forEachConfiguration(graph, findings, (owner, configuration, properties) => {
        const address = ["publicIPAddress", "publicIPAddressConfiguration"]
            .map((name) => configuration.at(name))
            .find((value) => value.present);
        if (address) {
            entries.push({
                owner,
                way: `${address.path} of ${owner.name}`,
                subnetId: configuration.at("subnet.id"),
                ownGroup: properties.at("networkSecurityGroup.id"),
            });
        }
    });
    return entries;
}

/** Tells every address of every network interface, whether that is a resource or part of a machine. */
export function forEachConfiguration(
    graph: ResourceGraph,
    findings: Findings,
    tell: (owner: GraphResource, configuration: Value, networkInterface: Value) => void,
): void {
    for (const type of INTERFACE_TYPES) {
        for (const owner of graph.ofType(type)) {
            findings.on(owner.urn).attempt(() => {
                for (const properties of interfacesIn(owner)) {
                    const configurations = properties.at("ipConfigurations").items();
                    configurations.forEach((configuration) => tell(owner, configuration.known(), properties));
                }
            });
        }
    }
}

/** The network interfaces of a machine, or the one that a resource is. Throws if their list is not known. */
export function interfacesAt({ type, inputs }: Pick<GraphResource, "type" | "inputs">): Value[] {
    const path = INLINE_INTERFACES[type];
    return path === undefined ? [inputs] : inputs.at(path).items();
}

/** The same. Throws if one of them is not known. */
export function interfacesIn(owner: GraphResource): Value[] {
    return interfacesAt(owner).map((properties) => properties.known());
}
