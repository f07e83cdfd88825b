import { stringAt } from "../provider/values";
import { FIRST_USABLE, prefixLength } from "./addresses";
import { ArmError, shortName } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { hash } from "./derive";
import { delegations } from "./network-application-gateway-subnet";
import { containersRefusal } from "./network-web-application-firewall";
import { subnetRange } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.ServiceNetworking: Application Gateway for Containers with its frontends, association and firewall. */

const CONTROLLER = "Microsoft.ServiceNetworking/trafficControllers/{trafficControllerName}";
const DELEGATION = "Microsoft.ServiceNetworking/trafficControllers";
/** Addresses that one association takes of its subnet: a /24 has 251 to give. */
const ADDRESSES = 250;
/** "Application Gateway for Containers components": limits per gateway. */
const MOST_FRONTENDS = 5;

const typeIsSubnets: Rule = ({ id, inputs }) => {
    const type = stringAt(inputs, "associationType");
    if (type === undefined || type === "subnets") return undefined;
    const message = `Association ${shortName(id)} has associationType ${type}; allowed is subnets.`;
    return new ArmError("InvalidRequestContent", message);
};

const oneAssociation: Rule = ({ id }, cloud) => {
    const other = cloud
        .children(parentId(id) ?? "", "servicenetworking:AssociationsInterface")
        .find((sibling) => idKey(sibling.id) !== idKey(id));
    if (!other) return undefined;
    const message = `Application Gateway for Containers: ${shortName(parentId(id) ?? "")} already has the association ${lastSegment(other.id)}; one is allowed.`;
    return new ArmError("AppGwForContainersAssociationLimitReached", message);
};

const subnetIsDelegated: Rule = ({ id, inputs }, cloud) => {
    const subnet = cloud.get(stringAt(inputs, "subnet.id") ?? "");
    if (!subnet || delegations(subnet).some((service) => service.toLowerCase() === DELEGATION.toLowerCase()))
        return undefined;
    const message = `Application Gateway for Containers: Subnet '${subnet.id}' must be delegated to ${DELEGATION} to create Association '${id}'.`;
    return new ArmError("AppGwForContainersSubnetAssociationSubnetMustBeDelegated", message);
};

const subnetHasAddresses: Rule = ({ id, inputs }, cloud) => {
    const subnet = stringAt(inputs, "subnet.id") ?? "";
    const range = subnetRange(subnet, cloud);
    if (range === undefined) return undefined;
    const others = cloud
        .holders(subnet)
        .filter(
            (holder) => holder.type === "servicenetworking:AssociationsInterface" && idKey(holder.id) !== idKey(id),
        );
    const needed = ADDRESSES * (others.length + 1);
    if (2 ** (32 - (prefixLength(range) ?? 32)) - (FIRST_USABLE + 1) >= needed) return undefined;
    return new ArmError(
        "AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet",
        `Application Gateway for Containers: Subnet '${subnet}' (${range}) does not have enough IPv4 addresses. At least ${needed} ` +
            `addresses are required to create Association '${id}' for this subnet.`,
    );
};

const frontendsAreFew: Rule = ({ id }, cloud) => {
    const others = cloud
        .children(parentId(id) ?? "", "servicenetworking:FrontendsInterface")
        .filter((sibling) => idKey(sibling.id) !== idKey(id));
    if (others.length < MOST_FRONTENDS) return undefined;
    const message = `Application Gateway for Containers: ${shortName(parentId(id) ?? "")} has ${MOST_FRONTENDS} frontends already, the most allowed.`;
    return new ArmError("AppGwForContainersFrontendLimitReached", message);
};

