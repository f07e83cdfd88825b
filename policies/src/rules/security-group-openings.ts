import { Findings } from "../frame/findings";
import type { GraphRule } from "../frame/rule";
import { graphRule, resourceRule } from "../frame/rule";
import { Occupants } from "../graph/occupants";
import type { PortRange } from "../graph/port-range";
import { ALL_PORTS, coverPorts, port, portRangeOf, showPorts } from "../graph/port-range";
import type { GraphResource } from "../graph/resource-graph";
import type { Opening } from "../graph/group-questions";
import type { SecurityRule } from "../graph/group-rule";
import type { SecurityGroup } from "../graph/security-groups";
import { openings } from "../graph/group-questions";
import { aheadOf, alone } from "./alone";

const GROUPS = ["network:NetworkSecurityGroup", "network:SecurityRule"];
const ADMINISTRATION = [port(22), port(3389)];

/** Protocol and ports that nobody on the Internet may reach. */
interface Closed {
    protocol?: "tcp" | "udp";
    ports: readonly PortRange[];
    /** Whether rules count only if they open all of a range together. Default: one port of it is enough. */
    entirely?: boolean;
}

/** Reports every rule of a group through which anyone comes in. */
function refuseOpenings(group: SecurityGroup, closed: Closed, findings: Findings): void {
    findings.on(group.resource.urn).attempt(() => {
        for (const ports of closed.ports) {
            const found = openings(group, { ...closed, ports });
            const open = found.map((opening) => opening.ports);
            if (!closed.entirely || coverPorts(open, ports)) {
                found.forEach((opening) => report(opening, findings));
            }
        }
    });
}

function report({ rule, source, ports }: Opening, findings: Findings): void {
    findings
        .on(rule.owner.urn)
        .fail(
            `${describeWritten(rule)} lets ${JSON.stringify(source)} reach port ${showPorts(ports)}, and no rule before it denies that. ` +
                "Name the source prefixes that need it, or remove the rule.",
        );
}

/** A rule as a message names it: the resource, or the entry of its group's list. */
export function describeWritten({ properties, owner }: SecurityRule): string {
    return properties.path === "" ? owner.name : `${properties.path} of ${owner.name}`;
}

type Opens = Omit<GraphRule, "kind" | "types" | "check">;

/** A rule about all groups of a stack, with their stand-alone rules, in the order of their priorities. */
function openingRule<Config extends object>(
    info: Opens,
    closedBy: (config: Config) => Closed,
    except: (occupants: Occupants) => ReadonlySet<GraphResource> = () => new Set(),
): GraphRule<Config> {
    return graphRule<Config>({
        ...info,
        types: GROUPS,
        check(graph, findings, config) {
            const occupants = graph.model(Occupants);
            const excepted = except(occupants);
            for (const group of occupants.securityGroups.filter(({ resource }) => !excepted.has(resource))) {
                refuseOpenings(group, closedBy(config), findings);
            }
        },
    });
}

export const groupNoAdministration = openingRule(
    {
        id: "SAM-NET-010",
        name: "nsg-no-rdp-ssh",
        title: "No security group may let the Internet reach SSH or RDP.",
        severity: "critical",
        risk: "Login ports that face the Internet are found within minutes, and passwords and flaws are tried from then on.",
        remediation: [
            "Remove the rule that allows port 22 or 3389, or give it the prefixes of your own networks as source.",
            "Log in through Bastion, whose subnet is then the only source.",
        ],
        twin: {
            rules: ["nsg-inline-no-rdp-ssh"],
            leaves: "a rule that is a resource of its own, which another one may outrank",
        },
        control: { reference: "NS-1", mapping: "own reading" },
        frameworks: { nist: ["AC-17", "SC-7"], cisAzure: ["7.1", "7.2"] },
        scanners: { checkov: ["CKV_AZURE_9", "CKV_AZURE_10"] },
    },
    () => ({ protocol: "tcp", ports: ADMINISTRATION }),
);

