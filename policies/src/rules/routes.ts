import { inDoubt } from "../frame/doubt";
import type { Findings } from "../frame/findings";
import { is } from "../frame/expectation";
import type { GraphRule, Subject } from "../frame/rule";
import { graphRule, resourceRule } from "../frame/rule";
import { isUnknown } from "../frame/value";
import type { Value } from "../frame/value";
import { parseRange } from "../graph/address-set";
import type { Route, Subnet } from "../graph/network-model";
import { describeSubnet, NetworkModel, RESERVED_SUBNETS } from "../graph/network-model";
import { Occupants, requireSeenSubnets } from "../graph/occupants";
import type { GraphResource, ResourceGraph } from "../graph/resource-graph";
import { resourcesOf } from "../graph/resource-graph";

const TABLES = ["network:RouteTable", "network:Route"];
const TABLE = "network:RouteTable";

/** A route table and a subnet that uses it. */
interface TableUse {
    graph: ResourceGraph;
    subnet: Subnet;
    table: GraphResource;
    routes: readonly Route[];
    /** As a message names it. */
    way: string;
    findings: Findings;
}

type Asked = Omit<GraphRule, "kind" | "types" | "check">;

/** A rule about the tables of those subnets that `concerns` picks. An id that can't be followed is undecided. */
function tableRule(
    info: Asked,
    concerns: (subnet: Subnet, gateways: ReadonlySet<Subnet>) => boolean | "perhaps",
    ask: (use: TableUse) => void,
): GraphRule {
    return graphRule({
        ...info,
        types: TABLES,
        check(graph, findings) {
            const model = graph.model(NetworkModel);
            // An Application Gateway keeps its own way to the Internet.
            const gateways = graph.model(Occupants).gatewaySubnets();
            requireSeenSubnets(model, findings);
            for (const subnet of model.subnets) {
                const concerned = concerns(subnet, gateways);
                if (concerned === "perhaps") {
                    inDoubt(findings, `the name of ${describeSubnet(subnet)} is not`, (own) => askTables(subnet, own));
                } else if (concerned) {
                    askTables(subnet, findings);
                }
            }

            function askTables(subnet: Subnet, found: Findings): void {
                for (const table of tablesOf(model, subnet, found)) {
                    const way = `${describeSubnet(subnet)} -> route table ${table.name}`;
                    const own = found.on(table.urn);
                    own.attempt(() => {
                        table.inputs.at("routes").items();
                        ask({ graph, subnet, table, routes: model.routesOf(table), way, findings: own });
                    });
                }
            }
        },
    });
}

function tablesOf({ graph }: NetworkModel, subnet: Subnet, findings: Findings): readonly GraphResource[] {
    const id = subnet.properties.at("routeTable.id");
    const reference = graph.follow(subnet.owner, id, TABLE);
    if (reference.kind === "unknown") {
        findings
            .on(subnet.owner.urn)
            .undecided(
                `${id.path} of ${subnet.owner.name} is not known in this preview, and no route table of this stack went into it. ` +
                    "Pass the id of a RouteTable of this stack.",
            );
    }
    return resourcesOf(reference);
}

const RESERVED: ReadonlySet<string | undefined> = RESERVED_SUBNETS;

const isWorkload = (subnet: Subnet, gateways: ReadonlySet<Subnet>) =>
    !gateways.has(subnet) && !RESERVED.has(subnet.name);

const named =
    (...names: string[]) =>
    ({ name }: Subnet) =>
        name === undefined ? "perhaps" : names.includes(name);

/**
 * Whether nothing of the stack stands in a subnet from which nothing could leave: Azure gives it no way out of its own, and
 * its table holds no routes. Such subnets are kept free for later.
 */
function isUnused(
    { resources }: ResourceGraph,
    { owner, properties, name }: Subnet,
    routes: readonly Route[],
): boolean {
    return (
        name !== undefined &&
        routes.length === 0 &&
        properties.at("defaultOutboundAccess").raw === false &&
        !resources.some((other) => other !== owner && isAzure(other.type) && mayStandIn(other, owner, name))
    );
}

