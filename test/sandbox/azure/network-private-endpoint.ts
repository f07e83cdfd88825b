import { itemsAt, stringAt, stringsAt } from "../provider/values";
import type { Properties } from "../provider/values";
import { contains } from "./addresses";
import { ArmError, shortName } from "./arm-error";
import { armType, idKey, inGroup, lastSegment, resourceGroupName } from "./arm-id";
import { guid } from "./derive";
import { delegations, subnetHasNoGateway } from "./network-application-gateway-subnet";
import { addressesIn, dynamicAddress, reservedAddresses, subnetRange } from "./private-address";
import { targetKind } from "./private-link-targets";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: private endpoints. Their zone groups have a file of their own. */

interface Connection {
    readonly targetId: string;
    readonly groupIds: string[];
}

function connections(inputs: Properties): Connection[] {
    const all = [
        ...itemsAt(inputs, "privateLinkServiceConnections"),
        ...itemsAt(inputs, "manualPrivateLinkServiceConnections"),
    ];
    return all.flatMap((connection) => {
        const targetId = stringAt(connection, "privateLinkServiceId");
        return targetId === undefined ? [] : [{ targetId, groupIds: stringsAt(connection, "groupIds[]") }];
    });
}

const hasConnection: Rule = ({ id, inputs }) => {
    const declared = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
    if (declared.some((property) => inputs[property] !== undefined)) return undefined;
    const message = `Private endpoint ${id} needs a private link service connection.`;
    return new ArmError("PrivateEndpointMustHaveAtLeastOnePrivateLinkServiceConnection", message);
};

const oneConnection: Rule = ({ id, inputs }) => {
    const found = connections(inputs).length;
    if (found < 2) return undefined;
    const message = `Private endpoint ${id} has ${found} private link service connections; one is allowed. Make an endpoint for each.`;
    return new ArmError("PrivateEndpointCannotHaveMoreThanOnePrivateLinkServiceConnection", message);
};

const oneGroupId: Rule = ({ id, inputs }) => {
    const connection = connections(inputs).find(({ groupIds }) => groupIds.length > 1);
    if (!connection) return undefined;
    return new ArmError(
        "OnlyOneGroupIdPermitted",
        `Private endpoint ${id} has the following group Ids: ${connection.groupIds.join(", ")}. Only one group Id is permitted ` +
            `when connecting to a first-party resource (${connection.targetId}).`,
    );
};

const groupIdFitsTarget: Rule = ({ inputs }) => {
    for (const { targetId, groupIds } of connections(inputs)) {
        const target = targetKind(targetId);
        const wrong = groupIds.find((groupId) => !target?.groupIds.includes(groupId));
        if (!target || wrong === undefined) continue;
        return new ArmError(
            "InvalidValuesForRequestParameters",
            `Call to ${armType(targetId)} failed. Error message: Values for request parameters are invalid: GroupId: ${wrong}. ` +
                `Allowed for ${shortName(targetId)}: ${target.groupIds.join(", ")}.`,
        );
    }
    return undefined;
};

const targetAdmitsEndpoints: Rule = ({ inputs }, cloud) => {
    for (const { targetId } of connections(inputs)) {
        const target = cloud.get(targetId);
        const reason = target && targetKind(targetId)?.admits?.(target);
        if (reason === undefined) continue;
        return new ArmError(
            "PrivateEndpointNotSupported",
            `Call to ${armType(targetId)} failed for ${shortName(targetId)}. ${reason}`,
        );
    }
    return undefined;
};

const subnetIsNotDelegated: Rule = ({ id, inputs }, cloud) => {
    const subnet = cloud.get(stringAt(inputs, "subnet.id") ?? "");
    const [service] = subnet ? delegations(subnet) : [];
    if (!subnet || service === undefined) return undefined;
    const message = `Private endpoint ${id} cannot be created in subnet ${subnet.id} since it is delegated to ${service}.`;
    return new ArmError("PrivateEndpointCreationNotAllowedAsSubnetIsDelegated", message);
};

const fixedAddressesAreFree: Rule = (endpoint, cloud) => {
    const subnet = stringAt(endpoint.inputs, "subnet.id");
    const range = subnetRange(subnet, cloud);
    if (subnet === undefined || range === undefined) return undefined;
    const others = cloud.holders(subnet).filter(({ id }) => idKey(id) !== idKey(endpoint.id));
    for (const address of stringsAt(endpoint.inputs, "ipConfigurations[].privateIPAddress")) {
        const holder = others.find(({ outputs }) => addressesIn(outputs, range).includes(address));
        const problem = !contains(range, address)
            ? (["PrivateIPAddressNotInSubnet", `does not belong to the range of its subnet ${range}`] as const)
            : reservedAddresses(range).includes(address)
              ? (["PrivateIPAddressInReservedRange", `is reserved by Azure in ${range}`] as const)
              : holder && (["PrivateIPAddressIsAllocated", `is in use by ${holder.id}`] as const);
        if (!problem) continue;
        return new ArmError(
            problem[0],
            `Private static IP address ${address} of ${lastSegment(endpoint.id)} ${problem[1]}.`,
        );
    }
    return undefined;
};