export const groupNoEverything = openingRule(
    {
        id: "SAM-NET-011",
        name: "nsg-no-any-any",
        title: "No security group may let the Internet reach every port.",
        severity: "critical",
        risk: "Such a rule makes the group an ornament: whatever listens in the subnet is exposed.",
        remediation: ["Name the ports that must be reached, and the sources that need them."],
        twin: {
            rules: ["nsg-inline-no-rdp-ssh"],
            leaves: "a rule that is a resource of its own, which another one may outrank",
        },
        control: { reference: "NS-1", mapping: "own reading" },
        frameworks: { nist: ["AC-4", "SC-7"] },
        scanners: {},
    },
    () => ({ ports: [{ first: 1, last: 65535 }], entirely: true }),
);
export const groupNoHttp = openingRule(
    {
        id: "SAM-NET-012",
        name: "nsg-no-http-any",
        title: "No security group but an Application Gateway's may let the Internet reach plain HTTP.",
        severity: "high",
        risk: "What answers on port 80 without a gateway before it has neither TLS nor a web application firewall.",
        remediation: [
            "Remove port 80 from the rule, or give it the prefixes that need it as source.",
            "Publish through an Application Gateway: the group of its subnet is exempt, because it redirects to HTTPS.",
        ],
        twin: {
            none: "The group of an Application Gateway's subnet may open this port, and a group alone does not show what it guards.",
        },
        control: { reference: "NS-1", mapping: "own reading" },
        frameworks: { nist: ["SC-7", "SC-8"], cisAzure: ["7.4"] },
        scanners: { checkov: ["CKV_AZURE_160"] },
    },
    () => ({ protocol: "tcp", ports: [port(80)] }),
    (occupants) => occupants.onlyAround(occupants.gatewaySubnets()),
);

export const groupNoDatagrams = openingRule(
    {
        id: "SAM-NET-013",
        name: "nsg-no-udp-any",
        title: "No security group may let the Internet in by UDP.",
        severity: "high",
        risk: "UDP services answer forged sources, so they are used to flood others, and many have no authentication.",
        remediation: ['Set protocol to "Tcp", or name the source prefixes that need UDP.'],
        twin: {
            rules: ["nsg-inline-no-udp"],
            leaves: "a rule that is a resource of its own, which another one may outrank",
        },
        control: { reference: "NS-1", mapping: "own reading" },
        frameworks: { nist: ["SC-7", "SC-5"], cisAzure: ["7.3"] },
        scanners: { checkov: ["CKV_AZURE_77"] },
    },
    () => ({ protocol: "udp", ports: [ALL_PORTS] }),
);

/** A list of ports as an option of a rule. */
function portList(ports: string[], description: string) {
    return {
        ports: {
            type: "array" as const,
            items: { type: "string" as const, pattern: "^\\d{1,5}(-\\d{1,5})?$" },
            uniqueItems: true,
            default: ports,
            description,
        },
    };
}

/** The ports of such an option; a text that is none closes every port. */
const rangesOf = (ports: string[]) => ports.map((text) => portRangeOf(text) ?? ALL_PORTS);

export const groupNoClusterPorts = openingRule<{ ports: string[] }>(
    {
        id: "SAM-NET-014",
        name: "nsg-no-cluster-ports",
        title: "No security group may let the Internet reach the ports of Kubernetes itself.",
        severity: "critical",
        risk: "The kubelet runs commands in containers, etcd holds every secret, and a node port leads past the gateway to a service.",
        remediation: ["Remove the rule; nodes and the API server reach each other inside of the network."],
        twin: {
            rules: ["nsg-inline-no-cluster-ports"],
            leaves: "a rule that is a resource of its own, which another one may outrank",
        },
        control: { reference: "NS-1", mapping: "own reading" },
        frameworks: { nist: ["AC-4", "SC-7"] },
        scanners: {},
        config: portList(
            ["2379-2380", "4443", "6443", "10250", "10255", "30000-32767"],
            "Ports and ranges that count as the cluster's own.",
        ),
    },
    ({ ports }) => ({ ports: rangesOf(ports) }),
);

