import type { Value } from "../frame/value";
import { mayName, parseArmId } from "./arm-id";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/**
 * Network virtual appliances behind internal load balancers: a frontend that takes every port of every protocol, and
 * behind it interfaces that forward packets.
 */
export class Appliances {
    private readonly interfacesBehind = new Map<GraphResource, GraphResource[]>();

    constructor(private readonly graph: ResourceGraph) {
        for (const owner of graph.ofType("network:NetworkInterface")) {
            for (const balancer of this.balancersOf(owner)) {
                this.interfacesBehind.set(balancer, [...(this.interfacesBehind.get(balancer) ?? []), owner]);
            }
        }
    }

    /** Why an address is not that of appliances; undefined if it is. Throws if that is not known. */
    refuse(address: string): string | undefined {
        const balancers = this.graph.ofType("network:LoadBalancer");
        const frontends = balancers.flatMap((balancer) =>
            balancer.inputs
                .at("frontendIPConfigurations")
                .items()
                .filter((frontend) => frontend.at("privateIPAddress").text() === address)
                .map((frontend) => ({ balancer, frontend })),
        );
        const own = frontends[0];
        if (own === undefined) {
            return "no load balancer of the stack has it";
        }
        if (!takesEverything(own.balancer.inputs, own.frontend)) {
            return `load balancer ${own.balancer.name} has it, but no rule with protocol "All" on port 0`;
        }
        const interfaces = this.interfacesBehind.get(own.balancer) ?? [];
        const still = interfaces.find(({ inputs }) => !inputs.at("enableIPForwarding").isTrue());
        if (interfaces.length === 0 || still) {
            return `load balancer ${own.balancer.name} has it, but ${still?.name ?? "no interface"} behind it forwards packets`;
        }
        return undefined;
    }

    private balancersOf(owner: GraphResource): GraphResource[] {
        const configurations = owner.inputs.at("ipConfigurations");
        if (configurations.unknown) {
            return [];
        }
        const pools = configurations.items().flatMap((configuration) => {
            const list = configuration.at("loadBalancerBackendAddressPools");
            return list.unknown ? [list] : list.items().map((pool) => pool.at("id"));
        });
        return [...new Set(pools.flatMap((id) => this.balancersNamed(owner, id)))];
    }

    private balancersNamed(owner: GraphResource, id: Value): GraphResource[] {
        const balancers = this.graph.ofType("network:LoadBalancer");
        if (id.unknown) {
            const sources = this.graph.sourcesOf(owner, id);
            return balancers.filter((balancer) => sources.includes(balancer));
        }
        const name = parseArmId(id.text() ?? "")?.names[0];
        return balancers.filter((balancer) => this.graph.nameOf(balancer, "loadBalancerName") === name);
    }
}

/** A rule whose frontend is not known yet may be that frontend's: it is the balancer's own id that is not known. */
function takesEverything(balancer: Value, frontend: Value): boolean {
    frontend.at("name").known();
    return balancer
        .at("loadBalancingRules")
        .items()
        .some(
            (rule) =>
                rule.at("protocol").folded() === "all" &&
                rule.at("frontendPort").known().raw === 0 &&
                rule.at("backendPort").known().raw === 0 &&
                mayName(rule.at("frontendIPConfiguration.id"), frontend),
        );
}
