import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { balancerOfPart } from "./appliances";
import { ConnectedGroups } from "./connected-groups";
import type { Lead } from "./led-subnets";
import { LedSubnets } from "./led-subnets";
import { placeOf } from "./machines";
import { NetworkModel, subnetsOf } from "./network-model";
import { forEachConfiguration, publicEntries } from "./public-entries";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { Topology } from "./topology";

/** Where the address of an interface lists the parts of load balancers that it stands behind. */
const BALANCED = ["loadBalancerBackendAddressPools", "loadBalancerInboundNatPools", "loadBalancerInboundNatRules"];

/** A way out to other networks. */
interface Opening {
    owner: GraphResource;
    /** "publicIPAddress of ipConfigurations[0] of nic -> the Internet" */
    way: string;
    remedy: string;
    certain: boolean;
}

/** Where something stands that would be a second way out. */
interface Candidate extends Opening {
    /** Subnets that it is in or leads to. */
    leads: () => Lead[];
}

/**
 * Proves that what the route table sends to a firewall has no second way out beside it. Not asked here: NAT gateways of
 * subnets and service endpoints (`subnet-no-nat-gateway`, `subnet-no-service-endpoints` and `egress-through-firewall`
 * refuse them), and peerings (`no-way-around-firewall`).
 */
export class BypassProof {
    private readonly model: NetworkModel;
    private readonly topology: Topology;
    private readonly led: LedSubnets;
    private readonly trusted: ReadonlySet<string>;

    /** @param trustedBalancers ARM ids of load balancers of other stacks that have no public frontend */
    constructor(
        private readonly graph: ResourceGraph,
        trustedBalancers: readonly string[],
    ) {
        this.model = graph.model(NetworkModel);
        this.topology = graph.model(Topology);
        this.led = graph.model(LedSubnets);
        this.trusted = new Set(trustedBalancers.map((id) => id.toLowerCase()));
    }

    prove(findings: Findings): void {
        this.provePublicAddresses(findings);
        this.proveBalancers(findings);
        this.proveNetworks(findings);
        this.proveGateways(findings);
    }

    private provePublicAddresses(findings: Findings): void {
        for (const { owner, way, subnetId } of publicEntries(this.graph, findings)) {
            const opening = {
                owner,
                way: `${way} -> the Internet`,
                remedy: "Remove the public address.",
                certain: true,
            };
            this.proveMachine(opening, subnetId, findings);
        }
    }

    private proveMachine(opening: Opening, subnetId: Value, findings: Findings): void {
        const { owner, way, remedy } = opening;
        const own = findings.on(owner.urn);
        const reference = placeOf(this.model, owner, subnetId);
        if (reference.kind === "unknown" && this.someIsLed(own)) {
            const where = `${subnetId.path} is not known in this preview, so it may be a subnet that the firewall guards`;
            own.undecided(`${where}; beside it ${way}. ${remedy}`);
        }
        const subnets = subnetsOf(reference);
        const certain = opening.certain && subnets.length === 1;
        for (const subnet of subnets) {
            const leads = () => [this.led.leadOf(subnet)].flatMap((lead) => lead ?? []);
            this.judge({ ...opening, leads, certain }, findings);
        }
    }

    private proveBalancers(findings: Findings): void {
        forEachConfiguration(this.graph, findings, (owner, configuration) => {
            for (const list of BALANCED) {
                for (const part of configuration.at(list).items()) {
                    const id = part.known().at("id");
                    for (const opening of this.openingsBehind(owner, id)) {
                        this.proveMachine(opening, configuration.at("subnet.id"), findings);
                    }
                }
            }
        });
    }

    /** Ways out by the load balancer that an id of one of its parts names. One of another stack may have any. */
    private openingsBehind(owner: GraphResource, id: Value): Opening[] {
        const reference = balancerOfPart(this.graph, owner, id);
        const hops = `${id.path} of ${owner.name} -> load balancer`;
        switch (reference.kind) {
            case "none":
                return [];
            case "resources":
                return reference.resources.flatMap((balancer) => {
                    const opening = openingOf(balancer);
                    const way = `${hops} ${balancer.name} -> ${opening?.path} -> the Internet`;
                    const certain = reference.resources.length === 1;
                    return opening ? [{ owner, way, remedy: `Remove ${opening.path}.`, certain }] : [];
                });
            case "outside":
            case "unknown": {
                const stranger = reference.kind === "outside" ? reference.id : "unknown";
                const way = `${hops} ${stranger}, whose frontends can't be seen`;
                const remedy = "Put the load balancer into this stack, or name its id in this rule's trustedBalancers.";
                return this.trusted.has(stranger.toLowerCase()) ? [] : [{ owner, way, remedy, certain: false }];
            }
        }
    }

