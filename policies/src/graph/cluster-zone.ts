import type { Findings } from "../frame/findings";
import { lastSegment } from "./arm-id";
import { subnetsOfClusters } from "./cluster-wiring";
import type { Subnet } from "./network-model";
import { PrivateLinks, ZONE } from "./private-links";
import { Resolution, ZoneLinksProof } from "./resolution";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

/** The zone of an API server: its private endpoint's, or that of one inside the network; each with a name before it. */
const ZONE_NAME =
    /^([a-z0-9-]{1,32}\.)?(privatelink|private)\.([a-z0-9]+)\.(azmk8s\.io|cx\.aks\.containerservice\.azure\.us|cx\.prod\.service\.azk8s\.cn)$/;

/**
 * Proves that nodes and operators find a private API server: its zone has the name that AKS takes, and is linked where the
 * cluster's network asks. AKS links the zone to the cluster's own network alone, which is enough only with Azure's DNS.
 */
export class ClusterZones {
    private readonly links: ZoneLinksProof;

    constructor(
        private readonly graph: ResourceGraph,
        trustedServers: readonly string[],
    ) {
        this.links = new ZoneLinksProof(graph, trustedServers);
    }

    prove(findings: Findings): void {
        for (const [cluster, subnets] of subnetsOfClusters(this.graph, findings)) {
            const own = findings.on(cluster.urn);
            own.attempt(() => {
                if (cluster.inputs.at("apiServerAccessProfile.enablePrivateCluster").isTrue()) {
                    this.proveCluster(cluster, subnets, own);
                }
            });
        }
    }

    private proveCluster(cluster: GraphResource, subnets: ReadonlySet<Subnet>, findings: Findings): void {
        const id = cluster.inputs.at("apiServerAccessProfile.privateDNSZone");
        const networks = new Set([...subnets].flatMap(({ network }) => network ?? []));
        const reference = this.graph.follow(cluster, id, ZONE);
        if (reference.kind === "unknown") {
            id.known();
        }
        const written = id.unknown ? "" : (id.folded() ?? "system");
        if (written === "none") {
            return;
        }
        if (reference.kind !== "resources" && (written === "system" || written === "")) {
            networks.forEach((network) => this.proveSystemZone(cluster, network, findings));
            return;
        }
        const zones = resourcesOf(reference);
        const names =
            zones.length > 0
                ? zones.map((resource) => ({ name: this.graph.model(PrivateLinks).nameOfZone(resource), resource }))
                : [{ name: lastSegment(id.text() ?? "") }];
        for (const zone of names) {
            proveName(cluster, zone.name, findings);
        }
        networks.forEach((network) =>
            this.links.proveLinked(`API server of ${cluster.name}`, names, network, findings),
        );
    }

    private proveSystemZone(cluster: GraphResource, network: GraphResource, findings: Findings): void {
        for (const resolver of this.graph.model(Resolution).resolversOf(network)) {
            if (resolver.network !== network) {
                findings.fail(
                    `nodes of ${cluster.name} -> ${resolver.way}, and AKS's own zone is linked to ${network.name} alone, so they do not find their API server. ` +
                        "Set apiServerAccessProfile.privateDNSZone to a zone of the stack that is linked where questions end.",
                );
            }
        }
    }
}

function proveName(cluster: GraphResource, name: string, findings: Findings): void {
    const [, , , region] = ZONE_NAME.exec(name) ?? [];
    const location = cluster.inputs.at("location");
    const own = location.present ? (location.folded() ?? "").replaceAll(" ", "") : region;
    if (region === undefined || region !== own) {
        findings.fail(
            `${cluster.name} -> apiServerAccessProfile.privateDNSZone -> ${name}: AKS takes privatelink.${own ?? "<region>"}.azmk8s.io, or private.${own ?? "<region>"}.azmk8s.io for an API server inside the network. ` +
                "Use a zone of that name.",
        );
    }
}
