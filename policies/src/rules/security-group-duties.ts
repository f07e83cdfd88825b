import { inDoubt } from "../frame/doubt";
import { someText } from "../frame/expectation";
import type { Findings } from "../frame/findings";
import { graphRule, resourceRule } from "../frame/rule";
import type { Value } from "../frame/value";
import type { Naming } from "../graph/named-by";
import { requireNamed } from "../graph/named-by";
import type { Subnet } from "../graph/network-model";
import { describeSubnet, NetworkModel } from "../graph/network-model";
import type { Occupant } from "../graph/occupants";
import { Occupants, requireSeenSubnets } from "../graph/occupants";
import { port, showPorts } from "../graph/port-range";
import type { ResourceGraph } from "../graph/resource-graph";
import type { Flow } from "../graph/group-questions";
import type { SecurityGroup } from "../graph/security-groups";
import { admits, openings, refuses } from "../graph/group-questions";
import { describeWritten } from "./security-group-openings";

const GROUP = "network:NetworkSecurityGroup";
const GROUPS = [GROUP, "network:SecurityRule"];

/** Asks a question of every security group around every occupant, each pair of group and subnet once. */
function eachGuard(
    occupants: Occupants,
    standing: readonly Occupant[],
    findings: Findings,
    ask: (group: SecurityGroup, what: string, own: Findings) => void,
): void {
    const asked = new Set<SecurityGroup>();
    for (const occupant of standing) {
        findings.on(occupant.owner.urn).attempt(() => {
            for (const subnet of occupants.subnetsOf(occupant, findings)) {
                for (const group of occupants.groupsOf(subnet, findings)) {
                    if (!asked.has(group)) {
                        asked.add(group);
                        const own = findings.on(group.resource.urn);
                        own.attempt(() => ask(group, occupant.what, own));
                    }
                }
            }
        });
    }
}

/** Demands that a group lets these flows through. */
function requireFlows(group: SecurityGroup, what: string, flows: readonly Flow[], findings: Findings): void {
    for (const flow of flows.filter((wanted) => !admits(group, wanted))) {
        findings.fail(
            `${group.resource.name} guards ${what} and must let ${describe(flow)} through, which no rule of it does ` +
                "before another denies it. Add the rule, with a lower priority number than the denial.",
        );
    }
}

function describe({ direction, protocol, source, destination, ports }: Flow): string {
    return (
        `${direction} ${protocol?.toUpperCase() ?? "traffic"} from ${source ?? "its subnet"} ` +
        `to ${destination ?? "its subnet"}, port ${showPorts(ports)},`
    );
}

const PROBES: Flow = { direction: "inbound", protocol: "tcp", source: "AzureLoadBalancer", ports: port(443) };
const GATEWAY_CONTROL: Flow = {
    direction: "inbound",
    protocol: "tcp",
    source: "GatewayManager",
    ports: { first: 65200, last: 65535 },
};

/** Whether Azure controls a gateway from outside: it does unless its subnet is delegated to it, as network isolation demands. */
const isolated = (delegations: Value): boolean =>
    delegations
        .items()
        .some(
            (delegation) => delegation.known().at("serviceName").folded() === "microsoft.network/applicationgateways",
        );

export const gatewayGroup = graphRule({
    id: "SAM-NET-020",
    name: "nsg-appgw-required",
    title: "The security group of an Application Gateway's subnet must let Azure control the gateway, and nobody else.",
    severity: "high",
    risk: "Without its control traffic a gateway fails; with those ports open to the Internet anyone reaches its control plane.",
    remediation: [
        "Allow GatewayManager to TCP 65200-65535, and AzureLoadBalancer to any port, before the rule that denies the rest.",
        "Remove every rule that lets another source reach TCP 65200-65535.",
    ],
    twin: { none: "A group alone does not show that an Application Gateway stands behind it." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["SC-7"] },
    scanners: {},
    types: ["network:ApplicationGateway", ...GROUPS],
    check(graph, findings) {
        const occupants = graph.model(Occupants);
        for (const gateway of occupants.applicationGateways()) {
            findings.on(gateway.owner.urn).attempt(() => {
                for (const subnet of occupants.subnetsOf(gateway, findings)) {
                    const control = isolated(subnet.properties.at("delegations")) ? [] : [GATEWAY_CONTROL];
                    for (const group of occupants.groupsOf(subnet, findings)) {
                        const own = findings.on(group.resource.urn);
                        own.attempt(() => {
                            requireFlows(group, gateway.what, [...control, PROBES], own);
                            refuseControlPorts(group, gateway.what, own);
                        });
                    }
                }
            });
        }
    },
});

