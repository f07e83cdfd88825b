import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { mayName } from "./arm-id";
import { INTERFACE_TYPES, interfacesIn } from "./public-entries";
import type { GraphResource, Reference, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

/**
 * Network virtual appliances behind internal load balancers: a frontend that takes every port of every protocol, and
 * behind it interfaces that forward packets.
 */
export class Appliances {
    constructor(private readonly graph: ResourceGraph) {}

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
        const machines = INTERFACE_TYPES.flatMap((type) => this.graph.ofType(type));
        const behind = machines.flatMap((owner) =>
            interfacesIn(owner)
                .filter((properties) => this.standsBehind(owner, properties, own.balancer))
                .map((properties) => ({ owner, properties })),
        );
        const still = behind.find(({ properties }) => !properties.at("enableIPForwarding").isTrue());
        if (behind.length === 0 || still) {
            const found = still ? `${still.owner.name} behind it forwards none` : "no interface is behind it";
            return `load balancer ${own.balancer.name} has it, whose machines must forward packets, but ${found}`;
        }
        return undefined;
    }

    /** Whether an interface stands behind a load balancer. Throws if that is not known. */
    private standsBehind(owner: GraphResource, properties: Value, balancer: GraphResource): boolean {
        return properties
            .at("ipConfigurations")
            .items()
            .some((configuration) => {
                const pools = configuration.at("loadBalancerBackendAddressPools");
                const ids = pools.unknown ? [pools] : pools.items().map((pool) => pool.at("id"));
                const references = ids.map((id) => balancerOfPart(this.graph, owner, id));
                if (references.some(({ kind }) => kind === "unknown")) {
                    throw new UndecidedError(`${pools.path} of ${owner.name}`);
                }
                return references.some((reference) => resourcesOf(reference).includes(balancer));
            });
    }
}

/** The load balancer that an id of one of its parts leads to. */
export function balancerOfPart(graph: ResourceGraph, owner: GraphResource, id: Value): Reference {
    const own = id.unknown ? id : id.withRaw(id.text()?.match(/.*\/loadBalancers\/[^/]+/i)?.[0]);
    return graph.follow(owner, own, "network:LoadBalancer");
}

/** A rule whose frontend is not known yet is that frontend's, if there is no other. Throws if there is. */
function takesEverything(balancer: Value, frontend: Value): boolean {
    frontend.at("name").known();
    const isOnly = balancer.at("frontendIPConfigurations").items().length === 1;
    return balancer
        .at("loadBalancingRules")
        .items()
        .some((rule) => {
            const id = rule.at("frontendIPConfiguration.id");
            return (
                rule.at("protocol").folded() === "all" &&
                rule.at("frontendPort").known().raw === 0 &&
                rule.at("backendPort").known().raw === 0 &&
                mayName(isOnly ? id : id.known(), frontend)
            );
        });
}
