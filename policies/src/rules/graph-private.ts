import { graphRule } from "../frame/rule";
import { ClusterZones } from "../graph/cluster-zone";
import { CLOSABLE_TYPES, PrivateClosure } from "../graph/private-closure";
import { proveDnsProxy, ZoneLinksProof } from "../graph/resolution";

const ENDPOINT = "network:PrivateEndpoint";

export const privateServiceClosure = graphRule<{ zoneGroupsByPolicy: boolean }>({
    id: "SAM-GR-012",
    name: "private-service-closure",
    title: "A service that refuses the Internet must have a private endpoint, and a zone with its name.",
    severity: "high",
    risk: "Without the endpoint nobody reaches the service; without the zone clients go to the public address, and people open it again.",
    remediation: [
        "Add a PrivateEndpoint whose privateLinkServiceId is the service's id and whose groupIds name its part.",
        "Add a PrivateDnsZoneGroup to the endpoint with the zone that Azure documents for that part.",
    ],
    twin: {
        none: "Service, endpoint, zone group and zone are resources of their own, each sound by itself; the service is closed without them.",
    },
    control: { reference: "NS-2", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    config: {
        zoneGroupsByPolicy: {
            type: "boolean",
            default: false,
            description: "Whether Azure Policy adds the zone groups of endpoints, as in Azure landing zones.",
        },
    },
    types: CLOSABLE_TYPES,
    check: (graph, findings, { zoneGroupsByPolicy }) => new PrivateClosure(graph, zoneGroupsByPolicy).prove(findings),
});

export const zoneLinkedToResolver = graphRule<{ trustedDnsServers: string[] }>({
    id: "SAM-GR-013",
    name: "zone-linked-to-resolver",
    title: "A private zone must be linked to the network whose resolver answers the endpoint's clients.",
    severity: "high",
    risk: "A zone that is linked elsewhere is never asked: the name resolves to the public address.",
    remediation: [
        "Link the zone to the network of the firewall or resolver that dhcpOptions.dnsServers names.",
        "Where clients ask Azure's own DNS, link it to their own network.",
        "Link one zone of a name to a network, not two.",
    ],
    twin: { none: "A link alone does not show which network's resolver the endpoint's clients ask." },
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: {},
    config: {
        trustedDnsServers: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "Addresses of DNS servers of others that forward to a network where the zones are linked.",
        },
    },
    types: [ENDPOINT, "privatedns:VirtualNetworkLink"],
    check: (graph, findings, { trustedDnsServers }) => new ZoneLinksProof(graph, trustedDnsServers).prove(findings),
});

export const dnsProxyAnswers = graphRule({
    id: "SAM-GR-014",
    name: "dns-proxy-answers",
    title: "A firewall that a network asks for names must answer.",
    severity: "high",
    risk: "Without the proxy no machine resolves a name, and host names in the firewall's network rules mean nothing.",
    remediation: [
        "Set dnsSettings.enableProxy of the firewall's policy to true, or take the firewall from dnsServers.",
    ],
    twin: { rules: ["afw-dns-proxy"] },
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: {},
    types: ["network:VirtualNetwork"],
    check: proveDnsProxy,
});

export const clusterZone = graphRule<{ trustedDnsServers: string[] }>({
    id: "SAM-GR-010",
    name: "cluster-zone",
    title: "The zone of a private API server must have AKS's name and be linked where the cluster's network asks.",
    severity: "high",
    risk: "Nodes that do not find their API server never join, and operators take to public access.",
    remediation: [
        "Set apiServerAccessProfile.privateDNSZone to a zone privatelink.<region>.azmk8s.io of the stack.",
        "Link it to the network of the firewall or resolver that the cluster's network asks.",
    ],
    twin: {
        rules: ["aks-private-dns-named"],
        leaves: "in which region a zone's cluster is, and to which networks the zone is linked",
    },
    control: { reference: "NS-10", mapping: "own reading" },
    scanners: {},
    config: {
        trustedDnsServers: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "Addresses of DNS servers of others that forward to a network where the zone is linked.",
        },
    },
    types: ["containerservice:ManagedCluster"],
    check: (graph, findings, { trustedDnsServers }) => new ClusterZones(graph, trustedDnsServers).prove(findings),
});

export const graphPrivateRules = [privateServiceClosure, zoneLinkedToResolver, dnsProxyAnswers, clusterZone];
