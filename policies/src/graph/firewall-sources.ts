import type { Findings } from "../frame/findings";
import { UndecidedError } from "../frame/value";
import { AddressSet } from "./address-set";
import { FirewallPermits } from "./firewall-permits";
import type { RuleEnd } from "./firewall-permits";
import { networksOfFirewall } from "./firewall-places";
import { isAnything } from "./firewall-rules";
import type { Occupied } from "./machines";
import { interfacesOf, occupiedSubnets, poolsOf } from "./machines";
import { describeSubnet, NetworkModel, knownPrefixesOf } from "./network-model";
import { Resolution } from "./resolution";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { SubnetWays } from "./subnet-ways";
import { Topology } from "./topology";

/** What networks and sites use inside, and nobody announces on the Internet. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** Ranges of other sites, by the type that connects them. */
const SITES: Readonly<Record<string, string>> = {
    "network:LocalNetworkGateway": "localNetworkAddressSpace.addressPrefixes",
    "network:VirtualNetworkGateway": "vpnClientConfiguration.vpnClientAddressPool.addressPrefixes",
};

/** Who may pass a firewall. */
interface Sources {
    certain: AddressSet;
    /** With the IP groups that a rule may name. */
    possible: AddressSet;
    /** False if a policy or an IP group of another stack may name more. */
    complete: boolean;
}

/** Proves that a firewall's rules know who stands behind it: every machine is a source of some rule, and nobody else is. */
export class FirewallSources {
    private readonly model: NetworkModel;
    private readonly topology: Topology;
    private readonly permits: FirewallPermits;
    private readonly known = new Map<GraphResource, Sources | undefined>();
    private platform: AddressSet | undefined;
    private readonly strange = new Map<AddressSet, AddressSet>();

