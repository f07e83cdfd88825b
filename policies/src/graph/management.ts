import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { AddressSet, EVERYWHERE, parseRange } from "./address-set";
import { podRangesOf } from "./cluster-addresses";
import { FirewallPermits } from "./firewall-permits";
import type { Occupied } from "./machines";
import { interfacesOf, occupiedSubnets, poolsOf } from "./machines";
import type { Subnet } from "./network-model";
import { addressesOf, describeSubnet, networkOf, NetworkModel, subnetsOf } from "./network-model";
import { passages } from "./packet-filter";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { SecurityGroups } from "./security-groups";
import { PLATFORM_ADDRESS } from "./internet";
import { portRangeOf } from "./port-range";

/** Ports by which machines are managed: SSH, RDP and both of WinRM. */
const MANAGEMENT_PORTS = [22, 3389, 5985, 5986];

/** The API server's port is added where a firewall translates addresses. */
const FORWARDED_PORTS = [...MANAGEMENT_PORTS, 6443];

const API_PORT = 443;

/**
 * Proves who manages what: machines take SSH, RDP and WinRM from Bastion and from their own cluster alone, the API server
 * inside a network takes clients from Bastion and machines alone, and no firewall forwards these ports to everyone.
 */
export class Management {
    private readonly model: NetworkModel;
    private readonly groups: SecurityGroups;
    private readonly permits: FirewallPermits;
    private managing: AddressSet | undefined;
    private podAddresses: AddressSet | undefined;

    /** @param trusted further addresses that manage, by configuration */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly trusted: readonly string[],
    ) {
        this.model = graph.model(NetworkModel);
        this.groups = graph.model(SecurityGroups);
        this.permits = graph.model(FirewallPermits);
    }

    prove(findings: Findings): void {
        const machines = [...poolsOf(this.model, findings), ...interfacesOf(this.model, findings)];
        const occupied = occupiedSubnets(this.model, machines);
        for (const each of occupied) {
            const own = findings.on(each.subnet.owner.urn);
            own.attempt(() => this.proveMachines(each, own));
        }
        for (const cluster of this.graph.ofType("containerservice:ManagedCluster")) {
            findings.on(cluster.urn).attempt(() => this.proveApiServer(cluster, findings));
        }
        this.proveForwarding(findings);
    }

    private proveMachines({ subnet, label, kinds }: Occupied, findings: Findings): void {
        const network = networkOf(subnet);
        const friends = this.managers().or(kinds.has("pool") ? this.clusterAddresses(network) : AddressSet.of([]));
        for (const port of MANAGEMENT_PORTS) {
            const way = `${label} in ${describeSubnet(subnet)}`;
            if (!this.provePort(subnet, network, friends, port, way, findings)) {
                return;
            }
        }
    }

    private proveApiServer(cluster: GraphResource, findings: Findings): void {
        const profile = cluster.inputs.at("apiServerAccessProfile");
        if (!profile.at("enableVnetIntegration").isTrue()) {
            return;
        }
        const id = profile.at("subnetId");
        const reference = this.model.follow(cluster, id, () => true);
        if (reference.kind === "unknown") {
            id.known();
        }
        for (const subnet of subnetsOf(reference)) {
            const network = networkOf(subnet);
            const friends = this.managers().or(this.clusterAddresses(network));
            const way = `API server of ${cluster.name} in ${describeSubnet(subnet)}`;
            this.provePort(subnet, network, friends, API_PORT, way, findings.on(subnet.owner.urn));
        }
    }

    /** False if a violation was found: further ports of the same subnet would say the same. */
    private provePort(
        subnet: Subnet,
        network: GraphResource,
        friends: AddressSet,
        port: number,
        way: string,
        findings: Findings,
    ): boolean {
        const remedy = "Deny all but Bastion's subnet, or name the addresses in this rule's managementSources.";
        const group = this.groups.groupOf(subnet);
        if (group === undefined) {
            findings.fail(`anyone in reach -> port ${port} of ${way}: no security group stands in between. ${remedy}`);
            return false;
        }
        const strangers = EVERYWHERE.minus(friends).minus(PLATFORM_ADDRESS);
        const destinations = addressesOf(subnet);
        const rules = this.groups.inbound(group, network);
        const [open] = passages(rules, { sources: strangers, destinations, protocol: "tcp", port });
        if (open) {
            findings.fail(
                `${open.sources.shown()} -> port ${port} of ${way}: rule ${open.rule.name} of ${group.name} (priority ${open.rule.priority}) allows it. ${remedy}`,
            );
        }
        return open === undefined;
    }

    /** Bastion's subnets, and what configuration trusts. */
    private managers(): AddressSet {
        this.managing ??= AddressSet.union([
            AddressSet.parse(this.trusted),
            ...this.model.subnets.filter(({ name }) => name === "azurebastionsubnet").map(addressesOf),
        ]);
        return this.managing;
    }

    /** A network's own addresses and its pods': nodes reach each other on every port (AKS's documentation asks for it). */
    private clusterAddresses(network: GraphResource): AddressSet {
        return AddressSet.union([this.pods(), ...this.model.subnetsIn(network).map(addressesOf)]);
    }

    private pods(): AddressSet {
        this.podAddresses ??= AddressSet.union(this.graph.ofType("containerservice:ManagedCluster").map(podRangesOf));
        return this.podAddresses;
    }

    private proveForwarding(findings: Findings): void {
        for (const group of this.graph.ofType("network:FirewallPolicyRuleCollectionGroup")) {
            const own = findings.on(group.urn);
            own.attempt(() => {
                for (const collection of group.inputs.at("ruleCollections").items()) {
                    for (const rule of collection.known().at("rules").items()) {
                        own.attempt(() => this.proveRule(rule.known(), group, own));
                    }
                }
            });
        }
    }

    private proveRule(rule: Value, group: GraphResource, findings: Findings): void {
        if (rule.at("ruleType").folded() !== "natrule") {
            return;
        }
        const ports = [...rule.at("destinationPorts").texts(), rule.at("translatedPort").text() ?? ""].flatMap(
            (text) => portRangeOf(text) ?? [],
        );
        const port = FORWARDED_PORTS.find((each) => ports.some(({ first, last }) => first <= each && each <= last));
        if (port === undefined) {
            return;
        }
        for (const { text, label, certain } of this.permits.endsOf({ owner: group, rule }, "source")) {
            const way = `${label} -> ${rule.path} (${rule.at("name").shown()}) of ${group.name} -> ${rule.at("translatedAddress").shown()} on port ${port}`;
            const remedy = "Take the rule away and use Bastion, or list the operators' own addresses.";
            if (text.startsWith("/subscriptions/") || (!certain && isOpen(text))) {
                findings.undecided(`${way}: whom the IP group lets in can't be seen. ${remedy}`);
            } else if (isOpen(text)) {
                findings.fail(`${way}: the firewall forwards management from there. ${remedy}`);
            }
        }
    }
}

/** Whether a source is no range, or holds more addresses than a site has: wider than /16. */
function isOpen(text: string): boolean {
    const range = parseRange(text);
    return range === undefined || range.last - range.first >= 1n << 16n;
}
