import { itemsAt, stringAt, stringsAt, UNKNOWN, valueAt } from "../provider/values";
import { contains, isRange, isReserved, prefixLength } from "./addresses";
import { ArmError } from "./arm-error";
import { idKey, inGroup, lastSegment, parentId } from "./arm-id";
import { dynamicAddress, subnetRange } from "./private-address";
import type { CloudView, Resource, Rule, ServiceTypes } from "./resource-type";

/** Microsoft.Network: DNS Private Resolver with its endpoints, forwarding rulesets and their links. */

const RESOLVER = "Microsoft.Network/dnsResolvers/{dnsResolverName}";
const RULESET = "Microsoft.Network/dnsForwardingRulesets/{dnsForwardingRulesetName}";
const DELEGATION = "Microsoft.Network/dnsResolvers";
/** Azure's own resolver answers what no rule takes; it can't be a rule's target. */
const AZURE_DNS = "168.63.129.16";

function networkOf(resource: Resource | undefined): string {
    return stringAt(resource?.inputs, "virtualNetwork.id") ?? "";
}

function regionOf(resource: Resource | undefined): string | undefined {
    return stringAt(resource?.inputs, "location")?.toLowerCase().replace(/ /g, "");
}

/** What the other resource is that has to be in the same region. */
type Neighbours = (resource: Resource, cloud: CloudView) => (Resource | undefined)[];

/** @param own The resource that has the region, where that isn't the one judged. */
function regionIsThatOf(
    neighbours: Neighbours,
    own = (resource: Resource, _cloud: CloudView): Resource | undefined => resource,
): Rule {
    return (resource, cloud) => {
        const region = regionOf(own(resource, cloud));
        for (const neighbour of neighbours(resource, cloud)) {
            const other = regionOf(neighbour);
            if (!neighbour || region === undefined || other === undefined || region === other) continue;
            const message = `${lastSegment(resource.id)} is in region ${region}, but ${neighbour.id} is in ${other}. Both must be in the same region.`;
            return new ArmError("InvalidRegion", message);
        }
        return undefined;
    };
}

const parentOf: Neighbours = ({ id }, cloud) => [cloud.get(parentId(id) ?? "")];

const onePerNetwork: Rule = (resolver, cloud) => {
    const network = networkOf(resolver);
    const twin = cloud
        .ofType("dnsresolver:DnsResolver")
        .find((other) => idKey(other.id) !== idKey(resolver.id) && idKey(networkOf(other)) === idKey(network));
    if (!twin || network === "") return undefined;
    const message = `Virtual network ${network} already has a DNS resolver: ${twin.id}. A network takes one.`;
    return new ArmError("Conflict", message, 409);
};

/** "Virtual network restrictions" of DNS Private Resolver. */
const networkIsPlain: Rule = (resolver, cloud) => {
    const network = cloud.get(networkOf(resolver));
    if (valueAt(network?.inputs, "encryption.enabled") !== true) return undefined;
    const message = `Virtual network ${network?.id} has encryption enabled, which DNS resolver ${lastSegment(resolver.id)} doesn't support.`;
    return new ArmError("BadRequest", message);
};

function endpointSubnets({ inputs }: Resource): string[] {
    return [...stringsAt(inputs, "subnet.id"), ...stringsAt(inputs, "ipConfigurations[].subnet.id")];
}

const subnetIsOfTheNetwork: Rule = (endpoint, cloud) => {
    const network = networkOf(cloud.get(parentId(endpoint.id) ?? ""));
    const foreign = endpointSubnets(endpoint).find((subnet) => idKey(parentId(subnet) ?? "") !== idKey(network));
    if (foreign === undefined || network === "") return undefined;
    const message = `Subnet ${foreign} of endpoint ${lastSegment(endpoint.id)} isn't in the virtual network of its DNS resolver, ${network}.`;
    return new ArmError("BadRequest", message);
};

const subnetIsDelegated: Rule = (endpoint, cloud) => {
    for (const id of endpointSubnets(endpoint)) {
        const subnet = cloud.get(id);
        const services = stringsAt(subnet?.inputs, "delegations[].serviceName");
        if (!subnet || services.includes(DELEGATION) || valueAt(subnet.inputs, "delegations") === UNKNOWN) continue;
        const message = `Subnet ${id} requires any of the following delegation(s) [${DELEGATION}] to reference service association link dnsResolverLink.`;
        return new ArmError("SubnetMissingRequiredDelegation", message);
    }
    return undefined;
};