/** A fixed address is for one member of the group that the endpoint connects to. */
const membersAreOfTheGroup: Rule = ({ id, inputs }, cloud) => {
    const fixed = itemsAt(inputs, "ipConfigurations");
    for (const { targetId, groupIds } of connections(inputs)) {
        const [target, kind, groupId] = [cloud.get(targetId), targetKind(targetId), groupIds[0]];
        if (groupId === undefined) continue;
        const members = target && kind?.members?.(target, groupId);
        const wrong = fixed.find(
            ({ groupId: group, memberName: member }) =>
                (typeof group === "string" && group !== groupId) ||
                (typeof member === "string" && members !== undefined && !members.includes(member)),
        );
        if (!wrong) continue;
        const allowed = members === undefined ? "" : ` with the members ${members.join(", ")}`;
        const message =
            `IP configuration ${String(wrong["name"])} of private endpoint ${lastSegment(id)} is for ${String(wrong["groupId"])}/` +
            `${String(wrong["memberName"])}; ${shortName(targetId)} has the group ${groupId}${allowed}.`;
        return new ArmError("InvalidPrivateEndpointIpConfigurationMember", message);
    }
    return undefined;
};

interface Name {
    readonly fqdn: string;
    /** The member of the group that answers to it, if it is known here. */
    readonly member: string | undefined;
}

function namesOf(endpoint: Resource, cloud: CloudView): Name[] {
    return connections(endpoint.inputs).flatMap(({ targetId, groupIds }) => {
        const [target, kind] = [cloud.get(targetId), targetKind(targetId)];
        if (!target || !kind) return [];
        return groupIds.flatMap((groupId) => {
            const members = kind.members?.(target, groupId);
            return kind.fqdns(target, groupId, cloud).map((fqdn, index) => ({ fqdn, member: members?.[index] }));
        });
    });
}

export function dnsConfigs(endpoint: Resource, cloud: CloudView): Properties[] {
    const subnet = stringAt(endpoint.inputs, "subnet.id");
    const fixed = itemsAt(endpoint.inputs, "ipConfigurations");
    return namesOf(endpoint, cloud).map(({ fqdn, member }, index) => {
        const own = fixed.find(({ memberName }) => member !== undefined && memberName === member) ?? fixed[index];
        const address = stringAt(own, "privateIPAddress") ?? dynamicAddress(endpoint, subnet, cloud, index);
        return { fqdn, ipAddresses: [address ?? null] };
    });
}

/** The interface that comes with an endpoint, in the endpoint's resource group. */
function interfaceId(endpoint: Resource): string {
    const name =
        stringAt(endpoint.inputs, "customNetworkInterfaceName") ??
        `${lastSegment(endpoint.id)}.nic.${guid("nic", endpoint.id)}`;
    return endpoint.id.replace(/\/privateEndpoints\/[^/]+$/i, `/networkInterfaces/${name}`);
}

export const privateEndpoint: ServiceTypes = {
    PrivateEndpoint: {
        id: inGroup("Microsoft.Network/privateEndpoints/{privateEndpointName}"),
        required: ["subnet.id"],
        replaceOn: [
            "subnet",
            "privateLinkServiceConnections",
            "manualPrivateLinkServiceConnections",
            "customNetworkInterfaceName",
            "ipConfigurations",
        ],
        rules: [
            hasConnection,
            oneConnection,
            oneGroupId,
            groupIdFitsTarget,
            targetAdmitsEndpoints,
            subnetHasNoGateway("subnet.id"),
            subnetIsNotDelegated,
            fixedAddressesAreFree,
            membersAreOfTheGroup,
        ],
        // The target can go first; the endpoint then is disconnected.
        weakReferences: [
            "privateLinkServiceConnections[].privateLinkServiceId",
            "manualPrivateLinkServiceConnections[].privateLinkServiceId",
        ],
        parts: (endpoint) => [
            {
                id: interfaceId(endpoint),
                type: "network:NetworkInterface",
                inputs: { location: endpoint.inputs["location"], resourceGroupName: resourceGroupName(endpoint.id) },
            },
        ],
        computed: (endpoint, cloud) => ({
            customDnsConfigs: dnsConfigs(endpoint, cloud),
            networkInterfaces: [{ id: interfaceId(endpoint) }],
            privateLinkServiceConnections: itemsAt(endpoint.inputs, "privateLinkServiceConnections").map(() => ({
                provisioningState: "Succeeded",
                privateLinkServiceConnectionState: {
                    status: "Approved",
                    description: "Auto-approved",
                    actionsRequired: "None",
                },
            })),
        }),
    },
};
