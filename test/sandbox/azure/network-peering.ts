import { stringAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import { overlap } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { addressSpaces } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: virtual network peerings. */

function remoteId({ inputs }: Resource): string | undefined {
    return stringAt(inputs, "remoteVirtualNetwork.id");
}

function cannotPeer(peering: Resource, reason: string, code: string): ArmError {
    return new ArmError(code, `Cannot create or update peering ${peering.id}. ${reason}`);
}

const networksDoNotOverlap: Rule = (peering, cloud) => {
    const local = cloud.get(parentId(peering.id) ?? "");
    const remote = cloud.get(remoteId(peering) ?? "");
    const clash = addressSpaces(local).find((space) => addressSpaces(remote).some((other) => overlap(space, other)));
    if (clash === undefined || !local || !remote) return undefined;
    return cannotPeer(
        peering,
        `Virtual networks ${local.id} and ${remote.id} cannot be peered because their address spaces overlap. Overlapping address prefixes: ${clash}.`,
        "VnetAddressSpacesOverlap",
    );
};

const noPeerOverlapsAnother: Rule = (peering, cloud) => {
    const local = cloud.get(parentId(peering.id) ?? "");
    const remote = cloud.get(remoteId(peering) ?? "");
    for (const other of cloud.children(local?.id ?? "", "network:VirtualNetworkPeering")) {
        const third = cloud.get(remoteId(other) ?? "");
        if (!remote || !third || idKey(other.id) === idKey(peering.id) || idKey(third.id) === idKey(remote.id))
            continue;
        const clash = addressSpaces(remote).find((space) =>
            addressSpaces(third).some((taken) => overlap(space, taken)),
        );
        if (clash === undefined) continue;
        return cannotPeer(
            peering,
            `Virtual networks ${local?.id} and ${remote.id} cannot be peered because the address space of the second overlaps with that ` +
                `of ${third.id}, already peered with the first. Overlapping address prefixes: ${clash}.`,
            "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
        );
    }
    return undefined;
};

const remoteHasGateway: Rule = (peering, cloud) => {
    const remote = remoteId(peering);
    // A preview can't say it: the gateway may be planned later, or its network be unknown.
    if (peering.inputs["useRemoteGateways"] !== true || !contentsAreKnown(remote, cloud)) return undefined;
    if (gatewaysOf(remote, cloud).length > 0 || someGatewayIsUndecided(cloud)) return undefined;
    return new ArmError(
        "RemoteVnetHasNoGateways",
        `Peering ${peering.id} cannot have UseRemoteGateway flag set to true because remote virtual network ${remote} ` +
            `referenced by the peering does not have any gateways.`,
    );
};

function reverseOf(peering: Resource, cloud: CloudView): Resource | undefined {
    const local = idKey(parentId(peering.id) ?? "");
    return cloud
        .children(remoteId(peering) ?? "", "network:VirtualNetworkPeering")
        .find((other) => idKey(remoteId(other) ?? "") === local);
}

/** The side with the gateway has to offer it first. */
const remoteOffersItsGateway: Rule = (peering, cloud) => {
    const remote = remoteId(peering);
    if (peering.inputs["useRemoteGateways"] !== true || remote === undefined || !cloud.get(remote)) return undefined;
    const reverse = reverseOf(peering, cloud);
    if (!reverse && !contentsAreKnown(remote, cloud)) return undefined;
    const offer = reverse ? (reverse.inputs["allowGatewayTransit"] ?? false) : undefined;
    const undecided = cloud
        .children(remote, "network:VirtualNetworkPeering")
        .some(({ inputs }) => valueAt(inputs, "remoteVirtualNetwork.id") === UNKNOWN);
    if (offer === true || offer === UNKNOWN || (!reverse && undecided)) return undefined;
    const found = reverse
        ? `remote peering ${reverse.id} has AllowGatewayTransit flag set to false`
        : `${remote} has no peering back`;
    const message = `Peering ${peering.id} cannot have UseRemoteGateways flag set to true, because ${found}.`;
    return new ArmError("RemotePeeringDoesNotAllowGatewayTransit", message);
};

const transitGoesOneWay: Rule = (peering) => {
    if (peering.inputs["useRemoteGateways"] !== true || peering.inputs["allowGatewayTransit"] !== true)
        return undefined;
    return cannotPeer(
        peering,
        "AllowGatewayTransit and UseRemoteGateways can't both be true: a network that uses a remote gateway has none to offer.",
        "AllowGatewayTransitAndUseRemoteGatewaysConflict",
    );
};

const gatewayIsUsedOnce: Rule = (peering, cloud) => {
    if (peering.inputs["useRemoteGateways"] !== true) return undefined;
    const network = parentId(peering.id) ?? "";
    if (gatewaysOf(network, cloud).length > 0) {
        const reason = `The virtual network ${network} has a gateway of its own, so it can't use a remote one.`;
        return cannotPeer(peering, reason, "VirtualNetworkCannotUseRemoteGateway");
    }
    const other = cloud
        .children(network, "network:VirtualNetworkPeering")
        .find(({ id, inputs }) => idKey(id) !== idKey(peering.id) && inputs["useRemoteGateways"] === true);
    if (!other) return undefined;
    return cannotPeer(
        peering,
        `Only one peering of virtual network '${lastSegment(network)}' can use remote gateways, and ${lastSegment(other.id)} already does.`,
        "OnlyOnePeeringCanUseRemoteGateway",
    );
};

/** Not those of a network that a person named by its id alone: it is somebody else's, with whatever is in it. */
function contentsAreKnown(networkId: string | undefined, cloud: CloudView): networkId is string {
    return networkId !== undefined && addressSpaces(cloud.get(networkId)).length > 0;
}

function gatewaysOf(networkId: string, cloud: CloudView): Resource[] {
    return cloud.holders(networkId).filter(({ type }) => type === "network:VirtualNetworkGateway");
}

/** A preview may plan a gateway whose subnet it doesn't know yet. */
function someGatewayIsUndecided(cloud: CloudView): boolean {
    return cloud
        .ofType("network:VirtualNetworkGateway")
        .some(({ inputs }) => valuesAt(inputs, "ipConfigurations[].subnet.id").includes(UNKNOWN));
}

export const peering: ServiceTypes = {
    VirtualNetworkPeering: {
        id: inGroup(
            "Microsoft.Network/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
        ),
        required: ["remoteVirtualNetwork.id"],
        replaceOn: ["remoteVirtualNetwork"],
        rules: [
            networksDoNotOverlap,
            noPeerOverlapsAnother,
            transitGoesOneWay,
            remoteHasGateway,
            gatewayIsUsedOnce,
            remoteOffersItsGateway,
        ],
        // Deleting one side leaves the other disconnected; Azure doesn't refuse it.
        weakReferences: ["remoteVirtualNetwork.id"],
        computed: (peering, cloud) => {
            const space = valueAt(cloud.get(remoteId(peering) ?? "")?.inputs, "addressSpace");
            return {
                peeringState: reverseOf(peering, cloud) ? "Connected" : "Initiated",
                peeringSyncLevel: "FullyInSync",
                remoteAddressSpace: space,
                remoteVirtualNetworkAddressSpace: space,
            };
        },
    },
};