/** A child stands in its gateway's region, and so does what it brings along. */
function isInRegionOfGateway(partner?: { readonly path: string; readonly what: string }): Rule {
    return ({ id, inputs }, cloud) => {
        const region = stringAt(cloud.get(parentId(id) ?? "")?.inputs, "location");
        const other = partner && partnerOf(stringAt(inputs, partner.path), cloud);
        const candidates = [
            ["it", stringAt(inputs, "location")],
            [partner?.what, stringAt(other?.inputs, "location")],
        ] as const;
        const wrong = candidates.find(([, location]) => location !== undefined && location !== region);
        if (region === undefined || !wrong) return undefined;
        const message = `${shortName(id)}: ${wrong[0]} is in ${wrong[1]}, its Application Gateway for Containers in ${region}; they must be in one region.`;
        return new ArmError("AppGwForContainersLocationMismatch", message);
    };
}

/** The located resource behind an id: a subnet is where its network is. */
function partnerOf(id: string | undefined, cloud: CloudView): Resource | undefined {
    return id === undefined ? undefined : cloud.get(id.replace(/\/subnets\/[^/]+$/i, ""));
}

const policyIsSupported: Rule = ({ id, inputs }, cloud) => {
    const policyId = stringAt(inputs, "wafPolicy.id");
    if (inputs["wafPolicy"] === undefined) {
        const message = `Security policy ${shortName(id)} must refer to a web application firewall policy.`;
        return new ArmError("AppGwForContainersSecurityPolicyMustHaveWafPolicy", message);
    }
    const policy = policyId === undefined ? undefined : cloud.get(policyId);
    return policy && containersRefusal(policy);
};

const configuredPolicyIsOwn: Rule = ({ id, inputs }, cloud) => {
    const policyId = stringAt(inputs, "securityPolicyConfigurations.wafSecurityPolicy.id");
    if (policyId === undefined || id === "") return undefined;
    if (idKey(parentId(policyId) ?? "") === idKey(id) && cloud.get(policyId)) return undefined;
    const message = `${shortName(id)} refers to ${policyId}, which is none of its security policies.`;
    return new ArmError("InvalidResourceReference", message);
};

function childIds(controller: Resource, type: string, cloud: CloudView): { id: string }[] {
    return cloud.children(controller.id, `servicenetworking:${type}`).map(({ id }) => ({ id }));
}

export const serviceNetworking: ServiceTypes = {
    TrafficControllerInterface: {
        id: inGroup(CONTROLLER),
        rules: [configuredPolicyIsOwn],
        // A security policy is a resource of its own, although its id lies within this one's.
        opaqueReferences: ["securityPolicyConfigurations.wafSecurityPolicy.id"],
        notEmpty: "CannotDeleteResource",
        computed: (controller, cloud) => ({
            configurationEndpoints: [`${hash("agc", controller.id).slice(0, 16)}.trafficcontroller.azure.com`],
            associations: childIds(controller, "AssociationsInterface", cloud),
            frontends: childIds(controller, "FrontendsInterface", cloud),
            securityPolicies: childIds(controller, "SecurityPoliciesInterface", cloud),
        }),
    },
    FrontendsInterface: {
        id: inGroup(`${CONTROLLER}/frontends/{frontendName}`),
        rules: [frontendsAreFew, isInRegionOfGateway()],
        computed: ({ id }) => ({ fqdn: `${hash("frontend", id).slice(0, 16)}.${zoneOf(id)}.alb.azure.com` }),
    },
    AssociationsInterface: {
        id: inGroup(`${CONTROLLER}/associations/{associationName}`),
        required: ["subnet.id"],
        replaceOn: ["subnet", "associationType"],
        rules: [
            typeIsSubnets,
            oneAssociation,
            subnetIsDelegated,
            subnetHasAddresses,
            isInRegionOfGateway({ path: "subnet.id", what: "its subnet's network" }),
        ],
    },
    SecurityPoliciesInterface: {
        id: inGroup(`${CONTROLLER}/securityPolicies/{securityPolicyName}`),
        rules: [policyIsSupported, isInRegionOfGateway({ path: "wafPolicy.id", what: "its firewall policy" })],
        computed: () => ({ policyType: "waf" }),
    },
};

/** `fz` and two digits, the part of Azure's DNS in which a frontend's name lies. */
function zoneOf(id: string): string {
    return `fz${10 + (Number.parseInt(hash("zone", id).slice(0, 4), 16) % 90)}`;
}
