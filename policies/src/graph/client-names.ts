import type { Findings } from "../frame/findings";
import { PrivateLinks } from "./private-links";
import { ZoneLinksProof } from "./resolution";
import type { GraphResource, ResourceGraph } from "./resource-graph";

/** Proves that clients which stand elsewhere than an endpoint find it. Those beside it are `zone-linked-to-resolver`'s. */
export class ClientNames {
    private readonly links: PrivateLinks;
    private readonly proof: ZoneLinksProof;

    /** @param trustedServers addresses of DNS servers of others that forward to where the zones are linked */
    constructor(graph: ResourceGraph, trustedServers: readonly string[]) {
        this.links = graph.model(PrivateLinks);
        this.proof = new ZoneLinksProof(graph, trustedServers);
    }

    /** Demands that a client in a network gets the private address of a service. */
    prove(client: GraphResource, service: GraphResource, network: GraphResource, findings: Findings): void {
        const connections = this.links.connectionsTo(service);
        if (connections.some(({ endpoint }) => this.links.networksOf(endpoint).includes(network))) {
            return;
        }
        if (connections.length === 0 && this.links.loose[0]) {
            findings.undecided(
                `${client.name} -> ${service.name} -> where ${this.links.loose[0].name} leads is not known in this preview. ` +
                    "Pass the service's own id to the endpoint.",
            );
        }
        for (const { endpoint } of connections) {
            const way = `${client.name} -> ${service.name} -> ${endpoint.name}`;
            this.proof.proveLinked(way, this.links.zonesOf(endpoint) ?? [], network, findings);
        }
    }
}
