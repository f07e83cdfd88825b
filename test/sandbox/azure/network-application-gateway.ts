import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt, valuesAt } from "../provider/values";
import type { Properties, Value } from "../provider/values";
import { FIRST_USABLE, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment } from "./arm-id";
import * as routing from "./network-application-gateway-routing";
import * as place from "./network-application-gateway-subnet";
import * as tls from "./network-application-gateway-tls";
import { addressesAreStandard } from "./network-references";
import { addressLiesInSubnet, configuredAddresses } from "./network-load-balancing";
import { addressesIn, reservedAddresses, subnetRange } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: Application Gateway, its SKU, its place in a subnet and its frontends. */

const hasItsParts: Rule = ({ id, inputs }) => {
    const needed = [
        "gatewayIPConfigurations",
        "frontendIPConfigurations",
        "frontendPorts",
        "httpListeners",
        "requestRoutingRules",
    ];
    const missing = needed.find(
        (property) => Array.isArray(inputs[property]) && itemsAt(inputs, property).length === 0,
    );
    if (missing === undefined) return undefined;
    const message = `Application Gateway ${id} must have at least one element in ${missing}.`;
    return new ArmError("ApplicationGatewayInvalidConfiguration", message);
};

/** Policies of the whole gateway, of a listener and of a path. */
const POLICIES = ["firewallPolicy", "httpListeners[].firewallPolicy", "urlPathMaps[].pathRules[].firewallPolicy"];

/** A web application firewall comes with the WAF tiers, and these don't come without one. */
const tierFitsFirewall: Rule = ({ id, inputs }) => {
    const tier = stringAt(inputs, "sku.tier");
    if (tier === undefined) return undefined;
    const inline = valueAt(inputs, "webApplicationFirewallConfiguration.enabled");
    const policies = POLICIES.flatMap((path) => valuesAt(inputs, path));
    if (!tier.startsWith("WAF") && (inline === true || policies.length > 0)) {
        const message = `Application Gateway ${id} does not support WebApplicationFirewall with the selected SKU tier ${tier}. Use WAF_v2.`;
        return new ArmError("ApplicationGatewayFirewallCannotBeEnabledForSelectedSku", message);
    }
    const hasFirewall = [inputs["firewallPolicy"], inputs["webApplicationFirewallConfiguration"]].some(
        (value) => value !== undefined,
    );
    if (tier !== "WAF_v2" || hasFirewall) return undefined;
    const message = `Application Gateway ${id} with the selected SKU tier ${tier} must have a valid WAF policy or configuration.`;
    return new ArmError("ApplicationGatewayFirewallNotConfiguredForSelectedSku", message);
};

const policyExcludesInlineFirewall: Rule = ({ id, inputs }) => {
    const both =
        valueAt(inputs, "firewallPolicy") !== undefined &&
        valueAt(inputs, "webApplicationFirewallConfiguration") !== undefined;
    if (!both) return undefined;
    const message = `Application Gateway ${lastSegment(id)} has a firewall policy and an inline firewall configuration; use the policy.`;
    return new ArmError("ApplicationGatewayFirewallPolicyAndConfigurationConflict", message);
};

const policiesAreRegional: Rule = ({ id, inputs }, cloud) => {
    for (const policyId of POLICIES.flatMap((path) => stringsAt(inputs, `${path}.id`))) {
        const location = stringAt(cloud.get(policyId)?.inputs, "location");
        const own = stringAt(inputs, "location");
        if (location === undefined || own === undefined || sameRegion(location, own)) continue;
        const message = `Firewall policy ${lastSegment(policyId)} in ${location} can't be used by application gateway ${lastSegment(id)} in ${own}.`;
        return new ArmError("InvalidResourceReference", message);
    }
    return undefined;
};

function sameRegion(one: string, other: string): boolean {
    const plain = (region: string) => region.replace(/\s/g, "").toLowerCase();
    return plain(one) === plain(other);
}

const MOST_INSTANCES = 125;

const capacityIsGivenOnce: Rule = (gateway) => {
    const { id, inputs } = gateway;
    if (!place.isV2(gateway)) return undefined;
    const fixed = valueAt(inputs, "sku.capacity");
    const scaled = valueAt(inputs, "autoscaleConfiguration");
    const problem =
        (fixed === undefined) === (scaled === undefined)
            ? "needs exactly one of sku.capacity and autoscaleConfiguration"
            : capacityProblem(fixed, numberAt(scaled, "minCapacity"), numberAt(scaled, "maxCapacity"));
    if (problem === undefined) return undefined;
    return new ArmError("ApplicationGatewayInvalidCapacity", `Application Gateway ${lastSegment(id)} ${problem}.`);
};

function numberAt(value: Value, path: string): number | undefined {
    const found = valueAt(value, path);
    return typeof found === "number" ? found : undefined;
}

