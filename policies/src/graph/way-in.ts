import type { Findings } from "../frame/findings";
import { AddressSet } from "./address-set";
import { mayName } from "./arm-id";
import { INTERNET } from "./internet";
import { placeOf } from "./machines";
import type { PublicEntry } from "./public-entries";
import { publicEntries } from "./public-entries";
import { addressesOf, describeSubnet, NetworkModel } from "./network-model";
import { passages, telltalePorts } from "./packet-filter";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import type { GroupRule } from "./group-rule";
import { SecurityGroups } from "./security-groups";

/** Entries behind which no security group of the program stands. */
const OTHER_ENTRIES: Readonly<
    Record<string, (owner: GraphResource, findings: Findings, graph: ResourceGraph) => void>
> = {
    "network:LoadBalancer": refuseBalancer,
    "containerinstance:ContainerGroup": refuseContainers,
    "containerservice:ManagedCluster": refuseApiServer,
};

/** Types that show that a stack may have a way in. */
export const ENTRY_TYPES = [
    "compute:VirtualMachine",
    "compute:VirtualMachineScaleSet",
    "containerinstance:ContainerGroup",
    "containerservice:AgentPool",
    "containerservice:ManagedCluster",
    "network:LoadBalancer",
    "network:NetworkInterface",
];

/**
 * Searches ways from the Internet to a listener that is no front door: Application Gateways, firewalls, Bastion hosts and
 * VPN or ExpressRoute gateways are, and an API server for its ranges.
 */
export class WayIn {
    private readonly model: NetworkModel;
    private readonly groups: SecurityGroups;

    constructor(private readonly graph: ResourceGraph) {
        this.model = graph.model(NetworkModel);
        this.groups = graph.model(SecurityGroups);
    }

    prove(findings: Findings): void {
        for (const entry of publicEntries(this.graph, findings)) {
            const own = findings.on(entry.owner.urn);
            own.attempt(() => this.proveEntry(entry, own));
        }
        for (const [type, refuse] of Object.entries(OTHER_ENTRIES)) {
            for (const owner of this.graph.ofType(type)) {
                const own = findings.on(owner.urn);
                own.attempt(() => refuse(owner, own, this.graph));
            }
        }
    }

    private proveEntry({ owner, way, subnetId, ownGroup }: PublicEntry, findings: Findings): void {
        const hops = `Internet -> ${way}`;
        const reference = placeOf(this.model, owner, subnetId);
        const subnet =
            reference.kind === "subnets" && reference.subnets.length === 1 ? reference.subnets[0] : undefined;
        const network = subnet?.network;
        if (!subnet || !network) {
            findings.undecided(
                `${hops} -> a subnet that is not known in this preview, or that another stack holds, and with it what stands in between. Remove the public address.`,
            );
            return;
        }
        const group = ownGroup && this.groups.groupAt(owner, ownGroup);
        const filters = [this.groups.groupOf(subnet), group].flatMap((each) =>
            each ? [{ name: each.name, rules: this.groups.inbound(each, network) }] : [],
        );
        const open = firstOpening(filters, addressesOf(subnet));
        const place = describeSubnet(subnet);
        if (filters.length === 0) {
            findings.fail(`${hops} -> ${place} -> no security group at all. Remove the public address.`);
        } else if (open) {
            findings.fail(
                `${hops} -> ${place} -> ${open.rules.join(", ")} lets ${open.sources.shown()} in on port ${open.port}. ` +
                    "Remove the public address, and reach the machine by the Application Gateway, the firewall or Bastion.",
            );
        }
    }
}

interface Filter {
    /** The security group. */
    name: string;
    rules: readonly GroupRule[];
}

/** The first port on which every filter lets somebody of the Internet through. */
function firstOpening(
    filters: readonly Filter[],
    destinations: AddressSet,
): { port: number; rules: string[]; sources: AddressSet } | undefined {
    const ports = telltalePorts(filters.flatMap(({ rules }) => rules));
    for (const protocol of ["tcp", "udp"] as const) {
        for (const port of ports) {
            let left = [{ rules: [] as string[], sources: INTERNET }];
            for (const { name, rules } of filters) {
                left = left.flatMap((before) =>
                    passages(rules, { sources: before.sources, destinations, protocol, port }).map((passage) => ({
                        rules: [...before.rules, `rule ${passage.rule.name} of ${name}`],
                        sources: passage.sources,
                    })),
                );
            }
            if (left[0]) {
                return { port, ...left[0] };
            }
        }
    }
    return undefined;
}

function refuseBalancer({ inputs: balancer, name }: GraphResource, findings: Findings): void {
    for (const frontend of balancer.at("frontendIPConfigurations").items()) {
        const known = frontend.known();
        if (known.at("publicIPAddress").present || known.at("publicIPPrefix").present) {
            const rules = ["loadBalancingRules", "inboundNatRules"].flatMap((each) => balancer.at(each).items());
            const rule = rules.find((each) => mayName(each.known().at("frontendIPConfiguration.id"), frontend));
            if (rule) {
                findings.fail(
                    `Internet -> publicIPAddress of ${frontend.path} of ${name} -> ${rule.path} -> its backends on port ${rule.at("backendPort").shown()}. ` +
                        "Give the frontend a subnet, and publish by an Application Gateway with a WAF.",
                );
            }
        }
    }
}

function refuseContainers({ inputs: group, name }: GraphResource, findings: Findings): void {
    const type = group.at("ipAddress.type");
    if (type.folded() === "public") {
        findings.fail(
            `Internet -> ${type.path} of ${name} is "Public" -> its containers. Set it to "Private", in a subnet.`,
        );
    }
}

function refuseApiServer(cluster: GraphResource, findings: Findings, graph: ResourceGraph): void {
    const access = cluster.inputs.at("apiServerAccessProfile");
    if (access.at("enablePrivateCluster").isTrue()) {
        return;
    }
    const ranges = access.at("authorizedIPRanges");
    const texts = ranges.items().flatMap((range) => (range.unknown ? [] : (range.text() ?? [])));
    if (ranges.items().length === 0 || AddressSet.parse(texts).covers(INTERNET)) {
        const found = texts.length === 0 ? ranges.shown() : texts.join(", ");
        findings.fail(
            `Internet -> API server of ${cluster.name}: it is public, and ${ranges.path} is ${found}. ` +
                "Set apiServerAccessProfile.enablePrivateCluster to true, or list the ranges that operators come from.",
        );
        return;
    }
    // A range that is not known yet is a single address if it is one of the stack's own.
    const own = graph.sourcesOf(cluster, ranges).some(({ type }) => PUBLIC_ADDRESSES.has(type));
    if (!own) {
        ranges.items().forEach((range) => range.known());
    }
}

const PUBLIC_ADDRESSES: ReadonlySet<string> = new Set(["network:PublicIPAddress", "network:PublicIPPrefix"]);
