import type { Findings } from "../frame/findings";
import { isUnderHub, WORKSPACE } from "./machine-learning";
import type { Connection } from "./private-links";
import { PrivateLinks } from "./private-links";
import type { Group, ServiceKind } from "./private-service-kinds";
import { SERVICE_KINDS } from "./private-service-kinds";
import type { GraphResource, ResourceGraph } from "./resource-graph";
import { resourcesOf } from "./resource-graph";

const STORAGE = "storage:StorageAccount";

/** Who names an account that Azure writes logs into. */
const ARCHIVING = [
    { type: "network:FlowLog", path: "storageId" },
    { type: "monitor:DiagnosticSetting", path: "storageAccountId" },
];

export const CLOSABLE_TYPES = SERVICE_KINDS.map(({ type }) => type);

/**
 * Proves that a service which refuses the Internet is reached privately: service -> endpoint of the right group -> zone
 * group -> zone of the right name.
 */
export class PrivateClosure {
    private readonly links: PrivateLinks;
    /** Accounts into which Azure itself writes. */
    private readonly archives: ReadonlySet<GraphResource>;

    /** @param zonesByPolicy whether Azure Policy, not the program, writes endpoints' names into zones */
    constructor(
        private readonly graph: ResourceGraph,
        private readonly zonesByPolicy: boolean,
    ) {
        this.links = graph.model(PrivateLinks);
        this.archives = new Set(
            ARCHIVING.flatMap(({ type, path }) =>
                graph.ofType(type).flatMap((owner) => {
                    const reference = graph.follow(owner, owner.inputs.at(path), STORAGE);
                    return resourcesOf(reference);
                }),
            ),
        );
    }

    prove(findings: Findings): void {
        for (const kind of SERVICE_KINDS) {
            for (const service of this.graph.ofType(kind.type)) {
                const own = findings.on(service.urn);
                own.attempt(() => {
                    if (isClosed(kind, service) && !this.onlyAzureWrites(service)) {
                        this.proveService(kind, service, own);
                    }
                });
            }
        }
    }

    /** An archive of logs that Azure's own services reach past the account's rules. */
    private onlyAzureWrites(service: GraphResource): boolean {
        const bypass = service.inputs.at("networkRuleSet.bypass");
        return this.archives.has(service) && (bypass.folded() ?? "azureservices").includes("azureservices");
    }

    private proveService(kind: ServiceKind, service: GraphResource, findings: Findings): void {
        const connections = this.links.connectionsTo(service);
        const wanted = kind.groups.map(({ id }) => `"${id}"`).join(" or ");
        const served = connections.flatMap((connection) =>
            connection.groupIds
                .texts()
                .flatMap((id) => kind.groups.filter((group) => group.id.toLowerCase() === id.toLowerCase()))
                .map((group) => ({ connection, group })),
        );
        const [first] = served;
        const [loose] = this.links.loose;
        if (!first && loose) {
            findings.undecided(
                `${service.name} -> no private endpoint of the group ${wanted} is known to lead to it, and where ${loose.name} leads is not known in this preview. ` +
                    "Pass the service's own id to the endpoint.",
            );
        } else if (!first) {
            const found = connections.map(({ endpoint }) => endpoint.name).join(", ") || "none at all";
            findings.fail(
                `${service.name} refuses the Internet${kind.closedBy ? ` (${kind.closedBy})` : ""} -> no private endpoint of the group ${wanted} leads to it (found ${found}), so nobody reaches it. ` +
                    "Add a PrivateEndpoint with these groupIds and its id as privateLinkServiceId.",
            );
        } else if (!served.some(({ connection }) => connection.certain)) {
            findings.undecided(
                `${service.name} -> ${first.connection.endpoint.name} may lead elsewhere: several services went into its privateLinkServiceId. ` +
                    "Make an endpoint for each service, from its id alone.",
            );
        }
        for (const { connection, group } of served) {
            const own = findings.on(connection.endpoint.urn);
            own.attempt(() => this.proveNames(service, connection, group, own));
        }
    }

    private proveNames(service: GraphResource, { endpoint }: Connection, group: Group, findings: Findings): void {
        const way = `${service.name} -> ${endpoint.name} (${group.id})`;
        const zones = this.links.zonesOf(endpoint);
        if (zones === undefined) {
            if (!this.zonesByPolicy) {
                findings.fail(
                    `${way} -> no zone group, so its name still resolves to the public address, which refuses. ` +
                        "Add a PrivateDnsZoneGroup to the endpoint, or set this rule's zoneGroupsByPolicy if Azure Policy adds it.",
                );
            }
            return;
        }
        for (const { name, pattern } of group.zones) {
            if (!zones.some((zone) => pattern.test(zone.name))) {
                findings.fail(
                    `${way} -> zone group -> ${zones.map((zone) => zone.name).join(", ") || "no zone"}, where nobody looks for it: its zone is ${name}. ` +
                        `Put the zone ${name} into privateDnsZoneConfigs.`,
                );
            }
        }
    }
}

function isClosed({ closedBy, type }: ServiceKind, { inputs }: GraphResource): boolean {
    // What is under a hub has no endpoint of its own.
    if (type === WORKSPACE && isUnderHub(inputs)) {
        return false;
    }
    return closedBy === undefined || inputs.at(closedBy).folded() === "disabled";
}