/** "Subnet restrictions" of DNS Private Resolver: the size, and one endpoint per subnet. */
const subnetIsUsable: Rule = (endpoint, cloud) => {
    for (const subnet of endpointSubnets(endpoint)) {
        const range = subnetRange(subnet, cloud);
        const length = range === undefined ? undefined : prefixLength(range);
        const other = cloud
            .holders(subnet)
            .find((holder) => ENDPOINTS.includes(holder.type) && idKey(holder.id) !== idKey(endpoint.id));
        if (!other && (length === undefined || (length >= 24 && length <= 28))) continue;
        const found = other ? `it is in use by ${other.id}` : `it has /${length}`;
        const message =
            `The specified subnet ${subnet} could not be used to provision the endpoint ${lastSegment(endpoint.id)}: ${found}. ` +
            `Please use a subnet of at least /28 and at most /24 size, which is not currently in use by any other DNS resolver endpoint.`;
        return new ArmError("BadRequest", message);
    }
    return undefined;
};
const ENDPOINTS = ["dnsresolver:InboundEndpoint", "dnsresolver:OutboundEndpoint"];

const addressFits: Rule = ({ id, inputs }, cloud) => {
    for (const configuration of itemsAt(inputs, "ipConfigurations")) {
        const address = stringAt(configuration, "privateIpAddress");
        const isStatic = configuration["privateIpAllocationMethod"] === "Static";
        const range = subnetRange(stringAt(configuration, "subnet.id"), cloud);
        const refuse = (reason: string) =>
            new ArmError(
                "BadRequest",
                `IP configuration of inbound endpoint ${lastSegment(id)} is not valid: ${reason}.`,
            );
        if (isStatic && configuration["privateIpAddress"] === undefined)
            return refuse("Static needs a privateIpAddress");
        if (address === undefined || range === undefined) continue;
        if (!isStatic) return refuse(`privateIpAddress ${address} needs privateIpAllocationMethod Static`);
        if (!contains(range, address) || isReserved(range, address))
            return refuse(`${address} is not a usable address of ${range}`);
    }
    return undefined;
};

const oneConfiguration: Rule = ({ id, inputs }) => {
    const configurations = inputs["ipConfigurations"];
    if (!Array.isArray(configurations) || configurations.length === 1) return undefined;
    const message = `Inbound endpoint ${lastSegment(id)} needs one IP configuration, but has ${configurations.length}.`;
    return new ArmError("BadRequest", message);
};

/** "DNS forwarding rulesets": one or two outbound endpoints, of one resolver. */
const rulesetHasEndpoints: Rule = ({ id, inputs }) => {
    const endpoints = inputs["dnsResolverOutboundEndpoints"];
    const resolvers = stringsAt(inputs, "dnsResolverOutboundEndpoints[].id").map((each) => idKey(parentId(each) ?? ""));
    if (!Array.isArray(endpoints)) return undefined;
    const count = endpoints.length;
    if (count >= 1 && count <= 2 && new Set(resolvers).size <= 1) return undefined;
    const found = count === 0 ? "none" : count > 2 ? String(count) : "two of different resolvers";
    const message = `DNS forwarding ruleset ${lastSegment(id)} needs one or two outbound endpoints of one DNS resolver, found ${found}.`;
    return new ArmError("BadRequest", message);
};

const outboundEndpoints: Neighbours = ({ inputs }, cloud) =>
    stringsAt(inputs, "dnsResolverOutboundEndpoints[].id").map((id) => cloud.get(id));

const domainEndsWithDot: Rule = ({ id, inputs }) => {
    const domain = stringAt(inputs, "domainName");
    if (domain === undefined || domain.endsWith(".")) return undefined;
    const message = `Domain name '${domain}' of forwarding rule ${lastSegment(id)} is not valid: it must end with a dot ('${domain}.').`;
    return new ArmError("BadRequest", message);
};

const domainIsForwardedOnce: Rule = ({ id, inputs }, cloud) => {
    const domain = stringAt(inputs, "domainName")?.toLowerCase();
    const twin = cloud
        .children(parentId(id) ?? "", "dnsresolver:ForwardingRule")
        .find(
            (other) => idKey(other.id) !== idKey(id) && stringAt(other.inputs, "domainName")?.toLowerCase() === domain,
        );
    if (!twin || domain === undefined) return undefined;
    const message = `Forwarding rule ${lastSegment(twin.id)} already forwards domain '${domain}'.`;
    return new ArmError("Conflict", message, 409);
};