function capacityProblem(fixed: Value, least: number | undefined, most: number | undefined): string | undefined {
    if (typeof fixed === "number" && (fixed < 1 || fixed > MOST_INSTANCES))
        return `has sku.capacity ${fixed}; allowed are 1 to ${MOST_INSTANCES}`;
    if (least !== undefined && (least < 0 || least > 100)) return `has minCapacity ${least}; allowed are 0 to 100`;
    if (most !== undefined && (most < 2 || most > MOST_INSTANCES))
        return `has maxCapacity ${most}; allowed are 2 to ${MOST_INSTANCES}`;
    if (least !== undefined && most !== undefined && least > most)
        return `has minCapacity ${least}, more than its maxCapacity ${most}`;
    return undefined;
}

/** Subnets of the gateway itself, not of its frontends. */
function ownSubnets({ inputs }: Resource, cloud: CloudView): Resource[] {
    return stringsAt(inputs, "gatewayIPConfigurations[].subnet.id").flatMap((id) => cloud.get(id) ?? []);
}

const OCCUPANTS = [
    "network:PrivateEndpoint",
    "network:NetworkInterface",
    "network:AzureFirewall",
    "network:BastionHost",
    "network:LoadBalancer",
    "servicenetworking:AssociationsInterface",
    "containerservice:ManagedCluster",
    "containerservice:AgentPool",
];

const subnetIsDedicated: Rule = (gateway, cloud) => {
    for (const { id } of ownSubnets(gateway, cloud)) {
        const other = cloud.holders(id).find(({ type }) => OCCUPANTS.includes(type));
        if (other) return place.mixedSubnet(id, other.id);
        const generation = place
            .gatewaysIn(id, cloud)
            .find((sibling) => idKey(sibling.id) !== idKey(gateway.id) && place.isV2(sibling) !== place.isV2(gateway));
        if (generation) {
            const message = `Subnet ${id} can't hold application gateways of SKU v1 and v2: ${lastSegment(generation.id)} is of the other.`;
            return new ArmError("ApplicationGatewaySubnetCannotMixV1AndV2Skus", message);
        }
    }
    return undefined;
};

/** Without a public frontend a gateway is isolated, and that takes a delegated subnet. */
const subnetIsDelegatedRightly: Rule = (gateway, cloud) => {
    for (const subnet of ownSubnets(gateway, cloud)) {
        if (place.isIsolated(subnet)) continue;
        const [other] = place.delegations(subnet);
        if (other !== undefined) {
            const message = `Subnet '${lastSegment(subnet.id)}' is delegated to ${other} and can't be used by Application Gateway.`;
            return new ArmError("InvalidSubnet", message);
        }
        if (place.isV2(gateway) && !place.hasPublicFrontend(gateway)) return isolationRefusal(gateway, subnet);
    }
    return undefined;
};

function isolationRefusal(gateway: Resource, subnet: Resource): ArmError {
    const tier = stringAt(gateway.inputs, "sku.tier") ?? "Standard_v2";
    return new ArmError(
        "ApplicationGatewayNetworkIsolationRequiresSubnetDelegation",
        `Application Gateway without Public IP is not supported for the selected SKU tier ${tier} unless it has network isolation: ` +
            `Application Gateway ${gateway.id} with NetworkIsolation requires subnet delegation. Delegate subnet ` +
            `${lastSegment(subnet.id)} to Microsoft.Network/applicationGateways.`,
    );
}

const subnetAdmitsControlAndReturn: Rule = (gateway, cloud) => {
    if (!place.isV2(gateway)) return undefined;
    for (const subnet of ownSubnets(gateway, cloud)) {
        const refusal = place.controlRefusal(subnet, cloud) ?? place.routeRefusal(subnet, cloud);
        if (refusal) return refusal;
    }
    return undefined;
};

/** Addresses that a gateway takes: one per instance, and one for a private frontend. */
function addressesOf({ inputs }: Resource): number {
    const instances = valueAt(inputs, "autoscaleConfiguration.maxCapacity") ?? valueAt(inputs, "sku.capacity");
    const isPrivate = itemsAt(inputs, "frontendIPConfigurations").some((frontend) => valueAt(frontend, "subnet"));
    return (typeof instances === "number" ? instances : 1) + (isPrivate ? 1 : 0);
}

const subnetHasRoom: Rule = (gateway, cloud) => {
    for (const { id } of ownSubnets(gateway, cloud)) {
        const range = subnetRange(id, cloud);
        const others = place.gatewaysIn(id, cloud).filter((other) => idKey(other.id) !== idKey(gateway.id));
        const needed = [gateway, ...others].reduce((sum, one) => sum + addressesOf(one), 0);
        const free = 2 ** (32 - (prefixLength(range ?? "") ?? 32)) - (FIRST_USABLE + 1);
        if (range === undefined || needed <= free) continue;
        const message = `Subnet ${lastSegment(id)} with address prefix ${range} does not have enough capacity for ${needed} IP addresses of application gateways: ${free} can be used.`;
        return new ArmError("SubnetIsFull", message);
    }
    return undefined;
};

