import { is, not } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import type { GraphResource } from "../graph/resource-graph";
import { resourcesOf } from "../graph/resource-graph";
import type { Peering } from "../graph/topology";
import { Topology } from "../graph/topology";
import { aheadOf } from "./alone";

const PEERING = "network:VirtualNetworkPeering";
const PEERINGS = [PEERING, "network:VirtualNetwork"];

export const peeringForwards = resourceRule({
    id: "SAM-NET-050",
    name: "peer-forwarded",
    title: "Peerings must take traffic that a firewall forwards.",
    severity: "medium",
    risk: "Without it, a network drops whatever the firewall sends on from another one, and people build ways around the firewall.",
    remediation: ["Set allowForwardedTraffic to true on both sides of the peering."],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: PEERINGS,
    check({ type, inputs }, findings) {
        for (const side of type === PEERING ? [inputs] : inputs.at("virtualNetworkPeerings").items()) {
            findings.require(side.at("allowForwardedTraffic"), is(true));
        }
    },
});

export const peeringAccess = resourceRule({
    id: "SAM-NET-054",
    name: "peer-access",
    title: "Peerings must let the two networks reach each other.",
    severity: "medium",
    risk: "A peering without access drops every packet that no gateway carries, without a trace.",
    remediation: ["Remove allowVirtualNetworkAccess or set it to true; filter by security groups and the firewall."],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: PEERINGS,
    check({ type, inputs }, findings) {
        for (const side of type === PEERING ? [inputs] : inputs.at("virtualNetworkPeerings").items()) {
            findings.require(side.at("allowVirtualNetworkAccess"), not(false), "Remove it or set it to true.");
        }
    },
});

/** Whether two sides are of one peering: each leads to where the other starts. */
function areOpposite(one: Peering, other: Peering): boolean {
    const leads = (side: Peering, network: GraphResource) => resourcesOf(side.remote).includes(network);
    return one.local.some((network) => leads(other, network)) && other.local.some((network) => leads(one, network));
}

export const peeringTransit = graphRule({
    id: "SAM-NET-051",
    name: "peer-transit",
    title: "A peering's sides must agree on the use of a gateway.",
    severity: "medium",
    risk: "Azure refuses a side that uses a gateway that the other does not offer; one that is offered and not used leaves the site unreachable.",
    remediation: [
        "Set allowGatewayTransit on the hub's side and useRemoteGateways on the spoke's, or neither.",
        "Never set both on one side.",
    ],
    twin: { rules: ["peer-gateway-side"], leaves: "what the other side of a peering sets" },
    control: { reference: "NS-9", mapping: "own reading" },
    scanners: {},
    types: PEERINGS,
    check(graph, findings) {
        const sides = graph.model(Topology).peerings;
        for (const side of sides) {
            const own = findings.on(side.owner.urn);
            own.attempt(() => {
                const uses = side.properties.at("useRemoteGateways");
                const offers = side.properties.at("allowGatewayTransit");
                if (uses.isTrue() && offers.isTrue()) {
                    own.fail(
                        `${uses.path} and ${offers.path} of ${side.owner.name} are both true, but a side offers a gateway or uses one. ` +
                            "Set allowGatewayTransit on the hub's side and useRemoteGateways on the spoke's.",
                    );
                }
                for (const other of sides.filter((candidate) => candidate !== side && areOpposite(side, candidate))) {
                    requireOffer(uses, side, other, own);
                }
            });
        }
    },
});

export const peeringOneSide = aheadOf(peeringTransit, {
    id: "SAM-NET-053",
    name: "peer-gateway-side",
    title: "A side of a peering must not both offer a gateway and use one.",
    risk: "Azure refuses the peering when the networks stand already, or the site behind the gateway stays unreachable.",
    types: PEERINGS,
});

function requireOffer(uses: Value, side: Peering, other: Peering, findings: Findings): void {
    const offers = other.properties.at("allowGatewayTransit");
    if (uses.isTrue() && !offers.isTrue()) {
        findings.fail(
            `${uses.path} of ${side.owner.name} is true, but ${offers.path} of its other side, ${other.owner.name}, is ${offers.shown()}. ` +
                "Set it to true.",
        );
    }
}

export const noSpokePeering = graphRule({
    id: "SAM-NET-052",
    name: "peer-no-spoke-spoke",
    title: "Spokes must not be peered with each other.",
    severity: "high",
    risk: "A peering is a more specific route than the one to the firewall: the two spokes reach each other past it.",
    remediation: [
        "Remove the peering, and let the spokes reach each other through the firewall by a rule that says what.",
    ],
    twin: { none: "A peering alone does not show which of its two networks is the hub." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: PEERINGS,
    check(graph, findings) {
        const topology = graph.model(Topology);
        const hubs = topology.hubs();
        for (const { owner, properties, local, remote } of topology.peerings) {
            const own = findings.on(owner.urn);
            const starts = local.filter((network) => !hubs.has(network));
            const ends = resourcesOf(remote).filter((network) => !hubs.has(network));
            const isCertain = starts.length === local.length && ends.length === resourcesOf(remote).length;
            if (local.length > 0 && ends.length > 0 && isCertain) {
                own.fail(
                    `${owner.name} peers ${starts.map(({ name }) => name).join(", ")} with ${ends.map(({ name }) => name).join(", ")}, ` +
                        "and neither has a firewall or a gateway. Remove the peering.",
                );
            } else if (remote.kind === "unknown" || (ends.length > 0 && (starts.length > 0 || local.length === 0))) {
                own.undecided(
                    `${properties.at("remoteVirtualNetwork.id").path} of ${owner.name} is not known in this preview, or where it starts is not, so both ends may be spokes. ` +
                        "Use ids and names of VirtualNetworks of this stack.",
                );
            }
        }
    },
});

export const peeringRules = [peeringForwards, peeringAccess, peeringTransit, peeringOneSide, noSpokePeering];
