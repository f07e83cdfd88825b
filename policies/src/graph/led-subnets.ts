import { AddressSet } from "./address-set";
import { INTERNET } from "./internet";
import type { Subnet } from "./network-model";
import { describeSubnet, networkOf } from "./network-model";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { divideByRoute } from "./route-space";
import type { Way } from "./subnet-ways";
import { SubnetWays } from "./subnet-ways";
import { Topology } from "./topology";

/** How a subnet's traffic to the Internet reaches a firewall or an appliance. */
export interface Lead {
    /** "subnet snet-nodes of spoke -> route table rt -> route to 0.0.0.0/0 -> 10.0.1.4" */
    hops: string;
    ways: readonly Way[];
    /** False if nobody knows yet whether that route is the subnet's. */
    certain: boolean;
}

/** Subnets whose way to the Internet is a firewall or an appliance. */
export class LedSubnets {
    private readonly topology: Topology;
    private readonly subnetWays: SubnetWays;
    private readonly leads = new Map<Subnet, Lead | undefined>();
    private outside: AddressSet | undefined;

    constructor(graph: ResourceGraph) {
        this.topology = graph.model(Topology);
        this.subnetWays = graph.model(SubnetWays);
    }

    /** How a subnet is led; undefined if it is not. Throws what is not known of it. */
    leadOf(subnet: Subnet): Lead | undefined {
        if (!this.leads.has(subnet)) {
            this.leads.set(subnet, this.findLead(subnet));
        }
        return this.leads.get(subnet);
    }

    /** Subnets of a network that are led. Throws what is not known of them. */
    ledIn(network: GraphResource): Lead[] {
        return this.topology.model.subnetsIn(network).flatMap((subnet) => this.leadOf(subnet) ?? []);
    }

    /** The networks where the appliances stand that a subnet is led to. */
    hubsOf({ ways }: Lead): GraphResource[] {
        return this.subnetWays.hubsOf(ways);
    }

    private findLead(subnet: Subnet): Lead | undefined {
        if (!subnet.properties.at("routeTable.id").present) {
            return undefined;
        }
        const ways = this.subnetWays.of(subnet, networkOf(subnet));
        // A platform may use public addresses of its own inside: what leads there leads nowhere out.
        this.outside ??= INTERNET.minus(
            AddressSet.union(this.topology.networks.map((network) => this.topology.spaceOf(network))),
        );
        for (const { addresses, route } of divideByRoute(ways.filter(({ stands }) => stands === undefined))) {
            if (route.appliance && this.outside.touches(addresses)) {
                const hops = `${describeSubnet(subnet)} -> ${route.label} -> ${route.appliance.shown()}`;
                return { hops, ways, certain: route.certain };
            }
        }
        return undefined;
    }
}