const frontendsAreOfOneKind: Rule = ({ id, inputs }) => {
    const frontends = itemsAt(inputs, "frontendIPConfigurations");
    const [isPublic, isPrivate] = ["publicIPAddress", "subnet"].map((property) =>
        frontends.map((frontend) => valueAt(frontend, property) !== undefined),
    ) as [boolean[], boolean[]];
    if (frontends.some((_frontend, index) => isPublic[index] === isPrivate[index])) {
        const message = `A frontend of application gateway ${lastSegment(id)} needs exactly one of publicIPAddress and subnet.`;
        return new ArmError("ApplicationGatewayFrontendIpCannotHavePublicIpAndSubnet", message);
    }
    if ([isPublic, isPrivate].every((kind) => kind.filter(Boolean).length <= 1)) return undefined;
    const message = `Application gateway ${lastSegment(id)} can have one public and one private frontend, but has more.`;
    return new ArmError("ApplicationGatewayTooManyFrontendIpConfigurations", message);
};

/** A private frontend of SKU v2 has a fixed address in the gateway's own subnet. */
const privateFrontendIsStatic: Rule = (gateway, cloud) => {
    const { id, inputs } = gateway;
    if (!place.isV2(gateway)) return undefined;
    for (const frontend of itemsAt(inputs, "frontendIPConfigurations")) {
        const subnet = stringAt(frontend, "subnet.id");
        if (subnet === undefined || valueAt(frontend, "privateIPAddress") === UNKNOWN) continue;
        const problem = frontendProblem(gateway, frontend, subnet, cloud);
        if (problem === undefined) continue;
        const message = `Private frontend ${String(frontend["name"])} of application gateway ${lastSegment(id)} ${problem[1]}.`;
        return new ArmError(problem[0], message);
    }
    return undefined;
};

function frontendProblem(
    { id, inputs }: Resource,
    frontend: Properties,
    subnet: string,
    cloud: CloudView,
): [code: string, problem: string] | undefined {
    const own = stringsAt(inputs, "gatewayIPConfigurations[].subnet.id");
    if (own.length > 0 && !own.some((candidate) => idKey(candidate) === idKey(subnet)))
        return ["ApplicationGatewayFrontendIpSubnetMismatch", "must be in the gateway's own subnet"];
    const address = stringAt(frontend, "privateIPAddress");
    if (address === undefined || frontend["privateIPAllocationMethod"] === "Dynamic")
        return ["ApplicationGatewayPrivateIpMustBeStatic", "needs a static privateIPAddress on SKU v2"];
    const range = subnetRange(subnet, cloud);
    if (range === undefined) return undefined;
    if (reservedAddresses(range).includes(address))
        return ["PrivateIPAddressInReservedRange", `has ${address}, which Azure reserves in ${range}`];
    const holder = cloud
        .holders(subnet)
        .find((other) => idKey(other.id) !== idKey(id) && addressesIn(other.outputs, range).includes(address));
    return holder && ["PrivateIPAddressIsAllocated", `has ${address}, which is in use by ${holder.id}`];
}

export const applicationGateway: ServiceTypes = {
    ApplicationGateway: {
        id: inGroup("Microsoft.Network/applicationGateways/{applicationGatewayName}"),
        required: [
            "sku",
            "gatewayIPConfigurations",
            "frontendIPConfigurations",
            "frontendPorts",
            "httpListeners",
            "requestRoutingRules",
        ],
        replaceOn: ["zones"],
        rules: [
            hasItsParts,
            routing.partsAreOwnAndOfTheirKind,
            tierFitsFirewall,
            policyExcludesInlineFirewall,
            policiesAreRegional,
            capacityIsGivenOnce,
            routing.portsDiffer,
            routing.listenerNamesHostsOnce,
            routing.listenersDiffer,
            routing.rulesOfV2HavePriorities,
            routing.prioritiesDiffer,
            routing.listenerHasOneRule,
            routing.rulesLeadSomewhere,
            routing.pathMapsLeadSomewhere,
            routing.redirectionsEnd,
            routing.probesAreValid,
            routing.probesFitTheirSettings,
            routing.backendSettingsAreValid,
            tls.httpsHasCertificate,
            tls.certificatesHaveOneSource,
            tls.vaultSecretIdsAreValid,
            tls.vaultCertificateNeedsIdentity,
            tls.tlsPoliciesAreValid,
            frontendsAreOfOneKind,
            addressesAreStandard("frontendIPConfigurations[].publicIPAddress.id"),
            subnetIsDedicated,
            subnetIsDelegatedRightly,
            subnetAdmitsControlAndReturn,
            subnetHasRoom,
            addressLiesInSubnet("frontendIPConfigurations"),
            privateFrontendIsStatic,
        ],
        sets: ["zones"],
        inUse: "ApplicationGatewayInUse",
        computed: (gateway, cloud) => ({
            operationalState: "Running",
            defaultPredefinedSslPolicy: "AppGwSslPolicy20220101",
            privateEndpointConnections: [],
            frontendIPConfigurations: configuredAddresses(gateway, "frontendIPConfigurations", cloud),
        }),
    },
};
