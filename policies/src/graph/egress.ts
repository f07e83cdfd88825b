import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { AddressSet, parsePrefix } from "./address-set";
import type { FirewallAddresses } from "./firewall-address";
import type { Machine } from "./machines";
import { occupiedSubnets, poolsOf } from "./machines";
import type { NetworkModel, Route, Subnet, SubnetReference } from "./network-model";
import { describeSubnet, knownPrefixesOf, networkOf } from "./network-model";
import type { GraphResource } from "./resource-graph";

/** How one subnet's proof may end: the hops so far, and whether the pool is surely in that subnet. */
interface Proof {
    hops: string;
    certain: boolean;
}

/**
 * Proves that whatever leaves a node or a pod passes a firewall: pool -> subnet -> route table -> 0.0.0.0/0 ->
 * VirtualAppliance -> a firewall's address, with nothing beside that route that leads around it. Azure picks the most
 * specific route, and prefers a user-defined one to those learned by BGP of the same length
 * (Azure documentation, "Virtual network traffic routing").
 */
export class EgressProof {
    constructor(
        private readonly model: NetworkModel,
        private readonly addresses: FirewallAddresses,
        /** ARM ids of subnets of other stacks, in lower case, whose egress their owners answer for. */
        private readonly trustedSubnets: ReadonlySet<string>,
    ) {}

    /** Reports every hop of every pool that is open or can't be seen. */
    prove(findings: Findings): void {
        const pools = occupiedSubnets(this.model, poolsOf(this.model, findings), (machine, reference) =>
            this.reportElsewhere(machine, reference, findings.on(machine.owner.urn)),
        );
        for (const { subnet, label, certain } of pools) {
            this.proveSubnet(subnet, { hops: `${label} -> ${describeSubnet(subnet)}`, certain }, findings);
        }
    }

    private reportElsewhere(
        { label, subnetId }: Machine,
        reference: Exclude<SubnetReference, { kind: "subnets" }>,
        findings: Findings,
    ): void {
        switch (reference.kind) {
            case "none":
                findings.fail(
                    `${label} -> no subnet: ${subnetId.path} is not set, so Azure makes a network whose traffic leaves by a public load balancer. ` +
                        `Set ${subnetId.path} to a subnet whose route table leads to the firewall.`,
                );
                return;
            case "outside":
                if (!this.trustedSubnets.has(reference.id.toLowerCase())) {
                    findings.undecided(
                        `${label} -> ${subnetId.path} names a subnet that this stack does not hold (${reference.id}), so its routes can't be seen. ` +
                            "Put the subnet into the stack, or name its id in this rule's trustedSubnets.",
                    );
                }
                return;
            case "unknown":
                findings.undecided(
                    `${label} -> ${subnetId.path} is not known in this preview, and no subnet of this stack went into it. ` +
                        "Pass the id of a Subnet of this stack, or one that is known.",
                );
        }
    }

    private proveSubnet(subnet: Subnet, proof: Proof, findings: Findings): void {
        const own = findings.on(subnet.owner.urn);
        own.attempt(() => this.proveNoBypass(subnet, proof, own));
        const tableId = subnet.properties.at("routeTable.id");
        const reference = this.model.graph.follow(subnet.owner, tableId, "network:RouteTable");
        switch (reference.kind) {
            case "none":
                this.open(
                    own,
                    proof,
                    `no route table: ${tableId.path} is not set, so Azure's own 0.0.0.0/0 leads to the Internet. Associate one that leads to the firewall`,
                );
                return;
            case "outside":
            case "unknown":
                own.undecided(
                    `${proof.hops} -> ${tableId.path} leads to no route table of this stack (found ${tableId.shown()}), so its routes can't be seen. ` +
                        "Put the route table into the stack.",
                );
                return;
            case "resources":
                for (const table of reference.resources) {
                    const certain = proof.certain && reference.resources.length === 1;
                    const next = { hops: `${proof.hops} -> route table ${table.name}`, certain };
                    this.proveTable(table, subnet, next, findings.on(table.urn));
                }
        }
    }

