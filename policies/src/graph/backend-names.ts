import type { Findings } from "../frame/findings";
import type { Value } from "../frame/value";
import { UndecidedError } from "../frame/value";
import { parseArmId } from "./arm-id";
import { ownNetworkOf } from "./network-model";
import { Occupants } from "./occupants";
import type { EndpointZone } from "./private-links";
import { ENDPOINT, PrivateLinks, ZONE } from "./private-links";
import { someOf } from "./related";
import { ZoneLinksProof } from "./resolution";
import type { GraphResource, ResourceGraph } from "./resource-graph";

const GATEWAY = "network:ApplicationGateway";

/** Names that Azure itself gives to machines inside of a network, and answers there alone. */
const INSIDE = ".internal.cloudapp.net";

/** Who answers for names of backends beside the stack: options of the rule that asks. */
export interface NamesElsewhere {
    /** Names, or ends of names that begin with a dot, that others' servers resolve to private addresses. */
    privateNames: readonly string[];
    /** Addresses of DNS servers of others that forward to where the zones are linked. */
    trustedDnsServers: readonly string[];
}

/**
 * Proves that the host names to which an Application Gateway sends requests resolve to private addresses: a private zone
 * of the stack holds them, or a private endpoint of the stack answers for them, and the gateway's network asks there.
 */
export class BackendNames {
    private readonly links: PrivateLinks;
    private readonly linked: ZoneLinksProof;
    private readonly occupants: Occupants;
    private readonly declared: readonly string[];

    constructor(
        private readonly graph: ResourceGraph,
        { privateNames, trustedDnsServers }: NamesElsewhere,
    ) {
        this.links = graph.model(PrivateLinks);
        this.linked = new ZoneLinksProof(graph, trustedDnsServers);
        this.occupants = graph.model(Occupants);
        this.declared = [INSIDE, ...privateNames.map((name) => name.toLowerCase())];
    }

    prove(findings: Findings): void {
        for (const gateway of this.graph.ofType(GATEWAY)) {
            const own = findings.on(gateway.urn);
            own.attempt(() => {
                for (const pool of gateway.inputs.at("backendAddressPools").items()) {
                    own.attempt(() => this.provePool(gateway, pool, own));
                }
            });
        }
    }

    private provePool(gateway: GraphResource, pool: Value, findings: Findings): void {
        for (const address of pool.at("backendAddresses").items()) {
            findings.attempt(() => {
                const name = address.at("fqdn");
                const host = (name.folded() ?? "").replace(/\.$/, "");
                if (host !== "" && !this.declared.some((each) => isUnder(host, each))) {
                    this.proveName(gateway, name, host, findings);
                }
            });
        }
    }

    private proveName(gateway: GraphResource, name: Value, host: string, findings: Findings): void {
        const zones = this.zonesOf(host);
        if (zones === undefined) {
            findings.fail(
                `${gateway.name} -> ${name.path} ${name.shown()} -> no private zone of this stack holds the name, and no private endpoint answers for it, so the gateway takes whatever address the Internet gives it. ` +
                    "Use a private address, or a name of a private zone; or declare the name in this rule's privateNames.",
            );
            return;
        }
        for (const network of this.networksOf(gateway, findings)) {
            this.linked.proveLinked(`${gateway.name} -> ${name.path} ${name.shown()}`, zones, network, findings);
        }
    }

    /** The zones that make a name private; undefined if there are none. Throws if that is not known. */
    private zonesOf(host: string): readonly EndpointZone[] | undefined {
        let found: readonly EndpointZone[] | undefined;
        const holders: (() => readonly EndpointZone[] | undefined)[] = [
            ...this.graph.ofType(ZONE).map((resource) => () => {
                const name = this.links.nameOfZone(resource);
                return isUnder(host, `.${name}`) ? [{ name, resource }] : undefined;
            }),
            ...this.graph.ofType(ENDPOINT).map((endpoint) => () => this.zonesOfEndpoint(endpoint, host)),
        ];
        someOf(holders, (holder) => (found = holder()) !== undefined);
        return found;
    }

    /** The zones of an endpoint, if its service has that host name. */
    private zonesOfEndpoint(endpoint: GraphResource, host: string): readonly EndpointZone[] | undefined {
        const [service = "", ...rest] = host.split(".");
        const zones = (this.links.zonesOf(endpoint) ?? []).filter(({ name }) => publicNameOf(name) === rest.join("."));
        return zones.length > 0 && this.leadsToService(endpoint, service) ? zones : undefined;
    }

    private leadsToService(endpoint: GraphResource, service: string): boolean {
        const connections = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap((list) =>
            endpoint.inputs.at(list).items(),
        );
        return someOf(connections, (connection) => {
            const id = connection.at("privateLinkServiceId");
            if (!id.unknown) {
                return parseArmId(id.text() ?? "")?.names[0] === service;
            }
            const sources = this.graph.sourcesOf(endpoint, id);
            if (sources.length === 0) {
                throw new UndecidedError(id.path);
            }
            return someOf(sources, (source) => isCalled(source, service));
        });
    }

    private networksOf(gateway: GraphResource, findings: Findings): GraphResource[] {
        const places = this.occupants.applicationGateways().filter(({ owner }) => owner === gateway);
        const subnets = places.flatMap((place) => this.occupants.subnetsOf(place, findings));
        const networks = subnets.flatMap((subnet) => ownNetworkOf(this.graph, subnet) ?? []);
        return [...new Set(networks)];
    }
}

/** Whether a name is another one, or, where that begins with a dot, ends with it. */
function isUnder(host: string, other: string): boolean {
    return other.startsWith(".") ? `.${host}`.endsWith(other) : host === other;
}

/** The end of the host names that a zone of private endpoints stands for; undefined if it is another zone. */
function publicNameOf(zone: string): string | undefined {
    const name = /^privatelink\.(.+)$/.exec(zone)?.[1];
    return name?.replace(/^vaultcore\./, "vault.");
}

/** Whether a resource has a name in Azure. Throws if nothing says it: then Pulumi or Azure chooses one. */
function isCalled({ inputs, name: program }: GraphResource, name: string): boolean {
    const raw = typeof inputs.raw === "object" && inputs.raw !== null ? Object.keys(inputs.raw) : [];
    const named = raw.filter((key) => /name$/i.test(key) && key !== "resourceGroupName").map((key) => inputs.at(key));
    if (named.length === 0) {
        throw new UndecidedError(`the name of ${program}`);
    }
    return someOf(named, (each) => each.folded() === name);
}