function refuseControlPorts(group: SecurityGroup, what: string, findings: Findings): void {
    for (const { rule, source } of openings(group, GATEWAY_CONTROL)) {
        findings.fail(
            `${describeWritten(rule)} lets ${JSON.stringify(source)} reach ports of 65200-65535, ` +
                `through which Azure controls ${what}. Allow them to GatewayManager alone.`,
        );
    }
}

/** What Azure Bastion demands (Azure documentation, "Working with NSG access and Azure Bastion"). */
const BASTION_FLOWS: readonly Flow[] = [
    { direction: "inbound", protocol: "tcp", source: "GatewayManager", ports: port(443) },
    PROBES,
    ...[8080, 5701].flatMap((number): Flow[] => {
        const hosts = { source: "VirtualNetwork", destination: "VirtualNetwork", ports: port(number) };
        return [
            { direction: "inbound", ...hosts },
            { direction: "outbound", ...hosts },
        ];
    }),
    { direction: "outbound", protocol: "tcp", destination: "VirtualNetwork", ports: port(22) },
    { direction: "outbound", protocol: "tcp", destination: "VirtualNetwork", ports: port(3389) },
    { direction: "outbound", protocol: "tcp", destination: "AzureCloud", ports: port(443) },
    { direction: "outbound", protocol: "tcp", destination: "Internet", ports: port(80) },
];

export const bastionGroup = graphRule({
    id: "SAM-NET-021",
    name: "nsg-bastion-required",
    title: "The security group of AzureBastionSubnet must hold every rule that Azure Bastion demands.",
    severity: "high",
    risk: "Azure refuses a group that lacks one of them, and a Bastion whose traffic is cut leaves operators without a way in.",
    remediation: [
        "Inbound: allow GatewayManager and AzureLoadBalancer to TCP 443, and VirtualNetwork to VirtualNetwork on 8080 and 5701.",
        "Outbound: allow VirtualNetwork on 22 and 3389, VirtualNetwork to VirtualNetwork on 8080 and 5701, AzureCloud on 443 and Internet on 80.",
    ],
    twin: { none: "A group alone does not show that it guards AzureBastionSubnet; Azure itself refuses the Bastion." },
    control: { reference: "PA-2", mapping: "own reading" },
    scanners: {},
    types: ["network:Subnet", "network:VirtualNetwork", ...GROUPS],
    check(graph, findings) {
        const occupants = graph.model(Occupants);
        requireSeenSubnets(occupants.model, findings);
        for (const subnet of occupants.model.subnets) {
            if (subnet.name === undefined) {
                inDoubt(findings, `the name of ${describeSubnet(subnet)} is not`, (own) => ask(subnet, own));
            } else if (subnet.name === "azurebastionsubnet") {
                ask(subnet, findings);
            }
        }

        function ask(subnet: Subnet, found: Findings): void {
            for (const group of occupants.groupsOf(subnet, found)) {
                const own = found.on(group.resource.urn);
                own.attempt(() => requireFlows(group, "AzureBastionSubnet", BASTION_FLOWS, own));
            }
        }
    },
});

export const probesAdmitted = graphRule({
    id: "SAM-NET-022",
    name: "nsg-probes-admitted",
    title: "Security groups around nodes must let Azure's load balancer probe them.",
    severity: "medium",
    risk: "A group that denies everything starves the probes: every node counts as dead and no service is reached.",
    remediation: ["Allow the source AzureLoadBalancer before the rule that denies the rest."],
    twin: { none: "A group alone does not show that it guards nodes." },
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: {},
    types: ["containerservice:ManagedCluster", "containerservice:AgentPool", ...GROUPS],
    check(graph, findings) {
        const occupants = graph.model(Occupants);
        eachGuard(occupants, occupants.nodes(), findings, (group, what, own) =>
            requireFlows(group, what, [PROBES], own),
        );
    },
});