    /** Ways out of a subnet that no route table governs. */
    private proveNoBypass(subnet: Subnet, proof: Proof, findings: Findings): void {
        const natGateway = subnet.properties.at("natGateway");
        if (natGateway.present) {
            this.open(findings, proof, `a NAT gateway: ${natGateway.path} is set. Remove it`);
        }
        const endpoints = subnet.properties.at("serviceEndpoints");
        if (endpoints.unknown || endpoints.items().length > 0) {
            this.open(
                findings,
                proof,
                `service endpoints: ${endpoints.path} leads to Azure services directly, past every route. Use private endpoints`,
            );
        }
    }

    private proveTable(table: GraphResource, subnet: Subnet, proof: Proof, findings: Findings): void {
        findings.attempt(() => {
            if (!table.inputs.at("disableBgpRoutePropagation").isTrue()) {
                this.open(
                    findings,
                    proof,
                    "routes learned by BGP: without disableBgpRoutePropagation, a gateway's routes may lead around the firewall. Set it to true",
                );
            }
        });
        findings.attempt(() => {
            table.inputs.at("routes").items();
            const routes = this.model.routesOf(table);
            for (const prefix of defaultPrefixes(subnet)) {
                const defaults = routes.filter((route) => route.properties.at("addressPrefix").text() === prefix);
                if (!defaults.some((route) => route.certain)) {
                    const certain = proof.certain && defaults.length === 0;
                    const leak = `no route for ${prefix}, so Azure's own leads to the Internet. Add one to the firewall`;
                    this.open(findings, { ...proof, certain }, leak);
                }
            }
            for (const route of routes) {
                this.proveRoute(route, subnet, proof, findings.on(route.owner.urn));
            }
        });
    }

    private proveRoute(route: Route, subnet: Subnet, proof: Proof, findings: Findings): void {
        const { properties } = route;
        findings.attempt(() => {
            const prefix = properties.at("addressPrefix");
            const type = properties.at("nextHopType");
            const hops = `${proof.hops} -> route to ${prefix.shown()}`;
            const next = { hops, certain: proof.certain && route.certain };
            switch (type.folded()) {
                case "none":
                    return;
                case "virtualappliance":
                    this.proveNextHop(route, next, findings);
                    return;
                case "vnetlocal":
                    if (this.staysInside(prefix, subnet)) {
                        return;
                    }
                    break;
            }
            this.open(
                findings,
                next,
                `${type.path} is ${type.shown()}, which leads around the firewall. Set it to "VirtualAppliance", with the firewall's address`,
            );
        });
    }

    private proveNextHop(route: Route, proof: Proof, findings: Findings): void {
        const nextHop = route.properties.at("nextHopIpAddress");
        const { verdict, reason } = this.addresses.judge(route.owner, nextHop);
        if (verdict === "other") {
            this.open(
                findings,
                proof,
                `${nextHop.path}: ${reason}. Use the firewall's private address, or name the address in this rule's trustedNextHops`,
            );
        } else if (verdict === "undecided") {
            findings.undecided(
                `${proof.hops} -> ${nextHop.path}: ${reason}. ` +
                    "Use the firewall's own output, or an address that is known before anything is created.",
            );
        }
    }

    /** Whether a `VnetLocal` route covers addresses of the subnet's own network only. */
    private staysInside(prefix: Value, subnet: Subnet): boolean {
        const spaces = networkOf(subnet).inputs.at("addressSpace.addressPrefixes").texts();
        const range = parsePrefix(prefix.text() ?? "");
        return range !== undefined && AddressSet.parse(spaces).holds(range);
    }

    private open(findings: Findings, proof: Proof, leak: string): void {
        if (proof.certain) {
            findings.fail(`${proof.hops} -> ${leak}.`);
        } else {
            findings.undecided(
                `${proof.hops} -> ${leak}. Whether this is so is not known in this preview, because an id or a name on the way is not. ` +
                    "Use ids and names that lead to one resource alone.",
            );
        }
    }
}

/** The default routes that a subnet needs: for IPv4, and for IPv6 too if it has such a prefix. */
function defaultPrefixes(subnet: Subnet): string[] {
    return knownPrefixesOf(subnet).some((prefix) => prefix.includes(":")) ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"];
}
