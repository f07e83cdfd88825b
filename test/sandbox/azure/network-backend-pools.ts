import { itemsAt, stringAt, stringsAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: backend pools of load balancers, and the network interfaces that are in them. */

const POOLS = "loadBalancerBackendAddressPools[].id";

/** The IP configurations of network interfaces in a pool, as its output names them. */
function membersOf(poolId: string, cloud: CloudView): Properties[] {
    return cloud
        .holders(poolId)
        .filter(({ type }) => type === "network:NetworkInterface")
        .flatMap((nic) =>
            itemsAt(nic.inputs, "ipConfigurations")
                .filter((configuration) => stringsAt(configuration, POOLS).some((id) => idKey(id) === idKey(poolId)))
                .map(({ name }) => ({ id: `${nic.id}/ipConfigurations/${String(name)}` })),
        );
}

export function inlinePoolOutputs(balancer: Resource, cloud: CloudView): Properties[] {
    return itemsAt(balancer.inputs, "backendAddressPools").map(({ name }) => ({
        backendIPConfigurations: membersOf(`${balancer.id}/backendAddressPools/${String(name)}`, cloud),
    }));
}

function networkOf(subnetId: string | undefined): string | undefined {
    return subnetId === undefined ? undefined : parentId(subnetId);
}

/** An internal load balancer and its backends are of one network. */
export const poolsAreOfTheNetwork: Rule = ({ id, inputs }, cloud) => {
    for (const configuration of itemsAt(inputs, "ipConfigurations")) {
        const network = networkOf(stringAt(configuration, "subnet.id"));
        for (const pool of stringsAt(configuration, POOLS)) {
            const balancer = cloud.get(parentId(pool) ?? "");
            const frontend = networkOf(stringsAt(balancer?.inputs, "frontendIPConfigurations[].subnet.id")[0]);
            if (!balancer || !network || !frontend || idKey(network) === idKey(frontend)) continue;
            const message = `Network interface ${lastSegment(id)} is in ${network}, but internal load balancer ${lastSegment(balancer.id)} is in ${frontend}.`;
            return new ArmError("NetworkInterfaceAndInternalLoadBalancerMustUseSameVnet", message);
        }
    }
    return undefined;
};

/** High availability ports: one rule for all protocols and ports, on an internal frontend. */
export const allPortsGoWithAllProtocols: Rule = ({ id, inputs }) => {
    for (const rule of itemsAt(inputs, "loadBalancingRules")) {
        const { name, protocol, frontendPort, backendPort = 0 } = rule;
        if (typeof protocol !== "string" || typeof frontendPort !== "number" || typeof backendPort !== "number")
            continue;
        const fits = protocol === "All" ? frontendPort === 0 && backendPort === 0 : frontendPort > 0;
        const isPublic = protocol === "All" && hasPublicFrontend(inputs, rule);
        if (fits && !isPublic) continue;
        const reason = isPublic
            ? "protocol All needs an internal frontend"
            : `protocol ${protocol} can't have frontend port ${frontendPort} and backend port ${backendPort}; port 0 goes with protocol All, and only with it`;
        const message = `Load balancing rule ${String(name)} of ${lastSegment(id)} is not valid: ${reason}.`;
        return new ArmError("LoadBalancingRuleInvalidPortForProtocol", message);
    }
    return undefined;
};

function hasPublicFrontend(inputs: Properties, rule: Properties): boolean {
    const name = lastSegment(stringAt(rule, "frontendIPConfiguration.id") ?? "");
    const frontend = itemsAt(inputs, "frontendIPConfigurations").find((candidate) => candidate["name"] === name);
    return frontend?.["publicIPAddress"] !== undefined;
}

/** Since October 2025 ("Basic Load Balancer retirement"). */
export const basicBalancerIsRetired: Rule = ({ id, inputs }, cloud) => {
    if (stringAt(inputs, "sku.name") !== "Basic" || cloud.get(id)) return undefined;
    const message = `Cannot create load balancer '${lastSegment(id)}' of SKU Basic: it is retired. Use sku Standard.`;
    return new ArmError("BasicSkuLoadBalancerNotAllowed", message);
};

export const backendPools: ServiceTypes = {
    LoadBalancerBackendAddressPool: {
        id: inGroup("Microsoft.Network/loadBalancers/{loadBalancerName}/backendAddressPools/{backendAddressPoolName}"),
        computed: ({ id }, cloud) => ({ backendIPConfigurations: membersOf(id, cloud) }),
    },
};