/** Whether a property of a resource leads to a subnet, or nobody can know where it leads. */
function mayStandIn({ inputs, propertyDependencies }: GraphResource, { urn }: GraphResource, name: string): boolean {
    return Object.entries(inputs.raw as object).some(([property, raw]) => {
        const sources = propertyDependencies[property] ?? [];
        const unseen = sources.length === 0 && holdsUnknown(raw);
        return unseen || sources.includes(urn) || namesSubnet(raw, name);
    });
}

function namesSubnet(raw: unknown, name: string): boolean {
    return JSON.stringify([raw]).toLowerCase().includes(`/subnets/${name}"`);
}

function holdsUnknown(raw: unknown): boolean {
    const isObject = typeof raw === "object" && raw !== null;
    return isUnknown(raw) || (isObject && Object.values(raw).some(holdsUnknown));
}

/** Only Azure's own types are normalised to two parts; components and other providers' resources stand in no subnet. */
function isAzure(type: string): boolean {
    return type.split(":").length === 2;
}

const DEFAULTS: ReadonlySet<string | undefined> = new Set(["0.0.0.0/0", "::/0"]);

function isDefault({ properties }: Pick<Route, "properties">): boolean {
    return DEFAULTS.has(properties.known().at("addressPrefix").text());
}

const leadsTo = ({ properties }: Route, type: string) => leads(properties.known(), type);

export const defaultToAppliance = tableRule(
    {
        id: "SAM-NET-060",
        name: "route-table-default-to-appliance",
        title: "Route tables of workload subnets must send everything to a firewall or an appliance.",
        severity: "critical",
        risk: "A table without that route changes nothing: Azure's own default route leads to the Internet.",
        remediation: [
            'Add a route for 0.0.0.0/0 with nextHopType "VirtualAppliance" and the firewall\'s private address as nextHopIpAddress.',
            "Keep Application Gateways in subnets of their own: Azure does not support such a route there.",
        ],
        twin: {
            rules: ["route-names-appliance"],
            leaves: "which subnets a table serves: a firewall's management subnet must have the route that a workload's must not have",
        },
        control: { reference: "NS-3", mapping: "own reading" },
        frameworks: { nist: ["SC-7"] },
        scanners: {},
    },
    isWorkload,
    ({ graph, subnet, routes, way, findings }) => {
        const defaults = routes.filter((route) => route.properties.at("addressPrefix").text() === "0.0.0.0/0");
        if (defaults.length === 0 && !isUnused(graph, subnet, routes)) {
            findings.fail(
                `${way} has no route for 0.0.0.0/0, so Azure's own leads to the Internet. Add one to the firewall.`,
            );
        }
        for (const route of defaults) {
            const { properties } = route;
            if (
                !leadsTo(route, "none") &&
                !(leadsTo(route, "virtualappliance") && properties.at("nextHopIpAddress").present)
            ) {
                findings.fail(
                    `${way}: ${properties.at("nextHopType").path} of the route for 0.0.0.0/0 must be "VirtualAppliance" with a nextHopIpAddress; ` +
                        `found ${properties.at("nextHopType").shown()}. Send it to the firewall.`,
                );
            }
        }
    },
);

export const noInternetHop = tableRule(
    {
        id: "SAM-NET-061",
        name: "route-no-internet-hop",
        title: "Routes of workload subnets must not lead to the Internet, except to single addresses.",
        severity: "high",
        risk: "Such a route is more specific than the one to the firewall, so that part of the Internet is reached without a filter.",
        remediation: [
            'Remove routes with nextHopType "Internet" or "VirtualNetworkGateway" from tables of workload subnets.',
            "A route to the firewall's own public address, a /32, may stay.",
        ],
        twin: {
            rules: ["route-table-no-way-around"],
            leaves: "which subnets a table without a default route serves, and to which table a route of its own belongs",
        },
        control: { reference: "NS-3", mapping: "own reading" },
        frameworks: { nist: ["SC-7"] },
        scanners: {},
    },
    isWorkload,
    ({ routes, way, findings }) => {
        for (const route of routes) {
            const prefix = route.properties.at("addressPrefix");
            if (leadsTo(route, "virtualnetworkgateway") || (leadsTo(route, "internet") && !isSingle(prefix))) {
                findings.fail(
                    `${way} -> route to ${prefix.shown()}: ${route.properties.at("nextHopType").path} is ` +
                        `${route.properties.at("nextHopType").shown()}, which leads around the firewall. Remove the route.`,
                );
            }
        }
    },
);

