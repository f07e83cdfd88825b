import type { Findings } from "../frame/findings";
import { interfacesOf, placeOf } from "./machines";
import type { SubnetReference } from "./network-model";
import { NetworkModel } from "./network-model";
import type { Occupant } from "./occupants";
import { Occupants } from "./occupants";
import { isAmong } from "./own-or-declared";
import type { ResourceGraph } from "./resource-graph";

/**
 * Proves that what stands in a network stands where the rules about subnets look: in a subnet of this stack, or in one
 * whose owners answer for it. Of node pools `egress-through-firewall` asks the same.
 */
export class KnownSubnets {
    private readonly model: NetworkModel;
    private readonly occupants: Occupants;

    /** @param trusted ARM ids of subnets of other stacks */
    constructor(
        graph: ResourceGraph,
        private readonly trusted: readonly string[],
    ) {
        this.model = graph.model(NetworkModel);
        this.occupants = graph.model(Occupants);
    }

    prove(findings: Findings): void {
        for (const occupant of [
            ...this.occupants.privateEndpoints(),
            ...this.occupants.gateways(),
            ...this.occupants.apiServers(),
        ]) {
            const own = findings.on(occupant.owner.urn);
            own.attempt(() => {
                this.judge(
                    occupant,
                    this.model.follow(occupant.owner, occupant.subnetId, () => true),
                    own,
                );
            });
        }
        for (const machine of interfacesOf(this.model, findings)) {
            const { owner, label: what, subnetId } = machine;
            this.judge({ owner, what, subnetId }, placeOf(this.model, owner, subnetId), findings.on(owner.urn));
        }
    }

    private judge({ what, subnetId }: Occupant, reference: SubnetReference, findings: Findings): void {
        const remedy = "Put the subnet into the stack, or name its id in this rule's trustedSubnets.";
        if (reference.kind === "unknown") {
            findings.undecided(
                `${what} -> ${subnetId.path} is not known in this preview, and no subnet of this stack went into it. ` +
                    "Pass the id of a Subnet of this stack, or one that is known.",
            );
        } else if (reference.kind === "outside" && !isAmong(this.trusted, reference.id)) {
            const way = `${what} -> ${subnetId.path} names a subnet that this stack does not hold (${reference.id}), so no rule sees its routes, its security group and who its network asks for names`;
            const nameless = this.nameless();
            if (nameless === undefined) {
                findings.fail(`${way}. ${remedy}`);
            } else {
                findings.undecided(
                    `${way}, unless it is ${nameless}, whose name is not known in this preview. ${remedy}`,
                );
            }
        }
    }

    /** A subnet of the stack that may have any id: nobody knows its name yet, or its network's. */
    private nameless(): string | undefined {
        const { graph, subnets } = this.model;
        const found = subnets.find(
            ({ owner, name }) => name === undefined || graph.nameOf(owner, "virtualNetworkName") === undefined,
        );
        const hidden = graph.ofType("network:VirtualNetwork").find(({ inputs }) => inputs.at("subnets").unknown);
        return (found?.owner ?? hidden)?.name;
    }
}