    /** @param otherSites ranges beyond gateways that may come in */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly otherSites: readonly string[],
    ) {
        this.model = graph.model(NetworkModel);
        this.topology = graph.model(Topology);
        this.permits = graph.model(FirewallPermits);
    }

    prove(findings: Findings): void {
        if (this.permits.groups.length === 0) {
            return;
        }
        const machines = [...poolsOf(this.model, findings), ...interfacesOf(this.model, findings)];
        const needing = machines.filter(({ owner }) => !isIsolated(this.graph, owner));
        const occupiedHere = occupiedSubnets(this.model, needing, ({ owner, label, subnetId }, { kind }) => {
            if (kind === "unknown") {
                findings
                    .on(owner.urn)
                    .undecided(
                        `${label} -> ${subnetId.path} is not known in this preview, so nobody can say whether the firewall's rules know it. ` +
                            "Pass the id of a Subnet of this stack, or one that is known.",
                    );
            }
        });
        for (const occupied of occupiedHere) {
            const own = findings.on(occupied.subnet.owner.urn);
            own.attempt(() => this.proveKnown(occupied, own));
        }
        if (this.topology.networks.length > 0 || this.otherSites.length > 0) {
            this.proveNoStrangers(findings);
        }
    }

    private proveKnown(occupied: Occupied, findings: Findings): void {
        const { subnet, label } = occupied;
        if (subnet.network === undefined) {
            throw new UndecidedError(subnet.properties.at("virtualNetworkName").path);
        }
        const hubs = this.graph.model(SubnetWays).hubsOf(this.graph.model(SubnetWays).of(subnet, subnet.network));
        // A firewall reads addresses of IPv4 alone.
        const own = AddressSet.parse(knownPrefixesOf(subnet).filter((prefix) => !prefix.includes(":")));
        for (const firewall of this.firewallsIn(hubs)) {
            const known = this.sourcesOf(firewall);
            const missing = own.minus(known?.certain ?? own);
            if (known === undefined || missing.empty) {
                continue;
            }
            const hops = `${label} -> ${describeSubnet(subnet)} -> firewall ${firewall.name}`;
            const found = `${hops}: no rule that allows anything has ${missing.shown()} as its source`;
            if (occupied.certain && known.complete && !missing.minus(known.possible).empty) {
                findings.fail(`${found}. Add the subnet to an IP group of its rules, or to their sourceAddresses.`);
            } else {
                findings.undecided(
                    `${found} for certain, because an id on the way, an IP group or a base policy is not known here. ` +
                        "Put them into this stack, with ids that a preview knows.",
                );
            }
        }
    }

    private firewallsIn(networks: readonly GraphResource[]): GraphResource[] {
        return this.graph
            .ofType("network:AzureFirewall")
            .filter((firewall) =>
                networksOfFirewall(firewall, this.topology).some((network) => networks.includes(network)),
            );
    }

    /** Who may pass a firewall; undefined if another stack holds all of its rules. */
    private sourcesOf(firewall: GraphResource): Sources | undefined {
        if (!this.known.has(firewall)) {
            this.known.set(firewall, this.readSources(firewall));
        }
        return this.known.get(firewall);
    }

    private readSources(firewall: GraphResource): Sources | undefined {
        const { groups, complete } = this.rulesOf(firewall);
        const named = groups.flatMap((group) =>
            this.permits.permitsOf(group).flatMap((permit) => this.permits.endsOf(permit, "source")),
        );
        const ends = [...new Set(named)];
        const elsewhere = ends.some(({ addresses, text }) => !addresses && text.startsWith("/"));
        return groups.length === 0
            ? undefined
            : {
                  certain: union(ends.filter((end) => end.certain)),
                  possible: union(ends),
                  complete: complete && !elsewhere,
              };
    }

    /** Rule groups of a firewall's policy and of those that it is based on, so far as the stack holds them. */
    private rulesOf(firewall: GraphResource): { groups: GraphResource[]; complete: boolean } {
        const policies = new Set(this.graph.model(Resolution).policiesOf(firewall));
        let complete = true;
        for (const policy of policies) {
            const base = this.graph.follow(policy, policy.inputs.at("basePolicy.id"), "network:FirewallPolicy");
            complete &&= base.kind === "none" || base.kind === "resources";
            resourcesOf(base).forEach((each) => policies.add(each));
        }
        return { groups: [...new Set([...policies].flatMap((policy) => this.permits.groupsOf(policy)))], complete };
    }

    private proveNoStrangers(findings: Findings): void {
        for (const group of this.permits.groups) {
            const own = findings.on(group.urn);
            own.attempt(() => {
                for (const permit of this.permits.permitsOf(group)) {
                    own.attempt(() => {
                        for (const end of this.permits.endsOf(permit, "source")) {
                            this.proveNoStranger(end, permit.label, own);
                        }
                    });
                }
            });
        }
    }

    private proveNoStranger({ addresses, text, label, certain }: RuleEnd, rule: string, findings: Findings): void {
        // Everything is no range of anybody: afw-source-scoped and ipgroup-scoped refuse it.
        if (addresses === undefined || isAnything(text)) {
            return;
        }
        const strange = this.strangeOf(addresses);
        if (!strange.empty) {
            const found = `${rule}: source ${label} holds ${strange.shown()}, which is in no network and no site of this stack`;
            const remedy = "Correct it, or name the site's ranges in this rule's otherSites.";
            if (certain) {
                findings.fail(`${found}. ${remedy}`);
            } else {
                findings.undecided(`${found}; whether the rule names it is not known in this preview. ${remedy}`);
            }
        }
    }

    /** What of a source is in no network and on no site. */
    private strangeOf(addresses: AddressSet): AddressSet {
        let strange = this.strange.get(addresses);
        if (strange === undefined) {
            this.platform ??= AddressSet.union([
                ...this.topology.networks.map((network) => this.topology.spaceOf(network)),
                AddressSet.parse(this.otherSites),
            ]);
            const beyond = addresses.minus(this.platform);
            strange = beyond.empty ? beyond : beyond.minus(this.sites());
            this.strange.set(addresses, strange);
        }
        return strange;
    }

    /** Ranges of sites that the stack's gateways connect. Where it can't list them, any private address may be theirs. */
    private sites(): AddressSet {
        const written = Object.entries(SITES).flatMap(([type, path]) =>
            this.graph.ofType(type).flatMap((gateway) => gateway.inputs.at(path).texts()),
        );
        const unlisted = this.otherSites.length === 0 && this.reachesOtherSites();
        return AddressSet.parse([...written, ...(unlisted ? PRIVATE : [])]);
    }

    /** Whether others may come in: by a gateway, also one that another stack puts into a subnet of this one, or by theirs. */
    private reachesOtherSites(): boolean {
        return (
            this.topology.learners.length > 0 ||
            this.model.subnets.some(({ name }) => name === "gatewaysubnet") ||
            this.graph.ofType("network:HubVirtualNetworkConnection").length > 0 ||
            this.topology.peerings.some(({ remote }) => remote.kind === "outside" || remote.kind === "unknown")
        );
    }
}

function union(ends: readonly RuleEnd[]): AddressSet {
    return AddressSet.union(ends.flatMap(({ addresses }) => addresses ?? []));
}

/** Whether a pool belongs to a cluster that is made to work without any way out. */
function isIsolated(graph: ResourceGraph, owner: GraphResource): boolean {
    const type = "containerservice:ManagedCluster";
    const clusters = owner.type === type ? [owner] : graph.parents(owner, "resourceName", type);
    return (
        owner.type.startsWith("containerservice:") &&
        clusters.length > 0 &&
        clusters.every(({ inputs }) => {
            const outbound = inputs.at("networkProfile.outboundType");
            return !outbound.unknown && /^(none|block)$/.test(outbound.folded() ?? "");
        })
    );
}
