import { itemsAt, stringAt, valueAt } from "../provider/values";
import { isNetworkAddress, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { accessKey, guid } from "./derive";
import type { Part, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: ExpressRoute circuits with their peerings and authorizations. */

const CIRCUIT = "Microsoft.Network/expressRouteCircuits/{circuitName}";

/** A circuit is bought either from a provider or on a port of one's own. */
const circuitHasOneSource: Rule = ({ id, inputs }) => {
    const given = ["serviceProviderProperties", "expressRoutePort"].filter((name) => inputs[name] !== undefined);
    if (given.length === 1) return undefined;
    const message = `Circuit ${lastSegment(id)} needs serviceProviderProperties or expressRoutePort, and not both; found ${given.join(" and ") || "neither"}.`;
    return new ArmError("ExpressRouteCircuitSourceInvalid", message);
};

const skuNameFits: Rule = ({ id, inputs }) => {
    const [name, tier, family] = ["name", "tier", "family"].map((property) => stringAt(inputs, `sku.${property}`));
    if (name === undefined || tier === undefined || family === undefined || name === `${tier}_${family}`)
        return undefined;
    const message = `Circuit ${lastSegment(id)} has SKU name ${name}; tier ${tier} and family ${family} make ${tier}_${family}.`;
    return new ArmError("ExpressRouteCircuitSkuNameInvalid", message);
};

/** "You can't reduce the bandwidth of an ExpressRoute circuit without disruption". */
const bandwidthOnlyGrows: Rule = ({ id, inputs }, cloud) => {
    const path = "serviceProviderProperties.bandwidthInMbps";
    const [before, after] = [valueAt(cloud.get(id)?.inputs, path), valueAt(inputs, path)];
    if (typeof before !== "number" || typeof after !== "number" || after >= before) return undefined;
    const message = `Bandwidth of circuit ${lastSegment(id)} can't be reduced from ${before} to ${after} Mbps. Create a new circuit.`;
    return new ArmError("CannotReduceCircuitBandwidth", message);
};

const peeringRangesAreLinks: Rule = ({ id, inputs }) => {
    for (const property of ["primaryPeerAddressPrefix", "secondaryPeerAddressPrefix"]) {
        const range = stringAt(inputs, property);
        if (range === undefined || (prefixLength(range) === 30 && isNetworkAddress(range))) continue;
        const message = `${property} ${range} of peering ${lastSegment(id)} is not valid: it must be a /30 range.`;
        return new ArmError("ExpressRouteCircuitPeeringPrefixInvalid", message);
    }
    return undefined;
};

const vlanIsFree: Rule = ({ id, inputs }, cloud) => {
    const twin = cloud
        .children(parentId(id) ?? "", "network:ExpressRouteCircuitPeering")
        .find((other) => idKey(other.id) !== idKey(id) && other.inputs["vlanId"] === inputs["vlanId"]);
    if (!twin || typeof inputs["vlanId"] !== "number") return undefined;
    const message = `VLAN ${inputs["vlanId"]} of peering ${lastSegment(id)} is already used by ${lastSegment(twin.id)}.`;
    return new ArmError("ExpressRouteCircuitPeeringVlanInUse", message);
};

function inlineParts(circuit: Resource, property: string, type: string): Part[] {
    return itemsAt(circuit.inputs, property).map((inputs) => ({
        id: `${circuit.id}/${property}/${String(inputs["name"])}`,
        type,
        inputs,
    }));
}

export const expressRoute: ServiceTypes = {
    ExpressRouteCircuit: {
        id: inGroup(CIRCUIT),
        required: ["sku.tier", "sku.family"],
        replaceOn: [
            "expressRoutePort",
            "serviceProviderProperties.serviceProviderName",
            "serviceProviderProperties.peeringLocation",
        ],
        rules: [circuitHasOneSource, skuNameFits, bandwidthOnlyGrows],
        absentCollectionsStay: true,
        parts: (circuit) => [
            ...inlineParts(circuit, "peerings", "network:ExpressRouteCircuitPeering"),
            ...inlineParts(circuit, "authorizations", "network:ExpressRouteCircuitAuthorization"),
        ],
        inUse: "ExpressRouteCircuitInUse",
        computed: ({ id, inputs }) => ({
            serviceKey: guid("circuit", id),
            circuitProvisioningState: "Enabled",
            // A provider provisions its side after it was given the service key; a port of one's own needs nobody.
            serviceProviderProvisioningState:
                inputs["serviceProviderProvisioningState"] ??
                (inputs["expressRoutePort"] === undefined ? "NotProvisioned" : "Provisioned"),
            allowClassicOperations: inputs["allowClassicOperations"] ?? false,
        }),
    },
    ExpressRouteCircuitPeering: {
        id: inGroup(`${CIRCUIT}/peerings/{peeringName}`),
        required: ["peeringType", "vlanId", "peerASN"],
        replaceOn: ["peeringType"],
        rules: [peeringRangesAreLinks, vlanIsFree],
        computed: ({ inputs }) => ({ azureASN: 12076, state: inputs["state"] ?? "Enabled" }),
    },
    ExpressRouteCircuitAuthorization: {
        id: inGroup(`${CIRCUIT}/authorizations/{authorizationName}`),
        computed: ({ id }) => ({
            authorizationKey: accessKey(24, "authorization", id),
            authorizationUseStatus: "Available",
        }),
    },
};
