import { stringAt } from "../provider/values";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: private DNS zones, their links and records. */

const ZONE = "Microsoft.Network/privateDnsZones/{privateZoneName}";

const locationIsGlobal: Rule = ({ id, inputs }) => {
    const location = stringAt(inputs, "location");
    if (location === undefined || location.toLowerCase() === "global") return undefined;
    const message = `The provided location '${location}' is not available for '${lastSegment(id)}'. Private DNS is a global service: use location 'global'.`;
    return new ArmError("LocationNotAvailableForResourceType", message);
};

const networkIsLinkedOnce: Rule = ({ id, inputs }, cloud) => {
    const network = stringAt(inputs, "virtualNetwork.id");
    const twin = cloud
        .children(parentId(id) ?? "", "privatedns:VirtualNetworkLink")
        .find(
            (other) =>
                network !== undefined &&
                idKey(other.id) !== idKey(id) &&
                idKey(stringAt(other.inputs, "virtualNetwork.id") ?? "") === idKey(network),
        );
    if (!twin) return undefined;
    const message = `A link ${lastSegment(twin.id)} from zone ${lastSegment(parentId(id) ?? "")} to virtual network ${network} exists already.`;
    return new ArmError("Conflict", message, 409);
};

/** A network resolves one zone of a name only. */
const networkHasNoZoneOfThatName: Rule = ({ id, inputs }, cloud) => {
    const network = stringAt(inputs, "virtualNetwork.id");
    const zone = parentId(id) ?? "";
    const twin = cloud.ofType("privatedns:VirtualNetworkLink").find((other) => {
        const otherZone = parentId(other.id) ?? "";
        const sameName = lastSegment(otherZone).toLowerCase() === lastSegment(zone).toLowerCase();
        const sameNetwork = idKey(stringAt(other.inputs, "virtualNetwork.id") ?? "") === idKey(network ?? "");
        return network !== undefined && sameName && sameNetwork && idKey(otherZone) !== idKey(zone);
    });
    if (!twin) return undefined;
    const message = `Virtual network ${network} is linked to another zone with the same name, ${parentId(twin.id)}; it can resolve only one of them.`;
    return new ArmError("BadRequest", message);
};

export const privateDns: ServiceTypes = {
    PrivateZone: {
        id: inGroup(ZONE),
        rules: [locationIsGlobal],
        notEmpty: "CannotDeleteResource",
        computed: (zone, cloud) => ({
            maxNumberOfRecordSets: 25000,
            maxNumberOfVirtualNetworkLinks: 1000,
            maxNumberOfVirtualNetworkLinksWithRegistration: 100,
            numberOfRecordSets: 1 + cloud.children(zone.id, "privatedns:PrivateRecordSet").length,
            numberOfVirtualNetworkLinks: cloud.children(zone.id, "privatedns:VirtualNetworkLink").length,
        }),
    },
    VirtualNetworkLink: {
        id: inGroup(`${ZONE}/virtualNetworkLinks/{virtualNetworkLinkName}`),
        required: ["virtualNetwork.id"],
        replaceOn: ["virtualNetwork"],
        rules: [locationIsGlobal, networkIsLinkedOnce, networkHasNoZoneOfThatName],
        weakReferences: ["virtualNetwork.id"],
        computed: () => ({ virtualNetworkLinkState: "Completed" }),
    },
    PrivateRecordSet: {
        id: inGroup(`${ZONE}/{recordType}/{relativeRecordSetName}`),
        sets: ["aRecords", "aaaaRecords"],
        computed: ({ inputs, id }) => ({
            fqdn: `${String(inputs["relativeRecordSetName"])}.${lastSegment(parentId(id) ?? "")}.`,
            isAutoRegistered: false,
        }),
    },
};
