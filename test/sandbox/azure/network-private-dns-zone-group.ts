import { itemsAt, stringAt, stringsAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { ArmError } from "./arm-error";
import { armType, idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { dnsConfigs } from "./network-private-endpoint";
import type { Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: zone groups, which keep an endpoint's names in private DNS zones. A zone that doesn't fit is accepted. */

const MOST_ZONES = 5;

const zonesAreOfOneGroup: Rule = ({ id, inputs }) => {
    const configs = itemsAt(inputs, "privateDnsZoneConfigs");
    const zones = stringsAt(inputs, "privateDnsZoneConfigs[].privateDnsZoneId").map((zone) =>
        lastSegment(zone).toLowerCase(),
    );
    const repeated = firstRepeated(zones);
    if (configs.length <= MOST_ZONES && repeated === undefined) return undefined;
    const found = repeated === undefined ? `${configs.length} zones` : `the zone ${repeated} twice`;
    const message = `Private DNS zone group ${lastSegment(id)} has ${found}; allowed are up to ${MOST_ZONES}, each once.`;
    return new ArmError("PrivateDnsZoneGroupInvalidConfiguration", message);
};

const namesDiffer: Rule = ({ id, inputs }) => {
    const repeated = firstRepeated(stringsAt(inputs, "privateDnsZoneConfigs[].name"));
    if (repeated === undefined) return undefined;
    const message = `Resource ${id} has two child resources with the same name (${repeated}).`;
    return new ArmError("DuplicateResourceName", message);
};

function firstRepeated(names: readonly string[]): string | undefined {
    return names.find((name, index) => names.indexOf(name) !== index);
}

const onlyGroupOfItsEndpoint: Rule = ({ id }, cloud) => {
    const other = cloud
        .children(parentId(id) ?? "", "network:PrivateDnsZoneGroup")
        .find((sibling) => idKey(sibling.id) !== idKey(id));
    if (!other) return undefined;
    const message = `Cannot create more than one private dns zone groups in the private endpoint ${parentId(id)}: it has ${lastSegment(other.id)}.`;
    return new ArmError("MoreThanOnePrivateDnsZoneGroupPerPrivateEndpointNotAllowed", message);
};

const zonesArePrivate: Rule = ({ id, inputs }) => {
    const wrong = stringsAt(inputs, "privateDnsZoneConfigs[].privateDnsZoneId").find(
        (zone) => armType(zone).toLowerCase() !== "microsoft.network/privatednszones",
    );
    if (wrong === undefined) return undefined;
    const message = `Reference ${wrong} of ${id} is of a wrong type: expected is Microsoft.Network/privateDnsZones.`;
    return new ArmError("InvalidJsonReferenceWrongType", message);
};

export const privateDnsZoneGroup: ServiceTypes = {
    PrivateDnsZoneGroup: {
        id: inGroup(
            "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        ),
        required: ["privateDnsZoneConfigs"],
        rules: [onlyGroupOfItsEndpoint, zonesArePrivate, namesDiffer, zonesAreOfOneGroup],
        computed: (group, cloud) => {
            const endpoint = cloud.get(parentId(group.id) ?? "");
            const configs = endpoint ? dnsConfigs(endpoint, cloud) : [];
            return {
                privateDnsZoneConfigs: itemsAt(group.inputs, "privateDnsZoneConfigs").map((zone) => ({
                    recordSets: recordSets(stringAt(zone, "privateDnsZoneId"), configs),
                })),
            };
        },
    },
};

/** The public names of a private zone, where they aren't just those without `privatelink`. */
const PUBLIC_SUFFIX: Readonly<Record<string, string>> = { "vaultcore.azure.net": "vault.azure.net" };

function recordSets(zoneId: string | undefined, configs: Properties[]): Properties[] {
    const zone = lastSegment(zoneId ?? "").replace(/^privatelink\./, "");
    const suffix = PUBLIC_SUFFIX[zone] ?? zone;
    return configs
        .filter(({ fqdn }) => String(fqdn).endsWith(`.${suffix}`))
        .map(({ fqdn, ipAddresses }) => ({
            recordType: "A",
            recordSetName: String(fqdn).slice(0, -suffix.length - 1),
            fqdn,
            ttl: 10,
            ipAddresses,
            provisioningState: "Succeeded",
        }));
}