function isSingle(prefix: Value): boolean {
    const range = parseRange(String(prefix.known().raw));
    return range !== undefined && range.first === range.last;
}

/** The routes inside of a table, or the route that is a resource by itself. */
function routesIn({ type, inputs }: Subject): Value[] {
    return type === TABLE ? inputs.at("routes").items() : [inputs];
}

/** The routes inside of a table that sends everything to an appliance; none of another table, or if nobody knows yet. */
function routesBesideAppliance(table: Subject): Value[] {
    const known = table.inputs.at("routes").unknown ? [] : routesIn(table).filter(isReadable);
    const isSent = known.some((route) => isDefault({ properties: route }) && leads(route, "virtualappliance"));
    return isSent ? known : [];
}

export const applianceTableNotLearning = resourceRule({
    id: "SAM-NET-066",
    name: "route-table-no-learning",
    title: "A route table that sends everything to an appliance must not learn routes by BGP.",
    severity: "high",
    risk: "A learned route is more specific and counts from the moment the table does: the firewall never sees that traffic.",
    remediation: ["Set disableBgpRoutePropagation of the table to true."],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: [TABLE],
    defersTo: "route-table-bgp-off",
    check(table, findings) {
        const propagation = table.inputs.at("disableBgpRoutePropagation");
        if (routesBesideAppliance(table).length > 0 && !propagation.unknown) {
            findings.require(propagation, is(true));
        }
    },
});

