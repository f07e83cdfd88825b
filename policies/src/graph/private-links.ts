import { UndecidedError } from "../frame/value";
import type { Value } from "../frame/value";
import { lastSegment } from "./arm-id";
import { NetworkModel, subnetsOf } from "./network-model";
import { SERVICE_KINDS } from "./private-service-kinds";
import type { GraphResource, Reference, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";
import { NETWORK } from "./topology";

export const ENDPOINT = "network:PrivateEndpoint";
export const ZONE = "privatedns:PrivateZone";

/** A private endpoint's connection to a service. */
export interface Connection {
    endpoint: GraphResource;
    groupIds: Value;
    certain: boolean;
}

/** A zone that an endpoint's names are written into; `name` in lower case. */
export interface EndpointZone {
    name: string;
    /** None: another stack holds it. */
    resource?: GraphResource;
}

/** A zone's link to a network whose machines may ask it. */
export interface ZoneLink {
    owner: GraphResource;
    zones: readonly GraphResource[];
    network: Reference;
}

/** Private endpoints, what they lead to, and the zones that name them. */
export class PrivateLinks {
    readonly links: readonly ZoneLink[];
    /** Connections of which nobody knows where they lead. */
    readonly loose: readonly GraphResource[];
    private readonly connections = new Map<GraphResource, Connection[]>();
    private readonly groups = new Map<GraphResource, GraphResource[]>();
    private readonly linksOfZone = new Map<GraphResource, ZoneLink[]>();

    constructor(private readonly graph: ResourceGraph) {
        this.loose = graph.ofType(ENDPOINT).filter((endpoint) => this.connect(endpoint));
        for (const group of graph.ofType("network:PrivateDnsZoneGroup")) {
            for (const endpoint of graph.parents(group, "privateEndpointName", ENDPOINT)) {
                this.groups.set(endpoint, [...(this.groups.get(endpoint) ?? []), group]);
            }
        }
        this.links = graph.ofType("privatedns:VirtualNetworkLink").map((owner) => ({
            owner,
            zones: graph.parents(owner, "privateZoneName", ZONE),
            network: graph.follow(owner, owner.inputs.at("virtualNetwork.id"), NETWORK),
        }));
        for (const link of this.links) {
            for (const zone of link.zones) {
                this.linksOfZone.set(zone, [...(this.linksOfZone.get(zone) ?? []), link]);
            }
        }
    }

    connectionsTo(service: GraphResource): readonly Connection[] {
        return this.connections.get(service) ?? [];
    }

    linksOf(zone: GraphResource): readonly ZoneLink[] {
        return this.linksOfZone.get(zone) ?? [];
    }

    /** The zones that an endpoint's names are written into; undefined if nothing writes them. Throws what is not known. */
    zonesOf(endpoint: GraphResource): EndpointZone[] | undefined {
        const groups = this.groups.get(endpoint);
        return groups?.flatMap((group) =>
            group.inputs
                .at("privateDnsZoneConfigs")
                .items()
                .flatMap((config) => this.zonesNamed(group, config.known().at("privateDnsZoneId"))),
        );
    }

    /** The networks that an endpoint may stand in. */
    networksOf(endpoint: GraphResource): GraphResource[] {
        const reference = this.graph.model(NetworkModel).follow(endpoint, endpoint.inputs.at("subnet.id"), () => true);
        const subnets = subnetsOf(reference);
        return [...new Set(subnets.flatMap(({ network }) => network ?? []))];
    }

    private zonesNamed(from: GraphResource, id: Value): EndpointZone[] {
        const reference = this.graph.follow(from, id, ZONE);
        switch (reference.kind) {
            case "none":
                return [];
            case "unknown":
                id.known();
                return [];
            case "outside":
                return [{ name: lastSegment(reference.id) }];
            case "resources":
                return reference.resources.map((resource) => ({ name: this.nameOfZone(resource), resource }));
        }
    }

    /** A zone's name in Azure. Throws if it is not known. */
    nameOfZone(zone: GraphResource): string {
        const name = this.graph.nameOf(zone, "privateZoneName");
        if (name === undefined) {
            throw new UndecidedError(`privateZoneName of ${zone.name}`);
        }
        return name;
    }

    /** Notes where an endpoint's connections lead; true if nobody knows of one of them. */
    private connect(endpoint: GraphResource): boolean {
        const lists = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
        return lists.some((name) => {
            const list = endpoint.inputs.at(name);
            return list.unknown || list.items().filter((each) => this.connectOne(endpoint, each)).length > 0;
        });
    }

    private connectOne(endpoint: GraphResource, connection: Value): boolean {
        const id = connection.at("privateLinkServiceId");
        const found = SERVICE_KINDS.flatMap(({ type }) => {
            const reference = this.graph.follow(endpoint, id, type);
            return resourcesOf(reference);
        });
        for (const service of found) {
            const certain = found.length === 1;
            const list = this.connections.get(service) ?? [];
            list.push({ endpoint, groupIds: connection.at("groupIds"), certain });
            this.connections.set(service, list);
        }
        return id.unknown && found.length === 0 && this.graph.sourcesOf(endpoint, id).length === 0;
    }
}