    /** NAT gateways of whole networks, and networks that a network manager connects with each other. */
    private proveNetworks(findings: Findings): void {
        for (const owner of this.graph.ofType("network:NatGateway")) {
            const id = owner.inputs.at("sourceVirtualNetwork.id");
            const reference = this.topology.follow(owner, id);
            const networks = resourcesOf(reference);
            const way = `${id.path} of NAT gateway ${owner.name} -> the Internet`;
            const remedy = "Attach it to the firewall's subnet alone.";
            if (reference.kind === "unknown" && this.someIsLed(findings.on(owner.urn))) {
                findings.on(owner.urn).undecided(`${way}: the network is not known in this preview. ${remedy}`);
            }
            for (const network of networks) {
                const leads = () => this.led.ledIn(network);
                this.judge({ owner, way, remedy, leads, certain: networks.length === 1 }, findings);
            }
        }
        for (const { owner, path, networks, certain } of this.graph.model(ConnectedGroups).of(findings)) {
            const way = `${path} of ${owner.name} -> the other networks of the group, directly`;
            const remedy = 'Set connectivityTopology to "HubAndSpoke" and groupConnectivity to "None".';
            for (const network of networks) {
                this.judge({ owner, way, remedy, leads: () => this.led.ledIn(network), certain }, findings);
            }
        }
    }

    /** A spoke with a gateway of its own reaches other sites past the firewall in the hub. */
    private proveGateways(findings: Findings): void {
        for (const { owner, networks } of this.topology.learners) {
            const way = `gateway ${owner.name} in the same network -> other sites`;
            const remedy = "Put the gateway into the firewall's network, and share it by peering.";
            const own = findings.on(owner.urn);
            own.attempt(() => {
                if (networks.length === 0 && this.mayStandHere(owner) && this.someIsLed(own)) {
                    own.undecided(
                        `The network of ${owner.name} is not known in this preview; it may be a spoke's. ${remedy}`,
                    );
                }
            });
            for (const network of networks) {
                const leads = () => this.led.ledIn(network).filter((lead) => !this.led.hubsOf(lead).includes(network));
                this.judge({ owner, way, remedy, leads, certain: networks.length === 1 }, findings);
            }
        }
    }

    private judge({ owner, way, remedy, leads, certain }: Candidate, findings: Findings): void {
        const own = findings.on(owner.urn);
        own.attempt(() => {
            const [lead] = leads();
            if (lead && certain && lead.certain) {
                own.fail(`${lead.hops}; beside it ${way}. ${remedy}`);
            } else if (lead) {
                own.undecided(
                    `${lead.hops}; beside it ${way}. Whether this is so is not known in this preview, because an id or a name on the way is not. ${remedy}`,
                );
            }
        });
    }

    /** Whether the stack has a subnet that is led, or may have one. */
    private someIsLed(findings: Findings): boolean {
        let led = false;
        findings.attempt(() => {
            led = this.model.subnets.some((subnet) => this.led.leadOf(subnet) !== undefined);
        });
        return led;
    }

    /** Whether a gateway's subnet may be in the stack: an id of another stack's is known to be none of ours. */
    private mayStandHere({ inputs }: GraphResource): boolean {
        const places = [...inputs.at("ipConfigurations").items(), inputs].map((each) => each.at("subnet.id"));
        const lost = this.model.subnets.some(({ network }) => network === undefined);
        return places.some((id) => id.unknown || (id.present && lost));
    }
}

/** What makes a load balancer a way out: a public frontend or rules for outbound traffic. */
function openingOf({ inputs }: GraphResource): Value | undefined {
    const outbound = inputs.at("outboundRules");
    if (outbound.items().length > 0) {
        return outbound;
    }
    return inputs
        .at("frontendIPConfigurations")
        .items()
        .flatMap((frontend) => [frontend.known().at("publicIPAddress"), frontend.at("publicIPPrefix")])
        .find((address) => address.present);
}