export const noLateralLogin = graphRule({
    id: "SAM-NET-023",
    name: "nsg-no-lateral-login",
    title: "Security groups around nodes must deny SSH and RDP from there to the rest of the network.",
    severity: "medium",
    risk: "A captured node or pod otherwise tries its keys on every machine of the platform.",
    remediation: ["Add an outbound rule that denies TCP 22 and 3389 to VirtualNetwork, before any that allows them."],
    twin: { none: "A group alone does not show that it guards nodes." },
    control: { reference: "NS-1", mapping: "own reading" },
    frameworks: { nist: ["AC-4", "SC-7"] },
    scanners: {},
    types: ["containerservice:ManagedCluster", "containerservice:AgentPool", ...GROUPS],
    check(graph, findings) {
        const occupants = graph.model(Occupants);
        eachGuard(occupants, occupants.nodes(), findings, (group, what, own) => {
            for (const number of [22, 3389]) {
                const login = { protocol: "tcp", destination: "VirtualNetwork", ports: port(number) } as const;
                if (!refuses(group, { direction: "outbound", ...login })) {
                    own.fail(
                        `${group.resource.name} guards ${what} and lets it open TCP ${number} to the rest of the network. ` +
                            `Add an outbound rule that denies TCP ${number} to VirtualNetwork, before any that allows it.`,
                    );
                }
            }
        });
    },
});

export const groupAssociated = graphRule({
    id: "SAM-NET-024",
    name: "nsg-associated",
    title: "Every security group must guard a subnet or a network interface.",
    severity: "low",
    risk: "A group that guards nothing looks like protection in every inventory.",
    remediation: ["Set it as networkSecurityGroup of the subnet that it was written for, or remove it."],
    control: { reference: "AM-3", mapping: "own reading" },
    scanners: { psrule: ["Azure.NSG.Associated"] },
    types: [GROUP],
    check(graph, findings) {
        const places = guardedPlaces(graph);
        for (const group of graph.ofType(GROUP)) {
            const problem = `${group.name} is the networkSecurityGroup of no subnet and no network interface of this stack.`;
            requireNamed(graph, group, places, `${problem} Associate it, or remove it.`, findings);
        }
    },
});

/** Ids of security groups, wherever a stack may set one. */
function guardedPlaces(graph: ResourceGraph): Naming[] {
    const subnets = graph.model(NetworkModel).subnets.map(({ owner, properties }) => ({ owner, properties }));
    const interfaces = graph.ofType("network:NetworkInterface").map((owner) => ({ owner, properties: owner.inputs }));
    return [...subnets, ...interfaces].map(({ owner, properties }) => ({
        owner,
        id: properties.at("networkSecurityGroup.id"),
    }));
}

export const nodeGroupUntouched = graphRule({
    id: "SAM-NET-025",
    name: "nsg-aks-untouched",
    title: "The security group that AKS manages must not be changed.",
    severity: "low",
    risk: "AKS rewrites its own group, so such a rule comes and goes, and it may cut the nodes off in between.",
    remediation: ["Put the rules into the security group of the nodes' subnet, in a resource group of your own."],
    control: { reference: "NS-1", mapping: "own reading" },
    scanners: { psrule: ["Azure.NSG.AKSRules"] },
    types: GROUPS,
    check(graph, findings) {
        const nodeGroups = graph
            .ofType("containerservice:ManagedCluster")
            .map((cluster) => cluster.inputs.at("nodeResourceGroup").folded());
        for (const owner of GROUPS.flatMap((type) => graph.ofType(type))) {
            findings.on(owner.urn).attempt(() => {
                const name = graph.nameOf(owner, "resourceGroupName") ?? owner.inputs.at("resourceGroupName").folded();
                if (name !== undefined && (name.startsWith("mc_") || nodeGroups.includes(name))) {
                    findings
                        .on(owner.urn)
                        .fail(
                            `resourceGroupName of ${owner.name} is ${JSON.stringify(name)}, where AKS manages security groups itself. ` +
                                "Use a resource group of your own.",
                        );
                }
            });
        }
    },
});

export const groupDescribed = resourceRule({
    id: "SAM-NET-026",
    name: "nsg-described",
    title: "Every security rule must say why it is there.",
    severity: "low",
    risk: "Nobody dares to remove a rule whose reason is unknown, so openings outlive what they were for.",
    remediation: ["Set description of the rule to the reason for it."],
    control: { reference: "NS-7", mapping: "own reading" },
    scanners: {},
    types: GROUPS,
    check({ type, inputs }, findings) {
        for (const rule of type === GROUP ? inputs.at("securityRules").items() : [inputs]) {
            findings.attempt(() => findings.require(rule.at("description"), someText));
        }
    },
});

export const securityGroupDutyRules = [
    gatewayGroup,
    bastionGroup,
    probesAdmitted,
    noLateralLogin,
    groupAssociated,
    nodeGroupUntouched,
    groupDescribed,
];
