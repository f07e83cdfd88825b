import type { Findings } from "../frame/findings";
import type { Subject } from "../frame/rule";
import type { Value } from "../frame/value";

/** Types that declare subnets: the subnet itself, and a network that holds subnets inline. */
export const SUBNETS = ["network:Subnet", "network:VirtualNetwork"];

/** Checks every subnet of a resource: the subnet itself, or a network's inline ones. `name` may not be known. */
export function everySubnet(
    { type, inputs }: Subject,
    findings: Findings,
    check: (subnet: Value, name: Value) => void,
): void {
    for (const subnet of type === "network:Subnet" ? [inputs] : inputs.at("subnets").items()) {
        // Only a subnet that is a resource of its own has this name, which is then the one of its address.
        const ownName = subnet.at("subnetName");
        findings.attempt(() => check(subnet.known(), ownName.present ? ownName : subnet.at("name")));
    }
}
