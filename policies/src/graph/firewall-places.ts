import { UndecidedError } from "../frame/value";
import type { GraphResource } from "./resource-graph";
import type { Topology } from "./topology";

const RESERVED = "azurefirewallsubnet";

/** The networks that a firewall may stand in. None: another stack holds it. Throws if that is not known. */
export function networksOfFirewall(firewall: GraphResource, topology: Topology): GraphResource[] {
    const configurations = firewall.inputs.at("ipConfigurations");
    const networks = topology.networksBehind(firewall, configurations, RESERVED);
    if (networks.length === 0) {
        for (const configuration of configurations.items()) {
            configuration.at("subnet.id").known();
        }
        const lost = topology.model.subnets.find(
            ({ name, network }) => network === undefined && (name === undefined || name === RESERVED),
        );
        if (lost && configurations.items().length > 0) {
            throw new UndecidedError(`virtualNetworkName of ${lost.owner.name}`);
        }
    }
    return networks;
}
