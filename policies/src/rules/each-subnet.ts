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

/**
 * The same, except for subnets of these names, in lower case. One whose name is not known may be such a subnet, but nothing
 * says so: it is checked like any other.
 */
export function everySubnetBut(
    exempt: ReadonlySet<string | undefined>,
    subject: Subject,
    findings: Findings,
    check: (subnet: Value) => void,
): void {
    everySubnet(subject, findings, (subnet, name) => {
        if (name.unknown || !exempt.has(name.folded())) {
            check(subnet);
        }
    });
}