export const groupNoServicePorts = openingRule<{ ports: string[] }>(
    {
        id: "SAM-NET-015",
        name: "nsg-no-service-ports",
        title: "No security group may let the Internet reach databases, file shares or remote management.",
        severity: "high",
        risk: "These services are built for private networks; exposed, they are found by scanners and held to ransom.",
        remediation: [
            "Remove the rule, or name the source prefixes that need the service; better use a private endpoint.",
        ],
        twin: {
            rules: ["nsg-inline-no-service-ports"],
            leaves: "a rule that is a resource of its own, which another one may outrank",
        },
        control: { reference: "NS-8", mapping: "own reading" },
        frameworks: { nist: ["CM-7", "SC-7"] },
        scanners: {},
        config: portList(
            [
                "21",
                "23",
                "135",
                "137-139",
                "445",
                "1433-1434",
                "2049",
                "3306",
                "5432",
                "5900-5901",
                "5985-5986",
                "6379",
                "8888",
                "9200",
                "11211",
                "27017",
            ],
            "Ports and ranges of services that never face the Internet.",
        ),
    },
    ({ ports }) => ({ ports: rangesOf(ports) }),
);

export const inlineGroupNoAdministration = resourceRule({
    id: "SAM-NET-016",
    name: "nsg-inline-no-rdp-ssh",
    title: "A security group's own rules must not let the Internet reach SSH, RDP or every port.",
    severity: "critical",
    risk: "The rules about whole groups speak at the end of an update, when the port has been open for minutes already.",
    remediation: ["Remove the rule, or give it the prefixes of your own networks as source; log in through Bastion."],
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-17", "SC-7"] },
    scanners: {},
    types: ["network:NetworkSecurityGroup"],
    check(subject, findings) {
        const { securityGroups } = alone(subject).model(Occupants);
        const own = new Findings();
        securityGroups.forEach((group) => refuseOpenings(group, { protocol: "tcp", ports: ADMINISTRATION }, own));
        // Its findings name the group, which is what this rule looks at anyway.
        own.list.forEach(({ verdict, message }) => findings.list.push({ verdict, message }));
    },
});

const GROUP = ["network:NetworkSecurityGroup"];

export const inlineGroupNoDatagrams = aheadOf(groupNoDatagrams, {
    id: "SAM-NET-017",
    name: "nsg-inline-no-udp",
    title: "A security group's own rules must not let the Internet in by UDP.",
    risk: "Until the rule about whole groups speaks at the end of an update, machines answer forged sources already.",
    types: GROUP,
});

export const inlineGroupNoClusterPorts = aheadOf(groupNoClusterPorts, {
    id: "SAM-NET-018",
    name: "nsg-inline-no-cluster-ports",
    title: "A security group's own rules must not let the Internet reach the ports of Kubernetes itself.",
    risk: "Until the rule about whole groups speaks at the end of an update, kubelets and node ports are open already.",
    types: GROUP,
});

export const inlineGroupNoServicePorts = aheadOf(groupNoServicePorts, {
    id: "SAM-NET-019",
    name: "nsg-inline-no-service-ports",
    title: "A security group's own rules must not let the Internet reach databases, file shares or remote management.",
    risk: "Until the rule about whole groups speaks at the end of an update, such a service has been found already.",
    types: GROUP,
});

export const securityGroupOpeningRules = [
    groupNoAdministration,
    groupNoEverything,
    groupNoHttp,
    groupNoDatagrams,
    groupNoClusterPorts,
    groupNoServicePorts,
    inlineGroupNoAdministration,
    inlineGroupNoDatagrams,
    inlineGroupNoClusterPorts,
    inlineGroupNoServicePorts,
];