export const applianceTableWhole = resourceRule({
    id: "SAM-NET-067",
    name: "route-table-no-way-around",
    title: "A route table that sends everything to an appliance must send no part of it elsewhere.",
    severity: "high",
    risk: "Azure takes the longest prefix from the moment the table counts: the firewall never sees that traffic.",
    remediation: [
        'Remove routes with nextHopType "Internet" or "VirtualNetworkGateway" from the table.',
        "A route to the firewall's own public address, a /32, may stay.",
    ],
    control: { reference: "NS-3", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: [TABLE],
    defersTo: "route-no-internet-hop",
    check(table, findings) {
        for (const route of routesBesideAppliance(table)) {
            const prefix = route.at("addressPrefix");
            if (leads(route, "virtualnetworkgateway") || (leads(route, "internet") && !isSingle(prefix))) {
                findings.fail(
                    `${route.path} leads ${prefix.shown()} to ${route.at("nextHopType").shown()}, around the appliance. Remove it.`,
                );
            }
        }
    },
});

export const applianceNamed = resourceRule({
    id: "SAM-NET-068",
    name: "route-names-appliance",
    title: "A route to an appliance must have its address.",
    severity: "high",
    risk: "Azure refuses the route half-way, and its subnet is left with Azure's own way to the Internet.",
    remediation: ["Set nextHopIpAddress to the firewall's private address."],
    control: { reference: "NS-3", mapping: "own reading" },
    scanners: {},
    types: TABLES,
    check(subject, findings) {
        for (const route of routesIn(subject)) {
            findings.attempt(() => {
                if (leads(route.known(), "virtualappliance")) {
                    findings.requirePresent(route.at("nextHopIpAddress"));
                }
            });
        }
    },
});

function isReadable(route: Value): boolean {
    return !["addressPrefix", "nextHopType"].some((name) => route.at(name).unknown);
}

function leads(route: Value, type: string): boolean {
    return route.at("nextHopType").folded() === type;
}

export const gatewayLearnsRoutes = tableRule(
    {
        id: "SAM-NET-062",
        name: "route-table-gateway-bgp-on",
        title: "The route table of GatewaySubnet must take over routes learned by BGP.",
        severity: "high",
        risk: "A gateway that does not learn routes can't answer the sites that it connects.",
        remediation: ["Remove disableBgpRoutePropagation from the table of GatewaySubnet, or set it to false."],
        twin: { none: "A table alone does not show that it serves GatewaySubnet." },
        control: { reference: "NS-9", mapping: "own reading" },
        scanners: {},
    },
    named("gatewaysubnet"),
    ({ table, way, findings }) => {
        const propagation = table.inputs.at("disableBgpRoutePropagation");
        if (propagation.isTrue()) {
            findings.fail(`${way}: ${propagation.path} must be false; found ${propagation.shown()}. Set it to false.`);
        }
    },
);

export const gatewayKeepsDefault = tableRule(
    {
        id: "SAM-NET-063",
        name: "route-table-gateway-no-default",
        title: "The route table of GatewaySubnet must have no default route.",
        severity: "high",
        risk: "A gateway loses its control plane with such a route, and all sites that it connects.",
        remediation: ["Replace the route for 0.0.0.0/0 by one to the firewall for each spoke's address space."],
        twin: { none: "A table alone does not show that it serves GatewaySubnet." },
        control: { reference: "NS-9", mapping: "own reading" },
        scanners: {},
    },
    named("gatewaysubnet"),
    ({ routes, way, findings }) => {
        for (const route of routes.filter(isDefault)) {
            findings.fail(
                `${way} has a route for ${route.properties.at("addressPrefix").shown()}, which cuts the gateway off. ` +
                    "Name the spokes' address spaces instead.",
            );
        }
    },
);

export const bastionWithoutTable = tableRule(
    {
        id: "SAM-NET-064",
        name: "bastion-subnet-no-route-table",
        title: "AzureBastionSubnet must have no route table.",
        severity: "high",
        risk: "Azure does not support one there: answers to operators go another way than their questions, and sessions break.",
        remediation: ["Remove routeTable from AzureBastionSubnet."],
        twin: { rules: ["bastion-subnet-bare"] },
        control: { reference: "PA-2", mapping: "own reading" },
        scanners: {},
    },
    named("azurebastionsubnet"),
    ({ way, findings }) =>
        findings.fail(`${way}: Azure Bastion supports no route table. Remove routeTable of the subnet.`),
);

export const firewallKeepsDefault = tableRule(
    {
        id: "SAM-NET-065",
        name: "firewall-subnet-default-route",
        title: "The management subnet of a firewall must reach the Internet directly.",
        severity: "high",
        risk: "A firewall that can't reach its control plane is no longer updated, and then stops.",
        remediation: [
            'Let the table of AzureFirewallManagementSubnet hold one route alone: 0.0.0.0/0 with nextHopType "Internet".',
        ],
        twin: { none: "A table alone does not show that it serves AzureFirewallManagementSubnet." },
        control: { reference: "NS-3", mapping: "own reading" },
        scanners: {},
    },
    named("azurefirewallmanagementsubnet"),
    ({ routes, way, findings }) => {
        for (const route of routes.filter((candidate) => !isDefault(candidate) || !leadsTo(candidate, "internet"))) {
            findings.fail(
                `${way} has a route to ${route.properties.at("addressPrefix").shown()} by ` +
                    `${route.properties.at("nextHopType").shown()}; only 0.0.0.0/0 by "Internet" is supported. Remove it.`,
            );
        }
    },
);

export const routeRules = [
    defaultToAppliance,
    noInternetHop,
    applianceTableNotLearning,
    applianceTableWhole,
    applianceNamed,
    gatewayLearnsRoutes,
    gatewayKeepsDefault,
    bastionWithoutTable,
    firewallKeepsDefault,
];
