import type { Findings } from "../frame/findings";
import type { NetworkModel } from "./network-model";
import { describeSubnet, RESERVED_SUBNETS } from "./network-model";
import { resourcesOf } from "./resource-graph";

/**
 * Reports route tables of workload subnets that take over routes learned by BGP. A gateway's own subnet needs them, so
 * tables of the subnets that Azure reserves are left alone.
 */
export function proveNoLearnedRoutes(model: NetworkModel, findings: Findings): void {
    for (const subnet of model.subnets) {
        if (subnet.name !== undefined && RESERVED_SUBNETS.has(subnet.name)) {
            continue;
        }
        const reference = model.graph.follow(subnet.owner, subnet.properties.at("routeTable.id"), "network:RouteTable");
        for (const table of resourcesOf(reference)) {
            const propagation = table.inputs.at("disableBgpRoutePropagation");
            const own = findings.on(table.urn);
            own.attempt(() => {
                if (!propagation.isTrue()) {
                    own.fail(
                        `${describeSubnet(subnet)} -> route table ${table.name}: disableBgpRoutePropagation must be true; ` +
                            `found ${propagation.shown()}. Set it to true.`,
                    );
                }
            });
        }
    }
}