const targetsAreServers: Rule = ({ id, inputs }) => {
    const targets = inputs["targetDnsServers"];
    if (!Array.isArray(targets)) return undefined;
    const wrong = stringsAt(inputs, "targetDnsServers[].ipAddress").find(
        (address) => !isRange(address) || address.includes("/") || address === AZURE_DNS,
    );
    if (wrong === undefined && targets.length >= 1 && targets.length <= 6) return undefined;
    const found = wrong ?? `${targets.length} of them`;
    const message = `Target DNS servers of forwarding rule ${lastSegment(id)} are not valid: ${found}. Allowed are 1 to 6 addresses, none of them ${AZURE_DNS}.`;
    return new ArmError("BadRequest", message);
};

const networkHasOneRuleset: Rule = (link, cloud) => {
    const network = networkOf(link);
    const twin = cloud
        .ofType("dnsresolver:PrivateResolverVirtualNetworkLink")
        .find((other) => idKey(other.id) !== idKey(link.id) && idKey(networkOf(other)) === idKey(network));
    if (!twin || network === "") return undefined;
    const message = `Virtual network ${network} is already linked to a DNS forwarding ruleset by ${twin.id}.`;
    return new ArmError("Conflict", message, 409);
};

const endpointRules = [regionIsThatOf(parentOf), subnetIsOfTheNetwork, subnetIsDelegated, subnetIsUsable];

export const dnsResolver: ServiceTypes = {
    DnsResolver: {
        id: inGroup(RESOLVER),
        required: ["virtualNetwork.id"],
        replaceOn: ["virtualNetwork"],
        rules: [regionIsThatOf((resolver, cloud) => [cloud.get(networkOf(resolver))]), onePerNetwork, networkIsPlain],
        notEmpty: "CannotDeleteResource",
        computed: () => ({ dnsResolverState: "Connected" }),
    },
    InboundEndpoint: {
        id: inGroup(`${RESOLVER}/inboundEndpoints/{inboundEndpointName}`),
        required: ["ipConfigurations[].subnet.id"],
        replaceOn: ["ipConfigurations"],
        rules: [oneConfiguration, ...endpointRules, addressFits],
        computed: (endpoint, cloud) => ({
            ipConfigurations: itemsAt(endpoint.inputs, "ipConfigurations").map((configuration) => ({
                privateIpAddress:
                    configuration["privateIpAddress"] ??
                    dynamicAddress(endpoint, stringAt(configuration, "subnet.id"), cloud),
                privateIpAllocationMethod: configuration["privateIpAllocationMethod"] ?? "Dynamic",
            })),
        }),
    },
    OutboundEndpoint: {
        id: inGroup(`${RESOLVER}/outboundEndpoints/{outboundEndpointName}`),
        required: ["subnet.id"],
        replaceOn: ["subnet"],
        rules: endpointRules,
        inUse: "OutboundEndpointInUse",
    },
    DnsForwardingRuleset: {
        id: inGroup(RULESET),
        required: ["dnsResolverOutboundEndpoints"],
        rules: [rulesetHasEndpoints, regionIsThatOf(outboundEndpoints)],
        sets: ["dnsResolverOutboundEndpoints"],
        notEmpty: "CannotDeleteResource",
    },
    ForwardingRule: {
        id: inGroup(`${RULESET}/forwardingRules/{forwardingRuleName}`),
        replaceOn: ["domainName"],
        rules: [domainEndsWithDot, domainIsForwardedOnce, targetsAreServers],
        computed: ({ inputs }) => ({
            forwardingRuleState: inputs["forwardingRuleState"] ?? "Enabled",
            targetDnsServers: itemsAt(inputs, "targetDnsServers").map(({ port }) => ({ port: port ?? 53 })),
        }),
    },
    PrivateResolverVirtualNetworkLink: {
        id: inGroup(`${RULESET}/virtualNetworkLinks/{virtualNetworkLinkName}`),
        required: ["virtualNetwork.id"],
        replaceOn: ["virtualNetwork"],
        rules: [
            regionIsThatOf(
                (link, cloud) => [cloud.get(networkOf(link))],
                ({ id }, cloud) => cloud.get(parentId(id) ?? ""),
            ),
            networkHasOneRuleset,
        ],
        weakReferences: ["virtualNetwork.id"],
    },
};
